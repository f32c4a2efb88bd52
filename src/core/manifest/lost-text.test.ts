import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Document, parseAllDocuments, stringify, type ToStringOptions, YAMLMap } from "yaml";
import { type Documents, readAnyYaml, readDocuments } from "./document.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const shared = join(root, "..", "shared", "cases", "openslo");

function read(text: string): Documents {
  return readAnyYaml({ path: "file.yaml", text });
}

function told(text: string): readonly string[] {
  return read(text).problems.map(({ code, where }) => `${code} ${where?.line}:${where?.column}`);
}

function dataOf(text: string): unknown {
  const { documents, problems } = read(text);
  expect(problems).toEqual([]);
  return documents.map(({ value }) => value);
}

const dropped = "manifest/unreadable-yaml";
const twice = "manifest/duplicate-key";

describe("text that the parser would leave out", () => {
  it.each([
    ["a list below a key that no colon joins", "? - a\n- b\n", [`${dropped} 2:1`]],
    ["an item alone, without a value of its own", "? a\n-\n", [`${dropped} 2:1`]],
    ["a map below such a key", "x:\n  ? a\n\n  ? b: 1\n    c: 2\nz: 3\n? d\n- e\n", [`${dropped} 8:1`]],
    ["a value beside such a key", "? 'a''b' \"c\"\n? 'd' [e]\n", [`${dropped} 1:10`]],
    ["the same where no key follows", "? - a\n  b\n: c\n", [`${dropped} 2:3`]],
    ["an alias beside one", "x: &x 1\n? 'a' *x\n", [`${dropped} 2:7`]],
    ["a block of text beside one", "? 'a' |\n  b\n", [`${dropped} 1:7`]],
    [
      "in each document of a file",
      "? a\n- b\n---\nc: d\n---\n? e\n- f\n",
      [`${dropped} 2:1`, `${dropped} 7:1`],
    ],
    ["a directive that no document follows", "%YAML 1.2\n", [`${dropped} 1:1`]],
    ["the same behind a document", "a: b\n...\n%YAML 1.2\n", [`${dropped} 3:1`]],
    ["a directive that nobody knows and no document follows", "# c\n%ODD\n", [`${dropped} 2:1`]],
    ["the first of a number and a text that are one name", "1: a\n'1': b\n", [`${twice} 2:1`]],
    ["the first of nothing and no text", "x: { ~: a, '': b }\n", [`${twice} 1:12`]],
    ["the first of two lists that are keys", "? [a]\n: b\n? [a]\n: c\n", [`${twice} 3:3`]],
    ["the first of a key and an alias of it", "&k a: 1\n*k : 2\n", [`${twice} 2:1`]],
    ["one of two equal numbers, which are told once", "1: a\n1: b\n", [`${twice} 2:1`]],
    ["what a set holds, which is no data", "spec: !!set { a, b }\n", [`${dropped} 1:7`]],
  ])("is told with its place: %s", (_, text, problems) => {
    expect(told(text)).toEqual(problems);
  });

  it("says how it is mended", () => {
    const [problem] = read("? - a\n- b\n").problems;
    expect(problem?.what).toContain("would be left out");
    expect(problem?.mend).toContain("write `: ` before it");
    expect(dataOf("? a\n: - b\n")).toEqual([{ a: ["b"] }]);
  });

  it("makes the file incomplete, and leaves its other documents", () => {
    const { documents, isComplete } = read("a: b\n---\n? c\n- d\n");
    expect([documents.map(({ value }) => value), isComplete]).toEqual([[{ a: "b" }], false]);
    expect(read("a: b\n...\n%YAML 1.2\n").isComplete).toBe(false);
  });
});

/** Around words that are told apart, what a slip of the hand may leave: of each the text is looked for in what was read. */
const around = [
  ...["? ", ": ", "- ", "\n", "\n", "\n  ", "\n    ", " ", "[", "]", "{", "}", ", ", "'", '"', "|\n", ">-\n"],
  ...["---\n", "...\n", "? - ", "\n? ", "\n- ", "\n: ", ": \n", "- - ", "[? ", "\t"],
];
const piece = fc.oneof(fc.constantFrom(...around), fc.constant("word"));

