import type { Problem } from "../problem/problem.ts";
import { ofComponent } from "./component-contradictions.ts";
import type { Subject } from "./contradiction.ts";
import { alternativesOf, type Choice, draftOf, editedSpec, type Spec } from "./option-edits.ts";

/** As many ways to build one component are told apart; each is priced, and is part of one fault graph. */
export const variantsMax = 729;

export interface SpecVariant {
  readonly picks: readonly number[];
  readonly spec: Spec;
}

/** How many combinations the alternatives of some choices have, those that cannot be too. */
export function combinationCount(choices: readonly Choice[], spec: Spec): number {
  return choices.reduce((count, choice) => count * alternativesOf(choice, spec).alternatives.length, 1);
}

/**
 * Every way to build a component that contradicts nothing, today's first; of ways that come to the same, the one with the fewest
 * changes. @param choices those about this component, each with one key that lists alternatives
 */
export function variantsOf(
  component: Subject<"Component">,
  choices: readonly Choice[],
  platform: Subject<"Platform"> | null,
): readonly SpecVariant[] {
  const { spec } = component.read;
  const of = choices.map((choice) => alternativesOf(choice, spec));
  const today = of.map((each) => each.today);
  const changes = ({ picks }: SpecVariant): number => picks.filter((pick, at) => pick !== today[at]).length;
  const found = combinations(of.map(({ alternatives }) => alternatives.length))
    .flatMap((picks): readonly SpecVariant[] => {
      const draft = picks.reduce(
        (each, pick, at) => of[at]?.alternatives[pick]?.edit(each) ?? each,
        draftOf(spec),
      );
      const edited = changes({ picks, spec }) === 0 ? spec : editedSpec(draft);
      return edited === null ? [] : [{ picks, spec: edited }];
    })
    .sort((a, b) => changes(a) - changes(b));
  const seen = new Set<string>();
  return found.filter(({ spec: edited }) => {
    const key = JSON.stringify(edited);
    if (seen.has(key)) return false;
    seen.add(key);
    return edited === spec || newProblems(component, edited, platform).length === 0;
  });
}

/** What a component would contradict if it were built so. */
export function newProblems(
  component: Subject<"Component">,
  spec: Spec,
  platform: Subject<"Platform"> | null,
): readonly Problem[] {
  return ofComponent({ ...component, read: { ...component.read, spec } }, platform);
}

function combinations(sizes: readonly number[]): readonly (readonly number[])[] {
  return sizes.reduce<readonly (readonly number[])[]>(
    (all, size) => all.flatMap((picks) => Array.from({ length: size }, (_, pick) => [...picks, pick])),
    [[]],
  );
}
