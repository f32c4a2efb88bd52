import { sampleCatalogue } from "../../test/sample-catalogue.ts";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readWorkspace } from "../core/manifest/manifest.ts";
import { summaryText } from "./check-summary.ts";
import { predict } from "./predict.ts";

const example = new URL("../../examples/lab/", import.meta.url);

async function summaryWith(skipped: number): Promise<string> {
  const files = readdirSync(example).map((path) => ({
    path,
    text: readFileSync(new URL(path, example), "utf8"),
  }));
  const read = readWorkspace(files, sampleCatalogue);
  if (!read.ok) throw new Error(read.problems[0].what);
  const tables = { ...sampleCatalogue, transfers: new Map(), storage: new Map(), slas: new Map() };
  const prediction = await predict(read.value.model, tables, null);
  return summaryText({ ...read.value, skipped }, prediction, 80);
}

describe("the documents that stand beside a workspace", () => {
  it.each([
    [1, "\n1 OpenSLO document left as it is\n"],
    [2, "\n2 OpenSLO documents left as they are\n"],
  ])("are counted: %d", async (skipped, line) => {
    expect(await summaryWith(skipped)).toContain(line);
  });

  it("are not mentioned where there are none", async () => {
    expect(await summaryWith(0)).not.toContain("OpenSLO");
  });
});
