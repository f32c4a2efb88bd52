import type { Rule } from "../core/lint/rule.ts";
import { didYouMean } from "../core/problem/nearest.ts";
import { table, wrapped } from "./layout.ts";
import {
  type AnswerFormat,
  asTyped,
  calledAs,
  type ExitStatus,
  fail,
  printJson,
  type Shell,
} from "./shell.ts";

/** `holdfast explain rule NAME`: one rule, or with `null` the list of them. */
export async function explainRule(
  shell: Shell,
  name: string | null,
  format: AnswerFormat,
): Promise<ExitStatus> {
  const { ruleNamed, rules } = await import("../core/lint/rules.ts");
  if (name === null) return listRules(shell, rules, format);
  const rule = ruleNamed(name);
  if (rule === null) {
    const known = rules.flatMap(({ id, code }) => [id, code]);
    const what = `no rule is named "${name}"`;
    const why = "a rule is named by its id or by the code of its findings";
    const mend = `${didYouMean(name, known)}\`holdfast explain rule\` lists them all`;
    return fail(shell, [{ code: "explain/unknown-topic", what, where: null, why, mend }], format);
  }
  if (format === "json") printJson(shell, ruleData(rule));
  else shell.out(ruleText(rule, shell));
  return 0;
}

function listRules(shell: Shell, rules: readonly Rule[], format: AnswerFormat): ExitStatus {
  if (format === "json") printJson(shell, { rules: rules.map(ruleData) });
  else {
    const rows = rules.map(({ id, severity, code, title }) => [id, severity, `${code}: ${title}`]);
    shell.out(table(rows, { columns: shell.output.columns, indent: 0 }));
  }
  return 0;
}

function ruleData({ id, code, title, severity, why, mend, source }: Rule): Readonly<Record<string, unknown>> {
  return { id, code, title, severity, why, mend, source, manual: pageOf(id) };
}

/** Where a rule stands in the manual, with an example that breaks it and one that keeps it. */
function pageOf(id: string): string {
  return `docs/manual/rules/${id}.md`;
}

function ruleText({ id, code, title, severity, why, mend, source }: Rule, shell: Shell): string {
  const lines = [
    `finds: ${title}`,
    `severity: ${severity}`,
    `why: ${why}`,
    `mend: ${asTyped(mend, calledAs(shell))}`,
    `source: ${source.title}, ${source.date}`,
    `manual: ${pageOf(id)}`,
  ];
  const { columns } = shell.output;
  return `${id} ${code}\n\n${lines.map((line) => wrapped(line, { columns, indent: 2 })).join("\n")}\n`;
}
