import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  exampleSettings,
  observationOf,
  position,
  primary,
  reportOf,
  revision,
  seenAt,
  standby,
  streaming,
  streamless,
} from "../../../test/example-reigns.ts";
import { milliseconds, monotonicMs } from "../units/units.ts";
import { judgeLoss, type Judgement, type Received, type Surroundings } from "./detection.ts";
import type { RegionId } from "./member.ts";
import type { MemberReport, Observation } from "./message.ts";
import { type FailoverSettings, majorityOf } from "./settings.ts";
import type { Verdict } from "./vantage.ts";

const now = monotonicMs(50_000);
const { silentAfterMs, freshMs, streamSilentAfterMs } = exampleSettings.timing;
const seen = seenAt(12);

interface Told {
  readonly observations?: readonly Observation[];
  readonly reports?: readonly MemberReport[];
  readonly edge?: NonNullable<Surroundings["edge"]>["told"] | null;
}

/** Everybody misses east: two controllers find it refusing, both standbys lost its stream, and the edge is refused. */
const lost = {
  observations: [observationOf("west", "refusing"), observationOf("central", "silent")],
  reports: [reportOf("west", streamless("east")), reportOf("central", streamless("east"))],
  edge: "refusing",
} as const;

/** What was told, all of it heard `ageMs` ago. */
function around({ observations, reports, edge }: Told, ageMs = 0): Surroundings {
  const at = monotonicMs(now - ageMs);
  const heard = <Message extends { readonly from: RegionId }>(
    messages: readonly Message[] = [],
  ): Map<RegionId, Received<Message>> => new Map(messages.map((told) => [told.from, { told, at }]));
  return {
    observations: heard(observations),
    reports: heard(reports),
    edge: edge === undefined || edge === null ? null : { told: edge, at },
    edgeAskedAt: monotonicMs(now - silentAfterMs),
  };
}

function judge(told: Told, settings: FailoverSettings = exampleSettings): Judgement {
  return judgeLoss(seen, around(told), { settings, now });
}

function becauseOf(judgement: Judgement): string {
  return judgement.kind === "lost" ? "it is lost" : judgement.because;
}

describe("a region", () => {
  it("is lost when vantage points, standbys and clients all miss it, and the evidence names each of them", () => {
    expect(judge(lost)).toEqual({
      kind: "lost",
      evidence: {
        lost: "east",
        votes: [
          { from: "west", verdict: "refusing", ageMs: 0 },
          { from: "central", verdict: "silent", ageMs: 0 },
        ],
        streamsLost: ["west", "central"],
        edge: "refusing",
      },
    });
  });

  it.each(["silent", "idle", null] as const)(
    "can be lost while the edge has nothing good to say of it: %s",
    (edge) => {
      expect(judge({ ...lost, edge }).kind).toBe("lost");
    },
  );

  it("is not lost while clients are being answered through the edge, whatever controllers and standbys say", () => {
    expect(becauseOf(judge({ ...lost, edge: "answering" }))).toMatch(/clients are being answered/);
  });

  it("is not lost while one standby still hears it, though the other has lost it", () => {
    const reports = [reportOf("west", streamless("east")), reportOf("central", streaming("east"))];
    expect(becauseOf(judge({ ...lost, reports }))).toBe("the standby in central still hears it");
  });

  it("is not lost while no standby says that it has lost its stream", () => {
    expect(becauseOf(judge({ ...lost, reports: [] }))).toMatch(/no standby says/);
  });

  it("is not lost by one vantage point alone", () => {
    const observations = [observationOf("west", "refusing")];
    expect(becauseOf(judge({ ...lost, observations }))).toBe("1 of 3 vantage points miss it, 2 are needed");
  });

  it("is missed by a stream once it has been quiet for the span of silence, and not before", () => {
    const quiet = (silentFor: number): MemberReport[] => [
      reportOf("west", standby("east", { at: position(1), silentFor: milliseconds(silentFor) })),
    ];
    expect(judge({ ...lost, reports: quiet(streamSilentAfterMs) }).kind).toBe("lost");
    expect(judge({ ...lost, reports: quiet(streamSilentAfterMs - 1) }).kind).toBe("not-lost");
  });

  it.each([
    ["that follows another region", streamless("central")],
    ["that was fenced", streamless(null)],
    ["that is a primary itself", primary(null)],
    ["that is down", { kind: "down", holds: "standby", closedAt: null }],
  ] as const)("is not witnessed by a member %s", (_, status) => {
    expect(judge({ ...lost, reports: [reportOf("west", status)] }).kind).toBe("not-lost");
  });
});

describe("a witness", () => {
  it.each(["observations", "reports"] as const)(
    "that has said nothing for too long says nothing: %s",
    (which) => {
      const stale = around(lost, freshMs + 1)[which];
      const surroundings = { ...around(lost), [which]: stale };
      expect(judgeLoss(seen, surroundings, { settings: exampleSettings, now }).kind).toBe("not-lost");
    },
  );

  it("is heard up to the last millisecond of freshness", () => {
    expect(judgeLoss(seen, around(lost, freshMs), { settings: exampleSettings, now }).kind).toBe("lost");
  });

  it("that is the edge must have had the time to answer", () => {
    for (const edgeAskedAt of [null, monotonicMs(now - silentAfterMs + 1)]) {
      const surroundings = { ...around({ ...lost, edge: null }), edgeAskedAt };
      expect(becauseOf(judgeLoss(seen, surroundings, { settings: exampleSettings, now }))).toBe(
        "the edge has not had the time to answer",
      );
    }
  });

  it("that saw clients answered long ago no longer stands in the way", () => {
    const edge = around({ edge: "answering" }, freshMs + 1).edge;
    const judgement = judgeLoss(seen, { ...around(lost), edge }, { settings: exampleSettings, now });
    expect(judgement).toMatchObject({ kind: "lost", evidence: { edge: "unheard" } });
  });

  it.each([
    ["another region", { about: "west" }],
    ["an older epoch", { epoch: revision(9) }],
    ["a newer epoch", { epoch: revision(11) }],
  ])("that speaks of %s is not counted", (_, more) => {
    const observations = [observationOf("west", "refusing", more), observationOf("central", "silent")];
    expect(judge({ ...lost, observations }).kind).toBe("not-lost");
  });
});

describe("a quorum of vantage points", () => {
  const verdicts = fc.constantFrom<Verdict[]>("answering", "refusing", "silent", "unsure");

  it("is a majority of all controllers there are, not of those that were heard", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 9 }), fc.array(verdicts, { maxLength: 9 }), (count, said) => {
        const regions = ["east", ...Array.from({ length: count - 1 }, (_, index) => `region-${index}`)];
        const observations = said
          .slice(0, count)
          .map((verdict, index) => observationOf(regions[index] ?? "", verdict));
        const missing = observations.filter(({ verdict }) => verdict === "refusing" || verdict === "silent");
        const reports = [reportOf("region-0", streamless("east"))];
        const { kind } = judge({ observations, reports, edge: "silent" }, { ...exampleSettings, regions });
        return (kind === "lost") === missing.length >= majorityOf(count);
      }),
    );
  });

  it("is more than half, so that two of them always share a voter", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1_000 }), (count) => 2 * majorityOf(count) > count));
  });
});
