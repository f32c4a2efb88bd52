import fc from "fast-check";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  controllerEntries,
  deedOf,
  drillEntries,
  drillEvidence,
  type ExampleFailover,
  faultMsDefault,
  logOf,
  phaseEndsMs,
  platformIdDefault,
  sha256,
  wallAtZero,
} from "../../../test/example-evidence.ts";
import { reignOf } from "../../../test/example-reigns.ts";
import type { JsonObject } from "../evidence/evidence.ts";
import type { VerifiedLog } from "../evidence/verify.ts";
import { instantMs } from "../units/units.ts";
import { contextUnder } from "./ids.ts";
import type { Span } from "./span.ts";
import { type Trace, tracesIn } from "./trace.ts";

function traceIn(logs: readonly VerifiedLog[]): Trace {
  const [trace, ...others] = tracesIn(logs, sha256);
  if (trace === undefined || others.length > 0) throw new Error("there is not one trace");
  return trace;
}

function spanOf({ spans }: Trace, name: string): Span {
  const [span, ...others] = spans.filter((each) => each.name === name);
  if (span === undefined || others.length > 0) throw new Error(`there is not one span ${name}`);
  return span;
}

/** Where a moment lies after the fault, in milliseconds. */
function afterFault(at: bigint): number {
  return Number(at - BigInt(wallAtZero + faultMsDefault) * 1_000_000n) / 1e6;
}

function lasted({ from, to }: Span): number {
  return Number(to - from) / 1e9;
}

/** Spans that stick out of the one that they are a part of, or have none; and ids that two of them share. */
function misplaced({ spans }: Trace): readonly string[] {
  const byId = new Map(spans.map((span) => [span.id, span]));
  const twice = byId.size === spans.length ? [] : ["an id is given twice"];
  const out = spans.slice(1).flatMap(({ name, parentId, from, to }) => {
    const parent = byId.get(parentId ?? "");
    const isWithin = parent !== undefined && from >= parent.from && to <= parent.to && from <= to;
    return isWithin ? [] : [name];
  });
  return [...twice, ...(spans[0].parentId === null ? [] : ["the first is no root"]), ...out];
}

const deeds = [
  deedOf("west", "stop-receiving", [216, 300]),
  deedOf("central", "stop-receiving", [230, 340]),
  deedOf("west", "promote", [360, 690, { ticket: 2 }]),
  deedOf("central", "follow", [355, 760, { ticket: 2 }]),
];

