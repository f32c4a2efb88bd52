import { describe, expect, it } from "vitest";
import { exampleSettings } from "../../../test/example-reigns.ts";
import { milliseconds, ratio } from "../units/units.ts";
import {
  defaultTiming,
  failoverSettings,
  type FailoverTiming,
  leaseWithDrift,
  readSettings,
} from "./settings.ts";

function withTiming(timing: Partial<FailoverTiming>): () => unknown {
  return () => failoverSettings({ ...exampleSettings, timing: { ...defaultTiming, ...timing } });
}

describe("failover settings", () => {
  it("hold together as they come", () => {
    expect(withTiming({})).not.toThrow();
  });

  it("need three regions, for two of two is no quorum that survives a loss", () => {
    expect(() => failoverSettings({ ...exampleSettings, regions: ["east", "west"] })).toThrow("got 2");
  });

  it("ask for no more confirmations than there are standbys", () => {
    expect(() => failoverSettings({ ...exampleSettings, confirmations: 3 })).toThrow("more standbys than 2");
  });

  it.each([
    ["a probe that is hardly ever sent", { tickMs: milliseconds(500) }],
    ["a stream that one slow probe silences", { streamSilentAfterMs: milliseconds(200) }],
    ["an observation that one lost heartbeat makes stale", { freshMs: milliseconds(500) }],
    ["a silence that one slow probe fills", { silentAfterMs: milliseconds(200) }],
    ["a serving lease that a healthy primary lets run out", { servingLeaseMs: milliseconds(200) }],
  ])("refuse %s", (_, timing) => {
    expect(withTiming(timing)).toThrow();
  });

  it("have no bound on losses where they were saved before there was one", () => {
    const { lossMax, ...saved } = { ...exampleSettings, lossMax: milliseconds(10_000) };
    expect(readSettings(saved).lossMax).toBeNull();
    expect(readSettings({ ...saved, lossMax }).lossMax).toBe(10_000);
  });

  it("wait for a lease counted on the slowest honest clock, by the fastest", () => {
    const timing = { ...defaultTiming, servingLeaseMs: milliseconds(5_000), clockDriftMax: ratio(0.01) };
    const holdersMsMax = 5_000 / (1 - timing.clockDriftMax);
    const waitersMsMin = leaseWithDrift(timing) / (1 + timing.clockDriftMax);
    expect(waitersMsMin).toBeGreaterThan(holdersMsMax);
  });
});
