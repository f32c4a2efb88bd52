import { describe, expect, it } from "vitest";
import { shippedCatalogue as shipped, shippedFiles } from "../../../test/shipped-catalogue.ts";
import type { Parsed, Problem } from "../problem/problem.ts";
import type { FailureRow } from "./catalogue.ts";
import { readCatalogue } from "./read-catalogue.ts";
import type { CatalogueFile } from "./table.ts";
import { type CatalogueRow, referenceOf, type WholeCatalogue } from "./whole-catalogue.ts";

function valueOf(read: Parsed<WholeCatalogue>): WholeCatalogue {
  if (!read.ok) throw new Error(JSON.stringify(read.problems, null, 2));
  return read.value;
}

function problemsOf(...files: readonly CatalogueFile[]): readonly Problem[] {
  const read = readCatalogue(files);
  return read.ok ? [] : read.problems;
}

function failure(id: string): FailureRow {
  const row = shipped.failures.get(id);
  if (row === undefined) throw new Error(`no row ${id}`);
  return row;
}

const perHour = ({ mtbf }: FailureRow): number => 3_600 / mtbf;
const unavailability = ({ mtbf, mttr }: FailureRow): number => mttr / (mtbf + mttr);

describe("the tables that come with the product", () => {
  const rows: readonly CatalogueRow[] = Object.values(shipped).flatMap(
    (table: ReadonlyMap<string, CatalogueRow>) => [...table.values()],
  );

  it("are all read", () => {
    expect(rows.length).toBeGreaterThan(280);
  });

  it("name the source, its date, its licence and its grade in every row", () => {
    for (const { source, at } of rows) {
      expect(source.title.length, at).toBeGreaterThan(10);
      expect(source.date, at).toMatch(/20\d\d/);
      expect(source.licence, at).toMatch(/Apache-2\.0|fact/);
    }
  });

  it("say what a judgement of ours rests on", () => {
    for (const { source, at } of rows.filter((row) => row.source.grade === "prior")) {
      expect(source.title, at).toMatch(/^A judgement of this project, resting on .{20}/);
    }
  });

  it.each([
    ...["gateway", "inference", "embedding", "vector-index", "feature-store", "model-registry", "training"],
    ...["queue", "cache", "database", "object-store", "llm-api", "control-plane", "generic"],
    ...["region", "zone", "provider-wide", "control-plane-fate", "identity", "dns", "registry", "network"],
    ...["power", "deploy"],
  ])("hold what is assumed of a %s of which nothing is declared", (type) => {
    const row = failure(`assumed/${type}`);
    expect(row.source.grade).toBe("prior");
    expect(row.errorFactor).toBeGreaterThan(1);
  });

  it("take Azure West US for California, not for Washington", () => {
    expect(shipped.locations.get("azure/westus")?.gridZone).toBe(
      shipped.locations.get("aws/us-west-1")?.gridZone,
    );
  });

  it("know one grid of Northern Virginia, whoever measures it, and one number for it where clouds are compared", () => {
    const zone = shipped.locations.get("aws/us-east-1")?.gridZone ?? "";
    const within = [...shipped.locations.values()].filter((row) => row.gridZone === zone);
    expect(within.map((row) => row.id)).toEqual(
      expect.arrayContaining(["azure/eastus", "gcp/us-east4", "gcp/us-east4/ccf"]),
    );
    expect(new Set(within.map((row) => row.gridIntensity)).size).toBeGreaterThan(2);
    expect(referenceOf(zone, shipped.locations.values())?.id).toBe("aws/us-east-1");
  });
});

describe("published figures are reproduced by what is derived from their counts", () => {
  it("Llama 3: 419 interruptions in 54 d of 16,384 GPUs, one each 3.09 h", () => {
    const node = failure("gpu-node/h100-llama3");
    expect(perHour(node) * 2_048 * 54 * 24).toBeCloseTo(419, 0);
    expect(node.mtbf / 2_048 / 3_600).toBeCloseTo(3.09, 2);
    expect(failure("training-job/llama3-405b").mtbf / 3_600).toBeCloseTo(3.09, 1);
  });

  it("Llama 3: 268 of them, 64.0 %, are of the GPU itself", () => {
    const events = perHour(failure("gpu/h100-llama3")) * 16_384 * 54 * 24;
    expect(events / 419).toBeCloseTo(0.64, 3);
  });

  it("RSC-1: a job of 16,384 GPUs stops each 1.8 h, one of 131,072 each 0.23 h", () => {
    const hours = (gpus: number): number => failure("gpu-node/a100-rsc-1").mtbf / 3_600 / (gpus / 8);
    expect(hours(16_384)).toBeCloseTo(1.8, 1);
    expect(hours(131_072)).toBeCloseTo(0.23, 2);
  });

  it("us-east-1: about 5.9 h a year in broad events", () => {
    expect(unavailability(failure("aws/us-east-1-broad")) * 8_760).toBeCloseTo(5.94, 1);
  });

  it.each([
    ["llm-api/openai-api", 0.9948, 2.65, 1.28],
    ["llm-api/claude-api", 0.9969, 2.88, 0.72],
  ])(
    "%s: available %d of the time, resolved in %d h in the mean and %d h in the median",
    (id, ...published) => {
      const [available, mean, median] = published;
      const row = failure(id);
      expect(1 - unavailability(row)).toBeCloseTo(available, 4);
      expect(row.mttr / 3_600).toBeCloseTo(mean, 2);
      const medianHours = row.mttr / 3_600 / Math.exp((row.repairSigma ?? 0) ** 2 / 2);
      expect(medianHours).toBeCloseTo(median, 1);
    },
  );
});

