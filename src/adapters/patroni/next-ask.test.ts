import { describe, expect, it } from "vitest";
import type { PatroniState } from "../../core/model/patroni-wish.ts";
import type { ClusterView } from "./cluster-view.ts";
import { type Ask, nextAsk, patchBack } from "./next-ask.ts";
import { nowSettings, wantedSettings } from "./shown-settings.ts";

const followed = { host: "10.1.0.5", port: 5432 };

const independent: ClusterView = {
  ...{ scope: "west", leader: "west-1", isPaused: false, standby: null, leaderIs: "primary" },
  kept: [{ epoch: 41, standby: null }],
  members: [
    { name: "west-1", state: "running", lagBytes: null },
    { name: "west-2", state: "streaming", lagBytes: 2_097_152 },
    { name: "west-3", state: "stopped", lagBytes: null },
  ],
};

const standby: ClusterView = {
  ...{ ...independent, standby: followed, leaderIs: "standby" },
  kept: [{ epoch: 41, standby: followed }],
};

const alone: PatroniState = { kind: "independent" };
const follows: PatroniState = { kind: "standby-of", ...followed, slot: null, restoreCommand: null };
const ledBySecond: PatroniState = { kind: "led-by", member: "west-2" };

function asked(view: ClusterView, shallBe: PatroniState, epoch = 41): Ask {
  return nextAsk(view, { members: ["http://10.2.0.5:8008"], shallBe, credentials: null }, epoch);
}

describe("what is asked of Patroni next", () => {
  it("is nothing once it is as wished under this epoch", () => {
    expect(asked(independent, alone)).toEqual({ kind: "done" });
    expect(asked(standby, follows)).toEqual({ kind: "done" });
    expect(asked({ ...independent, leader: "west-2" }, ledBySecond)).toEqual({ kind: "done" });
    expect(asked({ ...standby, leader: "west-2" }, ledBySecond)).toEqual({ kind: "done" });
  });

  it("is nothing when a newer attempt was there, whatever is wished for", () => {
    for (const shallBe of [alone, follows, ledBySecond])
      expect(asked(independent, shallBe, 40)).toEqual({ kind: "outdated", epoch: 41 });
  });

  it("is the epoch alone where all is as wished and the last epoch is older, which it replaces", () => {
    const kept = [
      { epoch: 7, standby: "untold" as const },
      { epoch: 41, standby: null },
    ];
    expect(asked({ ...independent, kept }, alone, 42)).toEqual({
      kind: "configure",
      patch: { holdfast: { 7: null, 41: null, 42: "null" } },
    });
  });

  it("is a promotion, in one with its epoch", () => {
    expect(asked(standby, alone, 42)).toEqual({
      kind: "configure",
      patch: { standby_cluster: null, holdfast: { 41: null, 42: "null" } },
    });
  });

  it("is to follow exactly whom the wish says, and whatever we have no name for stays", () => {
    const other = {
      ...{ host: "10.9.0.5", port: 5432, primary_slot_name: "old", restore_command: "fetch %f" },
      create_replica_methods: ["basebackup"],
    };
    const after = { create_replica_methods: ["basebackup"], host: "10.1.0.5", port: 5432 };
    expect(asked({ ...standby, standby: other }, follows, 41)).toEqual({
      kind: "configure",
      patch: {
        standby_cluster: { ...after, primary_slot_name: null, restore_command: null },
        holdfast: { 41: JSON.stringify(after) },
      },
    });
    const whole: PatroniState = { ...follows, slot: "west", restoreCommand: "fetch-wal %f %p" };
    expect(asked(independent, whole)).toMatchObject({
      patch: {
        standby_cluster: { ...followed, primary_slot_name: "west", restore_command: "fetch-wal %f %p" },
      },
    });
  });

  it("is nothing where the port is written as a text", () => {
    expect(asked({ ...standby, standby: { host: "10.1.0.5", port: "5432" } }, follows)).toEqual({
      kind: "done",
    });
  });

  it("is the epoch first, and then a switchover from whom was seen to lead", () => {
    expect(asked(independent, ledBySecond, 42)).toEqual({
      kind: "configure",
      patch: { holdfast: { 41: null, 42: "null" } },
    });
    expect(asked(independent, ledBySecond)).toEqual({
      ...{ kind: "switch-over", leader: "west-1", candidate: "west-2" },
    });
  });

  it("is to wait until somebody leads, and until the leader itself says what it is", () => {
    expect(asked({ ...independent, leader: null, leaderIs: null }, ledBySecond)).toEqual({
      ...{ kind: "wait", until: "somebody leads" },
    });
    // As soon as the configuration says so, Patroni tells the leader as one, and PostgreSQL is not yet promoted.
    expect(asked({ ...independent, leaderIs: "standby" }, alone)).toEqual({
      ...{ kind: "wait", until: "west-1 says that it takes writes" },
    });
    expect(asked({ ...standby, leaderIs: "primary" }, follows)).toEqual({
      ...{ kind: "wait", until: "west-1 says that it follows the primary elsewhere" },
    });
    expect(asked({ ...independent, leader: "west-2", leaderIs: null }, ledBySecond)).toMatchObject({
      kind: "wait",
    });
  });

  it("cannot be while it is paused, unless it is as wished", () => {
    for (const [view, shallBe] of [
      [standby, alone],
      [independent, follows],
      [independent, ledBySecond],
    ] as const)
      expect(asked({ ...view, isPaused: true }, shallBe)).toMatchObject({
        ...{ kind: "cannot", problem: { code: "patroni/paused" } },
      });
    expect(asked({ ...independent, isPaused: true }, alone)).toEqual({ kind: "done" });
  });

  it("cannot be for a member that is not there, before anything is changed", () => {
    expect(asked(independent, { kind: "led-by", member: "west-22" }, 42)).toMatchObject({
      kind: "cannot",
      problem: {
        code: "patroni/unknown-member",
        mend: 'did you mean "west-2"? its members are west-1, west-2, west-3',
      },
    });
  });
});

