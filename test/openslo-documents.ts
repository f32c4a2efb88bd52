import { type OpenSloDocument, type Reading, readOpenSlo } from "../src/core/openslo/openslo.ts";

// Small documents of OpenSLO that are valid, to be changed in one place.

export const metric = { metricSource: { type: "Prometheus", spec: { query: "up" } } };
export const ratio = {
  metadata: { name: "sli" },
  spec: { ratioMetric: { counter: true, good: metric, total: metric } },
};
export const threshold = { metadata: { name: "sli" }, spec: { thresholdMetric: metric } };
export const window = [{ duration: "4w", isRolling: true }];
export const calendar = { startTime: "2026-01-01 00:00:00", timeZone: "Europe/Berlin" };
export const spec = {
  service: "chat",
  indicator: ratio,
  timeWindow: window,
  budgetingMethod: "Occurrences",
  objectives: [{ target: 0.99 }],
};
export const condition = {
  kind: "AlertCondition",
  metadata: { name: "burns" },
  spec: { severity: "page", condition: { kind: "burnrate", op: "gte", threshold: 2, lookbackWindow: "1h" } },
};
const target = { kind: "AlertNotificationTarget", metadata: { name: "mail" }, spec: { target: "mail" } };
export const policy = { conditions: [condition], notificationTargets: [target] };

export function read(document: unknown, reading: Reading = "strict"): OpenSloDocument {
  const [only] = readOpenSlo({ path: "slo.json", text: JSON.stringify(document) }, reading);
  if (only === undefined) throw new Error("nothing was read");
  return only;
}
