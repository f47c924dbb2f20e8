export { variant, type Action, type Variant } from "./action.js";
export type {
  ActionOf,
  AnyApi,
  ApiShape,
  ParamsOf,
  PublishedOf,
  QueryName,
  Register,
  RegisteredApi,
  ResultOf,
  StoreName,
  TopicName,
} from "./api.js";
export { createClient } from "./client.js";
export { ProblemError, type ErrorCode } from "./problem.js";
export type {
  Client,
  ClientOptions,
  CloseReport,
  ConnectionState,
  PendingCommand,
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
