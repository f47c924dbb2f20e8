import type { Frame } from "./connection.js";
import type { Request } from "./http.js";
import type { ProblemError } from "./problem.js";

export interface FallbackParts {
  request: Request;
  address: () => string;
  onFrame: (frame: Frame) => void;
  /** HTTP gives no answer either. */
  onFailure: () => void;
}

/** Makes the function that sends a command or a query by HTTP, once. */
export function createFallback({ request, address, onFrame, onFailure }: FallbackParts) {
  return async function post(frame: Frame): Promise<void> {
    try {
      onFrame(await request<Frame>("POST", address(), frame, {}, 0));
    } catch (thrown) {
      const { status, code, details, retryAfter } = thrown as ProblemError;
      // Without a code it is a proxy that speaks: whether the server has got the frame nobody knows.
      if (!status || (status >= 500 && !details.code)) onFailure();
      else onFrame({ ...details, type: "error", id: frame.id, code, retry_after: retryAfter });
    }
  };
}
