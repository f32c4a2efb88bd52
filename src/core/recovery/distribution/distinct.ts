import { unreachable } from "../../problem/problem.ts";
import type { Distribution } from "./distribution.ts";

/**
 * Distributions of which those made of the same are one and the same object, and so are their parts: what is remembered of one is
 * then known of all that are like it.
 */
export class DistinctDistributions {
  readonly #byContent = new Map<string, Distribution>();
  readonly #numbers = new Map<Distribution, number>();

  /** The first that was given of those made as this one is. */
  like(distribution: Distribution): Distribution {
    if (this.#numbers.has(distribution)) return distribution;
    const made = this.#ofDistinctParts(distribution);
    const content = this.#contentOf(made);
    const known = this.#byContent.get(content);
    if (known !== undefined) return known;
    this.#byContent.set(content, made);
    this.#numbers.set(made, this.#numbers.size);
    return made;
  }

  #ofDistinctParts(distribution: Distribution): Distribution {
    switch (distribution.kind) {
      case "fixed":
      case "uniform":
      case "exponential":
      case "log-normal":
        return distribution;
      case "sum":
      case "slowest":
        return { kind: distribution.kind, of: distribution.of.map((part) => this.like(part)) };
      case "mixture":
        return {
          kind: "mixture",
          of: distribution.of.map(({ chance, time }) => ({ chance, time: this.like(time) })),
        };
      case "retried":
        return { ...distribution, attempt: this.like(distribution.attempt) };
      default:
        return unreachable(distribution);
    }
  }

  /** Tells it from every other whose parts are distinct ones. */
  #contentOf(distribution: Distribution): string {
    switch (distribution.kind) {
      case "fixed":
        return `fixed ${distribution.time}`;
      case "uniform":
        return `uniform ${distribution.from} ${distribution.to}`;
      case "exponential":
        return `exponential ${distribution.mean}`;
      case "log-normal":
        return `log-normal ${distribution.median} ${distribution.sigma}`;
      case "sum":
      case "slowest":
        return `${distribution.kind} ${distribution.of.map((part) => this.#numbers.get(part)).join(" ")}`;
      case "mixture":
        return `mixture ${distribution.of.map(({ chance, time }) => `${chance} ${this.#numbers.get(time)}`).join(" ")}`;
      case "retried":
        return `retried ${distribution.success} ${this.#numbers.get(distribution.attempt)}`;
      default:
        return unreachable(distribution);
    }
  }
}