describe("the trace of a drill", () => {
  const trace = traceIn(drillEvidence({}, { deeds }));

  it("has the drill at its root, then the failover with its phases, and the deeds of agents below these", () => {
    const nameOf = (id: string | null): string | undefined =>
      trace.spans.find((span) => span.id === id)?.name;
    expect(trace.spans.map(({ name, parentId }) => [name, nameOf(parentId)])).toEqual([
      ["drill region-loss", undefined],
      ["failover", "drill region-loss"],
      ["detect", "failover"],
      ["decide", "failover"],
      ["fence", "failover"],
      ["promote", "failover"],
      ["route", "failover"],
      ["verify", "failover"],
      ["stop-receiving", "fence"],
      ["stop-receiving", "fence"],
      ["promote", "promote"],
      ["follow", "failover"],
      ["load", "drill region-loss"],
      ["inject", "drill region-loss"],
      ["outage", "drill region-loss"],
      ["audit", "drill region-loss"],
    ]);
    expect(misplaced(trace)).toEqual([]);
  });

  it("lets phases follow one another without a gap, from the fault to the verification", () => {
    const phases = trace.spans.filter(({ attributes }) => attributes["holdfast.phase"] !== undefined);
    expect(phases.map(({ to }) => afterFault(to))).toEqual(Object.values(phaseEndsMs));
    expect(afterFault(phases[0]?.from ?? 0n)).toBe(0);
    expect(phases.slice(1).map(({ from }) => from)).toEqual(phases.slice(0, -1).map(({ to }) => to));
  });

  it("lasts as long as the summary says, in its outage", () => {
    expect(lasted(spanOf(trace, "outage"))).toBeCloseTo(0.842, 9);
  });

  it("marks the fault, the decision and the recovery, in this order", () => {
    expect(trace.spans[0].events.map(({ name, at }) => [name, afterFault(at)])).toEqual([
      ["holdfast.fault.injected", 0],
      ["holdfast.decision.taken", phaseEndsMs.decide],
      ["holdfast.recovered", phaseEndsMs.verify],
    ]);
  });

  it("carries what was declared, what was measured, and the head that its evidence ends with", () => {
    const logs = drillEvidence();
    expect(traceIn(logs).spans[0].attributes).toMatchObject({
      "holdfast.drill": "region-loss",
      "holdfast.journey": "chat",
      "holdfast.region.lost": "east",
      "holdfast.region.successor": "west",
      "holdfast.epoch.before": 1n,
      "holdfast.epoch.after": 3n,
      "holdfast.outcome": "met",
      "holdfast.objective.rto.seconds": 4,
      "holdfast.writes.acknowledged": 1_843n,
      "holdfast.writes.lost": 0n,
      "holdfast.evidence.head": logs[1]?.roots[4],
    });
    expect(traceIn(logs).spans[0].status).toEqual({ kind: "ok" });
  });

  it("is an error where an objective was missed, with every reason", () => {
    const judgements = [
      {
        name: "recovery-time",
        isMet: false,
        because: "the outage of 4.842 s is longer than the 4 s accepted",
      },
      { name: "one-writer", isMet: true, because: "all is well" },
      { name: "data-loss", isMet: false, because: "3 of 1,843 acknowledged writes were lost" },
    ];
    const outage = { kind: "interrupted", fromMonotonicMs: 4_002, toMonotonicMs: 8_844 };
    const missed = traceIn(drillEvidence({ verdict: "missed", judgements, outage }));
    const because =
      "the outage of 4.842 s is longer than the 4 s accepted; 3 of 1,843 acknowledged writes were lost";
    expect(missed.spans[0].status).toEqual({ kind: "error", because });
    expect(spanOf(missed, "outage").status.kind).toBe("error");
    expect(spanOf(missed, "failover").status.kind).toBe("unset");
  });

  it("counts a phase whose end nobody wrote down with the next", () => {
    const { detect, fence: fenced, promote, route, verify } = phaseEndsMs;
    const endsMs = { detect, fence: fenced, promote, route, verify };
    const gap = traceIn(drillEvidence({}, { endsMs }));
    expect(gap.spans.map(({ name }) => name)).not.toContain("decide");
    const fence = spanOf(gap, "fence");
    expect([afterFault(fence.from), afterFault(fence.to)]).toEqual([phaseEndsMs.detect, phaseEndsMs.fence]);
    expect(gap.spans.every(({ status }) => status.kind !== "error")).toBe(true);
  });

  it("leaves out the number of lost writes where nobody knows it", () => {
    const [root] = traceIn(drillEvidence({ writesLost: null })).spans;
    expect(root.attributes).not.toHaveProperty(["holdfast.writes.lost"]);
  });

  it("keeps a deed that began before its phase within it, and says how long it took", () => {
    const early = traceIn(drillEvidence({}, { deeds: [deedOf("west", "stop-receiving", [210, 300])] }));
    const deed = spanOf(early, "stop-receiving");
    expect(afterFault(deed.from)).toBe(phaseEndsMs.decide);
    expect(deed.attributes["holdfast.deed.seconds"]).toBeCloseTo(0.09, 9);
    expect(misplaced(early)).toEqual([]);
  });

  it("says how much the clocks of its writers disagree", () => {
    const doubt = "holdfast.clock.doubt.seconds";
    expect(trace.spans[0].attributes[doubt]).toBeLessThan(0.001);
    const off = controllerEntries().map((entry) => ({ ...entry, wallOffMs: 2_500 }));
    const doubtful = traceIn([logOf("controller-west", off), logOf("drill", drillEntries())]);
    expect(doubtful.spans[0].attributes[doubt]).toBeCloseTo(2.5, 2);
  });
});

