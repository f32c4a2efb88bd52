import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import type { FileEdit, SettingValue } from "../../core/model/gitops-wish.ts";
import { type Fault, type Format, isFault } from "./document.ts";
import { type EditedText, editedText } from "./splice.ts";

type Set = readonly (readonly [path: string, value: SettingValue])[];

interface Of {
  readonly document?: FileEdit["document"];
  readonly format?: Format;
}

function edited(text: string, set: Set, { document = null, format = "yaml" }: Of = {}): EditedText | Fault {
  const values = set.map(([path, value]) => ({ path, value }));
  return editedText(text, { file: "values.yaml", document, set: values }, format);
}

function textOf(text: string, ...set: Set): string {
  const done = edited(text, set);
  if (isFault(done)) throw new Error(done.because);
  return done.text;
}

function faultOf(text: string, path: string, value: SettingValue): readonly string[] {
  const done = edited(text, [[path, value]]);
  return isFault(done) ? [done.kind, done.because] : ["none", done.text];
}

const values = `# What west is given.
inference:   # by the team of serving
    replicas:    2      # 2 in quiet times

    image: "images.example.com/serve:v1"  # pinned
    note: |
      replicas: 2
      stays as it is

    extra: { replicas: 2, "args": [ -a,  '-b' ] }
metadata:
    annotations:
        example.com/size: 's'
        'quoted.key': &size s
        other: *size
images:
- name: serve
  newTag: v1
- { name: route, newTag: v1, }
`;

