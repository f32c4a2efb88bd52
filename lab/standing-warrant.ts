import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { evidenceReader } from "../src/adapters/files/evidence-reader.ts";
import type { Entry } from "../src/core/evidence/evidence.ts";
import { verifyLog } from "../src/core/evidence/verify.ts";
import type { Coordinator } from "../src/core/failover/coordinator.ts";
import { readReign, reignKey, reignText } from "../src/core/failover/reign.ts";
import { warrantedReign } from "../src/core/failover/warranted.ts";
import type { Warrant } from "../src/core/model/warrant.ts";
import { warrantOf } from "../src/core/plan/warrant-of.ts";
import { readSystemClock } from "../src/runtime/clocks.ts";
import type { LabPlan } from "./plan.ts";

const storeMsMax = 2_000;
/** The logs of whoever carries out what proves a plan. */
const provingLogs = ["drill", "plan"];

/** Evaluates, over and over, whether controllers may act without a person, and lets the reign say so. */
export class StandingWarrant {
  readonly #evidence: string;
  readonly #plan: Pick<LabPlan, "automation" | "cases">;
  /** How many entries each log had when it was read last. */
  #sizes = "";
  #entries: readonly Entry[] = [];
  #warrant: Warrant;

  private constructor(evidence: string, plan: Pick<LabPlan, "automation" | "cases">) {
    this.#evidence = evidence;
    this.#plan = plan;
    this.#warrant = this.#evaluated();
  }

  /**
   * Has read what evidence there is: a lab that starts again goes by what was proven before.
   *
   * @param evidence the folder of the lab's logs
   */
  static async over(
    evidence: string,
    plan: Pick<LabPlan, "automation" | "cases">,
    signal: AbortSignal,
  ): Promise<StandingWarrant> {
    const warrant = new StandingWarrant(evidence, plan);
    await warrant.#read(signal);
    warrant.#warrant = warrant.#evaluated();
    return warrant;
  }

  /** Why automatic failover is held, as it was evaluated last; `null`: it is armed. */
  get heldBecause(): string | null {
    return this.#warrant.kind === "held" ? this.#warrant.because : null;
  }

  /**
   * Evaluates by what evidence holds by now, and changes the reign where it says otherwise and somebody serves. What cannot be read or
   * written now is so another time; whoever has changed the reign in between is right.
   */
  async keep(store: Coordinator, isServing: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
    await this.#read(signal);
    this.#warrant = this.#evaluated();
    const until = AbortSignal.any([signal, AbortSignal.timeout(storeMsMax)]);
    const present = await store.get(reignKey, until);
    if (present.kind === "unreachable" || present.value === null) return;
    const { value, revision } = present.value;
    const next = warrantedReign(readReign(value, revision).reign, this.#warrant, true);
    if (next === null || !(await isServing())) return;
    await store.compareAndSet(
      { key: reignKey, value: reignText(next), expected: revision, lease: null },
      until,
    );
  }

  #evaluated(): Warrant {
    const { automation, cases } = this.#plan;
    return warrantOf(automation, cases, { entries: this.#entries, now: readSystemClock().wall });
  }

  /** Of a log that does not hold whole nothing counts: what it lacks may be a drill that did not end well. */
  async #read(signal: AbortSignal): Promise<void> {
    const folders = provingLogs.map((log) => join(this.#evidence, log));
    const names = await Promise.all(
      folders.map((folder) => readdir(join(folder, "entries")).catch((): string[] => [])),
    );
    const sizes = names.map(({ length }) => length).join();
    if (sizes === this.#sizes) return;
    const entries: Entry[] = [];
    for (const [at, folder] of folders.entries()) {
      if (names[at]?.length === 0) continue;
      const files = await evidenceReader.logs(folder, signal);
      if (!files.ok) return;
      const logs = files.value.map((log) => verifyLog(log, { kind: "beside" }, evidenceReader));
      entries.push(
        ...logs.filter(({ fault }) => fault === null).flatMap((log) => log.entries.map(({ entry }) => entry)),
      );
    }
    [this.#entries, this.#sizes] = [entries, sizes];
  }
}