describe("YAML", () => {
  it("that is read without a problem is read with all its words", () => {
    let complete = 0;
    fc.assert(
      fc.property(fc.array(piece, { minLength: 3, maxLength: 14 }), (pieces) => {
        const text = pieces.map((each, at) => (each === "word" ? `w${at}w` : each)).join("");
        const { documents, problems } = read(text);
        if (problems.length > 0) return;
        complete += 1;
        const data = JSON.stringify(documents.map(({ value }) => value));
        expect((text.match(/w\d+w/g) ?? []).filter((word) => !data.includes(word))).toEqual([]);
      }),
      { numRuns: 6_000 },
    );
    expect(complete).toBeGreaterThan(500);
  });

  const styles: fc.Arbitrary<ToStringOptions> = fc.record({
    collectionStyle: fc.constantFrom("any", "block", "flow"),
    defaultStringType: fc.constantFrom("PLAIN", "QUOTE_DOUBLE", "QUOTE_SINGLE", "BLOCK_LITERAL"),
    defaultKeyType: fc.constantFrom("PLAIN", "QUOTE_DOUBLE", "QUOTE_SINGLE"),
    indentSeq: fc.boolean(),
    nullStr: fc.constantFrom("null", "~"),
    lineWidth: fc.constantFrom(0, 30),
  });
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom("a\nb", "- a", "? a", ": b", "a: b", "", "1", "~", "&a"),
  );
  const { data } = fc.letrec<{ data: unknown }>((tie) => ({
    data: fc.oneof(
      { depthSize: "small" },
      fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)),
      fc.array(tie("data"), { maxLength: 4 }),
      fc.dictionary(text, tie("data"), { maxKeys: 4 }),
    ),
  }));

  it("that is valid is read, in whatever style it is written", () => {
    fc.assert(
      fc.property(fc.array(data, { minLength: 1, maxLength: 3 }), styles, (values, style) => {
        const written = values.map((value) => `---\n${stringify(value, style)}`).join("");
        fc.pre(isWell(written, values));
        expect(dataOf(written)).toEqual(values.filter((value) => value !== null));
      }),
      { numRuns: 1_000 },
    );
  });

  it("may have any key behind a question mark", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(data, { selector: keyText, minLength: 1, maxLength: 4 }),
        styles,
        (keys, style) => {
          const document = new Document(new YAMLMap());
          for (const key of keys) document.add(document.createPair(key, ["value"]));
          const written = document.toString({ ...style, simpleKeys: false });
          fc.pre(isWell(written));
          expect(Object.keys((dataOf(written) as object[])[0] ?? {})).toHaveLength(keys.length);
        },
      ),
      { numRuns: 500 },
    );
  });

  /** In some styles the library writes what it does not read as it was. */
  function isWell(written: string, values: readonly unknown[] = []): boolean {
    const documents = [parseAllDocuments(written, { logLevel: "error" })].flat();
    const isSame = values.every(
      (value, at) => JSON.stringify(documents[at]?.toJS()) === JSON.stringify(value),
    );
    return isSame && documents.every(({ errors }) => errors.length === 0);
  }

  /** What a key is called in data. */
  function keyText(key: unknown): string {
    if (key === null) return "";
    return typeof key === "string" ? key : JSON.stringify(key);
  }
});

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(ya?ml|json)$/.test(path))
    .map((path) => join(folder, path));
}

describe("files that are all right", () => {
  it("are read whole: every one of the examples", () => {
    const files = filesBelow(join(root, "examples"));
    expect(files.length).toBeGreaterThan(100);
    for (const path of files) expectWhole(path);
  });

  it.skipIf(!existsSync(shared))(
    "are read whole: every document of the OpenSLO project (skipped where shared/cases is not beside the project)",
    () => {
      for (const path of filesBelow(shared)) expectWhole(path);
    },
  );

  function expectWhole(path: string): void {
    const file = { path, text: readFileSync(path, "utf8") };
    for (const { documents, problems } of [readAnyYaml(file), readDocuments(file)]) {
      expect([path, problems]).toEqual([path, []]);
      expect(documents.length).toBeGreaterThan(0);
    }
  }
});
