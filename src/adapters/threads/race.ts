import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { OrderedDiagram } from "../../core/availability/diagram/race.ts";
import type { Region } from "../../core/availability/preprocess/regions.ts";
import type { RaceResult, RaceTask } from "./race-message.ts";

export interface RaceSettings {
  /** How many threads run, each with a lot of the orders: at least one. */
  readonly threads: number;
  /** Work that one order may take. */
  readonly stepsMax: number;
  /** The program of a thread: `race-thread.ts`. */
  readonly program: URL;
  readonly signal: AbortSignal;
}

/**
 * Races the orders of a region in threads: the first diagram that is done is the answer, and all others are stopped.
 *
 * @throws what a thread throws, as when memory runs out
 */
export async function racedInThreads(
  region: Region,
  { threads, stepsMax, program, signal }: RaceSettings,
): Promise<OrderedDiagram | null> {
  const workers = Array.from({ length: threads }, (_, index) => {
    const workerData: RaceTask = { region, stepsMax, lot: { index, of: threads } };
    return new Worker(program, { workerData });
  });
  try {
    return await firstDone(workers, signal);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

async function firstDone(workers: readonly Worker[], signal: AbortSignal): Promise<OrderedDiagram | null> {
  const waiting = new Map(workers.map((worker, index) => [index, resultOf(worker, index, signal)]));
  while (waiting.size > 0) {
    const { index, result } = await Promise.race(waiting.values());
    if (result !== null) return result;
    waiting.delete(index);
  }
  return null;
}

async function resultOf(worker: Worker, index: number, signal: AbortSignal) {
  const [result] = (await once(worker, "message", { signal })) as [RaceResult];
  return { index, result };
}
