import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readBills } from "../adapters/bills/read-bills.ts";
import { readWholeCatalogue } from "../adapters/files/catalogue-files.ts";
import { readFolder } from "../adapters/files/workspace.ts";
import type { Parts } from "./parts.ts";
import { runProgram } from "./program.ts";
import type { Shell } from "./shell.ts";

const packageFolder = join(import.meta.dirname, "..", "..");
const manifest = (kind: string, name: string, spec: string): string =>
  `apiVersion: holdfast/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec:\n${spec}\n`;
const platform = (budgets = ""): string =>
  manifest(
    "Platform",
    "assistant",
    `  regions:
    - { name: east, provider: aws, location: aws/us-east-1 }
    - { name: north, provider: aws, location: aws/eu-north-1 }\n${budgets}`,
  );
const inference = manifest(
  "Component",
  "inference",
  `  type: inference
  pattern: warm-standby
  weights: { size: 140 GB, locality: resident }
  placements:
    - { region: east, replicas: 2, required: 1, machine: aws/p5.48xlarge }
    - { region: north, replicas: 1, machine: aws/p5.48xlarge }`,
);
const longName = "a-component-whose-name-is-about-as-long-as-names-may-be-at-all";
const small = manifest(
  "Component",
  longName,
  "  type: gateway\n  pattern: active-active\n  placements:\n    - { region: east, replicas: 1, price: 0.5 USD/h }",
);
const journey = manifest(
  "Journey",
  "chat",
  "  entry: inference\n  owner: us\n  requestsPerMonth: 1000000\n  objectives:\n    region: { rto: 1 h, rpo: 1 h }",
);
const bill = `EffectiveCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ServiceName,ResourceId,CapacityReservationStatus,Tags
240,USD,Usage,2025-06-01T00:00:00Z,2025-06-02T00:00:00Z,EC2,i-1,Unused,"{""holdfast_component"":""inference""}"
24,USD,Usage,2025-06-01T00:00:00Z,2025-06-02T00:00:00Z,S3,bucket-1,,
`;

let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "holdfast-cost-"));
});

afterEach(async () => {
  await rm(cwd, { recursive: true, force: true });
});

interface Said {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

type Files = Readonly<Record<string, string>>;

const run = (files: Files, ...argv: readonly string[]): Promise<Said> => runCommand("cost", files, argv);

async function runCommand(command: "cost" | "check", files: Files, argv: readonly string[]): Promise<Said> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(cwd, name, ".."), { recursive: true });
    await writeFile(join(cwd, name), text);
  }
  const said = { out: "", err: "" };
  const terminal = { isInteractive: false, columns: 80, hasColor: false };
  const shell: Shell = {
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
    cwd,
    env: {},
    terminal,
    output: terminal,
    signal: new AbortController().signal,
  };
  // Of all outside systems the command asks for these alone.
  const parts = {
    version: "0",
    endAtOnce: () => undefined,
    threadsAtOnce: async () => Promise.resolve(1),
    readFolder,
    readBills,
    readCatalogue: (workspace: string, folder: string, signal: AbortSignal) =>
      readWholeCatalogue({ packageFolder, workspace, cwd: folder }, signal),
  } as unknown as Parts;
  const status = await runProgram([command, ...argv], shell, parts);
  return { status, ...said };
}

const whole = { "p/a.yaml": platform(), "p/b.yaml": inference, "p/c.yaml": small, "p/d.yaml": journey };

