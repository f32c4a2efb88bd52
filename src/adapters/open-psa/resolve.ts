import type { BasicEvent, Gate, Literal } from "../../core/availability/fault-graph.ts";
import type { FaultTree } from "../../core/availability/fault-tree.ts";
import { didYouMean } from "../../core/problem/nearest.ts";
import type { Parsed, Place } from "../../core/problem/problem.ts";
import { ratio } from "../../core/units/units.ts";
import type { Definition, Draft, Mention, Term } from "./draft.ts";
import { definitionOf, type Definitions, keyOf } from "./definitions.ts";
import { valuesOf } from "./expressions.ts";
import { inOrder } from "./in-order.ts";
import { FoundProblems, problem } from "./problems.ts";

/** Looks up every name. What is wrong with them is told all at once. */
export function resolved(draft: Draft, file: string): Parsed<FaultTree> {
  const problems = new FoundProblems();
  const definitions = definitionsOf(draft, problems);
  checkMentions(draft, definitions, problems);
  const chances = problems.all() === null ? valuesOf(draft, definitions, problems) : [];
  const names = { draft, definitions, problems };
  if (problems.all() === null) checkCircles(names);
  const events = problems.all() === null ? eventsOf(names, chances) : [];
  const tree = problems.all() === null ? treeOf(names, events, file) : null;
  const found = problems.all();
  if (found !== null || tree === null) {
    return { ok: false, problems: found ?? [noGate(file)] };
  }
  return { ok: true, value: tree };
}

function noGate(file: string) {
  const what = "no gate is defined";
  const why = "A fault tree is asked for the chance of a gate.";
  return problem(
    "tree/no-gate",
    { file, line: 1, column: 1 },
    { what, why, mend: "write a <define-gate> in a <define-fault-tree>" },
  );
}

interface Names {
  readonly draft: Draft;
  readonly definitions: Definitions;
  readonly problems: FoundProblems;
}

function definitionsOf({ definitions }: Draft, problems: FoundProblems): Definitions {
  const known = new Map<string, Definition>();
  for (const each of definitions) {
    const key = keyOf(each.kind, each.name);
    const first = known.get(key);
    if (first === undefined) known.set(key, each);
    else {
      const what = `"${each.name}" is defined a second time; the first time is line ${first.place.line}`;
      const why = "One name stands for one thing, and which of the two is meant cannot be told.";
      problems.add(
        problem("tree/duplicate", each.place, {
          what,
          why,
          mend: "leave one of them out, or give it another name",
        }),
      );
    }
  }
  return known;
}

function checkMentions({ names }: Draft, definitions: Definitions, problems: FoundProblems): void {
  for (const mention of names) {
    const { kind, name, place } = mention;
    const found = definitionOf(definitions, mention);
    if (found === undefined) {
      const known = [...definitions.values()]
        .filter((each) => isOfKind(mention, each))
        .map((each) => each.name);
      const what = `${kind} "${name}" is not defined`;
      const why = "What it stands for, and how likely it fails, is not known.";
      problems.add(
        problem("tree/undefined", place, {
          what,
          why,
          mend: `${didYouMean(name, known)}define it, or correct the name`,
        }),
      );
    } else if (!isOfKind(mention, found)) {
      const what = `"${name}" is used as a ${kind}, and defined as a ${found.kind}`;
      const why = "One of the two is a mistake.";
      problems.add(
        problem("tree/wrong-kind", place, {
          what,
          why,
          mend: `write <${found.kind} name="${name}"/>, or define a ${kind} of that name`,
        }),
      );
    }
  }
}

function isOfKind({ kind }: Mention, definition: Definition): boolean {
  return kind === definition.kind || (kind === "event" && definition.kind !== "parameter");
}

/** The names that a gate reads, its nested formulas included. */
function readsOf({ formulas, names }: Draft, term: Term): readonly Mention[] {
  const found: Mention[] = [];
  const open = [term];
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    const plain = each < 0 ? ~each : each;
    if ((plain & 1) === 1) found.push(names[plain >> 1] as Mention);
    else for (const input of formulas[plain >> 1]?.inputs ?? []) open.push(input);
  }
  return found;
}

