import { describe, expect, it } from "vitest";
import type { MemberStatus } from "../src/core/failover/member.ts";
import type { Reign } from "../src/core/failover/reign.ts";
import type { RegionFault } from "../src/runtime/lab.ts";
import { wholeCut } from "../src/runtime/network-harm.ts";
import { instantMs } from "../src/core/units/units.ts";
import { labStatusOf, type SeenLab } from "./status.ts";
import { labRegions } from "./topology.ts";

const reign: Reign = {
  epoch: 7 as Reign["epoch"],
  phase: "steady",
  active: "east",
  guards: [{ members: ["west", "central"], confirmations: 1 }],
  branch: null,
  floor: null,
  wanted: null,
  mayLack: null,
  settledAt: instantMs(1),
  automation: "armed",
  armedUntil: null,
};

const position = { timeline: 1, lsn: 1 } as Extract<MemberStatus, { kind: "primary" }>["position"];
const primary: MemberStatus = { kind: "primary", position, syncSet: null, standbys: [] };
const standby = {
  kind: "standby",
  position,
  upstream: "east",
  receiver: { kind: "streaming", silentFor: 0 },
} as MemberStatus;
const processes = (["postgres", "inference", "agent", "controller"] as const).map((name, index) => ({
  name,
  pid: 100 + index,
}));

/** A whole lab in which `faults` were injected a moment ago: the last that was heard of each region is still as it was before. */
function seen(faults: Readonly<Record<string, readonly RegionFault[]>> = {}): SeenLab {
  const report = (from: string) =>
    ({
      kind: "member-report",
      from,
      status: from === "east" ? primary : standby,
      seen: 7,
      fencedUnder: null,
      sequence: 1,
      incarnation: 1,
    }) as never;
  return {
    reign,
    heldBecause: null,
    unwritten: null,
    reports: new Map(labRegions.map((region) => [region, report(region)])),
    controllers: new Set(labRegions),
    edge: { postgresUrl: "", httpUrl: "", dashboardUrl: "" },
    coordination: { kind: "built-in", isAnswering: true, voters: [], access: null, notBelieved: null },
    metrics: { targets: [], prometheusUrl: null, alertmanagerUrl: null },
    edgeEpoch: 7,
    processes: new Map(
      labRegions.map((region) => [region, faults[region]?.includes("killed") === true ? [] : processes]),
    ),
    faults: new Map(Object.entries(faults)),
    network: new Map(
      Object.entries(faults).map(([region, all]) => [region, all.includes("partitioned") ? [wholeCut] : []]),
    ),
  };
}

const killed = ["killed"] as const;

