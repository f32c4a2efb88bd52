import { type Finding, severities } from "../../lint/finding.ts";
import { countedText } from "../../units/shown.ts";
import type { Section } from "../document.ts";
import { plain, start } from "../text.ts";

/** What the design rules find, errors first. */
export function findingsSection(findings: readonly Finding[]): Section {
  const counts = severities.map((severity) => {
    return countedText(findings.filter((each) => each.severity === severity).length, severity);
  });
  if (findings.length === 0) {
    return { heading: "Open findings", lead: "The design rules find nothing.", blocks: [] };
  }
  return {
    heading: "Open findings",
    lead: `${counts.join(", ")}. An error is a recovery that cannot work, or an objective that nobody stands behind.`,
    blocks: [
      {
        kind: "table",
        table: {
          caption: "What is found, and what mends it",
          columns: ["Rule", "Severity", "What", "Mend", "Where"].map(start),
          rows: findings.map(({ rule, severity, what, mend, where }) =>
            [rule, severity, what, mend, where === null ? "" : `${where.file}:${where.line}`].map(plain),
          ),
        },
      },
    ],
  };
}