describe("a drill that nobody recovers", () => {
  const finished: JsonObject = {
    verdict: "missed",
    successor: null,
    epochAfter: null,
    outageSeconds: null,
    outage: { kind: "not-restored", fromMonotonicMs: 4_002, toMonotonicMs: null },
  };

  it("ends in the phase that it did not get beyond, which is an error", () => {
    const trace = traceIn(drillEvidence(finished, { endsMs: { detect: 204 } }));
    const decide = spanOf(trace, "decide");
    expect(decide.status).toEqual({ kind: "error", because: 'the recovery did not get beyond "decide"' });
    expect(afterFault(decide.to)).toBe(5_000);
    expect(trace.spans.map(({ name }) => name)).not.toContain("fence");
    expect(spanOf(trace, "failover").status.kind).toBe("error");
    expect(spanOf(trace, "outage").status.kind).toBe("error");
    expect(misplaced(trace)).toEqual([]);
  });

  it("has a name of its own where no controller decided anything, unlike the one before it", () => {
    const again = [...drillEntries(finished), ...drillEntries(finished, 60_000)];
    const [first, second] = tracesIn([logOf("drill", again)], sha256);
    expect(first?.id).not.toBe(second?.id);
    expect(first?.spans.map(({ name }) => name)).toContain("detect");
  });

  it("leaves the name of a failover that outlasts it to the first drill that met it", () => {
    const intent = controllerEntries({ endsMs: { detect: 204 } });
    const again = intent.map((entry) => ({ ...entry, ms: entry.ms + 60_000 }));
    const drills = [...drillEntries(finished), ...drillEntries(finished, 60_000)];
    const [first, second] = tracesIn(
      [logOf("controller-west", [...intent, ...again]), logOf("drill", drills)],
      sha256,
    );
    expect(first?.id).toBe(traceIn(drillEvidence(finished, { endsMs: { detect: 204 } })).id);
    expect(second?.id).not.toBe(first?.id);
    // Each tells what was written while it went on, and nothing of the other.
    const entriesOf = (trace: Trace | undefined): unknown =>
      trace?.spans.find(({ name }) => name === "failover")?.attributes["holdfast.evidence.entries"];
    expect([first, second].map(entriesOf)).toEqual([["controller-west/1"], ["controller-west/2"]]);
  });

  it("is told as far as it came when it was broken off, or nobody wrote down its end", () => {
    const begun = drillEntries().slice(0, 3);
    const broken = [...begun, { kind: "drill-broken-off", ms: 4_500, body: { because: "interrupted" } }];
    const [root] = traceIn([logOf("drill", broken)]).spans;
    expect(root.status).toEqual({ kind: "error", because: "interrupted" });
    expect(root.attributes["holdfast.outcome"]).toBe("broken-off");
    const unfinished = traceIn([logOf("drill", begun)]);
    expect(unfinished.spans[0].attributes["holdfast.outcome"]).toBe("unfinished");
    expect(misplaced(unfinished)).toEqual([]);
  });
});

describe("a failover that no drill brought about", () => {
  const alone = (example: ExampleFailover = {}): Trace =>
    traceIn([logOf("controller-west", controllerEntries(example))]);

  it("is a trace of its own, from when the first vantage point missed the region", () => {
    const trace = alone({ deeds });
    expect(trace.spans[0].name).toBe("failover");
    expect(afterFault(trace.spans[0].from)).toBe(phaseEndsMs.detect - 20);
    expect(trace.spans[0].events.map(({ name }) => name)).toEqual([
      "holdfast.decision.taken",
      "holdfast.recovered",
    ]);
    expect(misplaced(trace)).toEqual([]);
  });

  it("has the name that it would have in a drill", () => {
    expect(alone().id).toBe(traceIn(drillEvidence()).id);
  });

  it("says what may have been lost, and nothing of it where nothing was", () => {
    const mayLack = { kind: "estimated", seconds: 1.3, bytes: 4_096 };
    const lossy = controllerEntries().map(({ body, ...entry }) => ({
      ...entry,
      body: { ...body, next: { ...(body["next"] as JsonObject), mayLack } },
    }));
    expect(traceIn([logOf("controller-west", lossy)]).spans[0].attributes).toMatchObject({
      "holdfast.loss": "estimated",
      "holdfast.loss.seconds": 1.3,
      "holdfast.loss.bytes": 4_096n,
    });
    expect(alone().spans[0].attributes).not.toHaveProperty("holdfast.loss");
  });

  it("says when a region that was chosen was given up, and why", () => {
    const [intent, ...rest] = controllerEntries();
    const because = "west was chosen and tells nothing of having taken over";
    const again = { kind: "failover-intent", ms: 4_500, body: { ...intent?.body, evidence: null, because } };
    const trace = traceIn([logOf("controller-west", [intent ?? again, again, ...rest])]);
    expect(trace.spans[0].events.map(({ attributes }) => attributes["holdfast.because"])).toContain(because);
  });

  it("is no part of a drill on another day, whatever a clock shows that began anew meanwhile", () => {
    const dayBefore = -86_400_000;
    const earlier = controllerEntries().map((entry) => ({ ...entry, wallOffMs: dayBefore }));
    const traces = tracesIn([logOf("controller-west", earlier), logOf("drill", drillEntries())], sha256);
    expect(traces.map(({ spans: [root] }) => root.name)).toEqual(["failover", "drill region-loss"]);
  });

  it("stands beside a drill that it has nothing to do with", () => {
    const later = controllerEntries({ faultMs: 60_000, settledAt: wallAtZero + 4_893, epochs: [3, 9] });
    const traces = tracesIn(
      [logOf("controller-west", [...controllerEntries(), ...later]), logOf("drill", drillEntries())],
      sha256,
    );
    expect(traces.map(({ spans: [root] }) => root.name)).toEqual(["drill region-loss", "failover"]);
    expect(new Set(traces.map(({ id }) => id)).size).toBe(2);
  });
});

