import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ratio, spec, threshold } from "../../../../test/openslo-documents.ts";
import { type OpenSloDocument, readOpenSlo } from "../openslo.ts";
import { formatted } from "./format.ts";

const root = join(import.meta.dirname, "..", "..", "..", "..");
const shared = join(root, "..", "shared", "cases", "openslo");

function textOf(text: string, path = "slos.yaml"): string {
  const made = formatted({ path, text });
  if (!made.ok) throw new Error(JSON.stringify(made.problems));
  return made.value.text;
}

function told(text: string, path = "slos.yaml"): readonly string[] {
  const made = formatted({ path, text });
  return made.ok
    ? []
    : made.problems.map(({ code, where }) => `${code} ${where?.line ?? ""}:${where?.column ?? ""}`);
}

const head = "apiVersion: openslo/v1\nkind: Service\nmetadata:\n  name: chat\n";

function described(description: string): string {
  return `${head}spec:\n  description: ${description}`;
}

describe("keys", () => {
  it("stand in the order of the specification, others behind them as they were", () => {
    const text = `odd: 1
spec:
  alertPolicies: [{ alertPolicyRef: a }]
  objectives:
    - compositeWeight: 2
      indicatorRef: s
      timeSliceWindow: 1m
      target: 0.9
      other: x
      op: lt
      displayName: d
  budgetingMethod: Occurrences
  extra: y
  timeWindow: [{ isRolling: true, duration: 4w }]
  indicator:
    spec:
      ratioMetric:
        total: { metricSource: { spec: { b: 1, a: 2 }, type: t, metricSourceRef: r } }
        counter: true
    metadata: { annotations: { z/b: x, a/a: y }, labels: { z: a, b: c }, displayName: n, name: s }
  service: chat
  description: d
metadata: { displayName: C, name: c }
kind: SLO
apiVersion: openslo/v1
`;
    expect(textOf(text)).toBe(`apiVersion: openslo/v1
kind: SLO
metadata: { name: c, displayName: C }
spec:
  description: d
  service: chat
  indicator:
    metadata: { name: s, displayName: n, labels: { z: a, b: c }, annotations: { z/b: x, a/a: y } }
    spec:
      ratioMetric:
        counter: true
        total: { metricSource: { metricSourceRef: r, type: t, spec: { b: 1, a: 2 } } }
  timeWindow: [{ duration: 4w, isRolling: true }]
  budgetingMethod: Occurrences
  objectives:
    - displayName: d
      op: lt
      target: 0.9
      timeSliceWindow: 1m
      indicatorRef: s
      compositeWeight: 2
      other: x
  alertPolicies: [{ alertPolicyRef: a }]
  extra: y
odd: 1
`);
  });

  it.each([
    [
      "openslo/v1alpha",
      "timeWindows: []\n  objectives: []\n  service: a",
      "service: a\n  timeWindows: []\n  objectives: []",
    ],
    ["openslo.com/v2alpha", "sliRef: a\n  serviceRef: b", "serviceRef: b\n  sliRef: a"],
  ])("stand in that of their own version: %s", (version, given, wanted) => {
    const text = (within: string): string => `apiVersion: ${version}\nkind: SLO\nspec:\n  ${within}\n`;
    expect(textOf(text(given))).toBe(text(wanted));
  });

  it("of another map stand first, for one's own take their place", () => {
    expect(textOf(`${head}spec:\n  description: a\n  <<: { description: b }\n`)).toBe(
      `${head}spec:\n  <<: { description: b }\n  description: a\n`,
    );
  });

  it("may be quoted, and be asked for by a question mark where they are text on one line", () => {
    const text = `? "kind"\n: Service\n? metadata\n: name: chat\n'apiVersion': openslo/v1\n`;
    expect(textOf(text)).toBe(`'apiVersion': openslo/v1\n"kind": Service\nmetadata:\n  name: chat\n`);
  });
});

