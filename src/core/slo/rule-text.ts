import { type Labels, type Rule, type RuleGroup, windowText } from "./prometheus.ts";

/** A file of rules as Prometheus loads it, piece by piece: YAML, whose quoted texts are those of JSON. */
export function* ruleFileTexts(groups: Iterable<RuleGroup>): Generator<string> {
  yield "groups:\n";
  for (const group of groups) yield groupText(group, "  ");
}

/** The same as a resource for the Prometheus operator. @param name of the resource */
export function* ruleResourceTexts(name: string, groups: Iterable<RuleGroup>): Generator<string> {
  yield `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: ${quoted(name)}\nspec:\n  groups:\n`;
  for (const group of groups) yield groupText(group, "    ");
}

function groupText({ name, interval, rules }: RuleGroup, indent: string): string {
  const inner = `${indent}  `;
  const head = `${indent}- name: ${quoted(name)}\n${inner}interval: ${windowText(interval)}\n${inner}rules:\n`;
  return head + rules.map((rule) => ruleText(rule, `${inner}  `)).join("");
}

function ruleText(rule: Rule, indent: string): string {
  const inner = `${indent}  `;
  const labels = labelsText(rule.labels, inner);
  if ("record" in rule)
    return `${indent}- record: ${rule.record}\n${inner}expr: ${quoted(rule.expr)}\n${labels}`;
  const held = rule.for === null ? "" : `${inner}for: ${windowText(rule.for)}\n`;
  const annotations = mapText("annotations", rule.annotations, inner);
  return `${indent}- alert: ${quoted(rule.alert)}\n${inner}expr: ${quoted(rule.expr)}\n${held}${labels}${annotations}`;
}

function mapText(key: string, map: Labels, indent: string): string {
  let text = "";
  for (const name in map)
    text += `${indent}  ${yamlWord.test(name) ? quoted(name) : name}: ${quoted(map[name] ?? "")}\n`;
  return text === "" ? "" : `${indent}${key}:\n${text}`;
}

/** Labels of an SLO stand with each of its rules. */
let lastLabels: { readonly labels: Labels; readonly indent: string; readonly text: string } | null = null;

function labelsText(labels: Labels, indent: string): string {
  if (lastLabels?.labels !== labels || lastLabels.indent !== indent)
    lastLabels = { labels, indent, text: mapText("labels", labels, indent) };
  return lastLabels.text;
}

/** Single quotes where they read better: nearly every formula has double ones in it. */
function quoted(text: string): string {
  if (text.includes('"'))
    return unprintable.test(text) ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`;
  return plainWord.test(text) && !yamlWord.test(text) ? text : JSON.stringify(text);
}

/** What single quotes do not carry, or show badly. */
const unprintable = /[^\x20-\x7e]|\\/;
const plainWord = /^[a-zA-Z][a-zA-Z0-9_-]*$/;
const yamlWord = /^(true|false|null|yes|no|on|off|y|n)$/i;
