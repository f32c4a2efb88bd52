import { type FailureScope, widestScope } from "../model/model.ts";
import { type Bounds, chanceBounds } from "./bounds.ts";
import { ConditionedRuns, memoryWithin } from "./conditioning/conditioned-runs.ts";
import { Conditioning } from "./conditioning/conditioning.ts";
import type { Literal } from "./fault-graph.ts";
import { chancesOfRuns, graphLongRun } from "./frequency.ts";
import type { PlatformFaults } from "./graph-builder.ts";
import type { LongRun } from "./law.ts";
import { longRunOf } from "./long-run.ts";
import { type SolvedGraph, solved } from "./solve.ts";
import { runsWithin } from "./within-scope.ts";

/**
 * What the tops of a platform come to: given the states of what is shared where those are few enough, else by decision diagrams; and
 * where those grow too large as well, only bounds are known.
 */
export class TopRuns {
  readonly #faults: PlatformFaults;
  readonly #stepsMax: number;
  readonly #runs: readonly LongRun[];
  readonly #conditioning: Conditioning;
  readonly #byScope = new Map<FailureScope, ConditionedRuns>();
  readonly #solved = new Map<Literal, SolvedGraph>();

  /**
   * @param tops those that will be asked for, in groups that share modules
   * @param stepsMax work allowed for each of them
   */
  constructor(faults: PlatformFaults, tops: readonly (readonly Literal[])[], stepsMax: number) {
    this.#faults = faults;
    this.#stepsMax = stepsMax;
    this.#runs = faults.events.map(({ law }) => longRunOf(law));
    this.#conditioning = new Conditioning(faults, tops, stepsMax);
  }

  /** @param scope failures of wider scopes never come @returns `null`: only bounds are known */
  run(top: Literal, scope: FailureScope = widestScope): LongRun | null {
    const run = this.#conditioned(scope).longRun(top);
    if (run !== null) return run;
    const graph = this.#solvedTop(top);
    return graph.isExact ? graphLongRun(graph, this.#runsWithin(scope), "tells-states-apart") : null;
  }

  /** Between what its unavailability lies where it is not known. */
  bounds(top: Literal, scope: FailureScope): Bounds {
    return chanceBounds(this.#solvedTop(top), chancesOfRuns(this.#runsWithin(scope)));
  }

  #conditioned(scope: FailureScope): ConditionedRuns {
    const known = this.#byScope.get(scope);
    if (known !== undefined) return known;
    const memory =
      scope === widestScope ? null : memoryWithin(scope, this.#conditioning, this.#conditioned(widestScope));
    const made = new ConditionedRuns(this.#conditioning, {
      runs: this.#runsWithin(scope),
      statesMax: this.#stepsMax,
      memory,
    });
    this.#byScope.set(scope, made);
    return made;
  }

  #runsWithin(scope: FailureScope): readonly LongRun[] {
    return runsWithin(scope, this.#faults.events, this.#runs);
  }

  #solvedTop(top: Literal): SolvedGraph {
    const graph = this.#solved.get(top) ?? solved(this.#faults, top, this.#stepsMax);
    this.#solved.set(top, graph);
    return graph;
  }
}
