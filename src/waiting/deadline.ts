import { setMaxListeners } from "node:events";

/** A longer timer would come at once. */
const timerMsMax = 2 ** 31 - 1;

/** Until when something is waited for: until one of the signals aborts, and no longer than `ms` from now, or than 24 days. */
export interface Deadline {
  readonly signals: readonly AbortSignal[];
  readonly ms: number;
}

/**
 * Acts under a signal that aborts at the deadline.
 *
 * Not `AbortSignal.any([signal, AbortSignal.timeout(ms)])`: Node 20 collects the timeout, which nothing else holds, and the
 * combined signal never aborts. A question to a frozen store would then hold a controller back for ever.
 */
export async function within<Value>(
  { signals, ms }: Deadline,
  act: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const deadline = new AbortController();
  const passOn = (): void => {
    deadline.abort(signals.find((signal) => signal.aborted)?.reason);
  };
  const timer = setTimeout(
    () => {
      deadline.abort(new Error(`no answer within ${ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`}`));
    },
    Math.min(ms, timerMsMax),
  );
  // Many may wait under one signal, and each takes its listener away again: nothing leaks.
  setMaxListeners(0, ...signals);
  for (const signal of signals) signal.addEventListener("abort", passOn);
  if (signals.some((signal) => signal.aborted)) passOn();
  try {
    return await act(deadline.signal);
  } finally {
    clearTimeout(timer);
    for (const signal of signals) signal.removeEventListener("abort", passOn);
  }
}
