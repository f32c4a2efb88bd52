import type { Problem } from "../problem/problem.ts";
import { contradiction, named, type ReadSubject, type Said, type Subject } from "./contradiction.ts";
import {
  alternativesOf,
  type Choice,
  choiceWords,
  chosenKeys,
  draftOf,
  editedSpec,
  isAboutPlace,
  placeAt,
  type Spec,
} from "./option-edits.ts";
import {
  combinationCount,
  newProblems,
  type SpecVariant,
  variantsMax,
  variantsOf,
} from "./option-variants.ts";

/** A choice of nothing or of two things, one made twice, and alternatives that the model cannot hold. */
export function ofOptions(
  subject: Subject<"Options">,
  subjects: readonly ReadSubject[],
  platform: Subject<"Platform"> | null,
): readonly Problem[] {
  const { choices } = subject.read.spec;
  const shapes = choices.flatMap((choice, at) => shapeProblems(choice, at, subjects));
  const twice = choices.flatMap((choice, at) => twiceProblems(choice, at, { subject, subjects }));
  const said = [...shapes, ...twice];
  // What is not well said is not tried out.
  const rest = said.length > 0 ? [] : impossibleAlternatives(subject, subjects, platform);
  return [...said, ...rest].map((each) => contradiction(subject, each));
}

function shapeProblems(choice: Choice, at: number, subjects: readonly ReadSubject[]): readonly Said[] {
  const path = ["spec", "choices", at];
  const keys = chosenKeys(choice);
  const [key] = keys;
  if (key === undefined || keys.length > 1) {
    const what = key === undefined ? "lists no alternatives" : `lists ${keys.join(" and ")} together`;
    const mend =
      key === undefined
        ? "add one list, such as replicas:"
        : "make each a choice of its own, with its component";
    return [{ path, what, mend }];
  }
  const component = named(subjects, "Component", choice.component);
  if (component === null) return [];
  const { spec } = component.read;
  if (isAboutPlace(key) && placeAt(choice, spec) < 0) return [noSuchPlace(choice, path, spec)];
  if (key === "checkpointEvery" && spec.job === undefined) {
    const what = `is about ${choice.component}, which runs no job`;
    return [{ path: [...path, key], what, mend: "name a component with a job, or delete the choice" }];
  }
  return repeatedAlternatives([...path, key], alternativesOf(choice, spec).alternatives);
}

function noSuchPlace({ place }: Choice, path: Said["path"], { placements }: Spec): Said {
  const places = placements.map(({ region, cell }) => cell ?? region ?? "").join(", ");
  const mend = `write place: one of ${places}`;
  return place === undefined
    ? { path, what: "names no place", mend }
    : { path: [...path, "place"], what: `is ${place}, where it has no place`, mend };
}

function repeatedAlternatives(
  path: Said["path"],
  alternatives: ReturnType<typeof alternativesOf>["alternatives"],
): readonly Said[] {
  const words = alternatives.map((each) => each.words);
  return alternatives.flatMap(({ words: each, listedAt }, at) =>
    words.indexOf(each) < at && listedAt !== null
      ? [{ path: [...path, listedAt], what: `says ${each} again`, mend: "delete it, or write another" }]
      : [],
  );
}

function twiceProblems(
  choice: Choice,
  at: number,
  { subject, subjects }: { readonly subject: Subject<"Options">; readonly subjects: readonly ReadSubject[] },
): readonly Said[] {
  const path = ["spec", "choices", at];
  const words = choiceWords(choice);
  const { choices } = subject.read.spec;
  const first = choices.findIndex((each) => choiceWords(each) === words);
  if (first < at) {
    const what = `chooses ${words} again, as choices[${first}] does`;
    return [{ path, what, mend: "list all alternatives in one of the two, and delete the other" }];
  }
  const other = subjects.find(
    (each): each is Subject<"Options"> =>
      each.kind === "Options" &&
      each.read.metadata.name < subject.read.metadata.name &&
      each.read.spec.choices.some(({ component }) => component === choice.component),
  );
  if (other === undefined) return [];
  const what = `is about ${choice.component}, and so is ${other.document.subject}`;
  return [
    { path: [...path, "component"], what, mend: "keep the choices about one component in one document" },
  ];
}

function impossibleAlternatives(
  subject: Subject<"Options">,
  subjects: readonly ReadSubject[],
  platform: Subject<"Platform"> | null,
): readonly Said[] {
  const all = subject.read.spec.choices.map((choice, at) => ({ choice, at }));
  const components = [...new Set(all.map(({ choice }) => choice.component))];
  return components.flatMap((name): readonly Said[] => {
    const component = named(subjects, "Component", name);
    // One that contradicts itself today is told as that.
    if (component === null || newProblems(component, component.read.spec, platform).length > 0) return [];
    const own = all.filter(({ choice }) => choice.component === name);
    const choices = own.map(({ choice }) => choice);
    const count = combinationCount(choices, component.read.spec);
    if (count > variantsMax) {
      const what = `have ${count} combinations for ${name}, more than ${variantsMax}`;
      return [{ path: ["spec", "choices"], what, mend: `list fewer alternatives about ${name}` }];
    }
    const variants = variantsOf(component, choices, platform);
    return own.flatMap((each, index) => neverHeld(each, { index, variants, component, platform }));
  });
}

/** Listed alternatives that no combination holds; the reason is that of the alternative by itself. */
function neverHeld(
  { choice, at }: { readonly choice: Choice; readonly at: number },
  of: {
    readonly index: number;
    readonly variants: readonly SpecVariant[];
    readonly component: Subject<"Component">;
    readonly platform: Subject<"Platform"> | null;
  },
): readonly Said[] {
  const { spec } = of.component.read;
  const [key] = chosenKeys(choice);
  return alternativesOf(choice, spec).alternatives.flatMap(({ words, edit, listedAt }, pick) => {
    if (listedAt === null || key === undefined) return [];
    if (of.variants.some(({ picks }) => picks[of.index] === pick)) return [];
    const edited = editedSpec(edit(draftOf(spec)));
    const [problem] = edited === null ? [] : newProblems(of.component, edited, of.platform);
    const because =
      problem?.what ?? `${choice.component} would stand nowhere, or as another alternative has it`;
    const what = `is ${words}, which cannot be: ${because}`;
    const mend =
      problem === undefined ? "delete the alternative" : `delete the alternative, or: ${problem.mend}`;
    return [{ path: ["spec", "choices", at, key, listedAt], what, mend }];
  });
}
