import { didYouMean } from "../core/problem/nearest.ts";
import type { Problem } from "../core/problem/problem.ts";
import { pathWord } from "../core/problem/shell-word.ts";

interface Unknown {
  readonly what: "plan" | "scenario";
  readonly name: string;
  readonly workspace: string;
  /** The plan whose scenarios are meant. */
  readonly of?: string;
}

export function unknown({ what, name, workspace, of }: Unknown, known: readonly string[]): Problem {
  const whose = of === undefined ? `in ${pathWord(workspace)}` : `that plan ${of} covers`;
  const list =
    known.length === 0 ? "there is none" : `there ${known.length === 1 ? "is" : "are"} ${known.join(", ")}`;
  return {
    code: `plan/unknown-${what}`,
    what: `there is no ${what} "${name}" ${whose}`,
    where: null,
    why: "a plan is foretold for a scenario that it covers",
    mend: `${didYouMean(name, known)}${list}`,
  };
}
