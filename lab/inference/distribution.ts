import { nameSets } from "../../src/core/llm/llm.ts";

/** Every edge that some runtime has, in seconds: what was measured once can be told with the buckets of each. */
const allEdges: readonly number[] = [
  ...new Set(
    nameSets.flatMap(({ measured }) =>
      measured.flatMap((each) =>
        each.kind === "latency"
          ? each.edges.map((edge) => (each.unit === "seconds" ? edge : edge / 1000))
          : [],
      ),
    ),
  ),
].sort((a, b) => a - b);

/** Durations, counted between edges. */
export class Distribution {
  readonly #counts: number[] = allEdges.map(() => 0).concat(0);
  #sum = 0;
  #count = 0;

  get sum(): number {
    return this.#sum;
  }

  get count(): number {
    return this.#count;
  }

  observe(seconds: number): void {
    const bucket = allEdges.findIndex((edge) => seconds <= edge);
    const index = bucket === -1 ? allEdges.length : bucket;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sum += seconds;
    this.#count += 1;
  }

  /** How many were at most so long. @param edge one of those that some runtime has */
  atMost(edge: number): number {
    const last = allEdges.indexOf(edge);
    return this.#counts.slice(0, last + 1).reduce((sum, count) => sum + count, 0);
  }
}
