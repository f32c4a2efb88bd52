import { type Severity, severities } from "../src/core/lint/finding.ts";
import type { Rule } from "../src/core/lint/rule.ts";
import { retiredIds } from "../src/core/lint/rules.ts";
import { lineDiff } from "./line-diff.ts";
import { exampleFolder, exampleText, findingsInText } from "./lint-examples.ts";

const generated =
  "<!-- Written from the rules' records: npx vitest run --project unit test/rule-pages.test.ts -u -->";

const meaning: Readonly<Record<Severity, string>> = {
  error:
    "An **error**: a recovery that cannot work, or an objective that nobody stands behind. `holdfast check` exits with 2.",
  warning:
    "A **warning**: it works on paper, and is known to fail on the day or to cost what nobody asked for. It is told; `holdfast check` exits with 0.",
  note: "A **note**: worth knowing, for something is not said or not shown. `holdfast check` exits with 0.",
};

/** What the manual says of one rule, with what it finds in the example that breaks it. */
export function pageOf(rule: Rule): string {
  const { id, code, title, severity, why, mend, source } = rule;
  const [fails, passes] = [exampleText(id, "fails"), exampleText(id, "passes")];
  const told = findingsInText(fails).map(
    ({ where, what, mend: way }) =>
      `workspace.yaml:${where?.line ?? 1}:${where?.column ?? 1} ${code} (${id})\n  ${what}\n  mend: ${way}\n`,
  );
  const link = (kind: "fails" | "passes"): string => `../../../${exampleFolder(id, kind)}/workspace.yaml`;
  return `# ${id}: ${title}

${generated}

${meaning[severity]} Findings carry the code \`${code}\`.

**Why.** ${sentence(why)}

**Mending.** ${sentence(mend)}

**Source.** ${sentence(`${source.title}, ${source.date}`)}

## An example

In [this workspace](${link("fails")}) \`holdfast lint ${exampleFolder(id, "fails")}\` finds:

\`\`\`text
${told.join("")}\`\`\`

[Another](${link("passes")}) keeps the rule. They differ in these lines:

\`\`\`diff
${lineDiff(fails, passes)}\`\`\`
`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** The list of all rules, by theme. */
export function indexOf(rules: readonly Rule[]): string {
  const themes = [...new Set(rules.map(themeOf))];
  const parts = themes.map((theme) => {
    const rows = rules
      .filter((rule) => themeOf(rule) === theme)
      .map(({ id, code, title, severity }) => `| [${id}](${id}.md) | ${severity} | ${title} | \`${code}\` |`);
    return `## ${theme}\n\n| rule | severity | finds | code |\n| --- | --- | --- | --- |\n${rows.join("\n")}\n`;
  });
  return `# Rules of design

${generated}

${rules.length} known mistakes of design that \`holdfast check\` and \`holdfast lint\` look for, by arithmetic on what a workspace declares. An
id is given once and never to another rule; a code is what findings are matched by.

${severities.map((severity) => `- ${meaning[severity]}`).join("\n")}

\`\`\`sh
holdfast lint platform                  # every rule
holdfast lint platform --rule HF030     # one of them; the option may be said again
holdfast explain rule HF030             # what it looks for, without a network
\`\`\`

${listOf(retiredIds)} were rules once, and are given to no other: what they found is refused when a workspace is read.

Each page shows a workspace that breaks the rule and nothing else, and one that keeps every rule; tests run both.

${parts.join("\n")}`;
}

function listOf(ids: readonly string[]): string {
  return ids.join(" and ");
}

function themeOf({ code }: Rule): string {
  return code.split("/")[0] ?? "";
}
