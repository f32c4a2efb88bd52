import { describe, expect, it } from "vitest";
import type { Known, ObjectiveStatus } from "../core/slo/status/status.ts";
import { instantMs, seconds } from "../core/units/units.ts";
import { statusText } from "./slo-status-text.ts";

const at = instantMs(Date.parse("2026-12-05T03:00:00Z"));

const known: Known = {
  kind: "known",
  ...{
    attained: 0.995,
    budgetLeft: 0.5,
    coverage: 1,
    isMeasured: true,
    events: null,
    heldBack: null,
    forecast: null,
  },
  burns: [],
  exhaustion: { kind: "lasts", window: seconds(86_400) },
};

const status: ObjectiveStatus = {
  ...{
    slo: "chat",
    service: "assistant",
    displayName: null,
    series: {},
    component: null,
    group: {},
    target: 0.99,
  },
  period: { kind: "rolling", length: seconds(2_592_000), beganAt: 0, endsAt: null },
  maintenance: null,
  known,
};

/** As one line, however it is broken. */
function told(change: Partial<ObjectiveStatus>): string {
  return statusText({ statuses: [{ ...status, ...change }], at, details: 1 }, 200).replaceAll(/\s+/g, " ");
}

describe("the state of objectives, for people", () => {
  it("says until when one is in maintenance, whether anything is known of it or not", () => {
    const maintenance = { until: Date.parse("2026-12-05T04:00:00Z") / 1000 };
    expect(told({})).not.toContain("maintenance");
    expect(told({ maintenance })).toContain("; in maintenance until Sat 5 Dec 04:00 UTC");
    expect(told({ maintenance, known: { kind: "unknown", because: "no-data" } })).toContain(
      "; in maintenance until Sat 5 Dec 04:00 UTC",
    );
  });

  it("says which alerts are held back by too few events, and from which traffic on they work", () => {
    const heldBack = [
      { window: seconds(3600), eventsMin: 70, events: 20 },
      { window: seconds(21_600), eventsMin: 167, events: 120 },
    ];
    expect(told({})).not.toContain("held back");
    expect(told({ known: { ...known, heldBack: [] } })).not.toContain("held back");
    expect(told({ known: { ...known, heldBack } })).toContain(
      "they work over 1h from 70 events on, and there are 20 as a rule; over 6h from 167 events on, and there are 120 as a rule",
    );
  });
});