describe("the ids of a trace", () => {
  it("are those that a log names while the failover runs", () => {
    const settledAt = wallAtZero - 60_000;
    const trace = traceIn(drillEvidence({}, { settledAt }));
    for (const [phase, name] of [
      ["fencing", "fence"],
      ["promoting", "promote"],
    ] as const) {
      const reign = reignOf({ phase, settledAt: instantMs(settledAt) });
      const context = contextUnder(reign, platformIdDefault, sha256);
      expect(context).toEqual({ traceId: trace.id, spanId: spanOf(trace, name).id });
    }
    expect(contextUnder(reignOf(), platformIdDefault, sha256)).toBeNull();
  });

  it("are hashes that anybody can work out", () => {
    const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
    const trace = traceIn(drillEvidence());
    expect(trace.id).toBe(hash("holdfast trace\nfailover\n7e57\nfirst").slice(0, 32));
    const fence = hash(`holdfast span\n${trace.id}\nfailover/fence`).slice(0, 16);
    expect(spanOf(trace, "fence").id).toBe(fence);
  });

  it("differ between platforms, and between one failover of a platform and the next", () => {
    const ids = [
      traceIn(drillEvidence()).id,
      traceIn(drillEvidence({}, { platformId: "0ther" })).id,
      traceIn(drillEvidence({}, { settledAt: wallAtZero - 1 })).id,
    ];
    expect(new Set(ids).size).toBe(3);
  });

  it("are of the very record where it was written when platforms had no ids", () => {
    const old = (atMs: number): string =>
      traceIn([logOf("controller-west", controllerEntries({ platformId: null, faultMs: atMs }))]).id;
    expect(old(4_000)).not.toBe(old(9_000));
  });
});

describe("every trace", () => {
  const failover = fc.record({
    ends: fc.array(fc.integer({ min: 0, max: 4_000 }), { minLength: 6, maxLength: 6 }),
    reached: fc.integer({ min: 0, max: 6 }),
    deeds: fc.array(
      fc.tuple(
        fc.constantFrom("west", "central"),
        fc.constantFrom("stop", "stop-receiving", "promote", "follow"),
        fc.tuple(fc.integer({ min: -2_000, max: 6_000 }), fc.integer({ min: 0, max: 6_000 })),
      ),
      { maxLength: 4 },
    ),
  });

  it("keeps each span within its parent, whatever the order in which phases ended and deeds were done", () => {
    fc.assert(
      fc.property(failover, ({ ends, reached, deeds: told }) => {
        const names = Object.keys(phaseEndsMs);
        const endsMs = Object.fromEntries(names.slice(0, reached).map((name, at) => [name, ends[at] ?? 0]));
        const done = told.map(([region, deed, [from, took]], at) =>
          deedOf(region, deed, [from, from + took, { ticket: at + 1 }]),
        );
        const epochAfter = reached === 6 ? 3 : null;
        const traces = tracesIn(drillEvidence({ epochAfter }, { endsMs, deeds: done }), sha256);
        return traces.every((trace) => misplaced(trace).length === 0);
      }),
    );
  });

  it("is the same whatever the order in which logs are read", () => {
    const logs = drillEvidence({}, { deeds });
    expect(tracesIn(logs.toReversed(), sha256)).toEqual(tracesIn(logs, sha256));
  });
});