describe("values", () => {
  it.each([
    ["numbers", "0.9990"],
    ["powers of ten", "1e-1"],
    ["timestamps, which are text", "2022-01-01 12:00:00"],
    ["quotes of either kind", `'it''s "so"'`],
    ["escapes", String.raw`"a\tb \"c\" \u00e9"`],
    ["emptiness", ""],
    ["tags", "!!str 12"],
    ["text that goes on", "a plain\n    text"],
    ["quoted text that goes on, over a blank line", `"a quoted\n    text\n\n    of two"`],
    [
      "queries on lines of their own",
      `|\n    sum(\n      rate(x{a="b"}[5m])\n    )\n\n    # no comment\n    / y`,
    ],
    ["text without a last line break", ">-\n    a\n    b"],
    ["text with its blank lines", "|+\n    a\n\n"],
    ["text that begins with spaces", "|2\n      a\n    b"],
  ])("stay as they are written: %s", (_, value) => {
    const text = `${described(value).trimEnd()}\n${value.endsWith("\n\n") ? "\n" : ""}`;
    expect(textOf(text)).toBe(text);
  });

  it("end with the blank lines that are theirs, and with no others", () => {
    const text = `${described("|+\n    a\n\n")}  # behind it\n  other: b\n\n  more: |\n    c\n\n  last: d\n`;
    expect(textOf(text)).toBe(text);
  });

  it("that are a whole document go over lines, and an item of a list may stay on one", () => {
    const wanted = "apiVersion: openslo/v1\nkind: Service\n";
    expect(textOf("{ kind: Service, apiVersion: openslo/v1 }\n\n\n")).toBe(wanted);
    expect(textOf("[{ kind: Service, apiVersion: openslo/v1 }]")).toBe(
      "- { apiVersion: openslo/v1, kind: Service }\n",
    );
  });

  it("lose spaces before a line break that counts for one, and none that is escaped", () => {
    const text = `${described('"a  \n    \tb\\ \n\n   c\\  \\\n   d"')}\n`;
    expect(textOf(text)).toBe(`${described('"a\n    b\\ \n\n    c\\  \\\n    d"')}\n`);
    expect(textOf(`${described("a \n    \t b")}\n`)).toBe(`${described("a\n    b")}\n`);
  });

  it("are indented by two spaces, and so is text below them", () => {
    const text = `apiVersion:   openslo/v1
kind: "Service"
metadata: {name:   a,labels: {x: [ a,b ],"y":c}}
spec:
     description:   |4-
            a
             b

         c


`;
    expect(textOf(text)).toBe(`apiVersion: openslo/v1
kind: "Service"
metadata: { name: a, labels: { x: [a, b], "y": c } }
spec:
  description: |2-
       a
        b

    c
`);
  });

  it("in braces over several lines are written by indentation, and on one line as they are", () => {
    const text = `{ kind: Service, apiVersion: openslo/v1, metadata: { name: a, labels: { x: [
  a, [b, c],
  d: e ] } }, spec: {
  } }`;
    expect(textOf(text)).toBe(`apiVersion: openslo/v1
kind: Service
metadata:
  name: a
  labels:
    x:
      - a
      - [b, c]
      - d: e
spec: {}
`);
  });

  it("that aliases stand for are written once, where the anchor stays before them", () => {
    const text = `${head}spec:\n  description: &d x\n  other: *d\n`;
    expect(textOf(text.replace(/^(apiV.*\n)(kind.*\n)/, "$2$1"))).toBe(text);
    const moved = `kind: SLI\napiVersion: openslo/v1\nspec:\n  thresholdMetric: &m { metricSource: { spec: { a: b } } }\nmetadata:\n  name: a\n  labels: { x: *m }\n`;
    expect(told(moved)).toEqual(["slo/moved-alias 7:16"]);
    const renamed = "metadata: { name: &a x, labels: { b: *a } }\nkind: &a Service\napiVersion: openslo/v1\n";
    expect(told(renamed)).toEqual([]);
    expect(told(`${renamed}spec: { description: *a }\n`)).toEqual(["slo/moved-alias 4:22"]);
    const ofKey = "apiVersion: openslo/v1\nkind: Service\nmetadata:\n  &k labels: {}\n  displayName: *k\n";
    expect(told(ofKey)).toEqual(["slo/moved-alias 5:16"]);
  });
});

