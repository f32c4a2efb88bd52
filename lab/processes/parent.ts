import { setMaxListeners } from "node:events";
import { Socket } from "node:net";

/** The pipe by which a lab's process knows that the lab is there; the lab never writes to it. */
const parentPipe = 3;

/**
 * Aborted when the lab is gone, however it went, or when this process is asked to end. A lab killed at its worst moment so
 * leaves nothing running.
 */
export function untilParentEnds(signal: AbortSignal): AbortSignal {
  const gone = new AbortController();
  const pipe = new Socket({ fd: parentPipe });
  const end = (): void => {
    gone.abort(new Error("the lab has ended"));
  };
  pipe.on("end", end).on("close", end).on("error", end);
  pipe.resume();
  pipe.unref();
  signal.addEventListener("abort", () => {
    pipe.destroy();
  });
  const until = AbortSignal.any([gone.signal, signal]);
  // Every question under way listens for the end; a crowd of them is no leak.
  setMaxListeners(0, until);
  return until;
}
