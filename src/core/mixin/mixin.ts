import { literal } from "../slo/alerts.ts";
import type { AlertingRule, RuleGroup } from "../slo/prometheus.ts";
import { seconds } from "../units/units.ts";
import { controlAlerts } from "./control-alerts.ts";
import { failoverDashboard } from "./failover-dashboard.ts";
import { uidOf } from "./grafana.ts";
import { type MixinSettings, type OwnAlert, paced } from "./own-alert.ts";
import { serviceAlerts } from "./service-alerts.ts";

/** What is told to Prometheus where nothing else is said. */
export const usualSettings: MixinSettings = {
  pace: "platform",
  // The page of the manual that this package comes with.
  runbooks: "docs/manual/observability.md",
  grafana: "",
  recovery: seconds(60),
  proof: seconds(30 * 86_400),
};

/** The alerts on Holdfast itself. */
export function ownAlerts(settings: MixinSettings): readonly AlertingRule[] {
  return [...serviceAlerts(settings), ...controlAlerts(settings)].map((alert) => ruleOf(alert, settings));
}

export function ownRules(settings: MixinSettings): readonly RuleGroup[] {
  const { interval } = paced[settings.pace];
  return [{ name: "holdfast", interval, rules: ownAlerts(settings) }];
}

function ruleOf(alert: OwnAlert, { runbooks, grafana }: MixinSettings): AlertingRule {
  const { name, expr, severity, summary, description, impact } = alert;
  return {
    alert: name,
    expr,
    for: alert.for,
    labels: { severity },
    annotations: {
      ...{ summary, description, impact },
      runbook_url: literal(`${runbooks}#${name.toLowerCase()}`),
      dashboard_url: literal(`${grafana}/d/${uidOf(failoverDashboard.name)}`),
    },
  };
}
