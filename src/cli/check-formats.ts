import { type Difference, differenceRows } from "./check-compare.ts";
import type { BilledCost } from "../core/cost/billed-cost.ts";
import type { Finding } from "../core/lint/finding.ts";
import type { Workspace } from "../core/manifest/manifest.ts";
import { type JudgedBudget, judgedBudgets } from "../core/prediction/budgets.ts";
import { type JudgedObjective, judgedObjectives } from "../core/prediction/objectives.ts";
import { notCountedText } from "../core/prediction/not-counted.ts";
import type { Prediction } from "../core/prediction/prediction.ts";
import type { Place } from "../core/problem/problem.ts";
import { sentence } from "../core/report/text.ts";
import { roughText } from "../core/units/shown.ts";
import { stepsMax } from "./predict.ts";

// What `holdfast check` tells other tools: code scanners (SARIF), runners of tests (JUnit), and readers of a pull request (Markdown).

export interface Checked {
  readonly workspace: Workspace;
  readonly findings: readonly Finding[];
  readonly prediction: Prediction;
  /** What bills said of the cost in it; `null`: none were given. */
  readonly billed: BilledCost | null;
  readonly version: string;
}

/** SARIF 2.1.0: findings, and objectives that are missed, each at its place. */
export function sarif({ workspace, findings, prediction, version }: Checked): string {
  const missed = judgedObjectives(prediction, stepsMax).filter(({ verdict }) => verdict === "missed");
  const over = judgedBudgets(prediction).filter(({ verdict }) => verdict === "over");
  const results = [
    ...findings.map(({ code, severity, what, mend, where }) => ({
      ...{ ruleId: code, level: severity, message: { text: `${what}. Mend: ${mend}` } },
      locations: locationsOf(where),
    })),
    ...missed.map((each) => ({
      ...{ ruleId: ruleOf(each), level: "error", message: { text: sentenceOf(each) } },
      locations: locationsOf(workspace.locate("Journey", each.journey, ["spec", "objectives"])),
    })),
    ...over.map((each) => ({
      ...{ ruleId: `budget/${each.what}`, level: "error", message: { text: budgetSentence(each) } },
      locations: locationsOf(
        workspace.locate("Platform", workspace.model.platform.name, ["spec", "budgets", each.what]),
      ),
    })),
  ];
  const rules = [...new Set(results.map(({ ruleId }) => ruleId))].map((id) => ({ id }));
  const driver = { name: "holdfast", version, rules };
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver }, results }],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function locationsOf(where: Place | null): readonly unknown[] {
  if (where === null) return [];
  const region = { startLine: where.line, startColumn: where.column };
  return [{ physicalLocation: { artifactLocation: { uri: where.file }, region } }];
}

function ruleOf({ what }: JudgedObjective): string {
  return `objective/${what.replaceAll(" ", "-")}`;
}

function sentenceOf({ journey, what, in: scenario, objective, predicted, because }: JudgedObjective): string {
  const why = because.map((each) => `. ${sentence(each)}`).join("");
  return `Journey "${journey}": predicted ${what} in ${scenario} is ${predicted}, the objective ${objective}${why}`;
}

function budgetSentence({ what, spent, limit, because }: JudgedBudget): string {
  return [`The platform's ${what} is ${spent}, the budget ${limit}`, ...because.map(sentence)].join(". ");
}

