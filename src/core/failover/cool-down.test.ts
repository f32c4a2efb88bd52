import { describe, expect, it } from "vitest";
import { exampleSettings, seenAt } from "../../../test/example-reigns.ts";
import { wallAtStart } from "../../../test/rehearsal.ts";
import { instantMs, monotonicMs } from "../units/units.ts";
import { newController, stepController } from "./controller.ts";
import type { ControllerState } from "./controller-state.ts";
import { hasCooledDown } from "./cool-down.ts";

const { coolDownMs } = exampleSettings.timing;
const hourMs = 3_600_000;

/** A controller that has run for a while under a reign of before any failover. */
function running(): ControllerState {
  const clock = { now: monotonicMs(0), wall: instantMs(wallAtStart) };
  const fresh = newController("west", exampleSettings, { clock, incarnation: 1 });
  return stepController(fresh, { kind: "reign-seen", seen: seenAt(12) }, clock).state;
}

/** Hears after `ms` that a failover has ended at `settledAt`, with its wall clock set by so much. */
function hears(
  state: ControllerState,
  at: { ms: number; settledAt: number; setBy?: number },
): ControllerState {
  const clock = { now: monotonicMs(at.ms), wall: instantMs(wallAtStart + at.ms + (at.setBy ?? 0)) };
  const seen = seenAt(20 + at.ms, { settledAt: instantMs(at.settledAt) });
  return stepController(state, { kind: "reign-seen", seen }, clock).state;
}

function after(state: ControllerState, ms: number, setBy = 0): ControllerState {
  const clock = { now: monotonicMs(ms), wall: instantMs(wallAtStart + ms + setBy) };
  return stepController(state, { kind: "tick" }, clock).state;
}

describe("the cool-down", () => {
  it("lasts from when a running controller hears that a failover has ended", () => {
    const heard = hears(running(), { ms: 500, settledAt: wallAtStart + 400 });
    expect(hasCooledDown(after(heard, 500 + coolDownMs - 1))).toBe(false);
    expect(hasCooledDown(after(heard, 500 + coolDownMs))).toBe(true);
  });

  it.each([hourMs, -hourMs])(
    "is neither ended nor made longer by a wall clock that is set by %i ms",
    (setBy) => {
      const heard = hears(running(), { ms: 500, settledAt: wallAtStart + 400 });
      expect(hasCooledDown(after(heard, 600, setBy))).toBe(false);
      expect(hasCooledDown(after(heard, 500 + coolDownMs, setBy))).toBe(true);
    },
  );

  it("does not rest on the wall clock of whoever ended the last failover", () => {
    const heard = hears(running(), { ms: 500, settledAt: wallAtStart - hourMs });
    expect(hasCooledDown(after(heard, 600))).toBe(false);
  });

  it("goes on when the reign changes within its epoch", () => {
    const settledAt = wallAtStart + 400;
    const changed = hears(hears(running(), { ms: 500, settledAt }), { ms: 700, settledAt, setBy: hourMs });
    expect(hasCooledDown(after(changed, 500 + coolDownMs - 1))).toBe(false);
    expect(hasCooledDown(after(changed, 500 + coolDownMs))).toBe(true);
  });

  it("is over for a controller that starts long after the last failover", () => {
    const clock = { now: monotonicMs(0), wall: instantMs(wallAtStart) };
    const fresh = newController("west", exampleSettings, { clock, incarnation: 1 });
    const state = hears(fresh, { ms: 0, settledAt: wallAtStart - coolDownMs });
    expect(hasCooledDown(state)).toBe(true);
  });
});
