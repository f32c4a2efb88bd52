import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { revision } from "../../../test/example-reigns.ts";
import { monotonicMs } from "../units/units.ts";
import { defaultTiming } from "./settings.ts";
import {
  judged,
  type ProbeOutcome,
  probeEnded,
  probeSent,
  type Vantage,
  watchFrom,
  wokenUp,
} from "./vantage.ts";

const { refusalsMin, silentAfterMs, tickMs } = defaultTiming;

const begun = watchFrom("east", revision(10), monotonicMs(0));

/** The same outcome again and again, a tick apart. */
function afterProbes(outcomes: readonly ProbeOutcome[], from: Vantage = begun): Vantage {
  return outcomes.reduce((vantage, outcome, index) => {
    const now = monotonicMs((index + 1) * tickMs);
    return judged(probeEnded(probeSent(vantage), outcome, now), now, defaultTiming);
  }, from);
}

const anyOutcome = fc.constantFrom<ProbeOutcome[]>("answered", "refused", "silent", "recovering");

describe("a vantage point", () => {
  it("is unsure before anything has answered", () => {
    expect(judged(begun, monotonicMs(tickMs), defaultTiming).verdict).toBe("unsure");
  });

  it("believes one answer", () => {
    expect(afterProbes(["answered"]).verdict).toBe("answering");
  });

  it("takes several refusals in a row for a loss, long before silence would be one", () => {
    const refused = Array.from({ length: refusalsMin }, (): ProbeOutcome => "refused");
    expect(afterProbes(["answered", ...refused.slice(1)]).verdict).toBe("unsure");
    expect(afterProbes(["answered", ...refused]).verdict).toBe("refusing");
    expect(refusalsMin * tickMs).toBeLessThan(silentAfterMs);
  });

  it.each<ProbeOutcome>(["answered", "silent", "recovering"])(
    "counts refusals from the beginning again once a probe ends %s",
    (between) => {
      expect(afterProbes(["refused", "refused", between, "refused", "refused"]).verdict).not.toBe("refusing");
    },
  );

  it("waits out the whole span of silence, for a busy machine is silent too", () => {
    const answered = afterProbes(["answered"]);
    const justBefore = monotonicMs(tickMs + silentAfterMs - 1);
    expect(judged(answered, justBefore, defaultTiming).verdict).toBe("answering");
    expect(judged(answered, monotonicMs(tickMs + silentAfterMs), defaultTiming).verdict).toBe("silent");
  });

  it("counts silence from when it began to watch, if nothing ever answered", () => {
    expect(judged(begun, monotonicMs(silentAfterMs), defaultTiming).verdict).toBe("silent");
  });

  it("takes a process that says it will be back for no answer, and so falls silent over it in the end", () => {
    const recovering = Array.from({ length: silentAfterMs / tickMs }, (): ProbeOutcome => "recovering");
    expect(afterProbes(recovering.slice(1)).verdict).toBe("unsure");
    expect(afterProbes(recovering).verdict).toBe("silent");
  });

  it("says since when it holds its verdict, however often it judges again", () => {
    const answering = afterProbes(["answered", "answered", "answered"]);
    expect(answering.verdictSince).toBe(tickMs);
  });

  it("never misses a region that has just answered, whatever came before", () => {
    fc.assert(
      fc.property(
        fc.array(anyOutcome),
        (before) => afterProbes([...before, "answered"]).verdict === "answering",
      ),
    );
  });

  it("proves nothing after it slept: its silence and its refusals begin anew", () => {
    const missed = afterProbes(["refused", "refused", "refused"]);
    const later = monotonicMs(60_000);
    const awake = judged(wokenUp(missed, later), later, defaultTiming);
    expect(awake).toMatchObject({ verdict: "unsure", verdictSince: later });
    const stillTooSoon = monotonicMs(later + silentAfterMs - 1);
    expect(judged(awake, stillTooSoon, defaultTiming).verdict).toBe("unsure");
  });

  it("does not take a probe that it sent before it slept for two", () => {
    expect(wokenUp(probeSent(begun), monotonicMs(9_000)).isProbing).toBe(true);
  });
});
