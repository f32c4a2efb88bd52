import type { FailureScope } from "../model/model.ts";
import { type Bounds, chanceBounds } from "./bounds.ts";
import { runsWithin } from "./event-run.ts";
import type { Literal } from "./fault-graph.ts";
import { chancesOfRuns, graphLongRun } from "./frequency.ts";
import type { PlatformFaults } from "./graph-builder.ts";
import type { LongRun } from "./law.ts";
import { longRunOf } from "./long-run.ts";
import { type SolvedGraph, solved } from "./solve.ts";

/** What the tops of a platform come to by decision diagrams, one for each top. */
export class SolvedTops {
  readonly #faults: PlatformFaults;
  readonly #stepsMax: number;
  readonly #runs: readonly LongRun[];
  readonly #known = new Map<Literal, SolvedGraph>();

  /**
   * @param faults every cause told apart
   * @param stepsMax work allowed for one module of a diagram
   */
  constructor(faults: PlatformFaults, stepsMax: number) {
    this.#faults = faults;
    this.#stepsMax = stepsMax;
    this.#runs = faults.events.map(({ law }) => longRunOf(law));
  }

  /** @param scope failures of wider scopes never come @returns `null`: only bounds are known */
  run(top: Literal, scope: FailureScope): LongRun | null {
    const graph = this.#solved(top);
    return graph.isExact ? graphLongRun(graph, this.#runsWithin(scope), "tells-states-apart") : null;
  }

  /** Between what its unavailability lies. */
  bounds(top: Literal, scope: FailureScope): Bounds {
    return chanceBounds(this.#solved(top), chancesOfRuns(this.#runsWithin(scope)));
  }

  #runsWithin(scope: FailureScope): readonly LongRun[] {
    return runsWithin(scope, this.#faults.events, this.#runs);
  }

  #solved(top: Literal): SolvedGraph {
    const graph = this.#known.get(top) ?? solved(this.#faults, top, this.#stepsMax);
    this.#known.set(top, graph);
    return graph;
  }
}
