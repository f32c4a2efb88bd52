import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readWholeCatalogue } from "../adapters/files/catalogue-files.ts";
import { readFolder } from "../adapters/files/workspace.ts";
import type { Parts } from "./parts.ts";
import { runProgram } from "./program.ts";
import type { Shell } from "./shell.ts";

const packageFolder = join(import.meta.dirname, "..", "..");

interface Said {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

async function explain(...argv: readonly string[]): Promise<Said> {
  return explainIn(readFolder, ...argv);
}

/** @param read where the workspace is from */
async function explainIn(read: Parts["readFolder"], ...argv: readonly string[]): Promise<Said> {
  const said = { out: "", err: "" };
  const terminal = { isInteractive: false, columns: 80, hasColor: false };
  const shell: Shell = {
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
    cwd: packageFolder,
    env: {},
    terminal,
    output: terminal,
    signal: new AbortController().signal,
  };
  // Of all outside systems the command asks for these alone.
  const parts = {
    threadsAtOnce: async () => Promise.resolve(1),
    version: "0",
    readFolder: read,
    readCatalogue: (workspace: string, cwd: string, signal: AbortSignal) =>
      readWholeCatalogue({ packageFolder, workspace, cwd }, signal),
  } as unknown as Parts;
  const status = await runProgram(["explain", ...argv], shell, parts);
  return { status, ...said };
}

const example = ["--workspace", "examples/active-passive"] as const;
const inOneLine = (text: string): string => text.replaceAll(/\s+/g, " ");

describe("holdfast explain journey", () => {
  it("tells the sum, what fails it and where the figures come from, within 80 columns", async () => {
    const { status, out } = await explain("journey", "completion", ...example);
    expect(status).toBe(0);
    for (const line of out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    const told = inOneLine(out);
    expect(told).toMatch(/up 99\.99\d+ % of the time \(estimated\)/);
    expect(told).toMatch(/of the time × 525,600 min a year = [\d.]+ min a year/);
    expect(told).toMatch(/at most 526 min a year, [\d.]+ min predicted: met/);
    expect(told).toMatch(/zone ireland\/a: .* \(declared, known to a factor of 3\) \[\d\]/);
    expect(told).toMatch(/\[\d\] of the region; assumed, .*data\/failures\.tsv:\d+/);
  });

  it("gives programs the same, with units in the keys", async () => {
    const { out } = await explain("journey", "completion", ...example, "--json");
    const data = JSON.parse(out) as Readonly<Record<string, unknown>>;
    expect(data).toMatchObject({
      ...{ formatVersion: 1, journey: "completion", kind: "estimated" },
      objectives: [{ scope: "region", objectiveRatio: 0.999, verdict: "met" }],
      availability: { uncertainty: { samples: 500 } },
    });
  });

  it("answers an unknown name with the nearest", async () => {
    const { status, err } = await explain("journey", "completoin", ...example);
    expect(status).toBe(1);
    expect(inOneLine(err)).toContain('did you mean "completion"? there are completion');
  });

  it("leaves what is asked without a name to the topics", async () => {
    const { status, out } = await explain("component");
    expect(status).toBe(0);
    expect(out).toMatch(/^Component\n {2}A part of the platform/);
  });
});

describe("holdfast explain cell", () => {
  it("tells the phases as a sum, what is waited for most, and the coverage as a product", async () => {
    const { status, out } = await explain("cell", "completion/frankfurt-lost", ...example);
    expect(status).toBe(0);
    for (const line of out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    const told = inOneLine(out);
    expect(told).toMatch(/detect 0\.25 s \+ decide 0\.2 s \+ fence 30 s \+ .* = 3\.75 min \(estimated\)/);
    expect(told).toMatch(/critical path: promote, 2\.12 min of the 3\.75 min: api is told to serve/);
    expect(told).toMatch(/detected 99 % × switched 95 % × able 95 % = 89\.3 %/);
    expect(told).toMatch(/beside it, and done sooner: database is told to serve/);
  });

  it.each([
    ["rto", /recovery time/, /data loss/],
    ["rpo", /data loss/, /recovery time/],
  ])("tells of /%s alone when that is asked for", async (suffix, told, left) => {
    const { out } = await explain("cell", `completion/frankfurt-lost/${suffix}`, ...example);
    expect(out).toMatch(told);
    expect(out).not.toMatch(left);
  });

  it("tells when each degraded mode is there, of what that time is made, and where the modes are written", async () => {
    const degraded = ["--workspace", "examples/degraded-modes"];
    const { out } = await explain("cell", "chat/east-lost", ...degraded);
    for (const line of out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    const told = inOneLine(out);
    expect(told).toMatch(
      /in smaller-model: [\d.]+ min, RTO 15 min \(declared\): met 19 of 20 recoveries take at most [\d.]+ min, and [\d.]+ min on average detect, .* decide, .* a person decides: .* verify chat in smaller-model: 10 s on average \(declared\)/,
    );
    expect(told).toContain(
      "in static: 20.3 s, RTO 30 s (declared): met it comes about by itself: no step of a plan verifies it 19 of 20 recoveries take at most 20.3 s, and ",
    );
    expect(told).toContain("Journey chat: spec.degradedModes[0], examples/degraded-modes/workspace.yaml:");
    const gone = inOneLine((await explain("cell", "chat/large-model-gone", ...degraded)).out);
    expect(gone).toContain("in static: 1.29 s, RTO 30 s (declared): met it gives more by then: in cached");
    const lost = await explain("cell", "chat/east-lost/rpo", ...degraded);
    expect(lost.out).not.toContain("in static");
    const { degradedModes } = JSON.parse(
      (await explain("cell", "chat/east-lost", ...degraded, "--json")).out,
    ) as {
      readonly degradedModes: readonly { readonly name: string; readonly recoveryTime: unknown }[];
    };
    expect(degradedModes[2]).toMatchObject({
      ...{ name: "static", isVerified: false, sooner: null },
      recoveryTime: { verdict: "met", objectiveSeconds: 30 },
    });
  });

  it("tells what would meet an objective that is missed", async () => {
    const { out } = await explain("cell", "chat/aws-lost", "--workspace", "examples/assistant");
    expect(out).toMatch(/what would meet the objective\n {2}place inference where aws-lost does not reach/);
  });

  it("answers an unknown pair with the nearest, for programs too", async () => {
    const { status, out } = await explain("cell", "completion/frankfurt", ...example, "--json");
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      problems: [
        {
          code: "explain/unknown-cell",
          mend: expect.stringContaining('did you mean "completion/frankfurt-lost"?') as string,
        },
      ],
    });
  });
});

describe("holdfast explain component", () => {
  it("tells what it costs and emits, how it fails and who needs it", async () => {
    const { status, out } = await explain("component", "database", ...example);
    expect(status).toBe(0);
    for (const line of out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    const told = inOneLine(out);
    expect(told).toMatch(/cost [\d,.]+ USD a month \(estimated\), of which redundancy/);
    expect(told).toMatch(/carbon [\d,.]+ kgCO2e a month/);
    expect(told).toMatch(/needed by api \(hard\)/);
  });
});

describe("every explanation of a figure", () => {
  const file = "examples/active-passive/workspace.yaml";
  const lines = readFileSync(join(packageFolder, file), "utf8").split("\n");

  it.each([
    ["journey completion", "Journey completion: spec.objectives.region.availability", "99.9 %"],
    ["journey completion", "Platform active-passive: spec.regions[1].zoneFailure", "{ availability: 99.99 %"],
    ["cell completion/frankfurt-lost", "Journey completion: spec.objectives.region.rto", "10 min"],
    ["cell completion/frankfurt-lost", "Component database: spec.replication", "{ mode"],
    ["component database", "Component database: spec.placements[0]", "{ region: frankfurt"],
  ])("%s: names the line of what it rests on, %s", async (asked, what, begins) => {
    const { out } = await explain(...asked.split(" "), ...example);
    const place = inOneLine(out).split(`${what}, ${file}:`)[1] ?? "";
    const [, line, column] = /^(\d+):(\d+)/.exec(place) ?? [];
    expect(lines[Number(line) - 1]?.slice(Number(column) - 1)).toMatch(new RegExp(`^${begins}`));
    const data = JSON.parse((await explain(...asked.split(" "), ...example, "--json")).out) as Written;
    expect(data.writtenAt).toContainEqual({
      what,
      where: { file, line: Number(line), column: Number(column) },
    });
    for (const each of out.split("\n")) expect(each.length, each).toBeLessThanOrEqual(80);
  });

  it("names the policy that an objective is inherited from, and no place for what is assumed", async () => {
    const { out } = await explain("journey", "chat", "--workspace", "examples/assistant");
    expect(inOneLine(out)).toMatch(
      /Policy tier-1: spec\.objectives\.region\.rto, examples\/assistant\/policies\.yaml:\d+:\d+/,
    );
    expect(out).not.toContain("spec.regions[1].failure");
  });
});

interface Written {
  readonly writtenAt: readonly unknown[];
}

const goesOnByFallback = `
apiVersion: holdfast/v1alpha1
kind: Platform
metadata: { name: tiny }
spec: { regions: [{ name: east, provider: aws, zones: [a] }, { name: west, provider: gcp, zones: [a] }] }
---
apiVersion: holdfast/v1alpha1
kind: Component
metadata: { name: gateway }
spec:
  type: gateway
  pattern: active-active
  placements: [{ region: west, replicas: 2 }]
  needs: [{ component: llm, timeout: 20 s, retries: { attempts: 2, backoff: none }, fallbacks: [small-llm] }]
---
apiVersion: holdfast/v1alpha1
kind: Component
metadata: { name: llm }
spec: { type: inference, pattern: active-active, placements: [{ region: east, replicas: 2 }] }
---
apiVersion: holdfast/v1alpha1
kind: Component
metadata: { name: small-llm }
spec: { type: inference, pattern: active-active, placements: [{ region: west, replicas: 2 }] }
---
apiVersion: holdfast/v1alpha1
kind: Journey
metadata: { name: chat }
spec: { owner: me, entry: gateway, objectives: { region: { rto: 30 s, rpo: 1 s } } }
---
apiVersion: holdfast/v1alpha1
kind: Scenario
metadata: { name: east-frozen }
spec: { failures: [{ region: east, how: frozen }] }
`;

describe("holdfast explain cell, of a journey that goes on by a fallback", () => {
  it("tells how long callers try and which timeout would do, and nothing of a switch-over", async () => {
    const read: Parts["readFolder"] = () =>
      Promise.resolve({ ok: true, value: [{ path: "w.yaml", text: goesOnByFallback }] });
    const { status, out, err } = await explainIn(read, "cell", "chat/east-frozen");
    expect({ status, err }).toEqual({ status: 0, err: "" });
    const told = inOneLine(out);
    expect(told).toContain("recovery time: 40 s, RTO 30 s (declared): missed");
    expect(told).toContain(
      "gateway turns from llm to small-llm, because it waits 20 s for an answer, 2 times",
    );
    expect(told).toContain("timeout of gateway for llm: 15 s instead of 20 s (configuration); then 30 s");
    expect(told).not.toContain("works without a person");
  });
});
