import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  calendar,
  condition,
  metric,
  policy,
  ratio,
  spec,
  threshold,
} from "../../../../test/openslo-documents.ts";
import { isRecord } from "../../manifest/json-schema.ts";
import { readOpenSlo } from "../openslo.ts";
import { formatted } from "./format.ts";

/** Documents with texts of all sorts; what of them is not valid is kept too. */
const documents: readonly unknown[] = [
  {
    apiVersion: "openslo/v1",
    kind: "SLO",
    metadata: {
      name: "a",
      displayName: "A: b # c",
      labels: { x: ["b", ""], y: "1" },
      annotations: { "a/b": "- c" },
    },
    spec: {
      ...spec,
      description: "one\ntwo\n\n  three\n",
      timeWindow: [{ duration: "1M", isRolling: false, calendar }],
      objectives: [
        { displayName: "d", target: 0.5 },
        { target: 0.25, value: 1 },
      ],
      alertPolicies: [
        { alertPolicyRef: "p" },
        { kind: "AlertPolicy", metadata: { name: "p" }, spec: policy },
      ],
    },
  },
  {
    apiVersion: "openslo/v1",
    kind: "SLI",
    metadata: { name: "a" },
    spec: { ...ratio.spec, more: threshold },
  },
  {
    apiVersion: "openslo/v1",
    kind: "DataSource",
    metadata: { name: "a" },
    spec: {
      type: "t",
      connectionDetails: { z: [[1, [2]], {}, [], { b: null, a: true }], a: "\n\n", b: " x " },
    },
  },
  { apiVersion: "openslo/v1", ...condition },
  { apiVersion: "openslo/v1alpha", kind: "Service", metadata: { name: "a" }, unknown: { b: "?", a: metric } },
];

/** Keys in the order of the specification, written down by hand, by what they stand in. */
const orders: Readonly<Record<string, readonly string[]>> = {
  "": ["apiVersion", "kind", "metadata", "spec", "unknown"],
  metadata: ["name", "displayName", "labels", "annotations"],
  calendar: ["startTime", "timeZone"],
  timeWindow: ["duration", "isRolling", "calendar"],
  objectives: ["displayName", "value", "target"],
  condition: ["kind", "op", "threshold", "lookbackWindow", "alertAfter"],
  ratioMetric: ["counter", "good", "total"],
};

/** Chances drawn from one number, the same each time. */
type Chance = (sides: number) => number;

function chanceFrom(seed: number): Chance {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    const more = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((more ^ (more >>> 14)) >>> 0) % sides;
  };
}

function padded(line: string, pad: string): string {
  return line === "" ? "" : `${pad}${line}`;
}

/** Writes data as somebody might who knows YAML well and cares for nothing: comments say what they are about. */
class Scribe {
  readonly #chance: Chance;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  document(value: unknown): readonly string[] {
    const head = this.#isSo(3) ? ["# of the whole", ""] : [];
    return [...head, ...this.#block(value, "")];
  }

  #isSo(sides: number): boolean {
    return this.#chance(sides) === 0;
  }

  /** Lines of a map or a list, as deep as each other. */
  #block(value: unknown, path: string): readonly string[] {
    const pad = Array.isArray(value) ? "- " : "";
    return this.#entries(value, path).flatMap(([key, each, at]) => {
      const told = [...(this.#isSo(4) ? [""] : []), ...(this.#isSo(3) ? [`# above ${at}`] : [])];
      return [...told, ...this.#entry(key === null ? pad.trim() : `${this.#key(key)}:`, each, at)];
    });
  }

  #entries(value: unknown, path: string): readonly (readonly [string | null, unknown, string])[] {
    if (Array.isArray(value))
      return (value as readonly unknown[]).map((each, at) => [null, each, `${path}>${at}`] as const);
    const entries = Object.entries(isRecord(value) ? value : {}).map(
      ([key, each]) => [key, each, `${path}>${key}`] as const,
    );
    return entries
      .map((each) => [this.#chance(1_000), each] as const)
      .sort(([a], [b]) => a - b)
      .map(([, each]) => each);
  }

  #key(key: string): string {
    return this.#isSo(8) ? JSON.stringify(key) : key;
  }

  #entry(head: string, value: unknown, path: string): readonly string[] {
    const beside = this.#isSo(4) ? `  # beside ${path}` : "";
    const isEmpty = typeof value !== "object" || value === null || Object.keys(value).length === 0;
    if (isEmpty) return this.#scalar(head, value, beside);
    if (this.#isSo(6)) return [`${head} ${this.#inline(value)}${beside}`];
    if (this.#isSo(6)) return this.#braces(head, value, { path, beside });
    return this.#below(head, value, { path, beside });
  }

  /** By indentation: in the lines below, or in a list behind the dash. */
  #below(
    head: string,
    value: unknown,
    { path, beside }: Readonly<Record<"path" | "beside", string>>,
  ): readonly string[] {
    const within = this.#block(value, path);
    const isItem = head.startsWith("-");
    const pad = " ".repeat((isItem ? 1 : Number(!Array.isArray(value))) + this.#chance(4));
    const [first = "", ...rest] = within;
    const mayFollow = isItem && beside === "" && first !== "" && !first.startsWith("#");
    if (!mayFollow || this.#isSo(3)) return [`${head}${beside}`, ...within.map((line) => padded(line, pad))];
    const behind = " ".repeat(head.length + pad.length);
    return [`${head}${pad}${first}`, ...rest.map((line) => padded(line, behind))];
  }

  #scalar(head: string, value: unknown, beside: string): readonly string[] {
    if (typeof value === "string" && /^[^\n ].*\n[^]*[^\n]\n$/.test(value) && this.#isSo(2)) {
      const indent = " ".repeat(1 + this.#chance(5));
      const lines = value.split("\n").slice(0, -1);
      return [
        `${head} |${this.#isSo(2) ? "+" : ""}${beside}`,
        ...lines.map((line) => (line === "" ? "" : indent + line)),
      ];
    }
    return [`${head} ${this.#plain(value)}${beside}`];
  }

  #plain(value: unknown): string {
    if (typeof value !== "string") return JSON.stringify(value);
    if (/^[A-Za-z][A-Za-z0-9]*$/.test(value) && this.#isSo(2)) return value;
    return /^[^\n']*$/.test(value) && this.#isSo(2) ? `'${value}'` : JSON.stringify(value);
  }

  #inline(value: unknown): string {
    if (typeof value !== "object" || value === null) return this.#plain(value);
    const parts = this.#entries(value, "").map(([key, each]) =>
      key === null ? this.#inline(each) : `${this.#key(key)}: ${this.#inline(each)}`,
    );
    return Array.isArray(value) ? `[${parts.join(",")}]` : `{${parts.join(", ")}}`;
  }

  #braces(
    head: string,
    value: unknown,
    { path, beside }: Readonly<Record<"path" | "beside", string>>,
  ): readonly string[] {
    const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
    const parts = this.#entries(value, path).flatMap(([key, each, at]) => [
      ...(this.#isSo(3) ? [`      # above ${at}`] : []),
      `   ${key === null ? "" : `${this.#key(key)}: `}${this.#inline(each)},${this.#isSo(4) ? ` # beside ${at}` : ""}`,
    ]);
    return [`${head} ${open}${beside}`, ...parts, `  ${close}`];
  }
}

