import { describe, expect, it } from "vitest";
import type { CutDirection, CutPartner, NetworkHarm } from "../../src/runtime/network-harm.ts";
import { withHarm } from "./harms.ts";

function cut(direction: CutDirection, from: CutPartner = "everybody"): NetworkHarm {
  return { kind: "cut", direction, from };
}

function late(delaySeconds: number, from: CutPartner = "everybody"): NetworkHarm {
  return { kind: "delay", delaySeconds, direction: "both", from };
}

describe("harm that is added to what is in force", () => {
  it.each([
    ["the first", [], cut("in"), [cut("in")]],
    ["the same again", [cut("in")], cut("in"), null],
    ["a way of what is cut both ways", [cut("both", "peers")], cut("out", "peers"), null],
    ["the other way", [cut("in", "peers")], cut("out", "peers"), [cut("both", "peers")]],
    ["of somebody who is among everybody", [cut("both")], cut("in", "clients"), null],
    ["the other way of somebody", [cut("in")], cut("both", "clients"), [cut("in"), cut("both", "clients")]],
    ["everybody after somebody", [cut("both", "peers")], cut("both"), [cut("both"), cut("both", "peers")]],
    ["a delay beside a cut", [cut("in")], late(0.2), [cut("in"), late(0.2)]],
    ["the same delay again", [late(0.2)], late(0.2), null],
    ["another delay of the same wires", [late(0.2)], late(0.3), [late(0.3)]],
    ["a delay of other wires", [late(0.2)], late(0.3, "peers"), [late(0.2), late(0.3, "peers")]],
    ["a cut beside a delay", [late(0.2)], cut("in"), [cut("in"), late(0.2)]],
  ] as const)("is one with it: %s", (...[, before, added, expected]) => {
    expect(withHarm(before, added)).toEqual(expected);
  });
});
