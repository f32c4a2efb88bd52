import { describe, expect, it } from "vitest";
import { exampleFiles, exampleNames } from "../../../../test/example-workspaces.ts";
import { shippedCatalogue } from "../../../../test/shipped-catalogue.ts";
import { markdownOf } from "../../../adapters/markdown/markdown.ts";
import { lint } from "../../lint/lint.ts";
import { readWorkspace } from "../../manifest/manifest.ts";
import { optimum } from "../../optimise/optimise.ts";
import { predictionOf } from "../../prediction/prediction.ts";
import { instantMs, seconds } from "../../units/units.ts";
import type { DiagramChart, ReportDocument, Section, Table } from "../document.ts";
import { levelsOf } from "./dependency-section.ts";
import { architecturePackOf } from "./pack.ts";
import type { PackContext } from "./pack-context.ts";

const at = instantMs(Date.UTC(2026, 10, 24, 12));
const stepsMax = 2 ** 22;

function contextOf(example: string, change: (text: string) => string = (text) => text): PackContext {
  const files = exampleFiles(example).map(({ path, text }) => ({ path, text: change(text) }));
  const read = readWorkspace(files, shippedCatalogue);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const { model, locate } = read.value;
  const detection = { probeEvery: seconds(0.1), refusals: 3, silentAfter: seconds(1) };
  const prediction = predictionOf(model, { tables: shippedCatalogue, detection, stepsMax });
  const findings = lint(model, { locate, now: at });
  const settings = { tables: shippedCatalogue, detection, stepsMax, evaluationsMax: 1_000 } as const;
  const options = [...model.options.values()];
  return {
    ...{ model, prediction, findings, rows: shippedCatalogue.failures, detection, stepsMax, at },
    optimum: options.length === 0 ? null : optimum(model, options, { ...settings, availability: "told" }),
  };
}

const contexts = new Map<string, PackContext>();

function contextFor(example: string): PackContext {
  const context = contexts.get(example) ?? contextOf(example);
  contexts.set(example, context);
  return context;
}

function sectionOf(pack: ReportDocument, heading: string): Section {
  const section = pack.sections.find((each) => each.heading === heading);
  if (section === undefined) throw new Error(`no section ${heading}`);
  return section;
}

function tablesOf({ blocks }: Section): readonly Table[] {
  return blocks.flatMap((block) => (block.kind === "code" ? [] : [block.table]));
}

/** Rows as text, cells between bars. */
function rowsOf(section: Section): readonly string[] {
  return tablesOf(section).flatMap(({ rows }) => rows.map((row) => row.map(({ text }) => text).join(" | ")));
}

function diagramOf({ blocks }: Section): DiagramChart {
  const [block] = blocks;
  if (block?.kind !== "chart" || block.chart.kind !== "diagram") throw new Error("no diagram");
  return block.chart;
}

const workspaces = exampleNames.filter((name) => exampleFiles(name).length > 0);
const assistant = architecturePackOf(contextFor("assistant"));
/** The same platform under objectives that no platform keeps. */
const hopeless = architecturePackOf(
  contextOf("assistant", (text) =>
    text.replaceAll(/rto: [^,}]+/g, "rto: 1 ms").replaceAll(/rpo: [^,}]+/g, "rpo: 0 s "),
  ),
);

