import type { Check, RuleTest } from "./rule-tests.ts";
import { selectorText } from "./prometheus.ts";

/**
 * A file for `promtool test rules`.
 *
 * @param rules the file of rules, as seen from the folder of this one
 * @param groups names of its groups, those first that others read: promtool works them out in any order otherwise
 */
export function ruleTestText(
  rules: string,
  tests: readonly RuleTest[],
  groups: readonly string[] = [],
): string {
  const names = groups.map((name) => `  - ${JSON.stringify(name)}\n`).join("");
  const order = names === "" ? "" : `group_eval_order:\n${names}`;
  const head = `rule_files:\n  - ${JSON.stringify(rules)}\nevaluation_interval: 1m\n${order}tests:\n`;
  return head + tests.map(testText).join("");
}

function testText({ name, series, checks }: RuleTest): string {
  const fed = series.map(
    ({ selector, values }) => `      - series: ${quoted(selector)}\n        values: ${quoted(values)}\n`,
  );
  const asked = checks.map(checkText).join("");
  return `  - name: ${JSON.stringify(name)}\n    interval: 1m\n    input_series:\n${fed.join("")}    promql_expr_test:\n${asked}`;
}

function checkText({ minute, formula, answer }: Check): string {
  const head = `      - expr: ${quoted(formula)}\n        eval_time: ${minute}m\n`;
  if (answer === null) return `${head}        exp_samples: []\n`;
  const labels = selectorText(answer.labels);
  return `${head}        exp_samples:\n          - labels: ${quoted(labels)}\n            value: ${answer.value}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
