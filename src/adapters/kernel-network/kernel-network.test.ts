import { describe, expect, it } from "vitest";
import { entered, makingOf, ownNames } from "./namespaces.ts";
import { type Drop, rulesScript } from "./rules.ts";

describe("namespaces that are to be made", () => {
  const making = makingOf({
    prefix: "lab-7",
    places: [{ name: "east", addresses: ["198.18.0.1", "198.18.0.9"] }],
  }).map((args) => args.join(" "));

  it("have a bridge in one of their own, and a wire to it each", () => {
    expect(making).toEqual([
      "netns add lab-7-bridge",
      "-n lab-7-bridge link add bridge0 type bridge",
      "-n lab-7-bridge link set bridge0 up",
      "netns add lab-7-east",
      "-n lab-7-east link set lo up",
      "-n lab-7-bridge link add east type veth peer name eth0 netns lab-7-east",
      "-n lab-7-bridge link set east master bridge0 up",
      "-n lab-7-east address add 198.18.0.1/24 dev eth0",
      "-n lab-7-east address add 198.18.0.9/24 dev eth0",
      "-n lab-7-east link set eth0 up",
    ]);
  });

  it("add nothing to the host's own network", () => {
    expect(making.filter((line) => !/^(netns add lab-7-|-n lab-7-)/.test(line))).toEqual([]);
  });

  it("are known by their prefix, and no longer one is taken for it", () => {
    expect(ownNames("lab-7", ["lab-7-east", "lab-77-east", "lab-7", "east"])).toEqual(["lab-7-east"]);
  });

  it("are entered by what becomes the command itself", () => {
    expect(entered("lab-7-east", { command: "etcd", args: ["--name", "a"] })).toEqual({
      command: "nsenter",
      args: ["--net=/run/netns/lab-7-east", "--", "etcd", "--name", "a"],
    });
  });
});

function linesOf(drops: readonly Drop[], spared: readonly string[] = []): readonly string[] {
  return rulesScript({ spared, drops })
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

const begins = ["table inet holdfast", "delete table inet holdfast", "table inet holdfast {"];
const arriving = [
  "chain arriving {",
  "type filter hook input priority -10; policy accept;",
  'iifname "lo" accept',
];
const leaving = [
  "chain leaving {",
  "type filter hook output priority -10; policy accept;",
  'oifname "lo" accept',
];

describe("rules for packets", () => {
  it("replace those that were there, and drop nothing when there are none", () => {
    expect(linesOf([])).toEqual([...begins, ...arriving, "}", ...leaving, "}", "}"]);
  });

  it("spare an address before they drop anything", () => {
    const spared = linesOf([{ way: "in", packets: { kind: "all" } }], ["198.18.0.5"]);
    expect(spared).toEqual([
      ...begins,
      ...[...arriving, "ip saddr 198.18.0.5 accept", "drop", "}"],
      ...[...leaving, "ip daddr 198.18.0.5 accept", "}", "}"],
    ]);
  });

  it.each([
    [{ kind: "all" }, ["drop"]],
    [{ kind: "some", share: 0.2 }, ["numgen random mod 10000 < 2000 drop"]],
    [{ kind: "of-hosts", hosts: ["198.18.0.4"] }, ["ip daddr { 198.18.0.4 } drop"]],
    [
      { kind: "of-ports", ports: [2379, 2380] },
      ["tcp dport { 2379, 2380 } drop", "tcp sport { 2379, 2380 } drop"],
    ],
    [
      { kind: "of-hosts-but-ports", hosts: ["198.18.0.2", "198.18.0.3"], ports: [2379] },
      [
        "ip daddr { 198.18.0.2, 198.18.0.3 } tcp dport != { 2379 } tcp sport != { 2379 } drop",
        "ip daddr { 198.18.0.2, 198.18.0.3 } meta l4proto != tcp drop",
      ],
    ],
  ] as const)("drop packets that leave: %j", (packets, expected) => {
    expect(linesOf([{ way: "out", packets }])).toEqual([
      ...[...begins, ...arriving, "}"],
      ...[...leaving, ...expected, "}", "}"],
    ]);
  });
});
