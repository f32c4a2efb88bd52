import type { Distribution } from "./distribution.ts";

/** Answers about distributions, by what was asked of each. */
export type Known<Answer> = WeakMap<Distribution, Map<number, Answer>>;

/** What is asked again of the same distribution is worked out once; this saves time and changes nothing. */
export function remembered<Answer>(
  known: Known<Answer>,
  [distribution, asked]: readonly [Distribution, number],
  find: () => Answer,
): Answer {
  const answers = known.get(distribution) ?? new Map<number, Answer>();
  known.set(distribution, answers);
  const before = answers.get(asked);
  if (before !== undefined) return before;
  const found = find();
  answers.set(asked, found);
  return found;
}
