import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chanceOf } from "../../core/availability/chance.ts";
import { chancesOf } from "../../core/availability/chances.ts";
import type { FaultTree } from "../../core/availability/fault-tree.ts";
import { solved } from "../../core/availability/solve.ts";
import type { Problems } from "../../core/problem/problem.ts";
import { faultTreeOf, readFaultTree } from "./fault-tree-file.ts";

function tree(text: string): FaultTree {
  const read = faultTreeOf(text, "tree.xml");
  if (!read.ok) throw new Error(JSON.stringify(read.problems, null, 2));
  return read.value;
}

function problems(text: string): Problems {
  const read = faultTreeOf(text, "tree.xml");
  if (read.ok) throw new Error("it was read");
  return read.problems;
}

/** The chance of the first root. */
function chance({ graph, gates, roots }: FaultTree): number {
  const failed = graph.events.map(({ law }) => (law.kind === "constant" ? law.unavailability : Number.NaN));
  return chanceOf(solved(graph, gates.get(roots[0] ?? "") ?? 0), chancesOf(failed)).failed;
}

const events = `<model-data>
<define-basic-event name="a"><float value="0.1"/></define-basic-event>
<define-basic-event name="b"><float value="0.2"/></define-basic-event>
<define-basic-event name="c"><float value="3e-1"/></define-basic-event>
<define-house-event name="on"><constant value="true"/></define-house-event>
<define-house-event name="off"/>
</model-data>`;
const read = (name: string): string => `<basic-event name="${name}"/>`;
const [a, b, c] = ["a", "b", "c"].map(read);
const top = (formula: string, rest = events): string =>
  `<?xml version="1.0"?>\n<opsa-mef>\n<define-fault-tree name="T">\n<define-gate name="top">${formula}</define-gate>\n</define-fault-tree>\n${rest}\n</opsa-mef>\n`;

describe("a fault tree in the Open-PSA format", () => {
  it.each([
    ["<and>", `<and>${a}${b}</and>`, 0.02],
    ["<or>", `<or>${a}${b}</or>`, 0.28],
    ["<not>", `<not>${a}</not>`, 0.9],
    ["<xor>", `<xor>${a}${b}</xor>`, 0.26],
    ["<iff>", `<iff>${a}${b}</iff>`, 0.74],
    ["<imply>", `<imply>${a}${b}</imply>`, 0.92],
    ["<nand>", `<nand>${a}${b}</nand>`, 0.98],
    ["<nor>", `<nor>${a}${b}</nor>`, 0.72],
    ["<atleast>", `<atleast min="2">${a}${b}${c}</atleast>`, 0.098],
    ["<cardinality>", `<cardinality min="1" max="2">${a}${b}${c}</cardinality>`, 0.49],
    ["<cardinality> from none", `<cardinality min="0" max="0">${a}${b}</cardinality>`, 0.72],
    ["<constant>", `<or>${a}<constant value="false"/></or>`, 0.1],
    ["a constant alone", `<constant value="true"/>`, 1],
    ["a house event that is on", `<and>${a}<house-event name="on"/></and>`, 0.1],
    ["a house event that is off unless it is said to be on", `<or>${a}<house-event name="off"/></or>`, 0.1],
    ["<event>, whatever it is", `<and><event name="a"/><event name="on"/></and>`, 0.1],
    ["formulas in formulas", `<or><and>${a}<not>${b}</not></and><and><not>${a}</not>${b}</and></or>`, 0.26],
    ["one event alone", a, 0.1],
  ])("may have %s", (_, formula, expected) => {
    expect(chance(tree(top(formula ?? "")))).toBeCloseTo(expected, 14);
  });

  it.each([
    ["<int>", `<int value="1"/>`, 1],
    ["<bool>", `<bool value="false"/>`, 0],
    [
      "<exponential>",
      `<exponential><float value="1e-9"/><int value="1000"/></exponential>`,
      9.9999950000016667e-7,
    ],
    ["arithmetic", `<sub><float value="1"/><mul><float value="0.5"/><float value="0.5"/></mul></sub>`, 0.75],
    ["<parameter>", `<parameter name="rate"/>`, 0.25],
    ["parameters of parameters", `<add><parameter name="rate"/><parameter name="twice"/></add>`, 0.75],
    ["<div> and <neg>", `<neg><div><float value="-1"/><int value="4"/></div></neg>`, 0.25],
  ])("may say a chance by %s", (_, expression, expected) => {
    const parameters = `<define-parameter name="twice"><mul><int value="2"/><parameter name="rate"/></mul></define-parameter><define-parameter name="rate" unit="hours"><float value="0.25"/></define-parameter>`;
    const data = `<model-data>${parameters}<define-basic-event name="a">${expression}</define-basic-event></model-data>`;
    expect(chance(tree(top(a ?? "", data)))).toBeCloseTo(expected, 15);
  });

  it("has a name, gates with names, and those that nothing reads", () => {
    const { name, gates, roots } = tree(
      top(`<gate name="g"/>`).replace(
        "</define-fault-tree>",
        `<define-gate name="g">${a}</define-gate></define-fault-tree>`,
      ),
    );
    expect(name).toBe("T");
    expect([...gates.keys()]).toEqual(["top", "g"]);
    expect(roots).toEqual(["top"]);
  });

  it("may have labels and attributes, which say nothing", () => {
    const labelled = `<label>The <i>top</i>.</label><attributes><attribute name="x" value="y"/></attributes>${a}`;
    expect(chance(tree(top(labelled)))).toBe(0.1);
  });
});

