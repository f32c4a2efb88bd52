import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Bill } from "../../core/cost/bill.ts";
import type { Problem } from "../../core/problem/problem.ts";
import { readBills } from "./read-bills.ts";

const { signal } = new AbortController();
let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "holdfast-bills-"));
});

afterEach(async () => {
  await rm(cwd, { recursive: true, force: true });
});

type Outcome = { readonly bill: Bill } | { readonly problems: readonly Problem[] };

async function read(text: string): Promise<Outcome> {
  await writeFile(join(cwd, "bill"), text);
  const components = new Set(["database", "inference"]);
  const mappings = [{ name: "arn:*", component: "inference" }];
  const bills = await readBills({ files: ["bill"], cwd, components, mappings }, signal);
  if (!bills.ok) return { problems: bills.problems };
  const [bill] = bills.value;
  if (bill === undefined) throw new Error("no bill");
  return { bill };
}

async function billOf(text: string): Promise<Bill> {
  const outcome = await read(text);
  if ("problems" in outcome) throw new Error(JSON.stringify(outcome.problems, null, 2));
  return outcome.bill;
}

async function problemsOf(text: string): Promise<readonly Problem[]> {
  const outcome = await read(text);
  return "problems" in outcome ? outcome.problems : [];
}

const header =
  "BilledCost,EffectiveCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ServiceName,ResourceId,Tags,CapacityReservationStatus,x_team";
const day = "2025-06-01T00:00:00Z,2025-06-02T00:00:00Z";
const line = (cost: string, more = ",,,", category = "Usage"): string =>
  `0,${cost},USD,${category},${day},Amazon EC2,${more}`;
const tags = (component: string): string => `"{""team"":""a"",""holdfast_component"":""${component}""}"`;

describe("a FOCUS file", () => {
  it("is added up by tag and by resource; credits are kept, and idle reservations are told apart", async () => {
    const bill = await billOf(
      [
        `\uFEFF${header}`,
        line("1.5", `i-1,${tags("database")},,`),
        line("-0.5", `i-1,${tags("database")},,`, "Credit"),
        line("8", "arn:aws:gpu,,Unused,"),
        line("2", "arn:aws:gpu,,Used,"),
        line("3", ",,,blue"),
        "",
      ].join("\r\n"),
    );
    expect(bill).toMatchObject({ format: "FOCUS", kind: "measured", currency: "USD", lines: 5 });
    expect(Object.fromEntries(bill.components)).toEqual({
      database: { amount: 1, idleReservation: 0 },
      inference: { amount: 10, idleReservation: 8 },
    });
    expect(bill.unmapped).toEqual([{ what: "Amazon EC2", amount: 3 }]);
  });

  it("is refused where it is given twice, by whatever path: all of it would be counted again", async () => {
    await writeFile(join(cwd, "bill"), `${header}\n${line("10")}\n`);
    const files = ["bill", join(cwd, ".", "bill")];
    const bills = await readBills({ files, cwd, components: new Set(), mappings: [] }, signal);
    expect(bills.ok ? [] : bills.problems.map(({ what }) => what)).toEqual([`${files[1]} is given twice`]);
  });

  it("is for the time of what was used, however long a purchase lasts", async () => {
    const year = "0,100,USD,Purchase,2025-01-01T00:00:00Z,2026-01-01T00:00:00Z,Savings Plan,,,,";
    const { span } = await billOf([header, line("1"), year].join("\n"));
    expect(span.kind === "period" && (span.to - span.from) / 3_600_000).toBe(24);
  });

  it("reads quoted cells with commas, quotes and line breaks, and names the line after them", async () => {
    const odd = `0,1,USD,Usage,${day},"Amazon, ""EC2""\n, again",,,,`;
    const bill = await billOf([header, odd].join("\n"));
    expect(bill.unmapped[0]?.what).toBe('Amazon, "EC2"\n, again');
    const [problem] = await problemsOf([header, odd, line("one")].join("\n"));
    expect(problem?.where).toMatchObject({ line: 4 });
  });

  it("takes billed cost where there is no effective one", async () => {
    const bill = await billOf([header.replace("EffectiveCost,", ""), line("4").replace("0,", "")].join("\n"));
    expect(bill.unmapped[0]?.amount).toBe(4);
  });

  it("may have columns of a later version", async () => {
    const bill = await billOf([`${header},HostProviderName,InvoiceDetailId`, `${line("4")},a,b`].join("\n"));
    expect(bill.lines).toBe(1);
  });

  it.each([
    ["an amount", line("1,5").replace("1,5", '"1,5"'), "bill/bad-amount"],
    ["a date", line("1").replace("2025-06-01", "2025-02-30"), "bill/bad-date"],
    ["a period that ends before it begins", line("1").replace("2025-06-02", "2025-05-02"), "bill/bad-date"],
    ["a currency", line("1").replace("USD", "dollars"), "bill/bad-currency"],
    ["tags", line("1", ",{holdfast_component=db},,"), "bill/bad-tags"],
    ["another currency", line("1").replace("USD", "EUR"), "bill/mixed-currencies"],
    ["a cell too many", `${line("1")},`, "bill/bad-csv"],
    ["a quote that is not closed", `${line("1")}"`.replace("Amazon", '"Amazon'), "bill/bad-csv"],
  ])("with %s that is none is refused, on its line", async (_, bad, code) => {
    const [problem, ...others] = await problemsOf([header, line("1"), bad].join("\n"));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code, where: { file: "bill", line: 3 } });
    expect(problem?.mend).not.toBe("");
  });

  it("with the same mistake on every line is told of twenty times, and how many more there are", async () => {
    const problems = await problemsOf([header, ...Array.from({ length: 50 }, () => line("one"))].join("\n"));
    expect(problems).toHaveLength(21);
    expect(problems[20]?.what).toBe("30 more lines cannot be read");
  });

  it.each([
    [header.replace("ServiceName", "Service Name"), ["bill/foreign-column", "bill/missing-column"]],
    [
      "lineItem/UsageAmount,lineItem/UnblendedCost",
      ["bill/foreign-column", ...Array<string>(6).fill("bill/missing-column")],
    ],
    [`${header},team`, ["bill/foreign-column"]],
    [`${header},Tags`, ["bill/foreign-column"]],
    ["hello", ["bill/foreign-column", ...Array<string>(6).fill("bill/missing-column")]],
  ])("whose header is %s is refused by its columns", async (head, codes) => {
    const problems = await problemsOf([head, "1,2"].join("\n"));
    expect(problems.map((each) => each.code)).toEqual(expect.arrayContaining(codes));
    expect(problems[0]?.where).toMatchObject({ line: 1 });
  });

  it.each(["", " \n", header])("without a charge is refused: %j", async (text) => {
    expect((await problemsOf(text)).map((each) => each.code)).toEqual(["bill/empty"]);
  });
});

