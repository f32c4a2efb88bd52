import { describe, expect, it } from "vitest";
import {
  configurationIn,
  joined,
  type MemberView,
  memberViewIn,
  newestOf,
  type Told,
} from "./cluster-view.ts";

/** As Patroni 3.0.2 answers, of the first member in a cluster of two. */
const told: Told = {
  url: "http://10.2.0.5:8008",
  cluster: JSON.stringify({
    members: [
      {
        name: "west-1",
        role: "leader",
        state: "running",
        api_url: "http://10.2.0.5:8008/patroni",
        timeline: 3,
      },
      { name: "west-2", role: "replica", state: "running", api_url: "http://10.2.0.6:8008/patroni", lag: 17 },
    ],
  }),
  config: JSON.stringify({ ttl: 30, loop_wait: 10 }),
  own: JSON.stringify({ state: "running", role: "master", patroni: { version: "3.0.2", scope: "west" } }),
};

function viewOf(over: Partial<Record<"cluster" | "config" | "own", unknown>>, url = told.url): MemberView {
  const texts = Object.fromEntries(Object.entries(over).map(([key, value]) => [key, JSON.stringify(value)]));
  const view = memberViewIn({ ...told, ...texts, url });
  if (view === null) throw new Error("it is not read");
  return view;
}

const one = { name: "west-1", role: "leader", state: "running", api_url: "http://10.2.0.5:8008/patroni" };
const own = { state: "running", role: "replica", patroni: { scope: "west" } };

describe("what a member of a cluster under Patroni tells", () => {
  it("is who leads, who is how far behind, and what itself is", () => {
    expect(memberViewIn(told)).toEqual({
      url: "http://10.2.0.5:8008",
      scope: "west",
      members: [
        { name: "west-1", state: "running", lagBytes: null },
        { name: "west-2", state: "running", lagBytes: 17 },
      ],
      ...{ leader: "west-1", leaderUrl: "http://10.2.0.5:8008/patroni", ownRole: "primary" },
      ...{ isPaused: false, standby: null, kept: [] },
    });
  });

  it.each([
    ["standby_leader", "standby_leader", { leader: "west-1", ownRole: "standby" }],
    ["leader", "primary", { leader: "west-1", ownRole: "primary" }],
    ["replica", "replica", { leader: null, ownRole: null }],
    ["sync_standby", "replica", { leader: null, ownRole: null }],
  ])("is told with the role %s, and %s by its own word", (role, said, seen) => {
    expect(viewOf({ cluster: { members: [{ ...one, role }] }, own: { ...own, role: said } })).toMatchObject(
      seen,
    );
  });

  it("is nothing of its PostgreSQL while that does not run", () => {
    expect(viewOf({ own: { ...own, state: "starting", role: "master" } }).ownRole).toBeNull();
  });

  it("is that nobody knows how far a member is behind whose lag is unknown or none", () => {
    for (const lag of ["unknown", -3, 0.5, undefined])
      expect(
        viewOf({ cluster: { members: [{ ...one, role: "replica", lag }] } }).members[0]?.lagBytes,
      ).toBeNull();
  });

  it.each<[string, Partial<Told>]>([
    ["a page", { cluster: "<html></html>" }],
    ["half of it", { cluster: told.cluster.slice(0, 60) }],
    ["no list of members", { cluster: "{}" }],
    ["a name that moves the cursor", { cluster: '{"members": [{"name": "\\u001b[2Jx", "role": "leader"}]}' }],
    ["a configuration that is none", { config: "[]" }],
    ["no cluster's name", { own: '{"state": "running", "role": "master"}' }],
  ])("is not read when it is %s", (_, over) => {
    expect(memberViewIn({ ...told, ...over })).toBeNull();
  });
});

