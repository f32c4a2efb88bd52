import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { seriesNamedIn, seriesOf } from "../../../test/promql-names.ts";
import { exportedMetrics } from "../metrics/exported.ts";
import { readPromQl } from "../promql/promql.ts";
import { seconds } from "../units/units.ts";
import { ownAlerts, ownRules, usualSettings } from "./mixin.ts";

const settings = {
  ...usualSettings,
  runbooks: "https://manual.example.com/observability.md",
  grafana: "https://grafana.example.com",
};
const alerts = ownAlerts(settings).map((alert) => [alert.alert, alert] as const);
const manual = readFileSync(new URL("../../../docs/manual/observability.md", import.meta.url), "utf8");
/** Told by Prometheus itself of each target. */
const told = ["up", ...exportedMetrics.flatMap(seriesOf)];

describe("an alert on Holdfast itself", () => {
  it.each(alerts)("%s asks in words that can be read, of what is exported", (_, { expr }) => {
    expect(readPromQl(expr)).toMatchObject({ ok: true });
    const named = seriesNamedIn(expr);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !told.includes(name))).toEqual([]);
  });

  it.each(alerts)(
    "%s says what is wrong, what it means, where it is seen, and where the way out stands",
    (name, alert) => {
      const { summary, description, impact, runbook_url, dashboard_url } = alert.annotations;
      expect(summary).toMatch(/^[A-Z{].*[^.]$/);
      expect(description).toMatch(/^[A-Z{].*\.$/);
      expect(impact).toMatch(/^[A-Z].*\.$/);
      expect(dashboard_url).toBe("https://grafana.example.com/d/holdfast-failover");
      expect(["page", "ticket"]).toContain(alert.labels["severity"]);
      expect(runbook_url).toBe(`${settings.runbooks}#${name.toLowerCase()}`);
      // An anchor is the heading in small letters, as every renderer of Markdown has it.
      expect(manual).toContain(`\n### ${name}\n`);
    },
  );

  it("has a section in the manual, and no section is of an alert that is gone", () => {
    const sections = [...manual.matchAll(/^### (Holdfast\w+)$/gm)].map(([, name]) => name ?? "");
    expect(sections.toSorted()).toEqual(alerts.map(([name]) => name).toSorted());
  });

  it("waits for a lab a twelfth of what it waits for a platform", () => {
    const inLab = ownAlerts({ ...settings, pace: "lab" });
    const [of, ofLab] = [alerts.map(([, alert]) => alert), inLab].map((all) =>
      all.find(({ alert }) => alert === "HoldfastStandbyMissing"),
    );
    expect([of?.for, ofLab?.for]).toEqual([120, 10]);
    expect(inLab.find(({ alert }) => alert === "HoldfastJourneyFailing")?.expr).toContain("[5s]");
    expect(ownRules({ ...settings, pace: "lab" })).toMatchObject([{ name: "holdfast", interval: 1 }]);
  });

  it("calls a failover slow, and a drill old, as it is told", () => {
    const own = ownAlerts({ ...settings, recovery: seconds(4), proof: seconds(86_400) });
    const exprOf = (name: string): string => own.find(({ alert }) => alert === name)?.expr ?? "";
    expect(exprOf("HoldfastFailoverSlow")).toContain("> 4 and");
    expect(exprOf("HoldfastDrillOld")).toMatch(/> 86400$/);
  });
});
