import { describe, expect, it } from "vitest";
import { anyOf, exampleSettings, position, reignOf, revision } from "../../../test/example-reigns.ts";
import type { LossEvidence } from "./detection.ts";
import { instantMs } from "../units/units.ts";
import type { RegionId } from "./member.ts";
import { fencingAfter, fencingBounded } from "./next-reign.ts";
import type { Order } from "./order.ts";
import type { RecordBody } from "./record.ts";
import type { Reign } from "./reign.ts";
import { replayed } from "./replay.ts";

const evidence: LossEvidence = {
  lost: "east",
  votes: [
    { from: "west", verdict: "refusing", ageMs: 10 },
    { from: "central", verdict: "silent", ageMs: 20 },
  ],
  streamsLost: ["west"],
  edge: "idle",
};

function record(more: Partial<RecordBody>): RecordBody {
  return {
    kind: "failover-intent",
    by: "west",
    under: { epoch: 10, revision: revision(10) },
    next: fencingAfter(reignOf(), null),
    evidence,
    order: null,
    milestones: [],
    deeds: [],
    fenced: [],
    because: "",
    ...more,
  };
}

const midway: Order = {
  id: "an order",
  kind: "failover",
  to: null,
  under: revision(10),
  during: "closing",
  by: "ada",
  validUntil: instantMs(0),
  refusedBecause: null,
};

const closing = reignOf({ phase: "closing", wanted: "west" });

describe("a record", () => {
  it("replays to the intent that its evidence justifies", () => {
    expect(replayed(record({}), reignOf(), exampleSettings)).toEqual(fencingAfter(reignOf(), null));
  });

  it.each<[string, Partial<LossEvidence>]>([
    ["fewer than a majority missed the region", { votes: evidence.votes.slice(1) }],
    [
      "a vote is that the region answers",
      { votes: [{ from: "west", verdict: "answering", ageMs: 1 }, ...evidence.votes.slice(1)] },
    ],
    ["no standby lost its stream", { streamsLost: [] }],
    ["clients were being answered", { edge: "answering" }],
    ["another region was missed", { lost: "west" }],
  ])("justifies no intent when %s", (_, change) => {
    expect(replayed(record({ evidence: { ...evidence, ...change } }), reignOf(), exampleSettings)).toBeNull();
  });

  it("justifies an intent without evidence only while somebody who was chosen is waited for", () => {
    const again = record({ evidence: null });
    expect(replayed(again, reignOf(), exampleSettings)).toBeNull();
    expect(replayed(again, reignOf({ phase: "promoting" }), exampleSettings)?.phase).toBe("fencing");
  });

  it("replays to the choice of the fenced standby that holds the most", () => {
    const fenced = [
      { region: "west", position: position(100) },
      { region: "central", position: position(160) },
    ];
    const choice = replayed(record({ kind: "failover-fenced", fenced }), reignOf(), exampleSettings);
    expect(choice).toMatchObject({ active: "central", guards: [anyOf(1, "west")], floor: position(160) });
  });

  it("replays to what is to be held where commits are asynchronous, and to nothing more where they are not", () => {
    const asynchronous = reignOf({ guards: [anyOf(0, "west", "central")] });
    const bounded = record({ next: fencingBounded(asynchronous, position(90)) });
    expect(replayed(bounded, asynchronous, exampleSettings)?.floor).toEqual(position(90));
    expect(replayed(bounded, reignOf(), exampleSettings)?.floor).toBeNull();
  });

  it("replays to what the chosen one may lack", () => {
    const mayLack = { kind: "unknown" } as const;
    const fenced = [{ region: "west", position: position(100) }];
    const next = { ...fencingAfter(reignOf(), null), mayLack };
    const choice = replayed(record({ kind: "failover-fenced", fenced, next }), reignOf(), exampleSettings);
    expect(choice?.mayLack).toEqual(mayLack);
  });

  it.each<[string, Order | null, RegionId]>([
    ["the region ended by itself", null, "west"],
    ["a person waits no longer", midway, "west"],
    ["a person wants another now", { ...midway, to: "central" }, "central"],
  ])("replays to the fence after a shutdown: %s", (_, order, wanted) => {
    const closed = record({ kind: "switchover-closed", order });
    expect(replayed(closed, closing, exampleSettings)).toMatchObject({ phase: "fencing", wanted });
  });

  it.each<[string, Order | null, Reign]>([
    ["an order for another reign", { ...midway, under: revision(9) }, closing],
    ["an order of another kind", { ...midway, kind: "abort" }, closing],
    ["a region that was not being shut down", null, reignOf()],
  ])("justifies no fence after a shutdown: %s", (_, order, reign) => {
    expect(replayed(record({ kind: "switchover-closed", order }), reign, exampleSettings)).toBeNull();
  });
});
