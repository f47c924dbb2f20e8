import type { RegisteredApi } from "./api.js";

/** Codes of the client's own making. */
export type LocalCode = "network" | "closed" | "failed" | "queue_full";

/** The registered API's codes and the client's own, for the editor to offer; the server may know others. */
export type ErrorCode = RegisteredApi["errors"] | LocalCode | (string & {});

/** Statuses of the framework's codes: a socket error names only its code. */
const statuses: Record<string, number> = {
  unauthenticated: 401,
  forbidden: 403,
  step_up_required: 403,
  not_found: 404,
  payment_declined: 402,
  conflict: 409,
  invalid_transition: 409,
  already_exists: 409,
  idempotency_mismatch: 409,
  precondition_failed: 412,
  too_large: 413,
  unsupported_media_type: 415,
  invalid: 422,
  rate_limited: 429,
  internal: 500,
  overloaded: 503,
  unavailable: 503,
  stale: 504,
  timeout: 504,
};

/**
 * A refusal or failure, from HTTP (problem+json) or the socket (error frame).
 * Codes made by the client itself have status 0: `network` (no answer came), `closed` (the socket
 * stopped before the answer), `queue_full` (too many commands wait), `failed` (not the server's doing, see `cause`).
 */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  declare readonly status: number;
  declare readonly code: ErrorCode;
  /** What is wrong with each input field, by field name. */
  declare readonly fields: Record<string, string>;
  /** The whole body. */
  declare readonly details: Record<string, unknown>;
  /** Seconds to wait before trying again. */
  declare readonly retryAfter?: number;

  constructor(status: number, details: Record<string, unknown>, options?: ErrorOptions & { retryAfter?: number }) {
    const code = String(details.code ?? `http_${status}`);
    super(String(details.message ?? details.detail ?? details.title ?? code), options);
    this.status = status;
    this.code = code;
    this.fields = (details.fields ?? {}) as Record<string, string>;
    this.details = details;
    this.retryAfter = options?.retryAfter;
  }
}

/** The problem an error frame tells of. A code that is not the framework's is a domain refusal: 400. */
export function problemOfFrame(frame: Record<string, unknown>): ProblemError {
  const status = statuses[frame.code as string] ?? 400;
  const retryAfter = Number(frame.retry_after) || undefined;
  return new ProblemError(status, frame, { retryAfter });
}

/** A problem of the client's own making. */
export function localProblem(code: LocalCode, message: string, cause?: unknown): ProblemError {
  return new ProblemError(0, { code, message }, { cause });
}

/** Whatever was thrown, as a ProblemError. */
export function toProblem(thrown: unknown): ProblemError {
  return thrown instanceof ProblemError ? thrown : localProblem("failed", String(thrown), thrown);
}

/** Whether trying the same again later may help. */
export function isTransient(problem: ProblemError): boolean {
  return problem.code === "network" || [429, 503, 504].includes(problem.status);
}
