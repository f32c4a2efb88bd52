import { describe, expect, it } from "vitest";
import { anyOf, exampleSettings, position, primary, revision, seenAt } from "../../../test/example-reigns.ts";
import { GuardRehearsal } from "../../../test/guard-rehearsal.ts";
import type { MemberStatus } from "./member.ts";

const { timing } = exampleSettings;
const both = anyOf(1, "west", "central");

const closing = seenAt(20, { epoch: revision(20), phase: "closing", wanted: "west" });
const westServes = seenAt(23, {
  epoch: revision(20),
  active: "west",
  guards: [anyOf(1, "central")],
  branch: position(160),
});

function closedAt(lsn: number): MemberStatus {
  return { kind: "down", holds: "primary", closedAt: position(lsn) };
}

function serving(): GuardRehearsal {
  const east = new GuardRehearsal("east", { member: primary(both), store: seenAt(12) });
  east.obey(seenAt(12));
  east.pass(timing.tickMs);
  east.end("done");
  east.pass(timing.heartbeatMs);
  return east;
}

describe("an agent whose region hands over", () => {
  it("shuts its member down in order, once the reign is on disk", () => {
    const east = serving();
    east.isDiskThere = false;
    expect(east.obey(closing)).toEqual([]);
    east.isDiskThere = true;
    expect(east.pass(2 * timing.tickMs)).toEqual([{ kind: "shut-down" }]);
  });

  it("calls it off, and stops the member at once, when the right to serve has run out on the way", () => {
    const east = serving();
    expect(east.obey(closing)).toEqual([{ kind: "shut-down" }]);
    east.store = null;
    expect(east.pass(timing.servingLeaseMs + 3 * timing.tickMs)).toEqual([{ kind: "abort" }]);
    expect([...east.end("failed"), ...east.pass(2 * timing.tickMs)]).toEqual([{ kind: "stop" }]);
  });

  it("goes on following while another region is shut down", () => {
    const west = new GuardRehearsal("west", {
      member: { kind: "standby", position: position(100), upstream: "east", receiver: { kind: "stopped" } },
      store: closing,
    });
    expect(west.obey(closing)).toEqual([]);
  });
});

describe("an agent whose member was shut down in order", () => {
  it.each<[string, number, string]>([
    ["starts it as a standby of nobody where its end lies before the branch", 150, "start"],
    ["copies the data anew where it does not", 161, "reseed"],
  ])("%s", (_, end, deed) => {
    const east = new GuardRehearsal("east", { member: closedAt(end), store: westServes });
    const [first] = [...east.obey(westServes), ...east.pass(2 * timing.tickMs)];
    expect(first?.kind).toBe(deed);
  });

  it("waits until the new primary serves, so as not to slow it down", () => {
    const promoting = seenAt(22, { ...westServes.reign, phase: "promoting" });
    const east = new GuardRehearsal("east", { member: closedAt(150), store: promoting });
    expect([...east.obey(promoting), ...east.pass(500)]).toEqual([]);
  });
});
