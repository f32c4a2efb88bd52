import type { ProgramWish, RunWish } from "../../core/model/wishes.ts";
import type { Problem } from "../../core/problem/problem.ts";

const why =
  "This step is done by something of your own, and what is not known to be done must not be reported as done.";

function problem(code: Problem["code"], what: string, mend: string): Problem {
  return { code, what, where: null, why, mend };
}

const again = "see what it did, and apply the step again: its epoch tells it that it is the same attempt";

function shownStep({ plan, step }: RunWish): string {
  return `the step ${step} of the plan ${plan}`;
}

export function unusableWish(because: string): Problem {
  return problem("run/wish-unusable", because, "mend the wish: see the manual for its fields");
}

export function missingEnvironment(wish: RunWish, name: string): Problem {
  return problem(
    "run/environment",
    `${shownStep(wish)} is to be given ${name}, which our environment does not have, or not in a form that can be passed on`,
    `set ${name} where Holdfast runs, as one line; or take the name out of the wish`,
  );
}

export function uncheckable(wish: RunWish): Problem {
  return problem(
    "run/no-check",
    `nobody can know how ${shownStep(wish)} stands: its wish names no check`,
    "name a check in the wish, which tells how it is and how it will be",
  );
}

export function unstarted(wish: ProgramWish, because: string): Problem {
  return problem(
    "run/cannot-start",
    `${shownStep(wish)}: ${because}`,
    "see that the program exists and may be run, by its path or by a PATH that is passed on, and that its folder is there",
  );
}

export function failedProgram(wish: RunWish, status: number | null, said: string): Problem {
  const end = status === null ? "was ended by a signal" : `ended with ${status}`;
  return problem("run/program-failed", `the program of ${shownStep(wish)} ${end}: ${said}`, again);
}

export function untoldEpoch(wish: RunWish, said: string): Problem {
  return problem(
    "run/newer-epoch-untold",
    `${shownStep(wish)} is said to be outdated (3), and the newer epoch is not told: ${said}`,
    "let the program print the epoch that it found as its last line, epoch=9, and end with 3 only when that is higher than HOLDFAST_EPOCH",
  );
}

export function stopped(wish: RunWish, reason: unknown): Problem {
  const because = reason instanceof Error ? reason.message : String(reason);
  return problem(
    "run/stopped",
    `${shownStep(wish)} was ended before it was done: ${because}`,
    "nobody knows how far it came. See what it did, and apply the step again; give it more time if that was too short",
  );
}

export function unreached(wish: RunWish, because: string): Problem {
  return problem(
    "run/unreached",
    `${shownStep(wish)} has no answer: ${because}`,
    "see that the service is there; what it did with the request nobody knows. Apply the step again: it goes with the same Idempotency-Key",
  );
}

export function otherStatus(wish: RunWish, status: number, said: string): Problem {
  return problem(
    "run/other-status",
    `${shownStep(wish)} is answered with the status ${status}: ${said}`,
    again,
  );
}

export function strangeCheck(wish: RunWish, said: string): Problem {
  return problem(
    "run/check-unreadable",
    `the check of ${shownStep(wish)} does not tell settings: ${said}`,
    'let it tell one line of JSON, at the end and within 1 MiB: {"now": {"traffic": "east"}, "wanted": {"traffic": "west"}, "epoch": 7}',
  );
}

export function notAsWished(wish: RunWish, given: string): Problem {
  return problem(
    "run/not-as-wished",
    `${shownStep(wish)} says it is done, and its check says: ${given}`,
    "see which of them is wrong, and apply the step again",
  );
}