const header = "id\twhat\tsla_ratio\tmeasures\tsource\tdate\tlicence\tgrade";
const sound = "ours/api\tour API\t0.999\tavailability\ta contract\t2026\tours\tofficial";
const table = (...lines: readonly string[]): CatalogueFile => ({
  path: "catalogue/slas.tsv",
  text: lines.join("\n"),
});

describe("a workspace's own tables", () => {
  it("replace rows by id, where they stood, and the row then names the workspace's file", () => {
    const own = "aws/us-east-1\tours\tVA\t100\t1.2\t1\ta meter\t2026\tours\tofficial";
    const head = "id\twhat\tgrid_zone\tgrid_gco2e_per_kwh\tpue\tprice_ratio\tsource\tdate\tlicence\tgrade";
    const files = [...shippedFiles, { path: "catalogue/locations.tsv", text: `# ours\n${head}\n${own}\n` }];
    const { locations } = valueOf(readCatalogue(files));
    expect(locations.get("aws/us-east-1")).toMatchObject({
      gridIntensity: 100,
      at: "catalogue/locations.tsv:3",
    });
    expect([...locations.keys()]).toEqual([...shipped.locations.keys()]);
    expect(referenceOf("VA", locations.values())?.gridIntensity).toBe(100);
  });

  it("give the reference of a grid zone, before the rows of the product", () => {
    const rows = [...shipped.locations.values()];
    const [first] = rows;
    if (first === undefined) throw new Error("no rows");
    const ours = { ...first, id: "own/hall", at: "data/catalogue/locations.tsv:2" };
    expect(referenceOf(first.gridZone, [...rows, ours])?.id).toBe("own/hall");
  });

  it("may state prices in another currency, which their column names", () => {
    const head = "id\twhat\tfrom\tto\tprice_eur_per_gb\tenergy_kwh_per_gb\tsource\tdate\tlicence\tgrade";
    const row = "ours/x\tx\town/*\t*\t0.05\t0.001\ta contract\t2026\tours\tofficial";
    const { transfers } = valueOf(readCatalogue([{ path: "c/transfer.tsv", text: `${head}\r\n${row}\r\n` }]));
    expect(transfers.get("ours/x")?.price).toEqual({ currency: "EUR", microsPerGigabyte: 50_000 });
  });
});

describe("what is wrong with a table is told with its place and its mending", () => {
  const wrong: readonly (readonly [string, readonly string[], string, number, number, RegExp])[] = [
    ["twice the same id", [header, sound, sound], "catalogue/duplicate-id", 3, 1, /slas\.tsv:2/],
    [
      "an unknown column",
      [`${header}\tmeasure`, `${sound}\tx`],
      "catalogue/unknown-column",
      1,
      54,
      /measure/,
    ],
    ["a column too few", ["id\twhat", "x\ty"], "catalogue/missing-column", 1, 1, /sla_ratio/],
    ["a number that is none", [header, sound.replace("0.999", "99,9")], "catalogue/bad-value", 2, 18, /99,9/],
    ["a share above 1", [header, sound.replace("0.999", "99.9")], "catalogue/bad-value", 2, 18, /above 1/],
    [
      "an unknown grade",
      [header, sound.replace("official", "oficial")],
      "catalogue/bad-value",
      2,
      58,
      /oficial/,
    ],
    ["no source", [header, sound.replace("a contract", "")], "catalogue/missing-value", 2, 37, /source/],
    ["a cell too many", [header, `${sound}\t`], "catalogue/wrong-cells", 2, 1, /9 cells/],
    ["nothing at all", ["# nothing"], "catalogue/no-header", 1, 1, /empty/],
  ];

  it.each(wrong)("%s", (_, lines, ...[code, line, column, what]) => {
    const [problem, ...others] = problemsOf(table(...lines));
    expect(others.filter((each) => each.code !== code)).toEqual([]);
    expect(problem).toMatchObject({ code, where: { file: "catalogue/slas.tsv", line, column } });
    expect(problem?.what).toMatch(what);
    expect(problem?.mend).not.toBe("");
  });

  it("a file of another name", () => {
    const [problem] = problemsOf({ path: "catalogue/machine.tsv", text: "" });
    expect(problem?.mend).toMatch(/^did you mean "machines.tsv"\?/);
  });

  it("a row that is refused for one value is told of once", () => {
    expect(problemsOf(table(header, sound.replace("0.999", "x")))).toHaveLength(1);
  });
});
