import { describe, expect, it } from "vitest";
import type { ProxyServerWish, ProxyWish } from "../../core/model/wishes.ts";
import { commandsFor, matched, servingAfter, steadily, type Wished } from "./backend-change.ts";
import { backendIn, type ServerState } from "./backend-state.ts";

/** What HAProxy 2.6 answers, shortened to fewer columns; `west` began in maintenance and was made ready. */
const answered = `1
# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight
3 app 1 east 127.0.0.1 2 8 1 1
3 app 2 west 127.0.0.1 2 4 100 1
3 app 3 north 127.0.0.1 0 5 1 1
3 app 4 south 127.0.0.1 0 0 1 1

# pxname,svname,qcur,qmax,scur,smax
app,east,0,0,3,9,
app,west,0,0,0,0,
app,north,0,0,1,1,
app,south,0,0,0,0,

`;

const server = (name: string, over: Partial<ServerState> = {}): ServerState => ({
  ...{ name, state: "ready", weight: 1, isDown: false, sessions: 0 },
  ...over,
});

const found = [
  server("east", { state: "drain", sessions: 3 }),
  server("west", { weight: 100 }),
  server("north", { state: "maint", sessions: 1 }),
  server("south", { isDown: true }),
];

describe("what HAProxy tells of a backend", () => {
  it("is read by the names of its columns", () => {
    expect(backendIn(answered, "app")).toEqual(found);
    const moved = answered.replaceAll(/^(# be_id|3) (.*)$/gm, "$1 $2 0").replaceAll("# be_id", "# be_id new");
    expect(backendIn(moved.replaceAll(/^3 app/gm, "3 new app"), "app")).toEqual(found);
  });

  it.each([
    ["an address that cannot be found", 32, "maint"],
    ["a server that is tracked, in maintenance", 2, "maint"],
    ["a server that is tracked, draining", 16, "drain"],
    ["both", 9, "maint"],
  ])("tells that a server takes nothing for %s", (_, bits, state) => {
    const text = answered.replace("127.0.0.1 2 8 1", `127.0.0.1 2 ${bits} 1`);
    expect(backendIn(text, "app")?.[0]?.state).toBe(state);
  });

  it("is not read when any of it is missing", () => {
    for (let length = 0; length < answered.length; length += 1)
      expect(backendIn(answered.slice(0, length), "app")).toBe(null);
    expect(backendIn(answered.replace("app,west", "app,best"), "app")).toBe(null);
    expect(backendIn(answered.replace("srv_uweight", "srv_weight"), "app")).toBe(null);
  });
});

const wishOf = (servers: ProxyWish["servers"]): ProxyWish => ({
  ...{ socket: { kind: "unix", path: "socket" }, backend: "app", servers },
  ...{ lastPlace: "stays", epochFile: "epoch" },
});

function wishedOf(servers: ProxyWish["servers"]): readonly Wished[] {
  const match = matched(wishOf(servers), found);
  return match.kind === "matched" ? match.wished : [];
}

const cut: ProxyServerWish = { state: "maint", weight: null, sessions: "cut" };

describe("what HAProxy is told", () => {
  it("makes ready before anything is taken out, and cuts last", () => {
    const wished = wishedOf({
      ...{ east: cut, west: { state: "drain", weight: 100 } },
      north: { state: "ready", weight: 5 },
    });
    expect(commandsFor("app", wished)).toEqual([
      "set server app/north weight 5",
      "set server app/north state ready",
      "set server app/west state drain",
      "set server app/east state maint",
      "shutdown sessions server app/east",
    ]);
  });

  it("is nothing for what is as wished", () => {
    const kept = { ...cut, sessions: "keep" } as const;
    expect(commandsFor("app", wishedOf({ east: { state: "drain", weight: 1 }, north: kept }))).toEqual([]);
  });

  it("cuts what goes on in maintenance", () => {
    expect(commandsFor("app", wishedOf({ north: cut }))).toEqual(["shutdown sessions server app/north"]);
  });
});

describe("what stays as it is while clients come and go", () => {
  it("leaves out how many sessions a server has that takes new ones, and not whether one is left that takes none", () => {
    expect(steadily("app", wishedOf({ east: cut, north: cut })).steady).toEqual({
      "app/east": "drain, weight 1",
      "app/north": "maint, weight 1, sessions left",
    });
    expect(steadily("app", wishedOf({ east: { state: "drain", weight: null } }))).toEqual({});
  });
});

describe("who would serve", () => {
  it.each<readonly [readonly string[], ProxyWish["servers"]]>([
    [["west"], {}],
    [[], { west: cut }],
    [["west", "north"], { north: { state: "ready", weight: null } }],
    [["west"], { north: { state: "ready", weight: 0 } }],
    [[], { west: { state: "ready", weight: 0 } }],
    [["west"], { south: { state: "ready", weight: 10 } }],
    [["east", "west"], { east: { state: "ready", weight: null } }],
  ])("is %j after %j", (names, servers) => {
    expect(servingAfter(found, wishOf(servers))).toEqual(names);
  });
});
