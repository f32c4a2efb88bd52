import type { Parsed, Problem } from "../core/problem/problem.ts";
import type { LabStatus } from "./lab.ts";

/** What keeps a drill from going on: its record cannot be written, its platform does not answer, or is there no more. */
export class BrokenOff extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.what);
    this.problem = problem;
  }
}

/** @throws BrokenOff when there is none */
export function valueOf<Value>(answer: Parsed<Value>): Value {
  if (!answer.ok) throw new BrokenOff(answer.problems[0]);
  return answer.value;
}

/**
 * What a platform under a drill says of itself; `null`: no answer this time, which is no wonder after a fault.
 *
 * @throws BrokenOff when it was ended: whether it would have recovered nobody can know
 */
export function seenOf(answer: Parsed<LabStatus>): LabStatus | null {
  if (answer.ok) return answer.value;
  const [{ code, what }] = answer.problems;
  if (code === "lab/none-runs" || code === "lab/left-behind") throw new BrokenOff(labEnded(what));
  return null;
}

function labEnded(what: string): Problem {
  return {
    code: "drill/lab-ended",
    what: `the lab was ended while the drill ran: ${what}`,
    where: null,
    why: "That says nothing about how its platform recovers, so no verdict is given.",
    mend: "start the lab again, leave it running, and run the drill again",
  };
}
