import type { Literal } from "../fault-graph.ts";
import type { GraphBuilder, Node } from "../graph-builder.ts";
import { TopRuns } from "../top-runs.ts";

/** Work allowed for one place: more than any place takes whose zones are few. */
const stepsMax = 2 ** 20;

/** How often places fail: worked out for all that have been noted as soon as one is asked for, since they share most of it. */
export class PlaceFailures {
  readonly #builder: GraphBuilder;
  readonly #perHour = new Map<Node, number>();
  #noted = new Set<Node>();

  constructor(builder: GraphBuilder) {
    this.#builder = builder;
  }

  note(place: Node): void {
    if (!this.#perHour.has(place)) this.#noted.add(place);
  }

  perHour(place: Node): number {
    this.note(place);
    if (!this.#perHour.has(place)) this.#workOut();
    return this.#perHour.get(place) ?? 0;
  }

  #workOut(): void {
    const places = [...this.#noted];
    const { faults, tops } = this.#builder.below(places);
    const asked = { faults, tops: [tops] };
    const runs = new TopRuns(asked, { stepsMax, toldApart: () => asked });
    for (const [at, place] of places.entries())
      this.#perHour.set(place, runs.run(tops[at] as Literal)?.failuresPerHour ?? 0);
    this.#noted = new Set();
  }
}