describe("a value that is set in YAML", () => {
  it("changes its own characters and nothing else in the file", () => {
    const after = textOf(
      values,
      ["inference.replicas", 4],
      ["inference.image", "images.example.com/serve:v2"],
      ["inference.extra.replicas", 8],
      ['metadata.annotations["example.com/size"]', "l's"],
      ["images[name=serve].newTag", "v2"],
      ["images[name=route].newTag", "2.0"],
    );
    const [was, is] = [values.split("\n"), after.split("\n")];
    expect(is.filter((line, at) => line !== was[at])).toEqual([
      "    replicas:    4      # 2 in quiet times",
      '    image: "images.example.com/serve:v2"  # pinned',
      `    extra: { replicas: 8, "args": [ -a,  '-b' ] }`,
      "        example.com/size: 'l''s'",
      "  newTag: v2",
      '- { name: route, newTag: "2.0", }',
    ]);
    expect(is).toHaveLength(was.length);
  });

  it("is set again to what it was, and the file is the same to the byte", () => {
    const there = textOf(values, ["inference.replicas", 4], ["images[name=serve].newTag", "v2"]);
    expect(textOf(there, ["inference.replicas", 2], ["images[name=serve].newTag", "v1"])).toBe(values);
  });

  it("is told as it is and as it will be, and nothing is changed where it is so already", () => {
    expect(edited(values, [["inference.replicas", 4]])).toMatchObject({
      settings: [{ path: "inference.replicas", now: 2, wanted: 4 }],
    });
    const same = edited(values, [["inference.replicas", 2]]);
    expect(same).toMatchObject({ text: values, settings: [{ now: 2, wanted: 2 }] });
  });

  it.each<readonly [string, string, SettingValue, string]>([
    ["lines that end as on Windows", "a: 1\r\nb: x # why\r\n", 2, "a: 2\r\nb: x # why\r\n"],
    ["no end of the last line", "b: 1\na: 1", 2, "b: 1\na: 2"],
    ["a mark of byte order", "\ufeffa: 1\n", 2, "\ufeffa: 2\n"],
    ["nothing yet", "a:\nb: 1\n", 2, "a: 2\nb: 1\n"],
    ["nothing yet, and why", "a: # why\n", 2, "a: 2 # why\n"],
    ["nothing yet, in a flow map", "{a: , b: 1}", 2, "{a: 2, b: 1}"],
    ["a text over lines", 'a: "x\n  y" # why\nb: 1\n', "z", 'a: "z" # why\nb: 1\n'],
    ["an alias, which says it elsewhere too", "b: &x 1\na: *x # why\n", 2, "b: &x 1\na: 2 # why\n"],
    ["an anchor that nothing uses", "a: &x 1\n", 2, "a: &x 2\n"],
    ["a loop elsewhere", "b: &b [*b]\na: 1\n", 2, "b: &b [*b]\na: 2\n"],
    ["a percentage", "a: 25%\n", 1, "a: 1\n"],
    ["a number in the place of which a text comes", "a: 1\n", "25%", 'a: "25%"\n'],
    ["what only some readers take for true", "a: yes\n", true, "a: true\n"],
    ["a key that is asked for", "? a\n: 1\n", 2, "? a\n: 2\n"],
    ["a directive", "%YAML 1.1\n---\na: 1\n...\n", 2, "%YAML 1.1\n---\na: 2\n...\n"],
  ])("keeps the rest where there is %s", (...[, text, value, after]) => {
    expect(textOf(text, ["a", value])).toBe(after);
  });

  it.each([
    "yes",
    "on",
    "n",
    "null",
    "~",
    "",
    "010",
    "1_000",
    "12:30:45",
    "2026-01-01",
    "0x1f",
    "1e3",
    ".inf",
    "x: y",
    "x #y",
    "- x",
    "*x",
    "&x",
    "!x",
    "{x",
    "a, b",
    "x:",
    "a\nb",
    " x",
    '"x"',
    "=",
    "<<",
    "%x",
    "---",
  ])("is put in quotes where a reader would take %j for something else", (value) => {
    expect(textOf("a: x # why\n", ["a", value])).toBe(`a: ${JSON.stringify(value)} # why\n`);
  });

  it.each(["v1.2.3", "images.example.com/serve:v2", "sha256:0f", "west", "a b", "1.2.3", "/srv/x"])(
    "stands without quotes as before where every reader takes %j for a text",
    (value) => {
      expect(textOf("a: x\n", ["a", value])).toBe(`a: ${value}\n`);
      expect(textOf("{a: x, b: [1]}\n", ["a", value])).toBe(`{a: ${value}, b: [1]}\n`);
    },
  );

  it("is put in quotes where it is as wished to our reader alone", () => {
    expect(textOf("a: yes\n", ["a", "yes"])).toBe('a: "yes"\n');
    expect(textOf("a: 010\n", ["a", 10])).toBe("a: 10\n");
  });

  it.each<readonly [string, string, SettingValue, string, string]>([
    ["a: 1\n", "b", 2, "no-value", "b: there is no b of its own"],
    ["a: 1\n", "a.b", 2, "no-value", "a.b: what b is to stand in is no map"],
    ["a: { b: 1 }\n", "a", 2, "no-value", "a: a map or a list stands there, and no value"],
    ["a: { b }\n", "a.b", 2, "no-value", "a.b: b has no value"],
    ["a: [1]\n", "a[b=c].d", 2, "no-value", "a[b=c].d: 0 items of the list are [b=c], and one is needed"],
    [
      "a: [{ b: c }, { b: c }]\n",
      "a[b=c].b",
      "d",
      "no-value",
      "a[b=c].b: 2 items of the list are [b=c], and one is needed",
    ],
    ["a: 1\n", "[b=c].d", 2, "no-value", "[b=c].d: what [b=c] is to stand in is no list"],
    ["# nothing\n", "a", 2, "no-value", "a: it holds 0 documents, and one is needed"],
    ["a: 1\n---\na: 1\n", "a", 2, "no-value", "a: it holds 2 documents, and one is needed"],
    [
      "a: &x 1\nb: *x\n",
      "a",
      2,
      "shared-value",
      "a: *x says the same elsewhere in the file, and would change too",
    ],
    [
      "a: &x { b: 1 }\nc:\n  <<: *x\n",
      "a.b",
      2,
      "shared-value",
      "a.b: *x says the same elsewhere in the file, and would change too",
    ],
    ["a: &x { b: 1 }\nc:\n  <<: *x\n", "c.b", 2, "no-value", "c.b: there is no b of its own"],
    [
      "a: &x { b: 1 }\nc: *x\n",
      "c.b",
      2,
      "shared-value",
      "c.b: what b is to stand in is *x, which stands elsewhere",
    ],
    ["a: |\n  x\n", "a", "y", "not-settable", "a: it is a text of several lines"],
    ["a: !!str 4\n", "a", "5", "not-settable", "a: it bears the tag tag:yaml.org,2002:str"],
    ['a: "2"\n', "a", 4, "other-type", 'a: it is "2" (a text), and is wished for as 4 (a number)'],
    ["a: 2\n", "a", "4", "other-type", 'a: it is 2 (a number), and is wished for as "4" (a text)'],
    [
      "a: true\n",
      "a",
      "off",
      "other-type",
      'a: it is true (true or false), and is wished for as "off" (a text)',
    ],
    ["a: 1\na: 2\n", "a", 3, "not-a-document", "Map keys must be unique at line 2, column 1"],
    ["a: *x\n", "a", 2, "not-a-document", "Unresolved alias (the anchor must be set before the alias): x"],
    [
      "a: 1\n{{- if .Values.b }}\n",
      "a",
      2,
      "not-a-document",
      "Implicit keys need to be on a single line at line 2, column 1",
    ],
  ])("in %j is refused at %s for %j", (...[text, path, value, kind, because]) => {
    expect(faultOf(text, path, value)).toEqual([kind, because]);
  });

  it("is refused where two paths to it say otherwise", () => {
    const both = edited("a: [{ b: x, c: y, d: 1 }]\n", [
      ["a[b=x].d", 2],
      ["a[c=y].d", 3],
    ]);
    expect(both).toEqual({ kind: "not-settable", because: "a[b=x].d is set otherwise by another path" });
  });

  it("is refused where an alias would grow beyond all bounds", () => {
    const levels = Array.from({ length: 9 }, (_, at) => `l${at + 1}: &l${at + 1} [${`*l${at}, `.repeat(9)}]`);
    expect(faultOf(["l0: &l0 x", ...levels, "a: 1"].join("\n"), "a", 2)[0]).toBe("not-a-document");
  });
});

