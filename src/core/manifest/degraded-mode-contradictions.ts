import type { FailureScope } from "../model/model.ts";
import type { Problem } from "../problem/problem.ts";
import { durationText } from "../units/text.ts";
import type { Seconds } from "../units/units.ts";
import { contradiction, named, type ReadSubject, type Said, type Subject } from "./contradiction.ts";
import type { Path } from "./document.ts";

type Journey = Subject<"Journey">;
type Mode = Journey["read"]["spec"]["degradedModes"][number];

/** What cannot be true of the degraded modes of a journey. @param rtos of the journey when it is whole, by scope */
export function ofDegradedModes(
  subject: Journey,
  subjects: readonly ReadSubject[],
  rtos: Readonly<Partial<Record<FailureScope, Seconds>>>,
): readonly Problem[] {
  const { entry, degradedModes } = subject.read.spec;
  // Components that are not declared are told as that.
  if (named(subjects, "Component", entry) === null) return [];
  const isDeclared = (name: string): boolean => named(subjects, "Component", name) !== null;
  const needed = closureOf(subjects, entry);
  const said = degradedModes.flatMap((mode, at) => {
    const path: Path = ["spec", "degradedModes", at];
    return [
      ...leftOut(mode, path, { journey: subject.read.metadata.name, entry, needed, isDeclared }),
      ...inVain(mode, path, subjects),
      ...tooLong(mode, path, fullerThan(degradedModes, at, rtos)),
    ];
  });
  return said.map((each) => contradiction(subject, each));
}

interface Whole {
  readonly journey: string;
  readonly entry: string;
  readonly needed: ReadonlySet<string>;
  readonly isDeclared: (name: string) => boolean;
}

/** A mode differs from the whole by something that the whole needs. */
function leftOut(
  { without, instead }: Mode,
  path: Path,
  { journey, entry, needed, isDeclared }: Whole,
): readonly Said[] {
  if (without.length + instead.length === 0) {
    const what = "does without nothing, and is the whole";
    return [{ path, what, mend: "say what it does without, or what stands in: without: [search]" }];
  }
  const names = [
    ...without.map((name, at) => ({ name, path: [...path, "without", at] })),
    ...instead.map(({ of }, at) => ({ name: of, path: [...path, "instead", at, "of"] })),
  ];
  return names.flatMap(({ name, path: where }, at): readonly Said[] => {
    if (names.findIndex((each) => each.name === name) < at)
      return [{ path: where, what: `is ${name} again`, mend: "say once what becomes of it" }];
    if (!needed.has(name) && isDeclared(name))
      return [{ path: where, what: `is ${name}, which ${journey} does not need`, mend: "delete it" }];
    if (name !== entry || at >= without.length) return [];
    const what = `is ${name}, which a request reaches first`;
    return [{ path: where, what, mend: `say what is reached instead: instead: [{ of: ${name}, by: … }]` }];
  });
}

/** What stands in for something must not need it. */
function inVain({ without, instead }: Mode, path: Path, subjects: readonly ReadSubject[]): readonly Said[] {
  const missing = new Set([...without, ...instead.map(({ of }) => of)]);
  return instead.flatMap(({ of, by }, at): readonly Said[] => {
    const where = [...path, "instead", at, "by"];
    if (missing.has(by))
      return [{ path: where, what: `is ${by}, which the mode does without`, mend: "name another" }];
    if (!closureOf(subjects, by).has(of)) return [];
    const what = `is ${by}, which needs ${of} itself`;
    return [{ path: where, what, mend: `let ${by} do without ${of}, or name another` }];
  });
}

interface Fuller {
  readonly name: string;
  readonly rto: Readonly<Partial<Record<FailureScope, Seconds | undefined>>>;
}

/** What gives more than the mode at a place, the whole first. */
function fullerThan(modes: readonly Mode[], at: number, whole: Fuller["rto"]): readonly Fuller[] {
  return [{ name: "the whole", rto: whole }, ...modes.slice(0, at)];
}

/** Where a fuller mode must be there sooner, the time of this one says nothing. */
function tooLong({ rto }: Mode, path: Path, fuller: readonly Fuller[]): readonly Said[] {
  return (["zone", "region", "provider", "dependency"] as const).flatMap((scope) => {
    const own = rto[scope];
    if (own === undefined) return [];
    const sooner = fuller.find((each) => (each.rto[scope] ?? own) < own);
    if (sooner === undefined) return [];
    const than = durationText.print(sooner.rto[scope] ?? own);
    const what = `is ${durationText.print(own)}, longer than the ${than} of ${sooner.name}, which gives more`;
    return [{ path: [...path, "rto", scope], what, mend: `write less than ${than}, or order the modes` }];
  });
}

/** A component and all that it comes to need hard, with what may answer in their place. */
function closureOf(subjects: readonly ReadSubject[], name: string): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [name];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    const needs = named(subjects, "Component", next)?.read.spec.needs ?? [];
    for (const { component, strength, fallbacks } of needs)
      if (strength === "hard") waiting.push(component, ...fallbacks);
  }
  return found;
}