describe("the reliability architecture pack", () => {
  it("of examples/active-passive is this Markdown", async () => {
    const golden = "../../../../test/goldens/architecture-active-passive.md";
    const pack = architecturePackOf(contextFor("active-passive"));
    await expect(markdownOf(pack)).toMatchFileSnapshot(golden);
  });

  it.each(workspaces)("of examples/%s has every section, and rows as wide as their heads", (example) => {
    const pack = architecturePackOf(contextFor(example));
    const headings = pack.sections.map(({ heading }) => heading);
    for (const heading of [
      ...["Context", "Objectives and continuity", "Resilience matrix", "Availability", "Risk register"],
      ...["Patterns, and what each means", "Failure modes", "What redundancy costs and emits"],
      ...["Open findings", "Assumptions", "Sources"],
    ]) {
      expect(headings).toContain(heading);
    }
    for (const table of pack.sections.flatMap(tablesOf)) {
      for (const row of table.rows) expect(row, table.caption).toHaveLength(table.columns.length);
    }
  });

  it("answers yes where every objective is kept", () => {
    expect(assistant.answer).toMatchObject({ verdict: "met", word: "Yes" });
  });

  it("answers no, and counts what would miss its objective", () => {
    expect(hopeless.answer).toEqual({
      verdict: "missed",
      word: "No",
      text: expect.stringMatching(
        /^By prediction \d+ of \d+ recoveries would miss what is accepted\./,
      ) as string,
    });
  });

  it("says at least so much where something of the cost or carbon is not known", () => {
    const { cost, carbon } = contextFor("assistant").prediction;
    const isPartial = [cost.ok && cost.value.missing.length > 0, carbon.missing.length > 0];
    const figures = assistant.keyFigures.filter(({ name }) => /^(?:Cost|Carbon)/.test(name));
    expect(isPartial).toContain(true);
    expect(figures.map(({ name }) => name.endsWith(", at least"))).toEqual(isPartial);
  });

  it("labels every predicted number with its kind", () => {
    const kinds = new Set(
      tablesOf(sectionOf(assistant, "Failure modes")).flatMap(({ rows }) =>
        rows.map((row) => row.at(-1)?.kind),
      ),
    );
    expect(kinds).toEqual(new Set(["estimated"]));
  });

  it("puts those who need above what they need, and draws each need by its strength", () => {
    const { bands, edges } = diagramOf(sectionOf(assistant, "What chat depends on"));
    const depth = new Map(bands.flatMap(({ boxes }, at) => boxes.map(({ id }) => [id, at] as const)));
    for (const { from, to } of edges) expect(depth.get(from), from).toBeLessThan(depth.get(to) ?? 0);
    expect(edges).toContainEqual({ from: "gateway", to: "fallback-model", line: "faint" });
    expect(edges).toContainEqual({ from: "gateway", to: "vector-index", line: "dotted" });
  });

  it("ends where needs that are not hard run in a circle", () => {
    const { model } = contextFor("assistant");
    const gateway = model.components.get("gateway");
    const database = model.components.get("database");
    if (gateway === undefined || database === undefined) throw new Error("no such components");
    const back = {
      component: "gateway",
      strength: "soft",
      fallbacks: [],
      retries: null,
      timeout: null,
    } as const;
    const components = new Map(model.components).set("database", { ...database, needs: [back] });
    expect(levelsOf({ ...model, components }, "gateway").has("database")).toBe(true);
  });

  it("shows the context by provider, and fates with what they take", () => {
    const { bands } = diagramOf(sectionOf(assistant, "Context"));
    expect(bands.map(({ label }) => label)).toEqual(["aws", "gcp", "services of others", "shared fates"]);
  });

  it("tells where each objective comes from", () => {
    const rows = rowsOf(sectionOf(assistant, "Objectives and continuity"));
    expect(rows).toContain("chat | region | 30 s | 0 s | 99.95 % | 4 h | policy tier-1");
  });

  it("puts the worst of the matrix first", () => {
    const [, details] = tablesOf(sectionOf(hopeless, "Resilience matrix"));
    expect(details?.rows[0]?.at(-1)?.text).toBe("✗ RTO and RPO missed");
    const verdicts = details?.rows.map((row) => row.at(-1)?.text ?? "") ?? [];
    const lastMissed = verdicts.findLastIndex((text) => text.startsWith("✗"));
    expect(verdicts.slice(0, lastMissed + 1).every((text) => text.startsWith("✗"))).toBe(true);
  });

  it("tells what falls with a fate, who comes back and who does not", () => {
    const rows = rowsOf(sectionOf(assistant, "Failure modes"));
    expect(rows.find((row) => row.startsWith("fate public-name"))).toMatch(
      /gateway \(everywhere\) \| chat: does not come back before it does/,
    );
    expect(rows.find((row) => row.startsWith("region us-east"))).toMatch(/back in [\d.]+ s, by plan/);
  });

  it("says of an acceptance that ended that it did", () => {
    const context = contextFor("assistant");
    const later = architecturePackOf({ ...context, at: instantMs(Date.UTC(2040, 0, 1)) });
    expect(rowsOf(sectionOf(later, "Risk register")).join("\n")).toMatch(/✗ by .*; it expired on \d{4}-/);
    expect(rowsOf(sectionOf(assistant, "Risk register")).join("\n")).toMatch(/by .* until \d{4}-/);
  });

  it("rates risks by what they cost a year, the dearest first", () => {
    const [ratings] = tablesOf(sectionOf(assistant, "Risk register"));
    const amounts =
      ratings?.rows.map((row) => Number.parseFloat(row[3]?.text.replaceAll(",", "") ?? "")) ?? [];
    expect(amounts.length).toBeGreaterThan(1);
    expect(amounts).toEqual(amounts.toSorted((a, b) => b - a));
  });

  it("names every assumption with its reason, and every row with its licence", () => {
    const assumptions = rowsOf(sectionOf(assistant, "Assumptions")).join("\n");
    expect(assumptions).toMatch(
      /95 % switched \| [^|]*embeddings[^|]* \| a switch that is not drilled fails/,
    );
    const [sources] = tablesOf(sectionOf(assistant, "Sources"));
    for (const row of sources?.rows ?? []) {
      expect(row[1]?.text).toMatch(/^data\/\w+\.tsv:\d+$/);
      expect(row[3]?.text).not.toBe("");
    }
  });

  it("says that nothing is declared where no risk is", () => {
    const pack = architecturePackOf(contextFor("active-passive"));
    expect(sectionOf(pack, "Risk register").lead).toMatch(/^No risk is declared/);
  });

  it("draws what Options come to, with a row for each design, where any are declared", () => {
    const section = sectionOf(assistant, "Which redundancy is worth its money");
    const [block] = section.blocks;
    if (block?.kind !== "chart" || block.chart.kind !== "front") throw new Error("no front");
    const numbers = block.chart.designs.flatMap(({ number }) => number ?? []);
    expect(numbers.length).toBeGreaterThan(10);
    const [figures, changes] = tablesOf(section);
    expect(figures?.rows.map(([name]) => name?.text)).toEqual([...numbers.map(String), "today"]);
    expect(changes?.rows.map(([name]) => name?.text)).toEqual(numbers.map(String));
    expect(changes?.rows[0]?.[1]?.text).toMatch(/^replicas of .* \(today .*\)/);
    expect(section.lead).toContain("All 3,456 designs are weighed or ruled out.");
    const lab = architecturePackOf(contextFor("lab"));
    expect(lab.sections.map(({ heading }) => heading)).not.toContain(section.heading);
  });

  it("says that the front is not exact where its work was bounded, and why there is none", () => {
    const context = contextFor("assistant");
    const leadOf = (found: PackContext["optimum"]): string =>
      sectionOf(architecturePackOf({ ...context, optimum: found }), "Which redundancy is worth its money")
        .lead;
    const { optimum: whole } = context;
    if (whole?.ok !== true) throw new Error("no optimum");
    const looked = { ...whole.value.looked, isExact: false, settled: 0.25 };
    expect(leadOf({ ok: true, value: { ...whole.value, looked } })).toContain(
      "Not exact: the work of a pack",
    );
    const problem = {
      code: "cost/x",
      what: "two currencies",
      where: null,
      why: "",
      mend: "use one",
    } as const;
    expect(leadOf({ ok: false, problems: [problem] })).toBe(
      "It could not be worked out: two currencies. To mend it, use one.",
    );
  });
});

it("says of a journey's degraded modes when they are asked for, and when they are there", () => {
  const text = markdownOf(architecturePackOf(contextFor("degraded-modes")));
  expect(text).toMatch(/\| chat, in static \| region \| 30 s/);
  expect(text).toMatch(/\| chat, in static \| east-lost \| 20\.3 s \/ 30 s/);
});
