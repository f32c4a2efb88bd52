import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exampleFiles, exampleNames } from "../../../test/example-workspaces.ts";
import { type Documents, type Path, readAnyYaml, readDocuments } from "./document.ts";
import { isRecord } from "./json-schema.ts";
import { readPlainYaml } from "./plain-yaml.ts";

const examples = exampleNames.flatMap(exampleFiles);

/** Every path in a value, and at each one that leads nowhere. */
function pathsIn(value: unknown, path: Path = []): readonly Path[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const entries = isRecord(value) ? Object.entries(value) : [];
  return [
    ...[path, [...path, "nowhere"], [...path, 99]],
    ...items.flatMap((item, at) => pathsIn(item, [...path, at])),
    ...entries.flatMap(([key, item]) => pathsIn(item, [...path, key])),
  ];
}

/** All that can be asked of documents: what they say, and where. */
function told({ documents, problems }: Documents): unknown {
  return [
    problems,
    ...documents.map(({ value, locate }) => [
      value,
      pathsIn(value).map((path) => [path, locate(path, "key"), locate(path, "value")]),
    ]),
  ];
}

function expectSame(text: string): void {
  const file = { path: "file.yaml", text };
  expect(told(readDocuments(file))).toEqual(told(readAnyYaml(file)));
}

describe("the plain part of YAML", () => {
  it.each(examples)("is all that $path is written in, and is read as the parser reads it", ({ text }) => {
    expect(readPlainYaml(text)).not.toBeNull();
    expectSame(text);
  });

  const beyond = [
    ...["a: &b c", "a: *b", "a: !b c", "<<: b", "? a", "'a': b", "1: a", "true: a", "__proto__: a"],
    ...["a: |\n  b", "a: >\n  b", "a: b\n  c", 'a: "b\n  c"', 'a: "\\n"', "a: 'it''s'", "a: b\r\nc: d"],
    ...["a:", "- ", "a: ~", "a: null", "[a]: b", "a: [b: c]", "a: {b}", "a: [b, # c\n  d]", "a: \u{1F600}"],
    ...[
      "a: .5",
      "a: 1e3",
      "a: 0x1f",
      "a: +1",
      "a: TRUE",
      "a: - b",
      "a",
      "[a]",
      "%YAML 1.2\n---\na: b",
      "...",
    ],
    ...[
      "a: b: c",
      "a: b\na: c",
      "a: {b: c, b: d}",
      "a: [b",
      "a: 'b",
      "\ta: b",
      "a: b\n c: d",
      "  a: b\nc: d",
    ],
    ...[
      `a: ${"[".repeat(99)}`,
      `a: ${"9".repeat(20)}`,
      "a: 'b'c",
      "- a\nb: c",
      "a:b",
      "a: #b\nc",
      "--- a: b",
    ],
  ];

  it.each(beyond)("does not hold %j, which is left to the parser", (text) => {
    expect(readPlainYaml(text)).toBeNull();
  });

  const odd = [
    ...[" ", "\n", "\n  ", "- ", ": ", ":", ", ", "[", "]", "{", "}", '"', "'", "#", " #", "a: ", "- - "],
    ...["|", "&a ", "*a", "!t ", "---\n", "...\n", "~", "true", "-1", "1e3", ".5", "1: ", "\\", "''", '""'],
    ...["[a, b]", "{ a: b }", "[a,\n    b,\n  ]", "\n  { a: b }", "\n# c\n", "\n- x: y\n  z: w", "é", "a:b"],
  ];
  const slip = fc.record({ at: fc.nat(2_000), cut: fc.nat(4), text: fc.constantFrom("", ...odd) });

  it("is read as the parser reads it after any slips of the hand", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...examples),
        fc.record({ from: fc.nat(200), lines: fc.integer({ min: 1, max: 12 }) }),
        fc.array(slip, { maxLength: 3 }),
        ({ text }, { from, lines }, slips) => {
          const all = text.split("\n");
          const part = all.slice(from % all.length).slice(0, lines);
          const indent = /^ */.exec(part[0] ?? "")?.[0].length ?? 0;
          const whole = part.map((line) => line.slice(indent)).join("\n");
          expectSame(
            slips.reduce((now, { at, cut, text: put }) => {
              const place = at % (now.length + 1);
              return now.slice(0, place) + put + now.slice(place + cut);
            }, whole),
          );
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
