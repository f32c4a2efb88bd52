import { describe, expect, it } from "vitest";
import { anyOf, position, primary, seenAt, standby, streamless } from "../../../test/example-reigns.ts";
import { GuardRehearsal } from "../../../test/guard-rehearsal.ts";
import type { MemberStatus } from "../failover/member.ts";
import { later, milliseconds } from "../units/units.ts";
import { metricsText } from "./exposition.ts";
import { agentSamples } from "./of-agent.ts";

/** What an agent of east tells a while after it has looked at its member; what is 0 of several states is left out. */
function told(
  member: MemberStatus,
  more: { readonly active?: string; readonly afterMs?: number } = {},
): readonly string[] {
  const agent = new GuardRehearsal("east", { member, store: seenAt(12, { active: more.active ?? "east" }) });
  agent.pass(300);
  const now = later(agent.state.clock.now, milliseconds(more.afterMs ?? 0));
  return metricsText(agentSamples(agent.state, now))
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#") && !/\{state=.*\} 0$/.test(line));
}

const behind: MemberStatus = {
  ...(primary(anyOf(1, "west", "central")) as Extract<MemberStatus, { kind: "primary" }>),
  position: position(5_000, 3),
  standbys: [
    { region: "west", isStreaming: true, isSynchronous: true, flushed: position(4_000).lsn },
    { region: "central", isStreaming: true, isSynchronous: true, flushed: position(5_001).lsn },
  ],
};

describe("the metrics of an agent", () => {
  it("tell of a primary how far each standby is behind, and never by less than nothing", () => {
    expect(told(behind)).toEqual([
      "holdfast_epoch 10",
      'holdfast_member_state{state="primary"} 1',
      "holdfast_member_log_position_bytes 5000",
      "holdfast_member_timeline 3",
      'holdfast_replication_lag_bytes{region="west"} 1000',
      'holdfast_replication_lag_bytes{region="central"} 0',
      "holdfast_serving_right_seconds 5",
    ]);
  });

  it("tell that a right to serve runs out, and has run out", () => {
    const rightAfter = (afterMs: number): number =>
      Number(/holdfast_serving_right_seconds ([\d.]+)/.exec(told(behind, { afterMs }).join())?.[1]);
    expect(rightAfter(1_000)).toBeCloseTo(rightAfter(0) - 1, 6);
    expect(rightAfter(60_000)).toBe(0);
  });

  it("tell of a standby how long its stream has been quiet, where it has one", () => {
    const quiet = standby("west", { at: position(70), silentFor: milliseconds(250) });
    expect(told(quiet, { active: "west" })).toEqual([
      "holdfast_epoch 10",
      'holdfast_member_state{state="standby"} 1',
      "holdfast_member_log_position_bytes 70",
      "holdfast_member_timeline 1",
      "holdfast_replication_silent_seconds 0.25",
    ]);
    expect(told(streamless("west"), { active: "west" }).join()).not.toContain("silent");
  });

  it("tell of a member that is down nothing but that", () => {
    expect(told({ kind: "down", holds: "nothing", closedAt: null }, { active: "west" })).toEqual([
      "holdfast_epoch 10",
      'holdfast_member_state{state="down"} 1',
    ]);
  });
});
