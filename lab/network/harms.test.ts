import { describe, expect, it } from "vitest";
import type { CutDirection, CutPartner, NetworkHarm } from "../../src/runtime/network-harm.ts";
import { withHarm } from "./harms.ts";

function cut(direction: CutDirection, from: CutPartner = "everybody"): NetworkHarm {
  return { kind: "cut", direction, from };
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
  ] as const)("is one with it: %s", (...[, before, added, expected]) => {
    expect(withHarm(before, added)).toEqual(expected);
  });
});
