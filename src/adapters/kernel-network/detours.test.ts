import { describe, expect, it } from "vitest";
import { type Detour, detoursScript, holding, joiningScript } from "./detours.ts";

function linesOf(detours: readonly Detour[]): readonly string[] {
  return detoursScript({ place: "east", host: "198.18.0.1", spared: ["198.18.0.5"], detours })
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

const none = ["table netdev holdfast_east", "delete table netdev holdfast_east"];

describe("detours of a place's packets", () => {
  it("are none, in place of those that were there, when none are wanted", () => {
    expect(linesOf([])).toEqual(none);
  });

  it("are taken by packets from the place and to it, once each, and not by what passes to a spared address", () => {
    const all = { kind: "all" } as const;
    expect(
      linesOf([
        { way: "out", packets: { kind: "of-hosts", hosts: ["198.18.0.4"] }, wire: "late1" },
        { way: "out", packets: all, wire: "late2" },
        { way: "in", packets: all, wire: "late2" },
      ]),
    ).toEqual([
      ...none,
      "table netdev holdfast_east {",
      "chain leaving {",
      'type filter hook ingress device "east" priority 0; policy accept;',
      "ip daddr 198.18.0.5 accept",
      'ip saddr 198.18.0.1 ip daddr { 198.18.0.4 } fwd to "late1"',
      'ip saddr 198.18.0.1 fwd to "late2"',
      "}",
      "chain arriving {",
      'type filter hook egress device "east" priority 0; policy accept;',
      "meta mark 0x686f6c64 accept",
      "ip saddr 198.18.0.5 accept",
      'ip daddr 198.18.0.1 fwd to "late2"',
      "}",
      ...["late1", "late2"].flatMap((wire) => [
        `chain back_${wire} {`,
        `type filter hook ingress device "${wire}" priority 0; policy accept;`,
        'ip daddr 198.18.0.1 meta mark set 0x686f6c64 fwd to "east"',
        "}",
      ]),
      "}",
    ]);
  });

  it("go by a wire that carries nothing before it has no frames of the bridge's own", () => {
    const lines = joiningScript("late1").trim().split("\n");
    expect(lines.at(-1)).toBe("link set dev late1 up");
    expect(lines.at(-2)).toContain("learning off flood off mcast_flood off bcast_flood off");
  });

  it("are held by a command whose words come as they are, however long", () => {
    const command = `/srv/ada's "lab", a:b/${"long/".repeat(100)}node`;
    const { env, args } = holding("late1", { command, args: ["main.js", "200"] });
    expect(Object.values(env)).toEqual([command, "main.js", "200"]);
    expect(args.every((arg) => arg.length < 512)).toBe(true);
  });
});
