import type { Action } from "./action.js";

/**
 * Where an application names its API, once, so that every client and hook knows it:
 *
 *     declare module "@composable-go/client" {
 *       interface Register { api: Api }
 *     }
 *
 * `composable typescript` writes it next to the `Api` it generates.
 */
export interface Register {}

/** What an `Api` has: commands by store, queries by name, what is published by topic prefix, and error codes. */
export interface ApiShape {
  commands: object;
  queries: object;
  topics: object;
  errors: string;
}

/** The API of an application that has registered none: every name is allowed, and nothing is known of the answers. */
export interface AnyApi {
  commands: Record<string, Action>;
  queries: Record<string, { params: unknown; result: unknown }>;
  topics: Record<string, Action>;
  errors: string;
}

export type RegisteredApi = Register extends { api: infer A extends ApiShape } ? A : AnyApi;

export type StoreName<A extends ApiShape> = keyof A["commands"] & string;
/** What may be sent to a store. */
export type ActionOf<A extends ApiShape, S extends StoreName<A>> = A["commands"][S];

export type QueryName<A extends ApiShape> = keyof A["queries"] & string;
export type ParamsOf<A extends ApiShape, N extends QueryName<A>> = A["queries"][N] extends { params: infer P } ? P : never;
export type ResultOf<A extends ApiShape, N extends QueryName<A>> = A["queries"][N] extends { result: infer R } ? R : never;

type Prefix<A extends ApiShape> = keyof A["topics"] & string;
/** "event:7" has the prefix "event"; "me" is one by itself. */
export type TopicName<A extends ApiShape> = Prefix<A> | `${Prefix<A>}:${string}`;
/** What is published to a topic. */
export type PublishedOf<A extends ApiShape, T extends string> = T extends `${infer P}:${string}`
  ? A["topics"][P & keyof A["topics"]]
  : A["topics"][T & keyof A["topics"]];
