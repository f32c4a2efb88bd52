import { describe, expect, it } from "vitest";
import type { ReportDocument } from "../../core/report/document.ts";
import { declared, estimated, plain } from "../../core/report/text.ts";
import { instantMs } from "../../core/units/units.ts";
import { markdownOf } from "./markdown.ts";

const document: ReportDocument = {
  title: "Would a|b hold?",
  subtitle: "A <b>",
  at: instantMs(0),
  answer: { verdict: "met", word: "Yes", text: "It would." },
  keyFigures: [{ name: "Up", text: "99 %", kind: "estimated", note: plain("") }],
  sections: [
    {
      heading: "One",
      lead: "Look.",
      blocks: [
        {
          kind: "chart",
          tableUse: "beside",
          chart: {
            kind: "diagram",
            meaning: "what",
            bands: [
              { label: 'the "west"', boxes: [{ id: "x y", label: "x", lines: ["1 < 2"] }] },
              { label: null, boxes: [{ id: "z", label: "z", lines: [] }] },
            ],
            edges: [{ from: "x y", to: "z", line: "dashed" }],
            legend: [],
          },
          table: {
            caption: "Numbers",
            columns: [
              { name: "A", align: "start" },
              { name: "B", align: "end" },
            ],
            rows: [
              [plain("a|b"), estimated("1")],
              [declared("c"), estimated("2")],
            ],
          },
        },
      ],
    },
  ],
  notes: ["Estimated: reckoned."],
};

describe("the Markdown form", () => {
  const text = markdownOf(document);

  it("holds signs of Markdown and of HTML back, so that a name stays a name", () => {
    expect(text).toContain("# Would a\\|b hold?");
    expect(text).toContain("A \\<b\\>.");
    expect(text).toContain("| a\\|b | 1 |");
  });

  it("tells the kind of a column at its head, and else at the cell", () => {
    expect(text).toContain("| A | B _estimated_ |\n| --- | --: |");
    expect(text).toContain("| c _declared_ | 2 |");
  });

  it("draws diagrams as Mermaid, with boxes by number", () => {
    expect(text).toContain(
      [
        "```mermaid",
        "  flowchart TD".slice(2),
        '  subgraph b0 ["the #quot;west#quot;"]',
        '    n0["x<br/>1 #lt; 2"]',
        "  end",
        '  n1["z"]',
        "  n0 -.-> n1",
        "```",
      ].join("\n"),
    );
  });
});
