import { setTimeout as pause } from "node:timers/promises";
import { instantMs, monotonicMs, type Seconds } from "../core/units/units.ts";
import { foreseenPlans } from "../core/plan/foreseen.ts";
import { isLookDue, type PastLook } from "../core/plan/look-due.ts";
import { type Context, formatOf } from "./context.ts";
import { foreseeSettings, textDigest } from "../runtime/foresee-settings.ts";
import type { PlanOptions } from "./plan-options.ts";
import {
  countsText,
  isToBeHad,
  standingNow,
  type Verdict,
  verdictData,
  verdictLines,
  verdictsNow,
} from "./plan-verdict.ts";
import type { ExitStatus } from "./shell.ts";
import { openWorkspace } from "./workspace.ts";

export interface WatchOptions extends PlanOptions {
  readonly every: Seconds;
}

/** How often manifests are looked at for a change, and clocks for whether it is time. */
const pollMs = 1_000;

/** `holdfast plan watch`: tells which plans could be had right now, at first, and again whenever that is otherwise. Ends when interrupted. */
export async function watchPlans(options: WatchOptions, context: Context): Promise<ExitStatus> {
  const { signal } = context.shell;
  const watch = new Watch(options, context);
  // What is wrong from the first is a slip of whoever typed it; what breaks later is told, and waited for.
  if (!(await watch.look())) return signal.aborted ? 130 : 1;
  while (!signal.aborted) {
    await watch.look();
    await pause(pollMs, undefined, { signal }).catch(() => undefined);
  }
  return 130;
}

class Watch {
  readonly #options: WatchOptions;
  readonly #context: Context;
  /** Of the manifests that were looked at last. */
  #digest = "";
  #last: PastLook | null = null;
  #isReadable = false;
  /** What was told last. */
  #told = "";

  constructor(options: WatchOptions, context: Context) {
    this.#options = options;
    this.#context = context;
  }

  /** Evaluates anew when the manifests have changed, or when it is time, as it is when a blocked window begins or ends. @returns whether the manifests could be read last */
  async look(): Promise<boolean> {
    const digest = await this.#manifestsDigest();
    // Read before the look: what begins or ends in the midst of it is looked at once more.
    const now = { at: instantMs(Date.now()), monotonic: monotonicMs(performance.now()) };
    const isDue = this.#last === null || isLookDue(this.#last, this.#options.every, now);
    if (digest === this.#digest && !isDue) return this.#isReadable;
    const verdicts = await this.#verdicts();
    const windows = (verdicts ?? []).flatMap(({ plan }) => plan.lookedAt.blocked);
    [this.#digest, this.#last] = [digest, { ...now, windows }];
    this.#isReadable = verdicts !== null;
    // What was cut short by an interruption says nothing of the plans.
    if (this.#context.shell.signal.aborted) return this.#isReadable;
    if (verdicts === null) this.#tellRefused();
    else this.#tell(verdicts);
    return this.#isReadable;
  }

  /** `null`: the manifests cannot be read, which has been told. */
  async #verdicts(): Promise<readonly Verdict[] | null> {
    const opened = await openWorkspace(this.#options.workspace, "text", this.#context);
    if (opened.kind === "refused") return null;
    const plans = foreseenPlans(opened.workspace.model, foreseeSettings(opened));
    return verdictsNow(plans, this.#options.workspace, this.#context);
  }

  async #manifestsDigest(): Promise<string> {
    const { shell, parts } = this.#context;
    const files = await parts.readFolder(this.#options.workspace, shell.cwd, shell.signal);
    return textDigest(files.ok ? JSON.stringify(files.value) : "unreadable");
  }

  #tellRefused(): void {
    this.#told = "";
    if (formatOf(this.#options) === "json") this.#line({ ok: false, plans: null });
    else this.#context.shell.err("no plan can be had while the manifests say that\n");
  }

  #tell(verdicts: readonly Verdict[]): void {
    const { shell } = this.#context;
    const present = JSON.stringify(verdicts.map(standingOf));
    if (present === this.#told) return;
    this.#told = present;
    if (formatOf(this.#options) === "json") {
      this.#line({ ok: verdicts.every(isToBeHad), plans: verdicts.map(verdictData) });
      return;
    }
    const { columns } = shell.output;
    const lines = verdicts.map((verdict) => verdictLines(verdict, columns)).join("");
    shell.out(`${new Date().toISOString()}\n${lines}${countsText(verdicts, columns)}\n\n`);
  }

  /** One line for each, so that whoever reads them need not wait for an end. */
  #line(fields: Readonly<Record<string, unknown>>): void {
    this.#context.shell.out(
      `${JSON.stringify({ formatVersion: 1, at: new Date().toISOString(), ...fields })}\n`,
    );
  }
}

/** What of a verdict is worth telling anew: how it stands, and why; not what a probe says differently each time. */
function standingOf(verdict: Verdict): unknown {
  const { plan, hindrances } = verdict;
  const why = (hindrances ?? []).map(({ interlock, what }) => interlock ?? what);
  return [plan.plan, plan.scenario, standingNow(verdict), plan.obstacles.map(({ what }) => what), why];
}
