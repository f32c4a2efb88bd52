import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Availabilities, FindAvailabilities } from "../../core/prediction/availabilities.ts";
import type { AvailabilitiesTask } from "./availabilities-message.ts";

/**
 * A thread that finds how often each journey of a platform is up. It starts at once, may be asked once, and keeps nobody waiting who
 * does not ask: the program ends without it. Asking throws what the thread throws, as when memory runs out.
 *
 * @param program of the thread: `availabilities-thread.ts`
 */
export function availabilitiesInThread(program: URL): FindAvailabilities {
  const worker = new Worker(program);
  const answer = once(worker, "message") as Promise<[Availabilities]>;
  // It may fail before anybody asks, who is told then.
  answer.catch(() => null);
  // Last, since whoever listens keeps it.
  worker.unref();
  return async (model, { detection, stepsMax }) => {
    worker.ref();
    const task: AvailabilitiesTask = { model, settings: { detection, stepsMax } };
    worker.postMessage(task);
    const [found] = await answer;
    return found;
  };
}