describe("Patroni's configuration", () => {
  const standbyIn = (config: unknown): unknown => configurationIn(JSON.stringify(config))?.standby;

  it("makes a standby of a cluster by a host, a port or an archive, and by nothing else", () => {
    for (const standby of [{ host: "10.1.0.5" }, { port: 5432 }, { restore_command: "cp /archive/%f %p" }])
      expect(standbyIn({ standby_cluster: standby })).toEqual(standby);
    for (const standby of [null, {}, { host: "" }, { create_replica_methods: ["basebackup"] }, "10.1.0.5"])
      expect(standbyIn({ standby_cluster: standby })).toBeNull();
  });

  it("keeps epochs, of which the highest is the newest whoever wrote what beside it", () => {
    const holdfast = {
      ...{ 9: "null", 41: '{"host":"10.1.0.5","port":5432}', 40: "never", 7: null },
      ...{ "-3": "null", "1e3": "null", epoch: 99, 99999999999999999999: "null" },
    };
    const kept = configurationIn(JSON.stringify({ holdfast }))?.kept ?? [];
    expect(kept).toEqual([
      { epoch: 9, standby: null },
      { epoch: 40, standby: "untold" },
      { epoch: 41, standby: { host: "10.1.0.5", port: 5432 } },
    ]);
    expect(newestOf(kept)?.epoch).toBe(41);
    expect(newestOf([])).toBeNull();
    expect(configurationIn('{"holdfast": 41}')?.kept).toEqual([]);
  });
});

describe("what members tell together", () => {
  const other = "http://10.2.0.6:8008";

  it("is believed of the leader from the leader itself, and from nobody else when it is asked", () => {
    const second = { ...one, name: "west-2", api_url: `${other}/patroni` };
    const cluster = { members: [{ ...one, role: "replica" }, second] };
    // Whoever led before does not know yet that it no longer does.
    const views = [
      viewOf({ cluster, own: { ...own, role: "master" } }),
      viewOf({ cluster, own: { ...own, role: "replica" } }, `${other}/`),
    ] as const;
    expect(joined([...views])).toMatchObject({ kind: "agreed", view: { leader: "west-2", leaderIs: null } });
    // Asked by other addresses than Patroni knows, anybody who says so is the leader.
    const elsewhere = viewOf({ cluster, own: { ...own, role: "master" } }, "http://api.west.example.com");
    expect(joined([elsewhere])).toMatchObject({ view: { leaderIs: "primary" } });
  });

  it("is nothing of a leader's PostgreSQL while nobody leads", () => {
    const cluster = { members: [{ ...one, role: "replica" }] };
    expect(joined([viewOf({ cluster, own: { ...own, role: "master" } })])).toMatchObject({
      view: { leader: null, leaderIs: null },
    });
  });

  it("is that of two leaders or of two clusters, and is told as that", () => {
    const led = (name: string, url: string): MemberView =>
      viewOf({ cluster: { members: [{ ...one, name }] } }, url);
    expect(joined([led("west-1", told.url), led("west-2", other)])).toEqual({
      kind: "disagree",
      told: "http://10.2.0.5:8008 sees as leader west-1; http://10.2.0.6:8008 sees as leader west-2",
    });
    const east = viewOf({ own: { ...own, patroni: { scope: "east" } } }, other);
    expect(joined([led("west-1", told.url), east])).toEqual({
      kind: "disagree",
      told: "http://10.2.0.5:8008 is of the cluster west; http://10.2.0.6:8008 is of the cluster east",
    });
  });

  it("is no disagreement when one sees nobody lead just now", () => {
    const blind = viewOf({ cluster: { members: [{ ...one, role: "replica" }] } });
    expect(joined([blind, viewOf({}, other)])).toMatchObject({ kind: "agreed", view: { leader: "west-1" } });
  });

  it("is configured as the member says that knows of the newest epoch", () => {
    const stale = viewOf({ config: { holdfast: { 40: "null" } } });
    const fresh = viewOf({ config: { holdfast: { 41: "null" }, standby_cluster: { host: "h" } } }, other);
    expect(joined([stale, fresh])).toMatchObject({
      view: { standby: { host: "h" }, kept: [{ epoch: 41 }] },
      told: { url: other },
    });
  });
});
