import { describe, expect, it } from "vitest";
import { reignOf, reportOf, revision, seenAt, streaming, streamless } from "../../../test/example-reigns.ts";
import { GuardRehearsal } from "../../../test/guard-rehearsal.ts";
import { milliseconds, monotonicMs } from "../units/units.ts";
import { type DeedSeen, withDeedTold } from "./deeds-seen.ts";
import type { DeedReport, MemberReport } from "./message.ts";

const intended = { epoch: revision(20) };
const done: DeedReport = {
  deed: "stop-receiving",
  under: revision(20),
  ticket: 3,
  isDone: true,
  took: milliseconds(120),
  age: milliseconds(30),
};

function told(
  lastDeed: DeedReport | null,
  more: Partial<MemberReport> = {},
): { told: MemberReport; at: ReturnType<typeof monotonicMs> } {
  return { told: reportOf("west", streamless(null), { lastDeed, ...more }), at: monotonicMs(5_000) };
}

describe("what agents did in a failover", () => {
  it("lies on the clock of whoever was told, by its age", () => {
    const [seen] = withDeedTold([], told(done), intended);
    expect(seen).toEqual({
      region: "west",
      deed: "stop-receiving",
      ticket: 3,
      incarnation: 1,
      underRevision: 20,
      isDone: true,
      fromMonotonicMs: 4_850,
      toMonotonicMs: 4_970,
    });
  });

  it("is told again and again, and counts once; a new life of an agent counts anew", () => {
    const once = withDeedTold([], told(done), intended);
    expect(withDeedTold(once, told({ ...done, age: milliseconds(900) }), intended)).toBe(once);
    expect(withDeedTold(once, told(done, { incarnation: 2 }), intended)).toHaveLength(2);
  });

  it("is not what they did before", () => {
    expect(withDeedTold([], told({ ...done, under: revision(19) }), intended)).toEqual([]);
    expect(withDeedTold([], told(null), intended)).toEqual([]);
  });

  it("is kept as far as it is new, where deeds fail again and again", () => {
    let seen: readonly DeedSeen[] = [];
    for (let ticket = 1; ticket <= 200; ticket += 1)
      seen = withDeedTold(seen, told({ ...done, ticket }), intended);
    expect(seen).toHaveLength(64);
    expect(seen.at(-1)?.ticket).toBe(200);
  });
});

describe("an agent", () => {
  it("tells of the deed that ended last, how long it took and how long ago it ended", () => {
    const west = new GuardRehearsal("west", { member: streaming("east"), store: seenAt(12) });
    west.obey(seenAt(12));
    west.pass(100);
    expect(west.reports.at(-1)?.lastDeed).toBeNull();
    expect(west.obey(seenAt(20, { ...reignOf(), epoch: revision(20), phase: "fencing" }))).toEqual([
      { kind: "stop-receiving" },
    ]);
    west.pass(200);
    west.end("done", streamless(null));
    west.pass(1_000);
    const { lastDeed } = west.reports.at(-1) ?? {};
    expect(lastDeed).toMatchObject({ deed: "stop-receiving", under: 20, isDone: true });
    expect(lastDeed?.took).toBeGreaterThanOrEqual(200);
    expect(lastDeed?.age).toBeGreaterThan(500);
  });
});
