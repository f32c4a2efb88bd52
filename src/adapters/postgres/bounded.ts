/**
 * Acts under a signal that aborts with `signal`, and after `ms` at the latest.
 *
 * Not `AbortSignal.any([signal, AbortSignal.timeout(ms)])`: in Node 20 the timeout is garbage once nothing else holds it, and
 * the combined signal then never aborts.
 */
export async function bounded<Value>(
  signal: AbortSignal,
  ms: number,
  act: (bound: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  const timer = setTimeout(abort, ms);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await act(controller.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}
