import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { faultTreeOf } from "../src/adapters/open-psa/fault-tree-file.ts";
import { chanceBounds } from "../src/core/availability/bounds.ts";
import { chanceOf } from "../src/core/availability/chance.ts";
import { type Chances, chancesOf } from "../src/core/availability/chances.ts";
import { cutSetCount, cutSetCountsByOrder } from "../src/core/availability/cut-sets/count.ts";
import { cutSetsOf } from "../src/core/availability/cut-sets/cut-sets.ts";
import { importanceOf } from "../src/core/availability/importance.ts";
import { type SolvedGraph, solved } from "../src/core/availability/solve.ts";
import { projectRoot } from "./built-program.ts";

/** Public models, kept beside the project. */
const folder = join(projectRoot, "..", "shared", "cases", "fault-trees");
const isThere = existsSync(folder);
const skipped = isThere ? "" : " (skipped: the models are not beside the project)";

interface Expected {
  readonly name: string;
  readonly chance: string;
  readonly cutSets: string;
}

const models: readonly Expected[] = isThere
  ? readFileSync(join(folder, "expected.tsv"), "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => {
        const [name = "", , , chance = "", cutSets = ""] = line.split("\t");
        return { name, chance, cutSets };
      })
  : [{ name: "none", chance: "", cutSets: "" }];
const known = models.filter(({ chance }) => chance !== "unknown");

interface Model {
  readonly graph: SolvedGraph;
  readonly chances: Chances;
}

const solvedModels = new Map<string, Model>();

/** Solved once for all that is asked of it. */
function model(name: string): Model {
  const known = solvedModels.get(name) ?? solvedModel(name);
  solvedModels.set(name, known);
  return known;
}

function solvedModel(name: string, stepsMax?: number): Model {
  const read = faultTreeOf(readFileSync(join(folder, `${name}.xml`), "utf8"), name);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const { graph, gates, roots } = read.value;
  const failed = graph.events.map(({ law }) => (law.kind === "constant" ? law.unavailability : Number.NaN));
  return { graph: solved(graph, gates.get(roots[0] ?? "") ?? 0, stepsMax), chances: chancesOf(failed) };
}

describe("public fault trees", () => {
  it.skipIf(!isThere).each(known)(`$name fails as likely as is known${skipped}`, ({ name, chance }) => {
    const { graph, chances } = model(name);
    const { failed, works } = chanceOf(graph, chances);
    expect(Math.abs(failed / Number(chance) - 1)).toBeLessThan(1e-12);
    expect(failed + works).toBeCloseTo(1, 13);
  });

  it.skipIf(!isThere).each(known)(
    `$name has as many minimal cut sets as is known${skipped}`,
    ({ name, cutSets }) => {
      const found = cutSetsOf(model(name).graph);
      if (found === null) throw new Error("the budget ran out");
      expect(String(cutSetCount(found))).toBe(cutSets);
      expect(cutSetCountsByOrder(found).reduce((sum, count) => sum + count, 0n)).toBe(BigInt(cutSets));
    },
  );

  it.skipIf(!isThere).each(["edf9201", "edf9204", "das9601"])(
    `%s lies within its bounds when the work is past what is allowed${skipped}`,
    (name) => {
      const { graph, chances } = solvedModel(name, 1);
      const { lower, upper } = chanceBounds(graph, chances, 200);
      const chance = Number(models.find((each) => each.name === name)?.chance);
      expect(graph.isExact).toBe(false);
      expect(lower).toBeLessThanOrEqual(chance);
      expect(upper).toBeGreaterThanOrEqual(chance);
      expect(upper).toBeGreaterThan(lower);
    },
  );

  it.skipIf(!isThere)(`edfpa14r's events matter as much as a second solution says${skipped}`, () => {
    const { graph, chances } = model("edfpa14r");
    const importance = importanceOf(graph, chances);
    for (const event of [0, 17, 90]) {
      const rise = [1, 0].map((value) => {
        const failed = chances.failed.with(event, value);
        return chanceOf(graph, { failed, works: failed.map((each) => 1 - each) }).failed;
      });
      expect(importance[event]?.birnbaum).toBeCloseTo((rise[0] ?? 0) - (rise[1] ?? 0), 13);
    }
  });
});
