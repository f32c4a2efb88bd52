import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { holdfast, inOneLine } from "../built-program.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-plan-run-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("failover run", () => {
  it.each([
    ["--resume", "none is named"],
    ["--resume --undo", "none is named"],
    ["--undo", "none is named"],
    ["--key ada.pem", "none is named"],
    ["agreed.json --undo", "say --resume --undo, or neither"],
    ["agreed.json --to west", "leave out the plan, or --to"],
  ])("does nothing when what is asked for would not be done: %s", (asked, said) => {
    const { status, out } = holdfast(["failover", "run", ...asked.split(" "), "--json"], folder);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ ok: false, problems: [{ code: "plan/asked-in-vain" }] });
    expect(out).toContain(said);
  });

  it.each([
    ["{}", "plan/not-saved"],
    ['{"formatVersion":4,"kind":"SavedPlan"}', "plan/not-saved"],
    ['{"formatVersion":4,"kind":"SavedPlan","hash":null,"foreseen":null}', "plan/touched"],
    ['{"formatVersion":3,"kind":"SavedPlan","hash":null,"foreseen":null}', "plan/other-version"],
  ])("refuses a file that is no plan that was kept: %s", (text, code) => {
    writeFileSync(join(folder, "agreed.json"), text);
    const { status, err } = holdfast(["failover", "run", "agreed.json"], folder);
    expect(status).toBe(1);
    expect(inOneLine(err)).toMatch(new RegExp(`^${code} agreed.json (?:is|was) `));
  });
});
