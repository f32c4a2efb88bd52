import { describe, expect, it } from "vitest";
import { readOpenSlo } from "../../openslo/openslo.ts";
import { instantMs } from "../../units/units.ts";
import { readSlos } from "../read-slos.ts";
import { statusesOf } from "./read-status.ts";
import { readingsOf } from "./readings.ts";
import { Snapshot } from "./snapshot.ts";

const asks = (text: string): unknown => ({ metricSource: { spec: { query: text } } });
const indicator = {
  metadata: { name: "chat" },
  spec: { ratioMetric: { counter: true, bad: asks("errors"), total: asks("requests") } },
};
const window = "2026-12-05T02:00Z/PT2H";
const document = {
  apiVersion: "openslo/v1",
  kind: "SLO",
  metadata: { name: "chat", annotations: { "holdfast.dev/maintenance": window } },
  spec: {
    service: "chat",
    timeWindow: [{ duration: "30d", isRolling: true }],
    budgetingMethod: "Occurrences",
  },
};

function maintenances(fields: object, now: string): readonly unknown[] {
  const spec = { ...document.spec, ...fields };
  const text = JSON.stringify({ ...document, spec });
  const { slos, composites } = readSlos(
    readOpenSlo({ path: "slo.json", text }, "strict"),
    instantMs(Date.parse("2026-12-01T00:00:00Z")),
  );
  const seen = {
    now: Date.parse(now) / 1000,
    snapshot: new Snapshot([]),
    presence: new Map(),
    history: new Map(),
  };
  return readingsOf(slos, composites)
    .flatMap((reading) => statusesOf(reading, seen))
    .map(({ maintenance }) => maintenance);
}

describe("the state of an objective", () => {
  const until = Date.parse("2026-12-05T04:00:00Z") / 1000;

  it("says until when it is in maintenance, and nothing of it before and after", () => {
    const one = { indicator, objectives: [{ target: 0.99 }] };
    expect(maintenances(one, "2026-12-05T03:00:00Z")).toEqual([{ until }]);
    expect(maintenances(one, "2026-12-05T01:59:59Z")).toEqual([null]);
    expect(maintenances(one, "2026-12-05T04:00:00Z")).toEqual([null]);
  });

  it("says so of a composite and of its parts", () => {
    const composite = { objectives: [{ target: 0.99, indicator }] };
    expect(maintenances(composite, "2026-12-05T03:00:00Z")).toEqual([{ until }, { until }]);
  });
});
