import type { Choice, Options, Variant } from "../model/options.ts";
import { invariant } from "../problem/problem.ts";
import { atLeastOne, declared } from "./build.ts";
import { componentOf, type Surroundings } from "./build-component.ts";
import { named, type ReadSubject, type Subject } from "./contradiction.ts";
import { alternativesOf, choiceWords } from "./option-edits.ts";
import { variantsOf } from "./option-variants.ts";

/** @param subjects with the components that are chosen about */
export function optionsOf(
  { read: { metadata, spec } }: Subject<"Options">,
  subjects: readonly ReadSubject[],
  surroundings: Surroundings,
): Options {
  const componentNamed = (name: string): Subject<"Component"> => {
    const component = named(subjects, "Component", name);
    invariant(component !== null, `references let no unknown component through, got ${name}`);
    return component;
  };
  const platform = subjects.find((each): each is Subject<"Platform"> => each.kind === "Platform") ?? null;
  const choices = spec.choices.map((choice): Choice => {
    const { alternatives, today } = alternativesOf(choice, componentNamed(choice.component).read.spec);
    const words = alternatives.map((each) => each.words);
    return { component: choice.component, what: choiceWords(choice), alternatives: words, today };
  });
  const names = [...new Set(spec.choices.map(({ component }) => component))].sort();
  const variants = names.map((name) => {
    const component = componentNamed(name);
    const own = spec.choices.filter((choice) => choice.component === name);
    const built = variantsOf(component, own, platform).map(
      ({ picks, spec: edited }): Variant => ({
        picks,
        component: componentOf({ ...component.read, spec: edited }, surroundings),
      }),
    );
    return [name, atLeastOne(built)] as const;
  });
  return { ...declared(metadata), choices: atLeastOne(choices), variants: new Map(variants) };
}
