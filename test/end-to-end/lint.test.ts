import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { holdfast } from "../built-program.ts";

const fails = (id: string): string => `examples/lint/${id}/fails`;
const passes = (id: string): string => `examples/lint/${id}/passes`;

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-lint-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("holdfast lint", () => {
  it("answers 2 to an error, with the lines at fault, the rule and what to type next", () => {
    const { status, out, err } = holdfast(["lint", fails("HF030")]);
    expect(status).toBe(2);
    expect(out).toMatch(
      /^error examples\/lint\/HF030\/fails\/workspace.yaml:\d+:\d+\n {2}data\/lag-above-rpo \(HF030\)\n/,
    );
    expect(out).toMatch(/\n {2}> \d+ \| .*lag: 5 s/);
    expect(out).toContain("\nnot fine: 1 error, 0 notes\n");
    expect(err).toContain("Next: holdfast explain rule HF030");
  });

  it.each([
    ["HF034", "warning", "fine: 0 errors, 1 warning, 0 notes"],
    ["HF028", "note", "fine: 0 errors, 1 note"],
  ])("answers 0 to %s, a %s, in brief", (id, severity, verdict) => {
    const { status, out } = holdfast(["lint", fails(id)]);
    expect(status).toBe(0);
    expect(out.startsWith(`${severity} `)).toBe(true);
    expect(out).not.toContain("why:");
    expect(out).toContain(`\n${verdict}\n`);
  });

  it("says so where nothing is found", () => {
    expect(holdfast(["lint", passes("HF030")])).toEqual({
      status: 0,
      out: "fine: 0 errors, 0 notes\n",
      err: "",
    });
  });

  it("tells programs every finding with its rule, and nothing else on standard output", () => {
    const { status, out, err } = holdfast(["lint", fails("HF030"), "--json"]);
    expect({ status, err }).toEqual({ status: 2, err: "" });
    expect(JSON.parse(out)).toMatchObject({
      formatVersion: 1,
      ok: false,
      findings: [{ rule: "HF030", code: "data/lag-above-rpo", severity: "error", where: { line: 44 } }],
    });
  });

  it("runs the rules that are named alone, by id or code", () => {
    const { status, out } = holdfast([
      "lint",
      fails("HF030"),
      "--rule",
      "hf034",
      "--rule",
      "capacity/one-zone",
      "--json",
    ]);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ ok: true, rules: ["HF020", "HF034"], findings: [] });
  });

  it("refuses a rule that is not there, and guesses which was meant", () => {
    const { status, out, err } = holdfast(["lint", fails("HF030"), "--rule", "capacity/one-zoen"]);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toMatch(/^lint\/unknown-rule\n/);
    expect(err).toContain('did you mean "capacity/one-zone"?');
  });

  it("refuses a folder that is not there, as check does", () => {
    const { status, err } = holdfast(["lint", "nowhere"], folder);
    expect(status).toBe(1);
    expect(err).toContain("workspace/missing");
  });

  it("is what check tells of the design, the rule named", () => {
    expect(holdfast(["init", "w"], folder).status).toBe(0);
    const told = holdfast(["check", "w"], folder).out;
    expect(told).toContain("w/journeys.yaml:7:9 objectives/no-impact (HF079)");
    const found = (command: string): unknown =>
      (JSON.parse(holdfast([command, "w", "--json"], folder).out) as { findings: unknown }).findings;
    expect(found("check")).toEqual(found("lint"));
  });
});

describe("holdfast explain", () => {
  it.each([
    [["rule", "HF030"]],
    [["HF030"]],
    [["hf030"]],
    [["data/lag-above-rpo"]],
    [["rule", "data/lag-above-rpo"]],
  ])("tells of a rule what it finds, why, how it is mended and on what it rests: %j", (words) => {
    const { status, out } = holdfast(["explain", ...words]);
    expect(status).toBe(0);
    expect(out).toMatch(/^HF030 data\/lag-above-rpo\n/);
    for (const lead of ["finds:", "severity: error", "why:", "mend:", "source:"])
      expect(out).toContain(`\n  ${lead}`);
    expect(out).toContain("docs/manual/rules/HF030.md");
    expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("lists every rule, a line or two each", () => {
    const { out } = holdfast(["explain", "rule"]);
    expect(out).toMatch(/^HF001 {3}error {5}survivor\/no-quorum: /);
    expect(out.match(/^HF\d{3} /gm)?.length).toBeGreaterThanOrEqual(40);
  });

  it.each([
    [["rule", "HF0300"], 'no rule is named "HF0300"'],
    [["rto", "HF030"], "a second word"],
  ])("refuses %j", (words, told) => {
    const { status, out, err } = holdfast(["explain", ...words]);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain(told);
  });
});
