import { sampleCatalogue } from "../../test/sample-catalogue.ts";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readWorkspace } from "../core/manifest/manifest.ts";
import { summaryText } from "./check-summary.ts";

const example = new URL("../../examples/lab/", import.meta.url);

function summaryWith(skipped: number): string {
  const files = readdirSync(example).map((path) => ({
    path,
    text: readFileSync(new URL(path, example), "utf8"),
  }));
  const read = readWorkspace(files, sampleCatalogue);
  if (!read.ok) throw new Error(read.problems[0].what);
  return summaryText({ ...read.value, skipped }, 80);
}

describe("the documents that stand beside a workspace", () => {
  it.each([
    [1, "\n1 OpenSLO document left as it is\n"],
    [2, "\n2 OpenSLO documents left as they are\n"],
  ])("are counted: %d", (skipped, line) => {
    expect(summaryWith(skipped)).toContain(line);
  });

  it("are not mentioned where there are none", () => {
    expect(summaryWith(0)).not.toContain("OpenSLO");
  });
});
