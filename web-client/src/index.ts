export { createClient } from "./client.js";
export { ProblemError } from "./problem.js";
export type {
  Action,
  Client,
  ClientOptions,
  CloseReport,
  ConnectionState,
  QueryResult,
  ReadInit,
  Readable,
  Receipt,
  Session,
  SessionStore,
  SubscribeOptions,
  TopicEvent,
  WriteInit,
} from "./types.js";