describe("what is wrong with a fault tree", () => {
  it.each([
    ["", "tree/empty", 1, 1, /the file is empty/],
    ["  \n ", "tree/not-xml", 2, 1, /root element/],
    ["no XML", "tree/not-xml", 1, 7, /from here on: text data outside of root node/],
    ['<opsa-mef><define-fault-tree name="T">\n</opsa-mef>', "tree/not-xml", 2, 11, /unexpected close tag/],
    ["<opsa-mef>&lol;</opsa-mef>", "tree/not-xml", 1, 15, /undefined entity/],
    ["<html/>", "tree/unknown-element", 1, 1, /<html>/],
    ["<and/>", "tree/misplaced", 1, 1, /begins with <and>/],
    ["<opsa-mef/>", "tree/no-gate", 1, 1, /no gate/],
    [top(`<und>${a}</und>`), "tree/unknown-element", 4, 25, /<und> is no element/],
    [top(`<lognormal-deviate/>`), "tree/unsupported", 4, 25, /<lognormal-deviate> is not supported/],
  ])("is told with its place: %j", (...[text, code, line, column, what]) => {
    const [first] = problems(text);
    expect(first).toMatchObject({ code, where: { file: "tree.xml", line, column } });
    expect(first.what).toMatch(what);
  });

  it.each([
    [
      "an undefined event",
      top(`<and>${a}${read("bb")}</and>`),
      "tree/undefined",
      /basic-event "bb" is not defined/,
      /did you mean "b"\?/,
    ],
    ["an undefined gate", top(`<gate name="g"/>`), "tree/undefined", /gate "g" is not defined/, /define it/],
    [
      "an event used as a gate",
      top(`<gate name="a"/>`),
      "tree/wrong-kind",
      /used as a gate, and defined as a basic-event/,
      /<basic-event name="a"\/>/,
    ],
    [
      "a gate that reads itself",
      top(`<or>${a}<gate name="top"/></or>`),
      "tree/circle",
      /"top" → "top"/,
      /leave out/,
    ],
    [
      "a name that stands for two things",
      top(a ?? "", events.replace('name="b"', 'name="a"')),
      "tree/duplicate",
      /"a" is defined a second time; the first time is line 7/,
      /another name/,
    ],
    [
      "a chance above 1",
      top(a ?? "", events.replace("0.1", "1.5")),
      "tree/bad-chance",
      /chance of 1.5, which lies outside 0 to 1/,
      /0 to 1/,
    ],
    ["a chance below 0", top(a ?? "", events.replace("0.1", "-1e-9")), "tree/bad-chance", /-1e-9/, /0 to 1/],
    [
      "a chance that is no number",
      top(a ?? "", events.replace("0.1", "much")),
      "tree/bad-value",
      /value is "much"/,
      /a number/,
    ],
    [
      "no chance at all",
      top(a ?? "", events.replace('<float value="0.1"/>', "")),
      "tree/bad-chance",
      /"a" has no chance/,
      /0 to 1/,
    ],
    [
      "a gate of nothing",
      top(""),
      "tree/wrong-count",
      /<define-gate> holds 0, where 1 is wanted/,
      /put 1 into it/,
    ],
    [
      "an exclusive or of three",
      top(`<xor>${a}${b}${c}</xor>`),
      "tree/wrong-count",
      /<xor> holds 3/,
      /nest them/,
    ],
    [
      "more than there are",
      top(`<atleast min="4">${a}${b}</atleast>`),
      "tree/bad-value",
      /min is "4", and 2 things/,
      /from 1 to 2/,
    ],
    [
      "no number of how many",
      top(`<atleast>${a}${b}</atleast>`),
      "tree/missing",
      /<atleast> has no min/,
      /min="…"/,
    ],
    [
      "limits the wrong way round",
      top(`<cardinality min="2" max="1">${a}${b}</cardinality>`),
      "tree/bad-value",
      /max is 1, which is below min/,
      /at least min/,
    ],
    [
      "a truth that is none",
      top(`<constant value="yes"/>`),
      "tree/bad-value",
      /value is "yes"/,
      /true or false/,
    ],
    [
      "what is known and not computed",
      top(a ?? "", `${events}<define-CCF-group name="x" model="beta-factor"/>`),
      "tree/unsupported",
      /<define-CCF-group> is not supported/,
      /say it with gates/,
    ],
    [
      "a gate in the wrong place",
      top(`<define-gate name="x">${a}</define-gate>`),
      "tree/misplaced",
      /<define-gate> stands in <define-gate>/,
      /<and>/,
    ],
    [
      "an attribute that nobody knows",
      top(`<basic-event nam="a"/>`),
      "tree/missing",
      /has no name/,
      /name="…"/,
    ],
    ["words between elements", top(`${a} and b`), "tree/misplaced", /the text "and b"/, /<label>/],
    [
      "parameters in a circle",
      top(
        a ?? "",
        events
          .replace('<float value="0.1"/>', '<parameter name="p"/>')
          .replace(
            "</model-data>",
            '<define-parameter name="p"><parameter name="p"/></define-parameter></model-data>',
          ),
      ),
      "tree/circle",
      /parameters read one another/,
      /a number/,
    ],
  ])("is told: %s", (...[, text, code, what, mend]) => {
    const [first] = problems(text);
    expect(first).toMatchObject({ code, where: { file: "tree.xml" } });
    expect(first.what).toMatch(what);
    expect(first.mend).toMatch(mend);
  });

  it("is told all at once, in the order of the file, but not without end", () => {
    const many = Array.from({ length: 200 }, (_, index) => `<gate name="g${index}"/>`).join("\n");
    const found = problems(top(`<or>${many}</or>`));
    expect(found).toHaveLength(50);
    expect(found[1]?.where?.line).toBe(5);
  });

  it("is no crash however deep formulas and gates are nested", () => {
    const deep = 20_000;
    expect(chance(tree(top(`${"<not>".repeat(deep)}${a}${"</not>".repeat(deep)}`)))).toBeCloseTo(0.1, 15);
    const below = Array.from(
      { length: deep },
      (_, index) =>
        `<define-gate name="g${index}"><or>${index === 0 ? a : `<gate name="g${index - 1}"/>`}${b}</or></define-gate>`,
    );
    const chain = top(`<gate name="g${deep - 1}"/>`).replace(
      "</define-fault-tree>",
      `${below.join("\n")}</define-fault-tree>`,
    );
    expect(chance(tree(chain))).toBeCloseTo(0.28, 15);
  });
});

describe("the file of a fault tree", () => {
  const { signal } = new AbortController();
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "holdfast-tree-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("is read piece by piece, and names cut in two are whole", async () => {
    const name = "ä".repeat(700_000);
    const text = top(`<basic-event name="${name}"/>`, events.replace('name="a"', `name="${name}"`));
    await writeFile(join(folder, "large.xml"), text);
    const found = await readFaultTree("large.xml", folder, signal);
    expect(found.ok && found.value.graph.events[0]?.name === name).toBe(true);
  });

  it.each([
    ["is not there", "missing.xml", null, "tree/unreadable", /ENOENT/],
    ["is a folder", ".", null, "tree/unreadable", /EISDIR/],
    ["is no text", "binary.xml", new Uint8Array([60, 255, 254, 0]), "tree/unreadable", /UTF-8/],
    ["is empty", "empty.xml", new Uint8Array(), "tree/empty", /empty/],
  ])("is refused when it %s", async (...[, file, bytes, code, what]) => {
    if (bytes !== null) await writeFile(join(folder, file), bytes);
    const found = await readFaultTree(file, folder, signal);
    expect(found).toMatchObject({
      ok: false,
      problems: [{ code, what: expect.stringMatching(what) as string }],
    });
  });
});
