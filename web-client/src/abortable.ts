/** Runs `start` until it settles, or the signal stops it by what `start` returned: then the signal's reason rejects. */
export async function abortable<T>(
  signal: AbortSignal | undefined,
  start: (resolve: (value: T) => void, reject: (reason: unknown) => void) => () => void,
): Promise<T> {
  signal?.throwIfAborted();
  let abort!: () => void;
  try {
    return await new Promise<T>((resolve, reject) => {
      const stop = start(resolve, reject);
      abort = () => {
        stop();
        reject(signal!.reason);
      };
      signal?.addEventListener("abort", abort);
    });
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}