describe("holdfast cost", () => {
  it("tells what each component costs and emits, the dearest first, within 80 columns", async () => {
    const { status, out } = await run(whole, "p");
    expect(status).toBe(0);
    for (const line of out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    // Two in Virginia, and one in Stockholm for 1.07 times as much.
    expect(out).toMatch(/^ {2}inference +123,350 +83,171 /m);
    expect(out).toMatch(new RegExp(`^ {2}${longName}\n +365 +0 +not known +not known$`, "m"));
    expect(out.indexOf("inference")).toBeLessThan(out.indexOf(longName));
    expect(out).toMatch(/illustrative, no quotes/);
    expect(out).toMatch(/chat: [\d.]+ gCO2e, [\d.]+ without redundancy/);
    expect(out).toMatch(/what its machines draw:\s+a-component/);
  });

  it("gives programs the same with units in the keys, and leads down to the rows", async () => {
    const { out } = await run(whole, "p", "--json");
    const data = JSON.parse(out) as Readonly<Record<string, unknown>>;
    expect(data).toMatchObject({
      formatVersion: 1,
      ok: true,
      monthHours: 730,
      currency: "USD",
      totals: { costMicrosPerMonth: 123_715_144_000, costKind: "estimated" },
      components: [{ name: "inference", costMicrosPerMonth: 123_350_144_000 }, { name: longName }],
      missing: { cost: [], carbon: [{ of: longName, region: "east" }, { of: longName }] },
    });
    expect(out).toMatch(/aws\/p5\.48xlarge \(data\/machines\.tsv:\d+;/);
    expect(out).toMatch(/location-based: aws\/eu-north-1 \(data\/locations\.tsv:\d+;/);
  });

  it.each([
    ["20000 USD/month", "100 t/month", 2, /cost +123,715 of 20,000 USD a month: over/],
    ["200000 USD/month", "1 kg/month", 2, /carbon +[\d,]+ of 1\.00 kgCO2e a month: over/],
    ["200000 USD/month", "100 t/month", 0, /cost +123,715 of 200,000 USD a month: within/],
    ["200000 USD/month", "100 t/month", 0, /carbon .* a month: not known, for/],
  ])("holds the totals against budgets of %s and %s", async (money, emissions, ...[status, told]) => {
    const budgets = `  budgets: { cost: ${money}, carbon: ${emissions} }`;
    const said = await run({ ...whole, "p/a.yaml": platform(budgets) }, "p");
    expect(said.status).toBe(status);
    expect(said.out).toMatch(told);
    for (const line of said.out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it("goes by a bill where it says something, and tells what is idle and what belongs to nobody", async () => {
    const { status, out } = await run({ ...whole, "june.csv": bill }, "p", "--bill", "june.csv");
    expect(status).toBe(0);
    expect(out).toMatch(/^ {2}inference +7,300 +4,922 /m);
    const words = out.replaceAll(/\s+/g, " ");
    expect(words).toMatch(/inference: 7,300 \(measured\), and 123,350 was reckoned\. FOCUS file june\.csv/);
    expect(words).toMatch(/inference: 7,300 of it for capacity that is reserved and idle/);
    expect(words).toMatch(/730 USD belongs to no component, .* 730 bucket-1/);
  });

  it("takes resources by name for a component, and refuses one that is not there", async () => {
    const files = { ...whole, "june.csv": bill };
    const mapped = await run(files, "p", "--bill", "june.csv", "--map", `bucket-*=${longName}`);
    expect(mapped.out).not.toMatch(/belongs to no component/);
    const { status, err } = await run(files, "p", "--bill", "june.csv", "--map", "bucket-1=inferense");
    expect(status).toBe(1);
    expect(err).toMatch(/did you mean "inference"\?/);
  });

  it("takes the workspace's own rows in the place of the product's", async () => {
    const head =
      "id\twhat\tprice_usd_per_hour\tidle_watts\tbusy_watts\tembodied_kgco2e\tlifespan_years\taccelerator\taccelerator_count\tsource\tdate\tlicence\tgrade";
    const row = "aws/p5.48xlarge\tours\t10\t1\t1\t1\t4\t\t\tour contract\t2026\tours\tofficial";
    const { out } = await run({ ...whole, "p/catalogue/machines.tsv": `${head}\n${row}\n` }, "p");
    expect(out).toMatch(/^ {2}inference +22,411 /m);
  });

  it("says why amounts cannot be added up", async () => {
    const euros = small.replace("0.5 USD/h", "0.5 EUR/h").replace("replicas: 1,", "replicas: 1, ");
    const second = small.replace(longName, "other");
    const { status, err } = await run({ ...whole, "p/c.yaml": euros, "p/e.yaml": second }, "p");
    expect(status).toBe(1);
    expect(err).toMatch(/manifest\/contradiction/);
    expect(err).toMatch(/EUR/);
  });
});

describe("holdfast check --bill", () => {
  const budget = (limit: string): Files => ({
    ...whole,
    "p/a.yaml": platform(`  budgets: { cost: ${limit} }`),
    "june.csv": bill,
  });
  const check = (files: Files, ...argv: readonly string[]): Promise<Said> => runCommand("check", files, argv);

  it("holds the budget against what was charged, and says what of it was", async () => {
    const files = budget("10000 USD/month");
    const reckoned = await check(files, "p");
    expect(reckoned.status).toBe(2);
    expect(reckoned.out).toMatch(/cost budget +over: 123,\d+ USD a month of 10,000 USD a month/);
    expect(reckoned.out).toMatch(/\nnot fine: .*1 budget exceeded/);
    const billed = await check(files, "p", "--bill", "june.csv");
    expect(billed.out).toMatch(/cost budget +within: 7,665 USD a month of 10,000 USD a month/);
    expect(billed.out).not.toContain("budget exceeded");
    const words = billed.out.replaceAll(/\s+/g, " ");
    expect(words).toMatch(/inference: 7,300 \(measured\), and 123,350 was reckoned\. FOCUS file june\.csv/);
    expect(words).toMatch(/730 USD belongs to no component/);
    for (const line of billed.out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it("answers 2 for a budget that what was charged exceeds, in every format", async () => {
    for (const format of ["text", "json", "sarif", "junit", "markdown"]) {
      const said = await check(budget("5000 USD/month"), "p", "--bill", "june.csv", "--format", format);
      expect(said.status, format).toBe(2);
      expect(said.out, format).toMatch(/7,665 USD a month/);
    }
  });

  it("refuses a bill that is not there, and a component that is not", async () => {
    const missing = await check(whole, "p", "--bill", "july.csv");
    expect(missing).toMatchObject({ status: 1, out: "" });
    expect(missing.err).toMatch(/bill\/unreadable/);
    const unknown = await check(budget("5000 USD/month"), "p", "--bill", "june.csv", "--map", "x=inferense");
    expect(unknown.err).toMatch(/did you mean "inference"\?/);
  });
});
