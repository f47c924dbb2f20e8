export { createTestServer } from "./server.js";
export type {
  TestAnswer,
  TestBrowser,
  TestCommand,
  TestNetwork,
  TestRequest,
  TestServer,
} from "./types.js";
