import { type FailureScope, widestScope } from "../model/model.ts";
import { invariant } from "../problem/problem.ts";
import type { Bounds } from "./bounds.ts";
import { ConditionedRuns, memoryWithin } from "./conditioning/conditioned-runs.ts";
import { Conditioning } from "./conditioning/conditioning.ts";
import { type EventRun, eventRun, runsWithin } from "./event-run.ts";
import type { Literal } from "./fault-graph.ts";
import type { PlatformFaults } from "./graph-builder.ts";
import type { LongRun } from "./law.ts";
import { SolvedTops } from "./solved-tops.ts";

/** A platform's faults and the tops that will be asked for, in groups that share modules. */
export interface AskedTops {
  readonly faults: PlatformFaults;
  readonly tops: readonly (readonly Literal[])[];
}

export interface TopsWays {
  /** Work allowed for each top. */
  readonly stepsMax: number;
  /** The same platform, its tops in the same order, with every cause told apart: asked for only where diagrams are needed. */
  readonly toldApart: () => AskedTops;
}

/**
 * What the tops of a platform come to: given the states of what is shared where those are few enough, else by decision diagrams; and
 * where those grow too large as well, only bounds are known.
 */
export class TopRuns {
  readonly #asked: AskedTops;
  readonly #ways: TopsWays;
  readonly #runs: readonly EventRun[];
  readonly #conditioning: Conditioning;
  readonly #byScope = new Map<FailureScope, ConditionedRuns>();
  #diagrams: { readonly solved: SolvedTops; readonly tops: ReadonlyMap<Literal, Literal> } | null = null;

  constructor(asked: AskedTops, ways: TopsWays) {
    this.#asked = asked;
    this.#ways = ways;
    this.#runs = asked.faults.events.map(eventRun);
    this.#conditioning = new Conditioning(asked.faults, asked.tops, ways.stepsMax);
  }

  /** @param scope failures of wider scopes never come @returns `null`: only bounds are known */
  run(top: Literal, scope: FailureScope = widestScope): LongRun | null {
    const run = this.#conditioned(scope).longRun(top);
    if (run !== null) return run;
    const { solved, top: toldApart } = this.#solved(top);
    return solved.run(toldApart, scope);
  }

  /** Between what its unavailability lies where it is not known. */
  bounds(top: Literal, scope: FailureScope): Bounds {
    const { solved, top: toldApart } = this.#solved(top);
    return solved.bounds(toldApart, scope);
  }

  #conditioned(scope: FailureScope): ConditionedRuns {
    const known = this.#byScope.get(scope);
    if (known !== undefined) return known;
    const memory =
      scope === widestScope ? null : memoryWithin(scope, this.#conditioning, this.#conditioned(widestScope));
    const made = new ConditionedRuns(this.#conditioning, {
      runs: runsWithin(scope, this.#asked.faults.events, this.#runs),
      statesMax: this.#ways.stepsMax,
      memory,
    });
    this.#byScope.set(scope, made);
    return made;
  }

  /** The diagrams, and which of their tops this one is. */
  #solved(top: Literal): { readonly solved: SolvedTops; readonly top: Literal } {
    this.#diagrams ??= this.#madeDiagrams();
    const { solved, tops } = this.#diagrams;
    const toldApart = tops.get(top);
    invariant(toldApart !== undefined, "a top is named before it is asked for");
    return { solved, top: toldApart };
  }

  #madeDiagrams(): { readonly solved: SolvedTops; readonly tops: ReadonlyMap<Literal, Literal> } {
    const { faults, tops } = this.#ways.toldApart();
    const toldApart = tops.flat();
    return {
      solved: new SolvedTops(faults, this.#ways.stepsMax),
      tops: new Map(this.#asked.tops.flat().map((top, at) => [top, toldApart[at] as Literal])),
    };
  }
}