function checkCircles({ draft, definitions, problems }: Names): void {
  const gates = [...definitions.values()].filter((each) => each.kind === "gate");
  const { circle } = inOrder(gates, (gate) =>
    readsOf(draft, gate.term).flatMap((mention) => {
      const found = definitionOf(definitions, mention);
      return found?.kind === "gate" ? [found] : [];
    }),
  );
  if (circle === null) return;
  const path = [...circle, ...circle.slice(0, 1)].map(({ name }) => `"${name}"`).join(" → ");
  const why = "A gate that decides over itself has no value.";
  problems.add(
    problem("tree/circle", circle[0]?.place ?? null, {
      what: `gates read one another in a circle: ${path}`,
      why,
      mend: "leave out one of these inputs",
    }),
  );
}

function eventsOf(
  { definitions, problems }: Names,
  chances: ReadonlyMap<string, number> | readonly never[],
): BasicEvent[] {
  const events: BasicEvent[] = [];
  for (const each of definitions.values()) {
    if (each.kind !== "basic-event") continue;
    const chance = chances instanceof Map ? (chances.get(each.name) as number | undefined) : undefined;
    if (chance === undefined) {
      tellChance(problems, each.place, `basic-event "${each.name}" has no chance of failure`);
    } else if (!(chance >= 0 && chance <= 1)) {
      tellChance(
        problems,
        each.place,
        `basic-event "${each.name}" fails with a chance of ${chance}, which lies outside 0 to 1`,
      );
    } else events.push({ name: each.name, law: { kind: "constant", unavailability: ratio(chance) } });
  }
  return events;
}

function tellChance(problems: FoundProblems, place: Place, what: string): void {
  const why = "The chance of the top is made of the chances of its events.";
  problems.add(
    problem("tree/bad-chance", place, {
      what,
      why,
      mend: 'write a number from 0 to 1 in it: <float value="1e-3"/>',
    }),
  );
}

function treeOf(
  { draft, definitions, problems }: Names,
  events: BasicEvent[],
  file: string,
): FaultTree | null {
  const { formulas, names, name } = draft;
  if (problems.all() !== null) return null;
  const eventNumbers = new Map(events.map((event, index) => [event.name, index]));
  const named = [...definitions.values()].filter(
    (each) => each.kind === "gate" || each.kind === "house-event",
  );
  if (!named.some(({ kind }) => kind === "gate")) return null;
  const numbers = new Map(named.map((each, index) => [each.name, events.length + index]));
  const literalOf = (term: Term): Literal => {
    const plain = term < 0 ? ~term : term;
    const mention = names[plain >> 1];
    const isName = (plain & 1) === 1 && mention !== undefined;
    const node = isName
      ? (eventNumbers.get(mention.name) ?? numbers.get(mention.name) ?? 0)
      : events.length + named.length + (plain >> 1);
    return term < 0 ? ~node : node;
  };
  const gates: Gate[] = named.map((each) =>
    each.kind === "gate"
      ? { name: each.name, kind: "and", inputs: [literalOf(each.term)] }
      : { name: each.name, kind: each.isFailed ? "and" : "or", inputs: [] },
  );
  for (const { kind, least, inputs } of formulas) {
    const read = inputs.map(literalOf);
    gates.push(
      kind === "at-least" ? { name: "", kind, least, inputs: read } : { name: "", kind, inputs: read },
    );
  }
  return {
    name: name ?? file,
    graph: { events, gates },
    gates: namedGates(named, numbers),
    roots: rootsOf(draft, named),
  };
}

function namedGates(
  named: readonly Definition[],
  numbers: ReadonlyMap<string, number>,
): Map<string, Literal> {
  return new Map(
    named.flatMap(({ kind, name }) => (kind === "gate" ? [[name, numbers.get(name) ?? 0] as const] : [])),
  );
}

function rootsOf({ names }: Draft, named: readonly Definition[]): readonly string[] {
  const read = new Set(names.filter(({ kind }) => kind !== "parameter").map(({ name }) => name));
  return named.filter(({ kind, name }) => kind === "gate" && !read.has(name)).map(({ name }) => name);
}