describe("JSON of Infracost", () => {
  const resource = { name: "aws_instance.db", monthlyCost: "70.5", tags: { holdfast_component: "database" } };
  const output = (...resources: readonly unknown[]): string =>
    JSON.stringify({ version: "0.2", currency: "EUR", projects: [{ breakdown: { resources } }] });

  it("is an estimate for a month, by tag and by resource; what depends on use has no cost", async () => {
    const bill = await billOf(
      output(resource, { name: "arn:x", monthlyCost: "2" }, { name: "s3", monthlyCost: null }),
    );
    expect(bill).toMatchObject({ format: "Infracost", kind: "estimated", currency: "EUR", lines: 2 });
    expect(bill.span).toEqual({ kind: "month" });
    expect(bill.components.get("database")?.amount).toBe(70.5);
    expect(bill.components.get("inference")?.amount).toBe(2);
  });

  it.each([
    [output({ ...resource, monthlyCost: "many" }), "bill/bad-amount"],
    [output(), "bill/empty"],
    [output(resource).replace('"0.2"', '"7"'), "bill/unknown-format"],
    [output({ monthlyCost: "1" }), "bill/unknown-format"],
  ])("is refused: %s", async (text, code) => {
    expect((await problemsOf(text)).map((each) => each.code)).toEqual([code]);
  });
});

describe("allocations of OpenCost", () => {
  const window = { start: "2025-06-01T00:00:00Z", end: "2025-06-08T00:00:00Z" };
  const database = {
    name: "db",
    window,
    properties: { labels: { holdfast_component: "database" } },
    totalCost: 3,
  };
  const parts = {
    name: "arn:gpu",
    window,
    cpuCost: 1,
    gpuCost: 2,
    gpuCostAdjustment: -0.5,
    networkCrossRegionCost: 9,
  };

  it("are added up by label and by name, in whatever currency OpenCost was given", async () => {
    const bill = await billOf(JSON.stringify({ code: 200, data: [{ db: database, gpu: parts }, null] }));
    expect(bill).toMatchObject({ format: "OpenCost", kind: "measured", currency: null });
    expect(bill.components.get("database")?.amount).toBe(3);
    expect(bill.components.get("inference")?.amount).toBe(2.5);
    expect(bill.span.kind === "period" && (bill.span.to - bill.span.from) / 3_600_000).toBe(168);
  });

  it.each([
    [{ data: [] }, "bill/empty"],
    [{ data: [{ db: { ...database, window: { start: "x", end: "y" } } }] }, "bill/bad-date"],
    [{ data: [{ db: { name: "db" } }] }, "bill/unknown-format"],
    [{ hello: 1 }, "bill/unknown-format"],
  ])("are refused: %j", async (data, code) => {
    expect((await problemsOf(JSON.stringify(data))).map((each) => each.code)).toEqual([code]);
  });

  it("are refused when the JSON breaks off", async () => {
    expect((await problemsOf('{"data": [')).map((each) => each.code)).toEqual(["bill/unreadable"]);
  });
});

it("a file that is not there, and a folder, are told of together", async () => {
  const files = ["nowhere.csv", "."];
  const bills = await readBills({ files, cwd, components: new Set(), mappings: [] }, signal);
  expect(bills.ok ? [] : bills.problems.map((each) => each.what)).toEqual([
    "nowhere.csv cannot be read: ENOENT",
    ". cannot be read: EISDIR",
  ]);
});
