import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { holdfast, inOneLine } from "../built-program.ts";

const example = "examples/assistant";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-plan-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The example in a folder of its own, with a part of one file replaced. */
function edited(file: string, before: string, after: string): string {
  const workspace = join(folder, "workspace");
  cpSync(example, workspace, { recursive: true });
  const path = join(workspace, file);
  const text = readFileSync(path, "utf8");
  expect(text).toContain(before);
  writeFileSync(path, text.replace(before, after));
  return workspace;
}

describe("holdfast plan check", () => {
  it("answers 0 where every plan would go or ask, in lines that fit a terminal", () => {
    const { status, out, err } = holdfast(["plan", "check", example]);
    expect(status).toBe(0);
    expect(out).toMatch(/^goes {3}leave-us-east in us-east-lost: chat back within \S+ s \(estimated\)\n/);
    expect(out).toContain("\nasks   resume-training in us-east-lost:");
    expect(out).toMatch(/\n11 cases: 8 would go by themselves, 3 would ask a person, 0 would stop\n$/);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(err).toContain("holdfast plan show leave-us-east --scenario us-east-lost --workspace");
  });

  it("answers 2 where one would stop, with what stops it", () => {
    const { status, out } = holdfast(["plan", "check", "examples/lint/HF004/fails"]);
    expect(status).toBe(2);
    expect(inOneLine(out)).toContain("stops: step promote needs registry");
    const { out: told } = holdfast(["plan", "check", "examples/lint/HF004/fails", "--json"]);
    expect(JSON.parse(told)).toMatchObject({
      formatVersion: 1,
      ok: false,
      plans: [
        { plan: "leave-east", scenario: "east-lost", standing: "stops", obstacles: [{ effect: "stops" }] },
      ],
    });
  });

  it("says so where there is no plan", () => {
    writeFileSync(
      join(folder, "platform.yaml"),
      "apiVersion: holdfast/v1alpha1\nkind: Platform\nmetadata: { name: shop }\nspec:\n  regions: [{ name: east, provider: a }]\n",
    );
    expect(holdfast(["plan", "check", folder])).toMatchObject({
      status: 0,
      out: "no recovery plan is declared\n",
    });
  });
});

