import { type Definitions, definitionOf } from "./definitions.ts";
import type { Definition, Draft, DraftExpression } from "./draft.ts";
import { inOrder } from "./in-order.ts";
import { type FoundProblems, problem } from "./problems.ts";

type Parameter = Extract<Definition, { kind: "parameter" }>;

/** What the expression of each basic event that has one comes to. */
export function valuesOf(
  draft: Draft,
  definitions: Definitions,
  problems: FoundProblems,
): ReadonlyMap<string, number> {
  const parameters = [...definitions.values()].filter((each) => each.kind === "parameter");
  const parameterOf = (name: number): Parameter | null => {
    const mention = draft.names[name];
    const found = mention === undefined ? undefined : definitionOf(definitions, mention);
    return found?.kind === "parameter" ? found : null;
  };
  const { ordered, circle } = inOrder(parameters, (each) =>
    partsOf(draft, each.expression).flatMap((part) => {
      const read = part.kind === "parameter" ? parameterOf(part.name) : null;
      return read === null ? [] : [read];
    }),
  );
  if (circle !== null) {
    const path = [...circle, ...circle.slice(0, 1)].map(({ name }) => `"${name}"`).join(" → ");
    const why = "A number that is made of itself has no value.";
    problems.add(
      problem("tree/circle", circle[0]?.place ?? null, {
        what: `parameters read one another in a circle: ${path}`,
        why,
        mend: "write a number in one of them",
      }),
    );
    return new Map();
  }
  const known = new Map<Parameter, number>();
  const valueOf = (expression: number): number =>
    evaluated(draft, expression, (name) => {
      const parameter = parameterOf(name);
      return (parameter === null ? undefined : known.get(parameter)) ?? Number.NaN;
    });
  for (const parameter of ordered) known.set(parameter, valueOf(parameter.expression));
  return new Map(
    [...definitions.values()].flatMap((each) =>
      each.kind === "basic-event" && each.expression !== null
        ? [[each.name, valueOf(each.expression)] as const]
        : [],
    ),
  );
}

/** An expression and all that stands in it, each after what it reads itself. */
function numbersBelow(draft: Draft, expression: number): readonly number[] {
  return inOrder([expression], (each) => {
    const found = draft.expressions[each];
    return found === undefined || !("inputs" in found) ? [] : found.inputs;
  }).ordered;
}

function partsOf(draft: Draft, expression: number): readonly DraftExpression[] {
  return numbersBelow(draft, expression).map((each) => draft.expressions[each] as DraftExpression);
}

function evaluated(draft: Draft, expression: number, parameterValue: (name: number) => number): number {
  const values = new Map<number, number>();
  for (const each of numbersBelow(draft, expression)) {
    const found = draft.expressions[each] as DraftExpression;
    if (found.kind === "number") values.set(each, found.value);
    else if (found.kind === "parameter") values.set(each, parameterValue(found.name));
    else
      values.set(
        each,
        computed(
          found.kind,
          found.inputs.map((input) => values.get(input) ?? Number.NaN),
        ),
      );
  }
  return values.get(expression) ?? Number.NaN;
}

type Operation = Exclude<DraftExpression["kind"], "number" | "parameter">;

function computed(kind: Operation, inputs: readonly number[]): number {
  const [first = Number.NaN, ...others] = inputs;
  switch (kind) {
    case "add":
      return others.reduce((sum, each) => sum + each, first);
    case "sub":
      return others.reduce((rest, each) => rest - each, first);
    case "mul":
      return others.reduce((product, each) => product * each, first);
    case "div":
      return others.reduce((quotient, each) => quotient / each, first);
    case "neg":
      return -first;
    case "exponential":
      // Fails at this rate until this time: 1 − e^(−λt), without losing the digits of a small one.
      return -Math.expm1(-first * (others[0] ?? Number.NaN));
  }
}
