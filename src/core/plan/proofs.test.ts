import { describe, expect, it } from "vitest";
import type { Entry } from "../evidence/evidence.ts";
import { instantMs, monotonicMs } from "../units/units.ts";
import { planSubject, proofsIn } from "./proofs.ts";

let at = 0;

/** Its log is named by the beginning of its kind. */
function entry(kind: string, body: Entry["body"], subjects: Entry["subjects"] = []): Entry {
  const log = kind.split("-")[0] ?? "";
  at += 1;
  return {
    ...{ log, sequence: at, kind, body, subjects, anchors: [], previousRoot: "", software: "holdfast" },
    ...{ at: instantMs(1_000 * at), monotonic: monotonicMs(at) },
  };
}

const what = { plan: "leave", scenario: "lost" };
const subjects = [{ name: "recovery.yaml", sha256: "ff" }, planSubject("leave", "sha256:ab")];

describe("what evidence proves of plans", () => {
  it("is each drill that has ended, well when it was met", () => {
    const started = (): Entry => entry("drill-started", { drill: "a", ...what }, subjects);
    const entries = [
      started(),
      entry("fault-injected", {}),
      entry("drill-finished", { verdict: "met" }),
      started(),
      entry("drill-finished", { verdict: "missed" }),
      started(),
      entry("drill-broken-off", { because: "no" }),
      // Under way, or whoever carried it out was lost.
      started(),
    ];
    const last = entries[2];
    expect(proofsIn(entries).map(({ isPassed }) => isPassed)).toEqual([true, false, false]);
    expect(proofsIn(entries)[0]).toEqual({
      ...{ kind: "drill", ...what, hash: "sha256:ab", isPassed: true },
      ...{ at: last?.at, entry: `drill/${last?.sequence ?? 0}` },
    });
  });

  it.each([
    [[], true],
    [[{ journey: "chat", mode: null }], false],
  ])("is no run that went on without what was to show that a journey is back: %j", (notShown, isPassed) => {
    const carried = entry("plan-run-carried", { run: "one", ...what }, subjects);
    const ended = entry("plan-run-ended", { run: "one", end: "done", notShown });
    expect(proofsIn([carried, ended]).map((proof) => proof.isPassed)).toEqual([isPassed]);
  });

  it("is each run that has ended, well when it was done, in the order in which they ended", () => {
    const carried = (run: string, plan = "leave"): Entry =>
      entry("plan-run-carried", { run, ...what, plan }, subjects);
    const ended = (run: string, end: string): Entry => entry("plan-run-ended", { run, end });
    const first = carried("one");
    const drill = entry("drill-started", { drill: "a", ...what });
    const entries = [
      ...[first, ended("one", "stopped"), carried("one"), ended("one", "done"), carried("two", "other")],
      ...[drill, entry("drill-finished", { verdict: "met" }), ended("two", "undone"), carried("three")],
    ];
    expect(proofsIn(entries).map(({ kind, hash, isPassed }) => [kind, hash, isPassed])).toEqual([
      ["run", "sha256:ab", false],
      ["run", "sha256:ab", true],
      ["drill", null, true],
      ["run", null, false],
    ]);
  });

  it("is nothing of entries that name no plan, and of an end without a beginning", () => {
    const entries = [
      entry("drill-started", { drill: "a" }),
      entry("drill-finished", { verdict: "met" }),
      entry("plan-run-ended", { run: "lost", end: "done" }),
    ];
    expect(proofsIn(entries)).toEqual([]);
  });
});
