import { setTimeout as pause } from "node:timers/promises";
import { type InstantMs, instantMs, monotonicMs, type Seconds } from "../core/units/units.ts";
import { foreseenPlans } from "../core/plan/foreseen.ts";
import { isLookDue, type PastLook } from "../core/plan/look-due.ts";
import { onPaper, type PaperPlan } from "../core/plan/trusted.ts";
import { type Context, formatOf } from "./context.ts";
import { foreseeSettings, textDigest } from "../runtime/foresee-settings.ts";
import { type EvidenceOptions, proofsAtHand } from "./plan-evidence.ts";
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
import { type ExitStatus, fail } from "./shell.ts";
import { StandingTrust } from "./standing-trust.ts";
import { openWorkspace } from "./workspace.ts";

export interface WatchOptions extends PlanOptions, EvidenceOptions {
  readonly every: Seconds;
}

/** How often manifests and evidence are looked at for a change, and clocks for whether it is time. */
const pollMs = 1_000;

/**
 * `holdfast plan watch`: tells which plans could be had right now, and where evidence is named how far each is trusted, at first, and again
 * whenever that is otherwise. Ends when interrupted.
 */
export async function watchPlans(options: WatchOptions, context: Context): Promise<ExitStatus> {
  const { shell } = context;
  const { signal } = shell;
  const hand = options.evidence === undefined ? null : await proofsAtHand(options, context);
  if (hand?.ok === false) return fail(shell, hand.problems, formatOf(options));
  const watch = new Watch(options, context, hand === null ? null : new StandingTrust(hand.value));
  // What is wrong from the first is a slip of whoever typed it; what breaks later is told, and waited for.
  if (!(await watch.look())) return signal.aborted ? 130 : 1;
  while (!signal.aborted) {
    await watch.look();
    await pause(pollMs, undefined, { signal }).catch(() => undefined);
  }
  return 130;
}

/** The plans as they were looked at last. */
interface Looked {
  readonly verdicts: readonly Verdict[];
  readonly papers: readonly PaperPlan[];
}

/** What a look goes by. */
interface Present extends Pick<PastLook, "at" | "monotonic"> {
  /** Of the manifests. */
  readonly digest: string;
  /** Of the evidence. */
  readonly trace: string;
}

class Watch {
  readonly #options: WatchOptions;
  readonly #context: Context;
  /** `null`: no evidence is named, and nothing is told of trust. */
  readonly #trust: StandingTrust | null;
  /** Of the manifests that were looked at last. */
  #digest = "";
  /** Of the evidence that was looked at last. */
  #trace = "";
  #last: PastLook | null = null;
  /** `null`: the manifests could not be read. */
  #looked: Looked | null = null;
  /** What was told last. */
  #told = "";

  constructor(options: WatchOptions, context: Context, trust: StandingTrust | null) {
    this.#options = options;
    this.#context = context;
    this.#trust = trust;
  }

  /**
   * Evaluates anew when the manifests have changed, or when it is time, as it is when a blocked window begins or ends. Where evidence alone
   * has changed, trust alone is: gates are not asked as often as somebody writes down what he does. @returns whether the manifests could be
   * read last
   */
  async look(): Promise<boolean> {
    const { signal } = this.#context.shell;
    // Read before the look: what begins or ends in the midst of it is looked at once more.
    const present = await this.#present();
    const due = this.#dueBy(present);
    if (due === "nothing") return this.#looked !== null;
    if (due === "all") this.#looked = await this.#looks();
    await this.#trust?.evaluate(this.#looked?.papers ?? [], wallNow, signal);
    this.#last = this.#lookAt(due === "all" || this.#last === null ? present : this.#last);
    [this.#digest, this.#trace] = [present.digest, present.trace];
    // What was cut short by an interruption says nothing of the plans.
    if (!signal.aborted) this.#tellLooked(due);
    return this.#looked !== null;
  }

  #tellLooked(due: "all" | "trust"): void {
    if (this.#looked !== null) this.#tell(this.#looked.verdicts);
    else if (due === "all") this.#tellRefused();
  }

  async #present(): Promise<Present> {
    const digest = await this.#manifestsDigest();
    const trace = (await this.#trust?.trace(this.#context.shell.signal)) ?? "";
    return { digest, trace, at: wallNow(), monotonic: monotonicMs(performance.now()) };
  }

  #dueBy(present: Present): "all" | "trust" | "nothing" {
    const isDue = this.#last === null || isLookDue(this.#last, this.#options.every, present);
    if (isDue || present.digest !== this.#digest) return "all";
    return present.trace === this.#trace ? "nothing" : "trust";
  }

  #lookAt({ at, monotonic }: Pick<PastLook, "at" | "monotonic">): PastLook {
    const windows = (this.#looked?.verdicts ?? []).flatMap(({ plan }) => plan.lookedAt.blocked);
    return { at, monotonic, windows, expiries: this.#trust?.expiries() ?? [] };
  }

  /** `null`: the manifests cannot be read, which has been told. */
  async #looks(): Promise<Looked | null> {
    const opened = await openWorkspace(this.#options.workspace, "text", this.#context);
    if (opened.kind === "refused") return null;
    const { model } = opened.workspace;
    const plans = foreseenPlans(model, foreseeSettings(opened));
    const verdicts = await verdictsNow(plans, this.#options.workspace, this.#context);
    const papers = this.#trust === null ? [] : plans.map((plan) => onPaper(plan, model, textDigest));
    return { verdicts, papers };
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
    const present = JSON.stringify([verdicts.map(standingOf), this.#trust?.standing()]);
    if (present === this.#told) return;
    this.#told = present;
    if (formatOf(this.#options) === "json") this.#tellData(verdicts);
    else this.#tellText(verdicts);
    this.#trust?.told();
  }

  #tellData(verdicts: readonly Verdict[]): void {
    const trust = this.#trust;
    const plans = verdicts.map((verdict) => ({
      ...verdictData(verdict),
      ...(trust === null ? {} : { trust: trust.dataOf(verdict.plan) }),
    }));
    const evidence = trust === null ? {} : { evidence: trust.evidenceData() };
    this.#line({ ok: verdicts.every(isToBeHad), plans, ...evidence });
  }

  #tellText(verdicts: readonly Verdict[]): void {
    const { shell } = this.#context;
    const { columns } = shell.output;
    const trust = this.#trust;
    const lines = verdicts.map((verdict) =>
      verdictLines(verdict, columns, trust === null ? [] : [trust.textOf(verdict.plan)]),
    );
    const evidence = trust?.evidenceLines(columns) ?? "";
    const when = new Date().toISOString();
    shell.out(`${when}\n${lines.join("")}${countsText(verdicts, columns)}\n${evidence}\n`);
  }

  /** One line for each, so that whoever reads them need not wait for an end. */
  #line(fields: Readonly<Record<string, unknown>>): void {
    this.#context.shell.out(
      `${JSON.stringify({ formatVersion: 1, at: new Date().toISOString(), ...fields })}\n`,
    );
  }
}

function wallNow(): InstantMs {
  return instantMs(Date.now());
}

/** What of a verdict is worth telling anew: how it stands, and why; not what a probe says differently each time. */
function standingOf(verdict: Verdict): unknown {
  const { plan, hindrances } = verdict;
  const why = (hindrances ?? []).map(({ interlock, what }) => interlock ?? what);
  return [plan.plan, plan.scenario, standingNow(verdict), plan.obstacles.map(({ what }) => what), why];
}
