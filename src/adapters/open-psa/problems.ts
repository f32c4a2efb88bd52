import type { Place, Problem, Problems } from "../../core/problem/problem.ts";

/** More problems than this are not told: whoever has mended these will ask again. */
const problemsMax = 50;

/** Problems as they are found, in a file that is read to its end in any case. */
export class FoundProblems {
  readonly #problems: Problem[] = [];

  add(problem: Problem): void {
    if (this.#problems.length < problemsMax) this.#problems.push(problem);
  }

  /** In the order of the file; `null`: none. */
  all(): Problems | null {
    const [first, ...others] = this.#problems.toSorted(byPlace);
    return first === undefined ? null : [first, ...others];
  }
}

function byPlace({ where: a }: Problem, { where: b }: Problem): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a.line - b.line || a.column - b.column;
}

type Told = Pick<Problem, "what" | "why" | "mend">;

export function problem(code: Problem["code"], where: Place | null, told: Told): Problem {
  return { code, where, ...told };
}