describe("what an attempt that was overtaken takes back", () => {
  it("is its own epoch, and whom the cluster follows where the newest wants something else", () => {
    const kept = [
      { epoch: 41, standby: null },
      { epoch: 42, standby: followed },
    ];
    expect(patchBack({ standby: null, kept }, 41)).toEqual({
      ...{ holdfast: { 41: null }, standby_cluster: followed },
    });
    expect(patchBack({ standby: { port: 5432, host: "10.1.0.5" }, kept }, 41)).toEqual({
      holdfast: { 41: null },
    });
    const promoted = [{ epoch: 42, standby: null }];
    expect(patchBack({ standby: followed, kept: promoted }, 41)).toEqual({
      ...{ holdfast: { 41: null }, standby_cluster: null },
    });
  });

  it("is its own epoch alone where nobody can tell what the newest wants", () => {
    const kept = [{ epoch: 42, standby: "untold" as const }];
    expect(patchBack({ standby: followed, kept }, 41)).toEqual({ holdfast: { 41: null } });
  });
});

describe("a cluster as people read it", () => {
  it("is what it is, who leads, and how far behind the others are", () => {
    expect(nowSettings(independent)).toEqual({
      "west is": "independent",
      "west is led by": "west-1",
      "west member west-2": "streaming, 2 MiB behind",
      "west member west-3": "stopped, nobody knows how far behind",
    });
    expect(nowSettings({ ...standby, leader: null, leaderIs: null, isPaused: true, members: [] })).toEqual({
      "west is": "a standby of 10.1.0.5:5432, not yet by its leader's own word, paused for maintenance",
      "west is led by": "nobody",
    });
    const archive = { restore_command: "fetch\u001b[2J %f" };
    expect(nowSettings({ ...standby, standby: archive })["west is"]).toBe(
      "a standby of an archive, archive by fetch\\u001b[2J %f",
    );
  });

  it("is what it is wished to be, by the same names", () => {
    expect(wantedSettings(independent, ledBySecond)).toEqual({ "west is led by": "west-2" });
    expect(wantedSettings(independent, alone)).toEqual({ "west is": "independent" });
    expect(wantedSettings(independent, { ...follows, slot: "west" })).toEqual({
      "west is": "a standby of 10.1.0.5:5432, slot west",
    });
    expect(wantedSettings(standby, follows)["west is"]).toBe(nowSettings(standby)["west is"]);
  });
});
