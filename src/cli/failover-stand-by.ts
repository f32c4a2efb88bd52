import { milliseconds, type Seconds } from "../core/units/units.ts";
import { readSystemClock } from "../runtime/clocks.ts";
import { lostRun } from "../runtime/stand-by.ts";
import { lookUpRun } from "../runtime/run-store.ts";
import type { Context } from "./context.ts";
import { carry, type PlanRunOptions, runningOf } from "./failover-plan.ts";
import { ledBy } from "./layout.ts";
import type { ExitStatus } from "./shell.ts";

export interface StandByOptions extends Omit<PlanRunOptions, "to" | "resume" | "undo" | "ungraceful"> {
  readonly after: Seconds;
}

/**
 * `holdfast failover stand-by FILE`: goes on with each run of a plan that is not over and that nobody carries out any more, forth or back as it
 * was going. Ends when interrupted.
 */
export async function standBy(file: string, options: StandByOptions, context: Context): Promise<ExitStatus> {
  const { shell } = context;
  const running = await runningOf(file, options, context);
  if (running.kind === "refused") return running.status;
  const { plan, store } = running.value;
  const tell = (text: string): void => {
    shell.err(`${ledBy("", text, shell.terminal.columns)}\n`);
  };
  const present = await lookUpRun(store, shell.signal);
  if (present === "unreachable") tell("the coordination store does not answer yet: it is waited for");
  tell(
    `stands by plan ${plan.foreseen.plan}: goes on with a run of it that nobody has carried out for ${options.after} s`,
  );
  const patience = milliseconds(options.after * 1_000);
  while (!shell.signal.aborted) {
    const seen = await lostRun(store, { plan: plan.hash, patience }, shell.signal);
    if (seen === null) break;
    tell(
      `${new Date(readSystemClock().wall).toISOString()}: nobody has carried the run of ${seen.run.by} out for ${options.after} s, and it is gone on with`,
    );
    await carry(running.value, seen);
  }
  return 130;
}
