import { abortable } from "./abortable.js";
import { jitter } from "./backoff.js";
import { randomId } from "./id.js";
import type { Position } from "./position.js";
import { isTransient, localProblem, ProblemError } from "./problem.js";
import type { WriteInit } from "./types.js";

const maxRetries = 3;
/** Longest pause in milliseconds that a caller is kept waiting for a retry. */
const maxPause = 15_000;

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Does one request against an absolute address, and tries it again as often as said, by default three times. */
export type Request = <T>(
  method: Method,
  address: string,
  body?: unknown,
  init?: WriteInit,
  retries?: number,
) => Promise<T>;

export interface HttpParts {
  fetch: typeof fetch;
  position: Position;
  random: () => number;
}

/** Makes the function behind all HTTP calls. Reads are safe and writes carry an idempotency key, so all may be tried again. */
export function createRequest(parts: HttpParts): Request {
  return async <T>(method: Method, address: string, body?: unknown, init: WriteInit = {}, retries = maxRetries) => {
    const headers = { Accept: "application/json", ...init.headers } as Record<string, string>;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (method !== "GET") headers["Idempotency-Key"] = init.idempotencyKey ?? randomId();
    const after = parts.position.get();
    if (method === "GET" && after !== undefined) headers["Store-After"] = String(after);
    const request = { method, headers, body: JSON.stringify(body), signal: init.signal };

    for (let attempt = 0; ; attempt++) {
      try {
        return await answer<T>(parts, address, request);
      } catch (thrown) {
        const pause = attempt < retries ? pauseAfter(thrown, attempt, parts.random) : undefined;
        if (pause === undefined) throw thrown;
        await sleep(pause, init.signal);
      }
    }
  };
}

async function answer<T>(parts: HttpParts, address: string, request: RequestInit): Promise<T> {
  let response: Response;
  let text: string;
  try {
    response = await parts.fetch(address, request);
    text = await response.text();
  } catch (cause) {
    request.signal?.throwIfAborted();
    throw localProblem("network", "The server cannot be reached", cause);
  }
  parts.position.observe(response.headers.get("Store-Position"));
  const isJson = /[/+]json/.test(response.headers.get("Content-Type") ?? "");
  const body = parse(text, isJson);
  if (response.ok) return body as T;
  const details = Object(body) === body ? body : { message: response.statusText || undefined };
  throw new ProblemError(response.status, details as Record<string, unknown>, { retryAfter: retryAfter(response) });
}

function parse(text: string, isJson: boolean): unknown {
  if (text === "") return undefined;
  if (!isJson) return text;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw localProblem("failed", "The answer is not JSON", cause);
  }
}

/** Seconds of Retry-After, which is a number or a date. */
function retryAfter(response: Response): number | undefined {
  const header = response.headers.get("Retry-After");
  const seconds = header && (Number(header) || (Date.parse(header) - Date.now()) / 1000);
  return Math.max(0, Number(seconds)) || undefined;
}

/** Milliseconds until the next try; undefined after the last, or when another is of no use or too far away. */
export function pauseAfter(thrown: unknown, attempt: number, random: () => number): number | undefined {
  if (!(thrown instanceof ProblemError) || attempt >= maxRetries) return undefined;
  if (!isTransient(thrown) || thrown.status === 504) return undefined;
  const asked = (thrown.retryAfter ?? 0) * 1000;
  return asked > maxPause ? undefined : asked + jitter(attempt, random);
}

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return abortable(signal, (resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    return () => clearTimeout(timer);
  });
}
