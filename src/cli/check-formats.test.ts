import { describe, expect, it } from "vitest";
import { exampleFiles } from "../../test/example-workspaces.ts";
import { shippedCatalogue } from "../../test/shipped-catalogue.ts";
import { isOverBudget } from "../core/prediction/budgets.ts";
import { readWorkspace, type Workspace } from "../core/manifest/manifest.ts";
import { differencesOf, differencesText } from "./check-compare.ts";
import { checkData } from "./check-data.ts";
import { type Checked, junit, markdown, sarif } from "./check-formats.ts";
import { summaryText } from "./check-summary.ts";
import { findingsOf } from "./findings.ts";
import { predict } from "./predict.ts";

function workspaceOf(change: (text: string) => string, example: string): Workspace {
  const files = exampleFiles(example).map(({ path, text }) => ({ path, text: change(text) }));
  const read = readWorkspace(files, shippedCatalogue);
  if (!read.ok) throw new Error(read.problems[0].what);
  return read.value;
}

async function checked(
  change: (text: string) => string = (text) => text,
  example = "active-passive",
): Promise<Checked> {
  const workspace = workspaceOf(change, example);
  return {
    workspace,
    findings: await findingsOf(workspace),
    prediction: await predict(workspace.model, shippedCatalogue, null),
    billed: null,
    version: "1.2.3",
  };
}

/** Objectives that no design could meet. */
const hopeless = (text: string): string => text.replace(/rto: [^,]+,/, "rto: 1 s,");

describe("SARIF", () => {
  it("tells findings and missed objectives at their places", async () => {
    const log = JSON.parse(sarif(await checked(hopeless))) as Sarif;
    expect(log.version).toBe("2.1.0");
    const [{ tool, results }] = log.runs;
    expect(tool.driver).toMatchObject({ name: "holdfast", version: "1.2.3" });
    const missed = results.filter(({ ruleId }) => ruleId === "objective/recovery-time");
    expect(missed).toHaveLength(1);
    expect(missed[0]).toMatchObject({
      level: "error",
      message: { text: expect.stringContaining("the objective 1 s") as string },
      locations: [{ physicalLocation: { region: { startLine: expect.any(Number) as number } } }],
    });
    const ids = new Set(tool.driver.rules.map(({ id }) => id));
    expect(results.every(({ ruleId }) => ids.has(ruleId))).toBe(true);
  });

  it("tells no objective that is met", async () => {
    const [{ results }] = (JSON.parse(sarif(await checked())) as Sarif).runs;
    expect(results.filter(({ ruleId }) => ruleId.startsWith("objective/"))).toEqual([]);
  });
});

interface Sarif {
  readonly version: string;
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly results: readonly { readonly ruleId: string }[];
    },
  ];
}

describe("JUnit", () => {
  it("has a test for each objective, of which the missed ones fail", async () => {
    const fine = junit(await checked());
    const tests = fine.match(/<testcase /g) ?? [];
    expect(tests.length).toBeGreaterThanOrEqual(3);
    expect(fine).toContain(`tests="${tests.length}" failures="0"`);
    const bad = junit(await checked(hopeless));
    const failures = bad.match(/<failure /g) ?? [];
    expect(failures.length).toBeGreaterThan(0);
    expect(bad).toContain(`failures="${failures.length}"`);
    expect(bad).toMatch(/<testcase classname="completion" name="recovery time in [^"]+ of 1 s">\n +<failure/);
  });

  it("escapes what XML gives a meaning", async () => {
    const { workspace, ...rest } = await checked();
    const odd = {
      ...rest,
      workspace,
      findings: [
        {
          ...{ code: "a/b", severity: "error", rule: "HF001", where: null, why: "" },
          ...{ what: 'a "<b>" & \u0000c', mend: "d" },
        },
      ],
    } as unknown as Checked;
    expect(junit(odd)).toContain("a &quot;&lt;b&gt;&quot; &amp; c");
  });
});

describe("Markdown", () => {
  it("has a row for each objective, the missed ones first", async () => {
    const lines = markdown(await checked(hopeless), null).split("\n");
    const rows = lines.filter((line) => /^\| (\*\*missed\*\*|met)/.test(line));
    expect(rows[0]).toContain("**missed**");
    expect(rows.filter((line) => line.includes("**missed**"))).toHaveLength(1);
    const widths = new Set(rows.map((line) => line.split("|").length));
    expect(widths.size).toBe(1);
  });
});

/** More is spent than is allowed. */
const poor = (text: string): string =>
  text.replace(/budgets: .*/, "budgets: { cost: 1 USD/month, carbon: 1 g/month }");
/** Nines that no platform has. */
const vain = (text: string): string => text.replace(/availability: [^,}]+/g, "availability: 99.9999999 % ");

