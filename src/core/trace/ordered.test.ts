import { describe, expect, it } from "vitest";
import {
  controllerEntries,
  faultMsDefault,
  logOf,
  phaseEndsMs,
  platformIdDefault,
  sha256,
  switchoverEntries,
  type ToldEntry,
  wallAtZero,
} from "../../../test/example-evidence.ts";
import { reignOf } from "../../../test/example-reigns.ts";
import { annotationsOf } from "./annotation.ts";
import { contextUnder } from "./ids.ts";
import type { Span } from "./span.ts";
import { type Trace, tracesIn } from "./trace.ts";

function traceOf(entries: readonly ToldEntry[]): Trace {
  const [trace, ...others] = tracesIn([logOf("controller-west", entries)], sha256);
  if (trace === undefined || others.length > 0) throw new Error("there is not one trace");
  return trace;
}

/** Each phase with its beginning and its end, in milliseconds after the order. */
function phasesIn({ spans }: Trace): readonly (readonly [string, number, number])[] {
  const after = (at: bigint): number => Number(at / 1_000_000n) - wallAtZero - faultMsDefault;
  return spans
    .filter(({ attributes }) => attributes["holdfast.phase"] !== undefined)
    .map(({ name, from, to }) => [name, after(from), after(to)]);
}

function parentOf(trace: Trace, name: string): Span | undefined {
  const id = trace.spans.find((span) => span.name === name)?.parentId;
  return trace.spans.find((span) => span.id === id);
}

describe("the trace of a switchover", () => {
  const trace = traceOf(switchoverEntries());
  const [root] = trace.spans;

  it("says that it is one, who asked for it, and whom; nobody was lost", () => {
    expect(root.name).toBe("switchover");
    expect(root.attributes).toMatchObject({
      "holdfast.order": "switchover",
      "holdfast.order.by": "ada",
      "holdfast.region.left": "east",
      "holdfast.region.wanted": "west",
      "holdfast.region.successor": "west",
      "holdfast.epoch.before": 1n,
      "holdfast.epoch.after": 3n,
      "holdfast.evidence.entries": [1, 2, 3, 4].map((sequence) => `controller-west/${sequence}`),
    });
    expect(root.attributes).not.toHaveProperty(["holdfast.region.lost"]);
    expect(root.status).toEqual({ kind: "unset" });
    expect(root.events.map(({ name }) => name)).toEqual(["holdfast.decision.taken", "holdfast.recovered"]);
  });

  it("has the shutdown in order as a phase before the fence, and detects nothing", () => {
    const { fence, promote, route, verify } = phaseEndsMs;
    expect(phasesIn(trace)).toEqual([
      ["decide", 0, 20],
      ["close", 20, 200],
      ["fence", 200, fence],
      ["promote", fence, promote],
      ["route", promote, route],
      ["verify", route, verify],
    ]);
    expect(parentOf(trace, "shut-down")?.name).toBe("close");
  });

  it("shows each decision in the phase that it stands before", () => {
    const written = trace.spans.flatMap(({ name, events }) =>
      events
        .filter((event) => event.name === "holdfast.evidence.written")
        .map(({ attributes }) => [name, attributes["holdfast.evidence.kind"]]),
    );
    expect(written).toEqual([
      ["decide", "switchover-intent"],
      ["fence", "switchover-closed"],
      ["promote", "failover-fenced"],
    ]);
  });

  it("tells when a person waited no longer for the shutdown", () => {
    const [hurried] = traceOf(switchoverEntries("hurried")).spans;
    const told = hurried.events.find(({ name }) => name === "holdfast.switchover.hurried");
    expect(told?.attributes).toMatchObject({
      "holdfast.order.by": "ada",
      "holdfast.because": "ada waits no longer",
    });
    expect(hurried.name).toBe("switchover");
  });

  it("tells when it was called off, and misses no fence then", () => {
    const called = traceOf(switchoverEntries("called-off"));
    const [calledOff] = called.spans;
    expect(calledOff.events.map(({ name }) => name)).toContain("holdfast.switchover.called_off");
    expect(calledOff.attributes["holdfast.region.successor"]).toBe("east");
    expect(phasesIn(called).map(([name]) => name)).toEqual(["decide", "close", "promote", "route", "verify"]);
    expect(called.spans.every(({ status }) => status.kind === "unset")).toBe(true);
    const early = traceOf(switchoverEntries("called-off").slice(0, 2));
    expect(phasesIn(early).at(-1)?.[0]).toBe("promote");
  });

  it("ends in an error where it came no further than the shutdown", () => {
    const stuck = traceOf(switchoverEntries().slice(0, 2));
    expect(phasesIn(stuck).map(([name]) => name)).toEqual(["decide", "close", "fence"]);
    const fence = stuck.spans.find(({ name }) => name === "fence");
    expect(fence?.status).toEqual({ kind: "error", because: 'the recovery did not get beyond "fence"' });
    expect(traceOf(switchoverEntries(null)).spans[0].status.kind).toBe("error");
  });

  it("is named by logs while it runs, in the phase in which it is", () => {
    const close = trace.spans.find(({ name }) => name === "close");
    const context = contextUnder(reignOf({ phase: "closing" }), platformIdDefault, sha256);
    expect(context).toEqual({ traceId: trace.id, spanId: close?.id });
  });

  it("marks a chart as a handing over", () => {
    const texts = annotationsOf(trace).map(({ text }) => text);
    expect(texts[0]).toContain("switchover: switchover of");
    expect(texts[1]).toBe("region east hands over; another is to serve");
  });
});

describe("the trace of a failover on a person's word", () => {
  const [intent, ...others] = controllerEntries();
  const order = { id: "an order", kind: "failover", to: null, by: "ada", under: 1 };
  const begun = { kind: "failover-intent", ms: faultMsDefault, body: { ...intent?.body } };
  const ordered: ToldEntry = { ...begun, body: { ...begun.body, evidence: null, order, milestones: [] } };

  it("says who asked for it, and no longer that a choice was given up", () => {
    const { spans } = traceOf([ordered, ...others]);
    expect(spans[0].name).toBe("failover");
    expect(spans[0].attributes).toMatchObject({
      "holdfast.order": "failover",
      "holdfast.order.by": "ada",
      "holdfast.region.lost": "east",
    });
    expect(spans[0].events.map(({ name }) => name)).not.toContain("holdfast.choice.given_up");
    expect(spans.map(({ name }) => name)).not.toContain("detect");
    expect(spans.map(({ name }) => name)).not.toContain("close");
  });

  it("is told as a loss where evidence was found after an intent whose write failed", () => {
    const [root] = traceOf([ordered, ...controllerEntries()]).spans;
    expect(root.attributes).not.toHaveProperty(["holdfast.order"]);
    expect(root.events.map(({ name }) => name)).not.toContain("holdfast.choice.given_up");
  });
});
