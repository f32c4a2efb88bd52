import { type Labels, type Rule, type RuleGroup, windowText } from "./prometheus.ts";

/** A file of rules as Prometheus loads it: YAML, whose quoted texts are those of JSON. */
export function ruleFileText(groups: readonly RuleGroup[]): string {
  return `groups:\n${groups.map((group) => groupText(group, "  ")).join("")}`;
}

/** The same as a resource for the Prometheus operator. @param name of the resource */
export function ruleResourceText(name: string, groups: readonly RuleGroup[]): string {
  const head = `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: ${quoted(name)}\nspec:\n  groups:\n`;
  return head + groups.map((group) => groupText(group, "    ")).join("");
}

function groupText({ name, interval, rules }: RuleGroup, indent: string): string {
  const inner = `${indent}  `;
  const head = `${indent}- name: ${quoted(name)}\n${inner}interval: ${windowText(interval)}\n${inner}rules:\n`;
  return head + rules.map((rule) => ruleText(rule, `${inner}  `)).join("");
}

function ruleText(rule: Rule, indent: string): string {
  const inner = `${indent}  `;
  const labels = mapText("labels", rule.labels, inner);
  if ("record" in rule)
    return `${indent}- record: ${rule.record}\n${inner}expr: ${quoted(rule.expr)}\n${labels}`;
  const held = rule.for === null ? "" : `${inner}for: ${windowText(rule.for)}\n`;
  const annotations = mapText("annotations", rule.annotations, inner);
  return `${indent}- alert: ${rule.alert}\n${inner}expr: ${quoted(rule.expr)}\n${held}${labels}${annotations}`;
}

function mapText(key: string, map: Labels, indent: string): string {
  const entries = Object.entries(map);
  if (entries.length === 0) return "";
  return `${indent}${key}:\n${entries.map(([name, text]) => `${indent}  ${name}: ${quoted(text)}\n`).join("")}`;
}

/** Single quotes where they read better: nearly every formula has double ones in it. */
function quoted(text: string): string {
  if (/^[a-zA-Z][a-zA-Z0-9_-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text))
    return text;
  const isPlain = /^[\x20-\x7e]*$/.test(text) && !text.includes("\\") && text.includes('"');
  return isPlain ? `'${text.replaceAll("'", "''")}'` : JSON.stringify(text);
}
