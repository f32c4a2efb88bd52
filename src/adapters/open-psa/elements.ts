import type { Place } from "../../core/problem/problem.ts";

/** What stands in a place of the file. */
export type Group = "root" | "section" | "definition" | "formula" | "expression" | "truth" | "note";

export interface ElementKind {
  readonly groups: readonly Group[];
  /** What may stand in it. */
  readonly holds: readonly Group[];
  /** Attributes that it must have, and those that it may have. */
  readonly needs?: readonly string[];
  readonly allows?: readonly string[];
  /** How many things count in it, notes aside. */
  readonly count?: readonly [least: number, most: number];
}

const many = Number.POSITIVE_INFINITY;

function formula(least: number, most: number, needs: readonly string[] = []): ElementKind {
  return { groups: ["formula"], holds: ["formula"], needs, count: [least, most] };
}

function expression(least: number, most: number): ElementKind {
  return { groups: ["expression"], holds: ["expression"], count: [least, most] };
}

function reference(...groups: readonly Group[]): ElementKind {
  return { groups, holds: [], needs: ["name"], allows: ["type"] };
}

function definition(holds: Group, count: readonly [number, number]): ElementKind {
  return { groups: ["definition"], holds: [holds, "note"], needs: ["name"], allows: ["role", "unit"], count };
}

/** Every element of the Open-PSA Model Exchange Format that is read; others are refused by name. */
export const elementKinds: Readonly<Record<string, ElementKind>> = {
  "opsa-mef": {
    groups: ["root"],
    holds: ["section", "definition", "note"],
    allows: ["name", "author", "version"],
  },
  "define-fault-tree": { groups: ["section"], holds: ["definition", "note"], needs: ["name"] },
  "model-data": { groups: ["section"], holds: ["definition", "note"] },
  "define-gate": definition("formula", [1, 1]),
  "define-basic-event": definition("expression", [0, 1]),
  "define-house-event": definition("truth", [0, 1]),
  "define-parameter": definition("expression", [1, 1]),
  and: formula(1, many),
  or: formula(1, many),
  not: formula(1, 1),
  xor: formula(2, 2),
  iff: formula(2, 2),
  imply: formula(2, 2),
  nand: formula(1, many),
  nor: formula(1, many),
  atleast: formula(1, many, ["min"]),
  cardinality: formula(1, many, ["min", "max"]),
  constant: { groups: ["formula", "truth"], holds: [], needs: ["value"] },
  gate: reference("formula"),
  "basic-event": reference("formula"),
  "house-event": reference("formula"),
  event: reference("formula"),
  parameter: reference("expression"),
  float: { groups: ["expression"], holds: [], needs: ["value"] },
  int: { groups: ["expression"], holds: [], needs: ["value"] },
  bool: { groups: ["expression"], holds: [], needs: ["value"] },
  exponential: expression(2, 2),
  add: expression(1, many),
  sub: expression(1, many),
  mul: expression(1, many),
  div: expression(1, many),
  neg: expression(1, 1),
  label: { groups: ["note"], holds: [] },
  attributes: { groups: ["note"], holds: [] },
};

/** Elements of the format that mean something which is not computed here: leaving them out would answer another question. */
export const unsupportedElements: readonly string[] = [
  "define-event-tree",
  "define-initiating-event",
  "define-functional-event",
  "define-sequence",
  "define-CCF-group",
  "define-component",
  "define-substitution",
  "define-alignment",
  "define-rule",
  "define-extern-function",
  "system-mission-time",
  "GLM",
  "Weibull",
  "periodic-test",
  "lognormal-deviate",
  "normal-deviate",
  "uniform-deviate",
  "gamma-deviate",
  "beta-deviate",
  "histogram",
  "extern-function",
  "test-functional-event",
  "test-initiating-event",
  "include",
  "import",
  "pi",
  "abs",
  "acos",
  "asin",
  "atan",
  "cos",
  "cosh",
  "exp",
  "log",
  "log10",
  "mod",
  "pow",
  "sin",
  "sinh",
  "sqrt",
  "tan",
  "tanh",
  "min",
  "max",
  "mean",
  "ceil",
  "floor",
  "ite",
  "switch",
  "eq",
  "df",
  "lt",
  "gt",
  "leq",
  "geq",
];

/** An element that is open while the file is read. */
export interface OpenElement {
  readonly name: string;
  readonly kind: ElementKind;
  readonly attributes: Readonly<Record<string, string>>;
  readonly place: Place;
  /** What stood in it, by number. */
  readonly values: number[];
}