describe("the status of a lab", () => {
  it("is ready, and nothing stands in the way, when every part stands", () => {
    const status = labStatusOf(seen());
    expect(status).toMatchObject({ state: "ready", blockedBy: null });
    expect(status.regions.map(({ role, faults }) => [role, faults])).toEqual([
      ["primary", []],
      ["synchronous-standby", []],
      ["synchronous-standby", []],
    ]);
  });

  it("takes no region that was killed for what it said last", () => {
    const status = labStatusOf(seen({ east: killed, west: killed, central: killed }));
    expect(status.regions.map(({ role, faults }) => [role, faults])).toEqual(
      labRegions.map(() => ["down", ["killed"]]),
    );
    expect(status).toMatchObject({
      state: "failing-over",
      blockedBy: "no quorum of controllers, 0 of 3 answer",
    });
  });

  it.each([
    ["frozen", "down"],
    ["partitioned", "primary"],
  ] as const)("says that nobody serves while the region that should is %s", (fault, role) => {
    const status = labStatusOf(seen({ east: [fault] }));
    expect(status.regions[0]).toMatchObject({ role, faults: [fault] });
    expect(status).toMatchObject({ state: "failing-over", blockedBy: "the loss of east is being judged" });
  });

  it("says where commits are asynchronous that a person may have to decide, and what the last failover may have lost", () => {
    const mayLack = { kind: "unknown" } as const;
    const lossy = { ...reign, mayLack, guards: [{ members: ["west"], confirmations: 0 }] as const };
    const status = labStatusOf({ ...seen({ east: ["frozen"] }), reign: lossy });
    expect(status.blockedBy).toContain("a person decides: `holdfast failover run --ungraceful`");
    expect(status.mayLack).toEqual(mayLack);
  });

  it.each<[string, Partial<SeenLab>, string]>([
    ["the edge is gone", { edgeEpoch: null }, "the edge does not answer; restoring any region starts it"],
    [
      "the edge is gone, and the lab has never failed over",
      { edgeEpoch: null, reign: { ...reign, settledAt: null } },
      "the edge does not answer; restoring any region starts it",
    ],
    [
      "a failover is on its way",
      { reign: { ...reign, phase: "fencing" } },
      "a failover is under way: fencing",
    ],
    [
      "no decision can be written down, be it the first or a later one",
      {
        reign: { ...reign, phase: "fencing" },
        unwritten: "a decision could not be written down: no space is left (ENOSPC)",
      },
      "a decision could not be written down: no space is left (ENOSPC)",
    ],
    ["the edge has yet to obey", { edgeEpoch: 6 }, "the edge does not yet send clients to east"],
    [
      "it has never served",
      { reign: { ...reign, settledAt: null }, reports: new Map() },
      "the lab is starting",
    ],
  ])("says what stands in the way when %s", (_when, part, blockedBy) => {
    expect(labStatusOf({ ...seen(), ...part }).blockedBy).toBe(blockedBy);
  });

  it("says that writes wait when no standby is left to confirm them", () => {
    const blockedBy = "writes to east wait, for no standby is there to confirm them";
    const alone = { west: killed, central: ["partitioned"] as const };
    expect(labStatusOf(seen(alone))).toMatchObject({ state: "failing-over", blockedBy });
    const asynchronous = { ...reign, guards: [{ members: [], confirmations: 0 }] as const };
    expect(labStatusOf({ ...seen(alone), reign: asynchronous })).toMatchObject({
      state: "degraded",
      blockedBy: null,
    });
    expect(labStatusOf(seen({ west: killed }))).toMatchObject({ state: "degraded", blockedBy: null });
  });

  it("serves on, degraded, while its store lacks a voter or does not answer, and fails over by nothing then", () => {
    const voters = [1, 2, 3].map((at) => ({ name: `voter-${at}`, url: "", pid: at === 2 ? null : at }));
    const none = { access: null, notBelieved: null };
    const voterless = { kind: "etcd", isAnswering: true, voters, ...none } as const;
    expect(labStatusOf({ ...seen(), coordination: voterless })).toMatchObject({
      state: "degraded",
      blockedBy: null,
    });
    const silent = { ...voterless, isAnswering: false };
    expect(labStatusOf({ ...seen(), coordination: silent })).toMatchObject({
      state: "degraded",
      blockedBy: null,
    });
    expect(labStatusOf({ ...seen({ east: killed }), coordination: silent })).toMatchObject({
      state: "failing-over",
      blockedBy: "the coordination store does not answer",
    });
  });

  it("says that no failover begins by itself where automation is held", () => {
    const held = { ...seen({ east: killed }), reign: { ...reign, automation: "held" as const } };
    const because = "no fresh drill proves it";
    const status = labStatusOf({ ...held, heldBecause: because });
    expect(status.blockedBy).toBe("automatic failover is held, and waits for a person");
    expect(status).toMatchObject({ heldBecause: because, awaitsWord: true });
    expect(labStatusOf({ ...held, edgeEpoch: null }).awaitsWord).toBe(false);
    expect(labStatusOf({ ...seen(), reign: held.reign }).awaitsWord).toBe(false);
  });

  it("says that only a person hands over from a region that clients alone do not reach", () => {
    const only = {
      ...seen({ east: ["partly-partitioned"] }),
      network: new Map([["east", [{ kind: "cut", direction: "both", from: "clients" } as const]]]),
    };
    expect(labStatusOf(only)).toMatchObject({
      state: "failing-over",
      blockedBy: expect.stringMatching(/^clients do not reach east, and its standbys do, /) as string,
    });
    const more = {
      ...only,
      network: new Map([
        [
          "east",
          [
            { kind: "cut", direction: "in", from: "clients" } as const,
            { kind: "cut", direction: "in", from: "peers" } as const,
          ],
        ],
      ]),
    };
    expect(labStatusOf(more).blockedBy).toBe("the loss of east is being judged");
  });

  it("says that nobody is left to take over", () => {
    const controllersOnly = processes.filter(({ name }) => name !== "postgres");
    const lab = seen({ east: killed });
    const status = labStatusOf({
      ...lab,
      processes: new Map(labRegions.map((region) => [region, region === "east" ? [] : controllersOnly])),
    });
    expect(status.blockedBy).toBe("no other region holds data that follows");
  });
});
