export { sendMagicLink, verifyMagicLink, type SendMagicLinkOptions } from "./magic-link.js";
