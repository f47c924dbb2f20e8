export { installAuthenticator, type TestAuthenticator } from "./authenticator.js";
export { createTestServer } from "./server.js";
export type {
  TestAccount,
  TestAnswer,
  TestBrowser,
  TestCommand,
  TestNetwork,
  TestRequest,
  TestServer,
} from "./types.js";
