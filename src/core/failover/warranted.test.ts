import { describe, expect, it } from "vitest";
import { seenAt } from "../../../test/example-reigns.ts";
import { instantMs } from "../units/units.ts";
import { warrantedReign } from "./warranted.ts";

const until = instantMs(5_000);
const armed = { kind: "armed", until } as const;
const held = { kind: "held", because: "no fresh drill proves it" } as const;

describe("a reign by what lets controllers act", () => {
  const { reign } = seenAt(12, { automation: "held" });

  it("is armed as long as that lasts, and held once it does not", () => {
    const next = warrantedReign(reign, armed, true);
    expect(next).toEqual({ ...reign, automation: "armed", armedUntil: until });
    if (next === null) throw new Error("it is armed");
    expect(warrantedReign(next, held, true)).toEqual({ ...reign, automation: "held", armedUntil: null });
  });

  it("is not written again where it says so already", () => {
    expect(warrantedReign(reign, held, true)).toBeNull();
    expect(warrantedReign({ ...reign, automation: "armed", armedUntil: until }, armed, true)).toBeNull();
    expect(warrantedReign({ ...reign, automation: "armed", armedUntil: null }, armed, true)).not.toBeNull();
  });

  it("stays as it is in the midst of an outage, or of a failover", () => {
    const armedReign = { ...reign, automation: "armed", armedUntil: until } as const;
    expect(warrantedReign(armedReign, held, false)).toBeNull();
    expect(warrantedReign(reign, armed, false)).toBeNull();
    for (const phase of ["closing", "fencing", "promoting"] as const)
      expect(warrantedReign({ ...armedReign, phase }, held, true)).toBeNull();
  });
});
