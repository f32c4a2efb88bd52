import type { Entry } from "../../src/core/evidence/evidence.ts";
import { planSubject } from "../../src/core/plan/proofs.ts";
import { instantMs, monotonicMs } from "../../src/core/units/units.ts";
import { wallStartMs } from "../audit.ts";
import { planName, provenScenarios } from "./proven-plan.ts";

export const drillEnds = ["met", "missed", "broken-off"] as const;
export type DrillEnd = (typeof drillEnds)[number];

/** A drill as it truly was. Times are simulated ones. */
export interface Drill {
  /** Of the plan as it stood then. */
  readonly hash: string;
  readonly scenario: string;
  readonly begunAt: number;
  ended: { readonly at: number; readonly end: DrillEnd } | null;
}

/** The drills of a simulated platform, and what evidence holds of them. */
export class Drills {
  readonly all: Drill[] = [];
  readonly entries: Entry[] = [];

  /** One at a time, as on a real platform: while one is under way none is begun. */
  begin(hash: string, scenario: string, at: number): void {
    if (!provenScenarios.includes(scenario)) throw new Error(`no drill is of the scenario "${scenario}"`);
    if (this.underWay !== null) return;
    this.all.push({ hash, scenario, begunAt: at, ended: null });
    this.#write("drill-started", at, { hash, body: { plan: planName, scenario, drill: scenario } });
  }

  end(end: DrillEnd, at: number): void {
    const drill = this.underWay;
    if (drill === null) return;
    drill.ended = { at, end };
    const { hash } = drill;
    if (end === "broken-off") this.#write("drill-broken-off", at, { hash, body: {} });
    else this.#write("drill-finished", at, { hash, body: { verdict: end } });
  }

  get underWay(): Drill | null {
    const last = this.all.at(-1);
    return last?.ended === null ? last : null;
  }

  #write(
    kind: string,
    at: number,
    { hash, body }: { readonly hash: string; readonly body: Entry["body"] },
  ): void {
    this.entries.push({
      ...{ log: "drill", sequence: this.entries.length + 1, kind, body, anchors: [], previousRoot: "" },
      ...{ at: instantMs(wallStartMs + Math.round(at)), monotonic: monotonicMs(at), software: "" },
      subjects: [planSubject(planName, hash)],
    });
  }
}
