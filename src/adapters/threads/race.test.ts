import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundled } from "../../../test/bundled.ts";
import { relativeError } from "../../../test/relative-error.ts";
import { edgeChance, nodeChances } from "../../core/availability/chance.ts";
import { type OrderedDiagram, raced } from "../../core/availability/diagram/race.ts";
import type { Region, RegionGate } from "../../core/availability/preprocess/regions.ts";
import { racedInThreads } from "./race.ts";

let folder = "";
let program: URL;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-race-"));
  program = pathToFileURL(await bundled(new URL("race-thread.ts", import.meta.url), folder));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Pairs of neighbours and pairs far apart, each of which fails the whole: no order is good for all of them. */
function tangle(count: number): Region {
  const variable = (at: number): number => 2 * ((at % count) + 1);
  const pairs = Array.from({ length: count }, (_, at): RegionGate[] => [
    { kind: "and", least: 0, inputs: [variable(at), variable(at + 1)] },
    { kind: "and", least: 0, inputs: [variable(at), variable(3 * at + 5)] },
  ]).flat();
  const inputs = pairs.map((_, at) => 2 * (count + at + 1) + 1);
  return {
    variables: Array.from({ length: count }, (_, index) => ({ kind: "event", index })),
    gates: [...pairs, { kind: "and", least: 0, inputs }],
    top: 2 * (count + pairs.length + 1) + 1,
  };
}

function chanceOf(done: OrderedDiagram | null): number {
  if (done === null) return Number.NaN;
  const failed = Float64Array.from(done.variables, (variable) => 0.01 + 0.001 * variable);
  const read = { failed, works: failed.map((each) => 1 - each) };
  return edgeChance(nodeChances(done.diagram, read), done.diagram.top).failed;
}

const region = tangle(20);
const stepsMax = 2 ** 22;
const { signal } = new AbortController();

describe("a race in threads", () => {
  it.each([1, 2, 3])("of %i comes to what a race in one comes to", async (threads) => {
    const done = await racedInThreads(region, { threads, stepsMax, program, signal });
    expect(relativeError(chanceOf(done), chanceOf(raced(region, stepsMax)))).toBeLessThan(1e-12);
  });

  it("has more threads than orders, and still ends", async () => {
    const done = await racedInThreads(region, { threads: 12, stepsMax, program, signal });
    expect(chanceOf(done)).toBeGreaterThan(0);
  });

  it("has no winner where each order needs more work than is allowed", async () => {
    expect(await racedInThreads(region, { threads: 2, stepsMax: 50, program, signal })).toBeNull();
  });

  it("stops when it is told to", async () => {
    const stopping = new AbortController();
    const race = racedInThreads(tangle(90), {
      threads: 2,
      stepsMax: 2 ** 27,
      program,
      signal: stopping.signal,
    });
    stopping.abort();
    await expect(race).rejects.toThrow(/abort/i);
  });

  it("fails as a thread fails", async () => {
    const broken = join(folder, "broken.mjs");
    writeFileSync(broken, 'throw new Error("no memory is left");\n');
    const race = racedInThreads(region, { threads: 2, stepsMax, program: pathToFileURL(broken), signal });
    await expect(race).rejects.toThrow("no memory is left");
  });
});
