import type { Problem } from "../problem/problem.ts";
import { contradiction, type Said, type Subject } from "./contradiction.ts";

/** Below this a record of every other minute says nothing of how it was meanwhile. */
const holdMin = 300;

export function ofBudgetPolicy(subject: Subject<"ErrorBudgetPolicy">): readonly Problem[] {
  const { hold, states, unknown } = subject.read.spec;
  const names = states.map(({ state }) => state);
  const said: readonly Said[] = [
    ...(hold === undefined || hold >= holdMin
      ? []
      : [
          {
            path: ["spec", "hold"],
            what: "is less than 5 min, and what is left is recorded every other minute",
            mend: "write at least 5 min, or leave it out",
          },
        ]),
    ...(unknown === undefined || names.includes(unknown)
      ? []
      : [
          {
            path: ["spec", "unknown"],
            what: `is ${unknown}, and there is no such state`,
            mend: `write one of ${names.join(", ")}`,
          },
        ]),
    ...states.flatMap((_, at) => ofState(subject, at)),
  ];
  return said.map((each) => contradiction(subject, each));
}

function ofState(subject: Subject<"ErrorBudgetPolicy">, at: number): readonly Said[] {
  const { states } = subject.read.spec;
  const state = states[at];
  if (state === undefined) return [];
  const path = ["spec", "states", at] as const;
  const asks = state.budgetLeft !== undefined || state.burnRate !== undefined;
  const found: readonly (readonly [boolean, Said])[] = [
    [
      states.findIndex((each) => each.state === state.state) < at,
      {
        path: [...path, "state"],
        what: `is ${state.state}, as another is called`,
        mend: "give each state a name of its own",
      },
    ],
    [
      asks && at === states.length - 1,
      {
        path,
        what: "is the last and asks for something: there would be no state where it does not hold",
        mend: "delete budgetLeft and burnRate of it, or add a state below it",
      },
    ],
    [
      !asks && at < states.length - 1,
      {
        path,
        what: "asks for nothing, so none of those below it can ever hold",
        mend: "say budgetLeft or burnRate, or move it to the end",
      },
    ],
    [
      (state.budgetLeft ?? 0) > (states[at - 1]?.budgetLeft ?? 1),
      {
        path: [...path, "budgetLeft"],
        what: "is more than that of the better state above it",
        mend: "put the states in order, best first",
      },
    ],
  ];
  return found.flatMap(([isSo, said]) => (isSo ? [said] : []));
}
