import type { Milliseconds } from "../../core/units/units.ts";
import type { Parsed } from "../../core/problem/problem.ts";
import { stopAll, signalProcess } from "./signals.ts";
import { type ProcessSettings, startProcess } from "./start-process.ts";

export interface StartedProgram {
  /** SIGINT to it alone, and to nobody whom it has started. */
  readonly interrupt: () => void;
  /** Ends it and all who came from it, with force those that are left after `gentleMs`. */
  readonly stop: (gentleMs: Milliseconds) => Promise<void>;
  /** Its status; `null`: a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** How often a timer comes round that does nothing but keep us running. */
const idleMs = 60_000;

/** Starts a program whose end is waited for: in a group of its own, so that no Ctrl-C at our terminal reaches it. */
export async function startProgram(settings: ProcessSettings): Promise<Parsed<StartedProgram>> {
  const started = await startProcess(settings);
  if (!started.ok) return started;
  const { identity, ended } = started.value;
  // A started process does not keep us running, and whoever waits for its end needs us to.
  const idle = setInterval(() => undefined, idleMs);
  const status = ended.then((end) => {
    clearInterval(idle);
    return end.kind === "exited" ? end.status : null;
  });
  return {
    ok: true,
    value: {
      interrupt: () => void signalProcess(identity, "SIGINT"),
      stop: async (gentleMs) => {
        await stopAll([identity], { gentleMs });
      },
      ended: status,
    },
  };
}