describe("any text that is set in the place of any other", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string(),
    fc.constantFrom("on", "010", "1:30", "a: b", " #"),
  );
  const style = fc.record({
    collectionStyle: fc.constantFrom("any", "block", "flow"),
    defaultStringType: fc.constantFrom("PLAIN", "QUOTE_DOUBLE", "QUOTE_SINGLE"),
    lineWidth: fc.constantFrom(0, 20),
  } as const);

  it("is read as just that by readers of YAML 1.1 and 1.2, and all else as before", () => {
    let set = 0;
    fc.assert(
      fc.property(
        fc.record({ before: text, now: text, after: text }),
        text,
        style,
        (...[were, wanted, options]) => {
          const written = stringify(
            { a: were.before, list: [{ name: "x", value: were.now }], z: were.after },
            options,
          );
          const done = edited(written, [["list[name=x].value", wanted]]);
          // What stands on several lines is not set.
          if (isFault(done)) return done.kind === "not-settable" && /: [|>]/.test(written);
          set += 1;
          const is = { a: were.before, list: [{ name: "x", value: wanted }], z: were.after };
          expect(parse(done.text)).toEqual(is);
          expect((parse(done.text, { version: "1.1" }) as typeof is).list).toEqual(is.list);
          return true;
        },
      ),
    );
    expect(set).toBeGreaterThan(50);
  });
});

describe("a value in a file of several documents", () => {
  const text = `---
kind: Service
metadata: { name: serve }
spec: { replicas: 1 }
---
---
kind: Deployment
metadata: { name: serve }
spec: { replicas: 2 } # this
---
kind: Deployment
metadata: { name: route }
spec: { replicas: 3 }
`;

  it("is set in the one that is of the kind and the name", () => {
    const done = edited(text, [["spec.replicas", 4]], { document: { kind: "Deployment", name: "serve" } });
    expect(done).toMatchObject({ text: text.replace("replicas: 2", "replicas: 4") });
  });

  it("is refused where none is, or more than one", () => {
    const of = { document: { kind: "Deployment", name: "none" } };
    const because = "spec.replicas: it holds 0 documents of Deployment none, and one is needed";
    expect(edited(text, [["spec.replicas", 4]], of)).toEqual({ kind: "no-value", because });
    const twice = edited(`${text}${text}`, [["spec.replicas", 4]], {
      document: { kind: "Deployment", name: "serve" },
    });
    expect(twice).toMatchObject({ kind: "no-value" });
  });
});

describe("a value that is set in JSON", () => {
  const text = '{\n\t"a": [ {"name": "x", "v": "2"} ], "b": null,\n\t"c": 1.50 }';

  it("changes its own characters and nothing else in the file", () => {
    const set: Set = [
      ["a[name=x].v", "yes\n"],
      ["b", true],
      ["c", 1.5],
    ];
    expect(edited(text, set, { format: "json" })).toMatchObject({
      text: '{\n\t"a": [ {"name": "x", "v": "yes\\n"} ], "b": true,\n\t"c": 1.50 }',
    });
  });

  it("is refused where it is YAML and no JSON", () => {
    expect(edited('{"a": 1,}', [["a", 2]], { format: "json" })).toMatchObject({ kind: "not-a-document" });
  });
});
