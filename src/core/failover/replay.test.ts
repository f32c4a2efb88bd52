import { describe, expect, it } from "vitest";
import { anyOf, exampleSettings, position, reignOf, revision } from "../../../test/example-reigns.ts";
import type { LossEvidence } from "./detection.ts";
import { fencingAfter } from "./next-reign.ts";
import type { RecordBody } from "./record.ts";
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
});
