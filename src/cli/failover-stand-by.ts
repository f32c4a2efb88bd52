import { milliseconds, type Seconds } from "../core/units/units.ts";
import { asksOf, type Stages } from "../core/plan/run.ts";
import { readSystemClock } from "../runtime/clocks.ts";
import { lostRun } from "../runtime/stand-by.ts";
import type { Parsed } from "../core/problem/problem.ts";
import { type Context, formatOf } from "./context.ts";
import { carry, type PlanRunOptions, type Running, runningOf } from "./failover-plan.ts";
import { ledBy } from "./layout.ts";
import { type ExitStatus, fail } from "./shell.ts";

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
  const { plan, store, by, lab, root } = running.value;
  const there = await allThere(options, { lab, root, context });
  if (!there.ok) return fail(shell, there.problems, formatOf(options));
  const tell = (text: string): void => {
    shell.err(`${ledBy("", text, shell.terminal.columns)}\n`);
  };
  tell(
    `stands by plan ${plan.foreseen.plan}: goes on with a run of it that nobody has carried out for ${options.after} s`,
  );
  if (mayApprove(plan.foreseen.stages, by))
    tell(
      `${by} may approve steps of it: what they have approved of a step that still asks does not count once they go on with it`,
    );
  const onSilence = (isSilent: boolean): void => {
    tell(
      isSilent
        ? "the coordination store does not answer, and is waited for"
        : "the coordination store answers again",
    );
  };
  const patience = milliseconds(options.after * 1_000);
  while (!shell.signal.aborted) {
    const seen = await lostRun(store, { plan: plan.hash, by, patience, onSilence }, shell.signal);
    if (seen === null) break;
    tell(
      `${new Date(readSystemClock().wall).toISOString()}: nobody has carried the run of ${seen.run.by} out for ${options.after} s, and it is gone on with`,
    );
    await carry(running.value, seen);
  }
  return 130;
}

function mayApprove(stages: Stages, who: string): boolean {
  return Object.values(asksOf(stages)).some(({ approvers }) => approvers.some(({ name }) => name === who));
}

/** Nobody stands by a lab that is not there, or goes on with steps whose folder is not: a slip is told now, and not on the bad day. */
async function allThere(
  { workspace }: StandByOptions,
  { lab, root, context: { shell, parts } }: Pick<Running, "lab" | "root" | "context">,
): Promise<Parsed<unknown>> {
  const status = await lab.status(root);
  return status.ok ? parts.readFolder(workspace, shell.cwd, shell.signal) : status;
}