describe("comments", () => {
  it("go with the key below them or in their line; those apart at the top stay there", () => {
    const text = `# of the file

# of the kind
kind: Service # k
spec: # s

  # of the description,
  # in two lines
  description: a # d

  # behind it
metadata: # m
  labels:
    # of x
    x:
      - a # first
      # of b
      - b
    # behind x
  # behind the labels

  # and on
  name: n

# of the version
apiVersion: openslo/v1
# at the end
`;
    expect(textOf(text)).toBe(`# of the file

# of the version
apiVersion: openslo/v1
# of the kind
kind: Service # k
metadata: # m
  # behind the labels

  # and on
  name: n
  labels:
    # of x
    x:
      - a # first
      # of b
      - b
    # behind x
spec: # s
  # of the description,
  # in two lines
  description: a # d

  # behind it
# at the end
`);
  });

  it("belong to what they are as deep as, also where its first key has an anchor", () => {
    const text =
      "&a kind: Service\nspec:\n  description: a\n  # behind it\n# of the version\napiVersion: openslo/v1\n";
    expect(textOf(text)).toBe(
      "# of the version\napiVersion: openslo/v1\n&a kind: Service\nspec:\n  description: a\n  # behind it\n",
    );
  });

  it("find a place where theirs is no more: in lists, braces and before values", () => {
    const text = `apiVersion: openslo/v1
kind: SLO
spec:
  service:
    # of the service
    chat
  description: > # folded
    a
  objectives: # three
  - # first
    target: 0.9
    # of the name
    displayName: a
  # second
  -

    # its target
    target: 0.99
  - { target: 0.999 } # third
  timeWindow: [ # one
    # of the duration
    { duration: 1d, # a day
      isRolling: true }, # rolls
    # no more
  ] # done
`;
    expect(textOf(text)).toBe(`apiVersion: openslo/v1
kind: SLO
spec:
  description: > # folded
    a
  # of the service
  service: chat
  # done
  timeWindow: # one
    # of the duration
    # rolls
    - duration: 1d # a day
      isRolling: true
    # no more
  objectives: # three
    # first
    # of the name
    - displayName: a
      target: 0.9
    # second
    # its target
    - target: 0.99
    - { target: 0.999 } # third
`);
  });
});