describe("what the manual tells to type", () => {
  it.each([
    ["recovery-plans.md", 6],
    ["degraded-modes.md", 2],
  ])("works, one after the other: %s", (page, count) => {
    const manual = readFileSync(`docs/manual/${page}`, "utf8");
    const block = /```sh\n([\s\S]*?)```/.exec(manual)?.[1] ?? "";
    const lines = block.split("\n").flatMap((line) => /^holdfast (.*?)(?: +#.*)?$/.exec(line)?.[1] ?? []);
    expect(lines).toHaveLength(count);
    for (const line of lines) {
      const args = line.split(" ").map((word) => (word === "agreed.json" ? join(folder, word) : word));
      expect([line, holdfast(args).status]).toEqual([line, 0]);
    }
  });
});

describe("holdfast plan show", () => {
  it("says what a plan would change, take, lose and cost, before anything happens", () => {
    const { status, out } = holdfast(["plan", "show", "leave-us-east", "--workspace", example]);
    expect(status).toBe(0);
    const parts = ["steps", "beside them, by itself", "blast radius", "time (estimated)"];
    const rest = ["what could be lost (estimated)", "cost (estimated)", "so it"];
    const at = [...parts, ...rest].map((title) => out.indexOf(`\n${title}\n`));
    expect(at).not.toContain(-1);
    expect(at).toEqual([...at].sort((a, b) => a - b));
    expect(out).toContain("\n  - database in us-east acknowledges nothing more");
    expect(out).toMatch(/\nsha256:[0-9a-f]{64}\n$/);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("is for the scenario that is named, and tells programs the same", () => {
    const options = ["--workspace", example, "--scenario", "us-east-lost-and-aws-stuck", "--json"];
    const { out, err } = holdfast(["plan", "show", "leave-us-east", ...options]);
    expect(err).toBe("");
    expect(JSON.parse(out)).toMatchObject({
      formatVersion: 1,
      scenario: "us-east-lost-and-aws-stuck",
      steps: [{ phase: "fence" }, { changes: [{ what: "database serves in eu-north" }] }, {}, {}],
    });
  });

  it.each<[code: string, mend: string, asked: readonly string[]]>([
    ["plan/unknown-plan", 'did you mean "leave-us-east"', ["leave-us-eest"]],
    ["plan/unknown-scenario", "there are us-east-lost", ["leave-us-east", "--scenario", "aws-lost"]],
  ])("refuses what is not there, with what is: %s", (code, mend, asked) => {
    const { status, err } = holdfast(["plan", "show", ...asked, "--workspace", example]);
    expect(status).toBe(1);
    expect(err.startsWith(`${code}\n`)).toBe(true);
    expect(inOneLine(err)).toContain(mend);
  });

  it("says that it cannot keep the plan where there is a file in the way", () => {
    writeFileSync(join(folder, "file"), "");
    const out = join(folder, "file", "agreed.json");
    const { status, err } = holdfast(["plan", "show", "leave-us-east", "--workspace", example, "--out", out]);
    expect(status).toBe(1);
    expect(err).toContain("mend:");
    expect(err).not.toContain("mistake of Holdfast");
  });
});

describe("holdfast plan diff", () => {
  function kept(): string {
    const file = join(folder, "agreed.json");
    const { status } = holdfast(["plan", "show", "leave-us-east", "--workspace", example, "--out", file]);
    expect(status).toBe(0);
    return file;
  }

  it("answers 0 while the plan is what was kept", () => {
    const file = kept();
    const { hash } = JSON.parse(readFileSync(file, "utf8")) as { readonly hash: string };
    const { status, out } = holdfast(["plan", "diff", file, "--workspace", example]);
    expect([status, inOneLine(out).trim()]).toEqual([
      0,
      `plan leave-us-east in scenario us-east-lost is as it was kept: ${hash}`,
    ]);
  });

  it("answers 2, with what was and what is now, once something that it rests on has changed", () => {
    const workspace = edited(
      "recovery.yaml",
      "candidates: [us-west, eu-north], within: 10 s",
      "candidates: [eu-north], within: 10 s",
    );
    const { status, out } = holdfast(["plan", "diff", kept(), "--workspace", workspace]);
    expect(status).toBe(2);
    const told = inOneLine(out);
    expect(told).toContain("was: + database serves in us-west, or in eu-north");
    expect(told).toContain("now: + database serves in eu-north (1 of the others");
    const { out: data } = holdfast(["plan", "diff", kept(), "--workspace", workspace, "--json"]);
    expect(JSON.parse(data)).toMatchObject({
      ok: false,
      differences: [
        { section: "steps" },
        { section: "capacity once it is done (as declared)" },
        { section: "cost (estimated)" },
        { section: "what it rests on" },
      ],
    });
  });

  it("answers 2 where something has changed that shows nowhere else, by what it was declared in", () => {
    const workspace = edited("recovery.yaml", "coolDown: ", "coolDown: 1");
    const { status, out } = holdfast(["plan", "diff", kept(), "--workspace", workspace, "--json"]);
    expect(status).toBe(2);
    const line = expect.stringMatching(/^RecoveryPlan leave-us-east sha256:[0-9a-f]{12}$/) as string;
    expect(JSON.parse(out)).toMatchObject({
      differences: [{ section: "what it rests on", gone: [line], added: [line] }],
    });
  });

  it.each<[string, (text: string) => string, string]>([
    ["changed after it was kept", (text) => text.replace("us-west", "mars"), "plan/touched"],
    ["cut short", (text) => text.slice(0, 200), "plan/not-saved"],
    ["empty", () => "", "plan/not-saved"],
  ])("refuses a file that was %s", (_, spoil, code) => {
    const file = kept();
    writeFileSync(file, spoil(readFileSync(file, "utf8")));
    const { status, err } = holdfast(["plan", "diff", file, "--workspace", example]);
    expect([status, err.split("\n")[0]]).toEqual([1, code]);
  });

  it("refuses where the plan or its scenario is there no longer", () => {
    const gone = edited(
      "recovery.yaml",
      "scenarios: [us-east-lost, us-east-cut-off, us-east-lost-and-aws-stuck, us-east-a-lost, database-frozen]",
      "scenarios: [us-east-cut-off]",
    );
    const { status, err } = holdfast(["plan", "diff", kept(), "--workspace", gone]);
    expect(status).toBe(1);
    expect(err).not.toContain("mistake of Holdfast");
    const other = "examples/lint/HF004/passes";
    const { err: told } = holdfast(["plan", "diff", kept(), "--workspace", other]);
    expect(told.startsWith("plan/unknown-plan\n")).toBe(true);
  });

  it("says that there is no such file", () => {
    const { status, err } = holdfast(["plan", "diff", join(folder, "none.json"), "--workspace", example]);
    expect(status).toBe(1);
    expect(err).toContain("none.json");
  });
});
