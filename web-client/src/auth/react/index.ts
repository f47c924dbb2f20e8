export {
  useDevices,
  useIdentities,
  usePasskeys,
  useSessions,
  type DeviceList,
  type IdentityList,
  type PasskeyList,
  type SessionList,
} from "./account.js";
export { SignedIn, SignedOut, usePasskeySignIn, useProviders, type PasskeyCommand } from "./sign-in.js";
export { useStepUp } from "./step-up.js";