/** JUnit: a test for each objective and each budget, and one for each finding. */
export function junit({ workspace, findings, prediction }: Checked): string {
  const objectives = judgedObjectives(prediction, stepsMax);
  const tests = [
    ...objectives.map((each) => ({
      suite: each.journey,
      name: `${each.what} in ${each.in}: ${each.predicted} of ${each.objective}`,
      failure: each.verdict === "met" ? null : sentenceOf(each),
    })),
    ...judgedBudgets(prediction).map((each) => ({
      suite: "budgets",
      name: `${each.what}: ${each.spent} of ${each.limit}`,
      failure: each.verdict === "over" ? budgetSentence(each) : null,
    })),
    ...findings
      .filter(({ severity }) => severity === "error")
      .map(({ code, what, mend }) => ({
        suite: "design",
        name: `${code}: ${what}`,
        failure: `${what}. Mend: ${mend}`,
      })),
  ];
  const failures = tests.filter(({ failure }) => failure !== null).length;
  const cases = tests.map(({ suite, name, failure }) => {
    const open = `    <testcase classname="${escaped(suite)}" name="${escaped(name)}"`;
    return failure === null
      ? `${open}/>`
      : `${open}>\n      <failure message="${escaped(failure)}"/>\n    </testcase>`;
  });
  const counts = `tests="${tests.length}" failures="${failures}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="${escaped(workspace.model.platform.name)}" ${counts}>`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

/** Characters that XML 1.0 cannot hold are left out. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;");
}

/** Tables for a pull request or a wiki. */
export function markdown(
  { workspace, findings, prediction, billed }: Checked,
  differences: readonly Difference[] | null,
): string {
  const judged = judgedObjectives(prediction, stepsMax);
  const budgets = judgedBudgets(prediction);
  const why = [
    ...judged.filter(({ verdict }) => verdict === "missed").map(sentenceOf),
    ...budgets.filter(({ verdict }) => verdict === "over").map(budgetSentence),
  ];
  const objectives = judged.map((each) => [
    each.verdict === "missed" ? "**missed**" : each.verdict,
    each.journey,
    each.in,
    each.what,
    each.predicted,
    each.objective,
  ]);
  const told = findings.map(({ severity, code, what, mend }) => [severity, `\`${code}\``, what, mend]);
  return [
    `# Platform ${workspace.model.platform.name}\n`,
    "Predicted by arithmetic from what is declared and assumed; recovery times and data losses at the 95th percentile.\n",
    ...[notCountedText(workspace.model)].flatMap((text) => (text === null ? [] : [`${text}\n`])),
    rows(["", "journey", "in", "what", "predicted", "objective"], objectives),
    ...(why.length === 0
      ? []
      : [`## Why it is missed\n\n${why.map((each) => `- ${inLine(each)}\n`).join("")}`]),
    rows(["", "month", "of it redundancy"], moneyRows(prediction, billed)),
    ...(budgets.length === 0 ? [] : [rows(["", "budget", "spent", "allowed"], budgets.map(budgetRow))]),
    ...(differences === null
      ? []
      : [
          "\n## What the change changes\n\n",
          rows(["what", "", "before → after"], differenceRows(differences)),
        ]),
    ...(told.length === 0 ? [] : ["\n## Findings\n\n", rows(["", "code", "what", "mend"], told)]),
  ].join("\n");
}

function budgetRow({ what, spent, limit, verdict }: JudgedBudget): readonly string[] {
  return [{ over: "**over**", within: "within", "not-known": "not known" }[verdict], what, spent, limit];
}

function inLine(text: string): string {
  return text.replaceAll("\n", " ");
}

function moneyRows({ cost, carbon }: Prediction, billed: BilledCost | null): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  if (cost.ok && cost.value.total !== null) {
    const { total, redundancy } = cost.value;
    const told = (micros: number): string => `${roughText(micros / 1e6)} ${total.value.currency}`;
    const name = billed === null ? "cost" : "cost, by the bills where they say";
    found.push([name, told(total.value.microsPerMonth), told(redundancy?.value.microsPerMonth ?? 0)]);
  }
  if (carbon.total !== null) {
    const told = (grams: number): string => `${roughText(grams / 1_000)} kgCO2e`;
    found.push(["carbon", told(carbon.total.value), told(carbon.redundancy?.value ?? 0)]);
  }
  return found;
}

function rows(heading: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(heading), line(heading.map(() => "---")), ...body.map(line), ""].join("\n");
}