describe("a file", () => {
  it("keeps its documents and what parts them", () => {
    const text = `# licence
---   # one
kind: Service
apiVersion: openslo/v1
...
%YAML 1.2
# two
---
# a list

-   kind: Service
    apiVersion: openslo/v1
    metadata: {name: a}
-   apiVersion: openslo/v1
    kind: Service
---
# nothing
--- &all
kind: Service
apiVersion: openslo/v1


`;
    expect(textOf(text)).toBe(`# licence
--- # one
apiVersion: openslo/v1
kind: Service
...
%YAML 1.2
# two
---
# a list

- apiVersion: openslo/v1
  kind: Service
  metadata: { name: a }
- apiVersion: openslo/v1
  kind: Service
---
# nothing
--- &all
apiVersion: openslo/v1
kind: Service
`);
  });

  it("with manifests of a workspace keeps these as they are", () => {
    const manifest = "kind:   Platform\napiVersion: holdfast/v1alpha1\n? [odd]\n: key\n\n\n";
    expect(formatted({ path: "a.yaml", text: manifest })).toEqual({
      ok: true,
      value: { text: manifest, documents: 0 },
    });
    const mixed = `${manifest}---\nkind: Service\napiVersion: openslo/v1\n---\n${manifest}`;
    expect(textOf(mixed)).toBe(`${manifest}---\napiVersion: openslo/v1\nkind: Service\n---\n${manifest}`);
  });

  it("of JSON stays JSON, whatever it is called", () => {
    const text = `{"kind":"Service","metadata":{"name":"a","labels":{"x":["b\\/c",1.50e1],"y":[],"z":{}}},\n"apiVersion":"openslo/v1"}`;
    const wanted = `{
  "apiVersion": "openslo/v1",
  "kind": "Service",
  "metadata": {
    "name": "a",
    "labels": {
      "x": [
        "b\\/c",
        1.50e1
      ],
      "y": [],
      "z": {}
    }
  }
}
`;
    expect([textOf(text, "a.json"), textOf(text, "a.yaml"), textOf(wanted, "a.json")]).toEqual([
      wanted,
      wanted,
      wanted,
    ]);
    expect(textOf(`[${text}]`, "a.json")).toBe(`[\n${wanted.trimEnd().replaceAll(/^/gm, "  ")}\n]\n`);
    expect(told("kind: Service\napiVersion: openslo/v1\n", "a.json")).toEqual(["slo/not-json :"]);
  });

  it("keeps its line breaks, and loses what marks the order of bytes", () => {
    expect(textOf(`\uFEFF${described("|\n    a\n    b\n")}`.replaceAll("\n", "\r\n"))).toBe(
      described("|\n    a\n    b\n").replaceAll("\n", "\r\n"),
    );
  });

  it.each([
    ["is no YAML", "a: [", ["manifest/unreadable-yaml 1:5"]],
    ["says a key twice", `${head}kind: SLO\n`, ["manifest/duplicate-key 5:1"]],
    ["would lose text", `${head}? a\n- b\n`, ["manifest/unreadable-yaml 6:1"]],
    ["is of no version", `${head}---\napiVersion: v1\nkind: Pod\n`, ["manifest/unknown-api-version 6:13"]],
    ["is of no kind", "apiVersion: openslo/v1\nkind: Pod\n", ["manifest/unknown-kind 2:7"]],
    ["is no map", "- 7\n- a\n", ["manifest/not-a-map 1:3", "manifest/not-a-map 2:3"]],
    [
      "has a key that is a list",
      `${head}? [a]\n: b\n? |\n  c\n: d\n`,
      ["slo/odd-key 5:1", "slo/odd-key 7:1"],
    ],
    ["has a key of two lines", `${head}? "a\n  b"\n: b\n`, ["slo/odd-key 5:1"]],
    ["has a key that is nothing", `${head}: b\n`, ["slo/odd-key 5:1"]],
    ["has a key that is an alias", `${head}spec: &k x\n*k : b\n`, ["slo/odd-key 6:1"]],
  ])("is refused with its place where it %s", (_, text, problems) => {
    expect(told(text)).toEqual(problems);
  });
});

/** What is read of a text: in whatever order its problems are found, and wherever. */
function readingOf(text: string, path: string): unknown {
  return readOpenSlo({ path, text }, "strict").map(({ kind, name, value, problems }: OpenSloDocument) => ({
    ...{ kind, name, value },
    problems: problems.map(({ code, what }) => `${code} ${what}`).sort(),
  }));
}

function expectKept(text: string, path: string): void {
  const made = textOf(text, path);
  expect(readingOf(made, path)).toEqual(readingOf(text, path));
  expect(textOf(made, path)).toBe(made);
}

describe("what is read", () => {
  const documents = [
    spec,
    { ...spec, indicator: threshold },
    { ...spec, objectives: [{ indicator: ratio }] },
  ];

  it.each(documents)("stays the same, and a second time changes nothing: document %#", (written) => {
    const document = { spec: written, metadata: { name: "a" }, kind: "SLO", apiVersion: "openslo/v1" };
    expectKept(JSON.stringify(document), "a.json");
  });

  it("of the examples stays the same, text and all", () => {
    const text = readFileSync(join(root, "examples", "slos", "chat.yaml"), "utf8");
    expect(textOf(text)).toBe(text);
  });

  const files = existsSync(shared) ? readdirSync(shared).filter((name) => /\.(ya?ml|json)$/.test(name)) : [];

  it.skipIf(files.length === 0)(
    "of the documents of the OpenSLO project stays the same (skipped where shared/cases is not beside the project)",
    () => {
      const read = files.map((path) => ({ path, text: readFileSync(join(shared, path), "utf8") }));
      const known = read.filter((file) => formatted(file).ok);
      expect(known.length).toBeGreaterThan(15);
      for (const { path, text } of known) expectKept(text, path);
      // That project writes most of them in this form itself.
      expect(known.filter(({ path, text }) => textOf(text, path) === text).length).toBeGreaterThan(
        known.length / 2,
      );
    },
  );
});
