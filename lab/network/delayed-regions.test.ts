import { describe, expect, it } from "vitest";
import type { Delay } from "../../src/runtime/network-harm.ts";
import { latenessOf } from "./delayed-regions.ts";

function late(delaySeconds: number, rest: Partial<Delay> = {}): Delay {
  return { kind: "delay", delaySeconds, direction: "both", from: "everybody", ...rest };
}

describe("what comes late of a region", () => {
  it("is nothing when nothing is to", () => {
    expect(latenessOf("east", [])).toEqual([]);
  });

  it("is what passes each way, or one", () => {
    const packets = { kind: "all" };
    expect(latenessOf("east", [late(0.2)])).toEqual([
      { way: "in", packets, ms: 200 },
      { way: "out", packets, ms: 200 },
    ]);
    expect(latenessOf("east", [late(0.2, { direction: "out" })])).toEqual([{ way: "out", packets, ms: 200 }]);
  });

  it("is as late as the latest of what is about it", () => {
    const delays = [
      late(0.2, { direction: "in" }),
      late(0.7, { from: "clients", direction: "in" }),
      late(0.4, { from: "coordination", direction: "in" }),
    ];
    expect(latenessOf("east", delays).map(({ ms, packets }) => [ms, packets.kind])).toEqual([
      [700, "of-hosts"],
      [400, "of-ports"],
      [200, "all"],
    ]);
  });
});