describe("a budget that is exceeded", () => {
  it("is a result of SARIF at the place of the budget", async () => {
    const [{ results }] = (JSON.parse(sarif(await checked(poor))) as Sarif).runs;
    const over = results.filter(({ ruleId }) => ruleId.startsWith("budget/"));
    expect(over.map(({ ruleId }) => ruleId)).toEqual(["budget/cost", "budget/carbon"]);
    expect(JSON.stringify(over[0])).toMatch(/the budget 1 USD a month\. Most of it: [\d,.]+ for \w/);
    expect(JSON.stringify(over[0])).toContain('"startLine":');
  });

  it("fails its test of JUnit, and stands in Markdown with its reason", async () => {
    expect(junit(await checked(poor))).toMatch(
      /<testcase classname="budgets" name="cost: [^"]+ of 1 USD a month">\n +<failure/,
    );
    const text = markdown(await checked(poor), null);
    expect(text).toContain("| **over** | cost |");
    expect(text).toMatch(
      /## Why it is missed\n\n- The platform's cost is [\d,]+ USD a month, the budget 1 USD/,
    );
  });

  it("is told to people and to programs", async () => {
    const { workspace, prediction } = await checked(poor);
    const text = summaryText(workspace, prediction, 200);
    expect(text).toMatch(/cost budget +over: [\d,]+ USD a month of 1 USD a month/);
    expect(text).toMatch(/cost over its budget: most of it: /);
    expect(checkData(workspace, prediction)["budgets"]).toMatchObject([
      { what: "cost", verdict: "over" },
      { what: "carbon", verdict: "over" },
    ]);
    expect(isOverBudget(prediction)).toBe(true);
    const fine = await checked();
    expect(isOverBudget(fine.prediction)).toBe(false);
    expect(markdown(fine, null)).not.toContain("## Why it is missed");
  });
});

describe("a missed availability", () => {
  it("carries what contributes most, in every format", async () => {
    const all = await checked(vain);
    const why =
      /[\d.]+ min a year, where [\d.]+ are allowed[.;] [Mm]ost would go if these never happened: .+ \([\d.]+ min\)/;
    expect(markdown(all, null)).toMatch(why);
    expect(junit(all)).toMatch(why);
    expect(sarif(all)).toMatch(why);
    expect(summaryText(all.workspace, all.prediction, 2_000)).toMatch(why);
    expect(JSON.stringify(checkData(all.workspace, all.prediction))).toMatch(
      /"because":\["[\d.]+ min a year/,
    );
  });
});

describe("what the arithmetic cannot count", () => {
  const planned = (text: string): string =>
    text.replace(/( +- \{ name: [^}]+)\}/, "$1, maintenance: { every: 30 d, lasts: 1 h, first: 2 h } }");
  const note = "Not counted in availability: planned maintenance.";

  it("is named to people, to readers of a pull request and to programs, where it is declared", async () => {
    const { workspace, prediction, ...rest } = await checked(planned);
    expect(summaryText(workspace, prediction, 200)).toContain(note);
    expect(markdown({ workspace, prediction, ...rest }, null)).toContain(note);
    expect(checkData(workspace, prediction)["notCountedInAvailability"]).toEqual(["planned maintenance"]);
  });

  it("is not spoken of where it is not", async () => {
    const { workspace, prediction } = await checked();
    expect(summaryText(workspace, prediction, 200)).not.toContain("Not counted");
    expect(checkData(workspace, prediction)["notCountedInAvailability"]).toEqual([]);
  });
});

describe("degraded modes", () => {
  it("stand under the recovery that they are of, for people and for programs", async () => {
    const { workspace, prediction, ...rest } = await checked((text) => text, "degraded-modes");
    const summary = summaryText(workspace, prediction, 80);
    expect(summary).toMatch(
      /met +east-lost +[\d.]+ min of 40 min +0 s of 0 s\n +met +in smaller-model +[\d.]+ min of 15 min/,
    );
    expect(summary).toMatch(/large-model-gone +does not\n +met +in smaller-model +1\.29 s of 15 min/);
    expect(markdown({ workspace, prediction, ...rest }, null)).toContain(
      "| met | chat | east-lost, in static | recovery time |",
    );
    const data = JSON.stringify(checkData(workspace, prediction));
    expect(data).toContain(
      '"degradedModes":[{"name":"smaller-model","isVerified":true,"sooner":null,"outcome":"recovers"',
    );
  });

  it("are compared with what they were", async () => {
    const before = (await checked((text) => text, "degraded-modes")).prediction;
    const slower = await checked((text) => text.replace("ttl: 20 s", "ttl: 25 s"), "degraded-modes");
    const text = differencesText(differencesOf(before, slower.prediction), { revision: "main", columns: 80 });
    expect(text).toMatch(/chat, east-lost, in static +back in +20\.3 s → 25 s/);
  });
});

describe("a comparison", () => {
  it("tells what differs, and nothing else", async () => {
    const before = (await checked()).prediction;
    const slower = await checked((text) => text.replace(/promote: [^,}]+/, "promote: 9 min"));
    const differences = differencesOf(before, slower.prediction);
    expect(differences.map(({ what }) => what)).toContain("rtoSeconds");
    expect(differences.every((each) => each.before !== each.after)).toBe(true);
    expect(differences.some(({ what }) => what === "costPerMonth")).toBe(false);
    const text = differencesText(differences, { revision: "main", columns: 80 });
    expect(text).toMatch(/^\nagainst main\n/);
    expect(text).toContain(" → ");
    expect(differencesOf(before, before)).toEqual([]);
    expect(markdown(slower, differences)).toContain("## What the change changes");
  });
});
