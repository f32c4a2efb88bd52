import { describe, expect, it } from "vitest";
import { importSpecs } from "./import.ts";

interface Imported {
  readonly annotations: Readonly<Record<string, string>>;
  readonly told: readonly string[];
}

function imported(spec: object): Imported {
  const file = { path: "spec.json", text: JSON.stringify(spec) };
  const { documents, problems, warnings } = importSpecs(file, { period: "30d" });
  expect(problems).toEqual([]);
  const kept = Object.entries(documents[0]?.document.metadata.annotations ?? {});
  const annotations = Object.fromEntries(kept.filter(([key]) => key !== "holdfast.dev/alerting"));
  return { annotations, told: warnings.map(({ what }) => what.replace(/^[^:]*: slos\[0\]\.alerting\./, "")) };
}

function sloth(alerting: object, by = ""): Imported {
  const events = {
    error_query: `sum ${by} (rate(failed_total[{{.window}}]))`,
    total_query: `sum ${by} (rate(asked_total[{{.window}}]))`,
  };
  const slos = [{ name: "answers", objective: 99.9, sli: { events }, alerting }];
  return imported({ version: "prometheus/v1", service: "chat", slos });
}

describe("what Sloth says of alerts", () => {
  it("has the severity of both, where neither says another", () => {
    expect(sloth({ labels: { severity: "high" }, ticket_alert: { labels: { severity: "low" } } })).toEqual({
      annotations: { "holdfast.dev/page-severity": "high", "holdfast.dev/ticket-severity": "low" },
      told: [],
    });
  });

  it("keeps templates", () => {
    const { annotations, told } = sloth({ annotations: { summary: "{{ $labels.region }} fails" } });
    expect(annotations["holdfast.dev/alert-annotations"]).toBe('{"summary":"{{ $labels.region }} fails"}');
    expect(told).toEqual([]);
  });

  it.each<[object, string]>([
    [
      { name: "ObjectiveDataAbsent" },
      'name is "ObjectiveDataAbsent", which is what other alerts are called; it is dropped',
    ],
    [{ labels: { slo: "x" } }, "labels.slo is a label that alerts have already; it is dropped"],
    [{ labels: { region: "x" } }, "labels.region keeps parts of the SLO apart; it is dropped"],
    [
      { page_alert: { labels: { "a-b": "x" } } },
      "page_alert.labels.a-b is no name that Prometheus takes; it is dropped",
    ],
    [
      { ticket_alert: { labels: { v: "{{ $value }}" } } },
      "ticket_alert.labels.v shows the value of the alert, by which each look at it would raise another alert; it is dropped",
    ],
    [
      { annotations: { note: "{{ nope }}" } },
      "annotations.note is a template that Prometheus refuses: it calls nope, which is no function of Prometheus; it is dropped",
    ],
    [
      { page_alert: { labels: { severity: "{{ $labels.x }}" } } },
      'page_alert.labels.severity is "{{ $labels.x }}", which is no word that alerts are sent on by; it is dropped',
    ],
  ])("drops what no alert can have, and says so: %j", (alerting, what) => {
    expect(sloth(alerting, "by (region)")).toEqual({
      annotations: { "holdfast.dev/group-by": "region" },
      told: [what],
    });
  });

  it("warns of templates that read the labels of Sloth's series", () => {
    const note = "{{ $labels.sloth_service }} and {{ .Labels.sloth_slo }}";
    const { annotations, told } = sloth({ annotations: { note } });
    expect(annotations["holdfast.dev/alert-annotations"]).toBe(JSON.stringify({ note }));
    expect(told).toEqual([
      "annotations.note shows $labels.sloth_service, $labels.sloth_slo, which will be empty",
    ]);
  });
});

describe("what Pyrra says of alerts", () => {
  it("is dropped where no alert can have it, and that is said", () => {
    const { annotations, told } = imported({
      apiVersion: "pyrra.dev/v1alpha1",
      kind: "ServiceLevelObjective",
      metadata: {
        name: "chat",
        labels: { "pyrra.dev/service": "chat" },
        annotations: { "pyrra.dev/see-also": "x", "pyrra.dev/runbook": "y" },
      },
      spec: {
        target: "99.9",
        window: "4w",
        indicator: { ratio: { errors: { metric: "failed_total" }, total: { metric: "asked_total" } } },
        alerting: { name: "ErrorBudgetBurnCondition" },
      },
    });
    expect(annotations).toEqual({ "holdfast.dev/alert-annotations": '{"runbook":"y"}' });
    expect(told.map((each) => each.replace(/^[^:]*: /, ""))).toEqual([
      "metadata.annotations.see-also is no name that Prometheus takes; it is dropped",
      'spec.alerting.name is "ErrorBudgetBurnCondition", which is what other alerts are called; it is dropped',
    ]);
  });
});
