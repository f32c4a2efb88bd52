import type { WarmWish } from "../core/model/warm-wish.ts";
import type { SqlWish } from "../core/model/verify-wish.ts";
import { notSo, type Tried } from "../core/plan/verifier.ts";
import { unreachable } from "../core/problem/problem.ts";
import type { ProgramWish } from "../core/model/wishes.ts";
import { tryOnce, type Verifiers } from "./verifiers.ts";

export interface WarmParts {
  readonly verifiers: Verifiers;
  /** One run of a program of the user's. */
  readonly runOnce: (program: ProgramWish, signal: AbortSignal) => Promise<Tried>;
}

/** Makes one place ready, try after try: what has been committed once is not said again. */
export class WarmUp {
  readonly #wish: WarmWish;
  readonly #parts: WarmParts;
  #committed = 0;

  constructor(wish: WarmWish, parts: WarmParts) {
    this.#wish = wish;
    this.#parts = parts;
  }

  /** One try: it is so when as many answers in a row come soon enough. */
  async try(signal: AbortSignal): Promise<Tried> {
    const wish = this.#wish;
    const { verifiers, runOnce } = this.#parts;
    switch (wish.kind) {
      case "inference":
        return verifiers.prompted.try(wish, signal);
      case "http":
        return inARow(wish.inARow, async () => tryOnce(verifiers, wish.request, signal));
      case "sql": {
        const { statements, question } = wish;
        const filled = await this.#commit(statements, signal);
        if (filled.kind !== "so" || question === null) return filled;
        return inARow(wish.inARow, async () => tryOnce(verifiers, question, signal));
      }
      case "exec":
        return runOnce(wish.program, signal);
      default:
        return unreachable(wish);
    }
  }

  async #commit(statements: readonly SqlWish[], signal: AbortSignal): Promise<Tried> {
    for (const statement of statements.slice(this.#committed)) {
      const tried = await tryOnce(this.#parts.verifiers, statement, signal);
      if (tried.kind !== "so") return tried;
      this.#committed += 1;
    }
    return { kind: "so" };
  }
}

async function inARow(times: number, once: () => Promise<Tried>): Promise<Tried> {
  for (let time = 1; time <= times; time += 1) {
    const tried = await once();
    if (tried.kind === "not-so") return notSo(`${tried.because} (${time} of ${times} in a row)`);
    if (tried.kind !== "so") return tried;
  }
  return { kind: "so" };
}
