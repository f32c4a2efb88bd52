import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { holdfast, projectRoot } from "../built-program.ts";

const example = "examples/fault-trees/two-regions.xml";
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-availability-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Five parts of which any three in a row decide, so that no gate is a module. */
function hardTree(): string {
  const gates = Array.from({ length: 40 }, (_, index) => {
    const parts = [0, 1, 2].map((offset) => `<basic-event name="e${index + offset}"/>`).join("");
    return `<define-gate name="g${index}"><and>${parts}</and></define-gate>`;
  });
  const read = gates.map((_, index) => `<gate name="g${index}"/>`).join("");
  const events = Array.from(
    { length: 42 },
    (_, index) => `<define-basic-event name="e${index}"><float value="0.1"/></define-basic-event>`,
  );
  return `<opsa-mef><define-fault-tree name="row"><define-gate name="top"><or>${read}</or></define-gate>${gates.join("")}</define-fault-tree><model-data>${events.join("")}</model-data></opsa-mef>`;
}

describe("holdfast availability tree", () => {
  it("prints what the manual says by hand", () => {
    const { status, out, err } = holdfast(["availability", "tree", example]);
    expect({ status, err }).toEqual({ status: 0, err: "" });
    // 1 − (1 − dns)(1 − identity − (1 − identity) · east · west) = 0.00129968002
    expect(out).toContain("chance      0.00129968002, exact");
  });

  it("answers programs with numbers that read back as the same", () => {
    const { out } = holdfast(["availability", "tree", example, "--json"]);
    const answer = JSON.parse(out) as Record<string, unknown>;
    expect(answer).toMatchObject({
      formatVersion: 1,
      model: "two-regions",
      gate: "chat-down",
      exact: true,
      minimalCutSets: null,
    });
    expect(Math.abs(Number(answer["topProbability"]) / 0.00129968002 - 1)).toBeLessThan(1e-15);
    expect(answer["lowerBound"]).toBe(answer["topProbability"]);
    expect(answer["upperBound"]).toBe(answer["topProbability"]);
    expect(answer["coreSeconds"]).toBeGreaterThan(0);
  });

  it("counts and ranks cut sets, and says how much each event matters, when it is asked to", () => {
    const all = ["--cut-sets", "--importance", "--top", "2"];
    const { out } = holdfast(["availability", "tree", example, ...all, "--json"]);
    expect(JSON.parse(out)).toMatchObject({
      minimalCutSets: "3",
      cutSetsGivenUp: false,
      cutSetsByOrder: ["0", "2", "1"],
      singlePointsOfFailure: ["identity", "dns"],
      likeliestCutSets: [
        { events: ["identity"], probability: 0.001 },
        { events: ["east", "west"], probability: 0.0002 },
      ],
      importance: [{ event: "identity" }, {}, {}, {}],
    });
    const { out: text } = holdfast(["availability", "tree", example, ...all]);
    expect(text).toContain("Minimal cut sets: 3, the 2 likeliest of them:");
    expect(text).toMatch(/\n {2}identity +0\.9997/);
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("solves any gate of the file", () => {
    const { out } = holdfast(["availability", "tree", example, "--gate", "no-region", "--json"]);
    expect(JSON.parse(out)).toMatchObject({ gate: "no-region", topProbability: 0.0011998 });
    const { status, err } = holdfast(["availability", "tree", example, "--gate", "no-regin"]);
    expect(status).toBe(1);
    expect(err).toContain('did you mean "no-region"?');
  });

  it("answers with bounds where the work is past what is allowed, and never as if it were exact", () => {
    writeFileSync(join(folder, "row.xml"), hardTree());
    const args = ["availability", "tree", "row.xml", "--cut-sets", "--importance"];
    const { out } = holdfast([...args, "--steps-max", "10", "--json"], folder);
    const answer = JSON.parse(out) as Record<string, number>;
    expect(answer).toMatchObject({
      exact: false,
      topProbability: null,
      minimalCutSets: null,
      cutSetsGivenUp: true,
      importance: null,
    });
    const exact = JSON.parse(holdfast([...args, "--json"], folder).out) as Record<string, number>;
    expect(exact).toMatchObject({ exact: true, minimalCutSets: "40" });
    expect(answer["lowerBound"]).toBeLessThanOrEqual(Number(exact["topProbability"]) * (1 + 1e-12));
    expect(answer["upperBound"]).toBeGreaterThanOrEqual(Number(exact["topProbability"]) * (1 - 1e-12));
    const { out: text } = holdfast([...args, "--steps-max", "10"], folder);
    expect(text).toMatch(/at least +0\./);
    expect(text).toContain("would take more work than is allowed");
  });

  it("tells what is wrong with a file by its line, and answers 1", () => {
    writeFileSync(
      join(folder, "a.xml"),
      readFileSync(join(projectRoot, example), "utf8").replace('value="0.01"', 'value="1.01"'),
    );
    const { status, out, err } = holdfast(["availability", "tree", "a.xml"], folder);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain("a.xml:31:5 tree/bad-chance");
    const { out: json } = holdfast(["availability", "tree", "a.xml", "--json"], folder);
    expect(JSON.parse(json)).toMatchObject({ ok: false, problems: [{ code: "tree/bad-chance" }] });
  });

  it("refuses counts that count nothing, and a choice among several tops", () => {
    const bad = holdfast(["availability", "tree", example, "--top", "0", "--steps-max", "x"]);
    expect(bad.status).toBe(1);
    expect(bad.err).toMatch(/--top is "0"[\s\S]*--steps-max is "x"/);
    writeFileSync(
      join(folder, "two.xml"),
      '<opsa-mef><define-fault-tree name="t"><define-gate name="a"><constant value="true"/></define-gate><define-gate name="b"><constant value="true"/></define-gate></define-fault-tree></opsa-mef>',
    );
    const several = holdfast(["availability", "tree", "two.xml"], folder);
    expect(several.err).toContain("2 gates are read by no other: a, b");
    expect(holdfast(["availability", "tree", "two.xml", "--gate", "b"], folder).out).toContain(
      "chance      1, exact",
    );
  });
});