const written = fc
  .record({
    values: fc.array(fc.constantFrom(...documents), { minLength: 1, maxLength: 3 }),
    seed: fc.integer(),
  })
  .map(({ values, seed }) => {
    const scribe = new Scribe(chanceFrom(seed));
    return values.map((value) => `---\n${scribe.document(value).join("\n")}\n`).join("");
  });

function textOf(text: string): string {
  const made = formatted({ path: "slos.yaml", text });
  if (!made.ok) throw new Error(JSON.stringify(made.problems));
  return made.value.text;
}

function readingOf(text: string): unknown {
  return readOpenSlo({ path: "slos.yaml", text }, "strict").map(({ value, problems }) => ({
    value,
    problems: problems.map(({ code, what }) => `${code} ${what}`).sort(),
  }));
}

function commentsIn(text: string): readonly string[] {
  return (text.match(/# (?:above|beside|of the whole).*/g) ?? []).sort();
}

/** Whether a line is that of a part: of a map by its key, of a list by its dash. */
function isOf(line: string, path: string): boolean {
  const key = path.slice(path.lastIndexOf(">") + 1);
  return /^\d+$/.test(key) ? /^ *- |^ *-$/.test(line) : new RegExp(`^[ -]*"?${key}"?:`).test(line);
}

/** Maps in what was read, with the name of what they stand in; the items of a list stand in the list. */
function mapsIn(
  value: unknown,
  name = "",
): readonly (readonly [string, Readonly<Record<string, unknown>>])[] {
  if (Array.isArray(value)) return (value as readonly unknown[]).flatMap((each) => mapsIn(each, name));
  if (!isRecord(value)) return [];
  return [[name, value], ...Object.entries(value).flatMap(([key, each]) => mapsIn(each, key))];
}

describe("a document, however it is written", () => {
  const runs = { numRuns: 100 };

  it("reads the same in canonical form, which is that of itself", () => {
    fc.assert(
      fc.property(written, (text) => {
        const made = textOf(text);
        expect(readingOf(made)).toEqual(readingOf(text));
        expect(textOf(made)).toBe(made);
        expect(made).not.toMatch(/[ \t]\n/);
      }),
      runs,
    );
  });

  it("has its keys in order", () => {
    let maps = 0;
    fc.assert(
      fc.property(written, (text) => {
        for (const { value } of readOpenSlo({ path: "slos.yaml", text: textOf(text) }, "strict")) {
          for (const [name, map] of mapsIn(value)) {
            const known = (orders[name] ?? []).filter((key) => Object.hasOwn(map, key));
            if (Object.keys(map).length !== known.length) continue;
            maps += 1;
            expect(Object.keys(map)).toEqual(known);
          }
        }
      }),
      runs,
    );
    expect(maps).toBeGreaterThan(500);
  });

  it("keeps each comment once, above what it was above, and beside it where a line has one value", () => {
    let comments = 0;
    fc.assert(
      fc.property(written, (text) => {
        const made = textOf(text);
        const lines = made.split("\n");
        expect(commentsIn(made)).toEqual(commentsIn(text));
        for (const [at, line] of lines.entries()) {
          const [, where, path = ""] = /# (above|beside) (\S+)/.exec(line) ?? [];
          if (where === undefined) continue;
          comments += 1;
          const isAlone = line.trimStart().startsWith("#");
          const below = lines.slice(at).find((each) => !/^ *(#|$)/.test(each)) ?? "";
          // In an item that begins behind its dash, what was told of its first key stands above the dash.
          expect([path, isOf(isAlone ? below : line, path) || (isAlone && /^ *- /.test(below))]).toEqual([
            path,
            true,
          ]);
        }
      }),
      runs,
    );
    expect(comments).toBeGreaterThan(500);
  });
});
