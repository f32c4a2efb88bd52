import { controllerMetrics, coordinationMetrics, reignMetrics } from "../metrics/exported.ts";
import { type Dashboard, rateInterval, type Row } from "./dashboard.ts";
import { bars, graph, named, stacked, stat, states, table } from "./panels.ts";
import { partRows } from "./part-rows.ts";

const ownAlerts = 'ALERTS{alertname=~"Holdfast.+",alertstate="firing"}';

/** Who serves and who decides: what an alert on Holdfast itself is looked into with. */
export const failoverDashboard: Dashboard = {
  name: "failover",
  title: "Holdfast: failover and control plane",
  description: "Who serves, who leads, how the last failover went, and how far the standbys are.",
  variables: [],
  rows: [nowRow(), failoverRow(), leaderRow(), ...partRows()],
};

function nowRow(): Row {
  const { leads, active, phase, armed, blocked, state } = controllerMetrics;
  const panels = [
    named(
      {
        ...{ title: "Serves", width: "sixth" },
        description: "The region whose data is the primary's, as controllers hear of it.",
      },
      [`max by (region) (${state.name}{state="primary"}) == 1`, "{{region}}"],
    ),
    named(
      {
        ...{ title: "Shall serve", width: "sixth" },
        description: "The region that the reign names. In a failover it is not the one that serves yet.",
      },
      [`max by (region) (${active.name}) == 1`, "{{region}}"],
    ),
    named(
      {
        ...{ title: "Leads", width: "sixth" },
        description: "The controller that decides; two are one too many.",
      },
      [`${leads.name} == 1`, "{{instance}}"],
    ),
    named(
      {
        ...{ title: "Phase", width: "sixth" },
        description: "Of the reign: steady, unless a failover is under way.",
      },
      [`max by (phase) (${phase.name}) == 1`, "{{phase}}"],
    ),
    stat(
      {
        ...{ title: "Epoch", unit: "none", width: "sixth" },
        description: "Of the newest reign that any part goes by.",
      },
      [`max(${reignMetrics.epoch.name})`, "epoch"],
    ),
    stat(
      {
        ...{ title: "Failover", unit: "yes-no", width: "sixth" },
        description: "Whether one may begin without a person, and whether one is wanted and may not go on.",
      },
      [`max(${armed.name})`, "armed"],
      [`max(${blocked.name})`, "blocked"],
    ),
    states(
      { title: "Alerts over time", width: "half", description: "Those on Holdfast itself, while firing." },
      [`max by (alertname) (${ownAlerts})`, "{{alertname}}"],
    ),
    table(
      {
        ...{ title: "Alerts now", unit: "none", width: "half" },
        description: "What is firing; its annotations name the section of the manual that helps.",
      },
      [ownAlerts, "firing"],
    ),
  ];
  return { title: "Now", panels };
}

function failoverRow(): Row {
  const { phaseSeconds, settledAt, started, ended, fences, phase, state, verdict } = controllerMetrics;
  const panels = [
    bars(
      {
        ...{ title: "Phases of the last failover", unit: "seconds", width: "third" },
        description: "As the controller that ended it saw them; of a phase that it did not see, nothing.",
      },
      [`max by (phase) (${phaseSeconds.name})`, "{{phase}}"],
    ),
    stat(
      {
        ...{ title: "Last failover", unit: "since", width: "third" },
        description: "How long ago it ended, and how long it took.",
      },
      [`time() - max(${settledAt.name})`, "ago"],
      [`sum(${phaseSeconds.name})`, "took"],
    ),
    graph(
      {
        ...{ title: "Failovers and fences", unit: "count", width: "third" },
        description: "Since the controllers that count them started.",
      },
      [`sum(${started.name})`, "begun"],
      [`sum by (outcome) (${ended.name})`, "{{outcome}}"],
      [`sum(${fences.name})`, "fences complete"],
    ),
    states({ title: "Phase of the reign", width: "third", description: "Steady is how it should be." }, [
      `max by (phase) (${phase.name}) == 1`,
      "{{phase}}",
    ]),
    states(
      {
        ...{ title: "Regions", width: "third" },
        description: "How the data of each region stands, as any controller hears of it.",
      },
      [`max by (region, state) (${state.name}) == 1`, "{{region}} {{state}}"],
    ),
    states(
      {
        ...{ title: "Verdicts", width: "third" },
        description: "What the probes of each controller make of the active region; a majority decides.",
      },
      [`max by (instance, verdict) (${verdict.name}) == 1`, "{{instance}}: {{verdict}}"],
    ),
  ];
  return { title: "Failovers", panels };
}

function leaderRow(): Row {
  const { leads, heartbeatAge, records, probes, probeSeconds } = controllerMetrics;
  const { requests, writes } = coordinationMetrics;
  const rate = (name: string): string => `rate(${name}[${rateInterval}])`;
  const panels = [
    states(
      { title: "Who leads", width: "third", description: "One at a time; for a lease there may be none." },
      [`max by (instance) (${leads.name}) == 1`, "{{instance}}"],
    ),
    graph(
      {
        ...{ title: "Epoch by part", unit: "none", width: "third" },
        description: "All go by the same; one that stays behind does not hear of the newest reign.",
      },
      [reignMetrics.epoch.name, "{{instance}}"],
    ),
    graph(
      {
        ...{ title: "Heartbeat ages", unit: "seconds", width: "third" },
        description: "Since any controller last heard an agent or another controller.",
      },
      [`max by (region, sender) (${heartbeatAge.name})`, "{{region}} {{sender}}"],
    ),
    stacked(
      {
        ...{ title: "Requests to the coordination store", unit: "per-second", width: "third" },
        description: "Unreachable ones were not answered in time.",
      },
      [`sum by (result) (${rate(requests.name)})`, "{{result}}"],
      [`sum by (result) (${rate(writes.name)})`, "compare-and-set: {{result}}"],
    ),
    graph(
      {
        ...{ title: "Decisions written down", unit: "per-second", width: "third" },
        description: "Nothing is done upon one that failed.",
      },
      [`sum by (result) (${rate(records.name)})`, "{{result}}"],
    ),
    graph(
      {
        ...{ title: "Write probes that were not answered", unit: "share", width: "third" },
        description: "Of all probes of the region, by those controllers that see it.",
      },
      [
        `sum by (region) (${rate(`${probes.name}{outcome!="answered"}`)}) / sum by (region) (${rate(probes.name)})`,
        "{{region}}",
      ],
    ),
    graph(
      {
        ...{ title: "Time of a small write", unit: "seconds", width: "third" },
        description: "Of write probes that were answered.",
      },
      [quantileOf(0.5, probeSeconds.name), "{{region}}: half within"],
      [quantileOf(0.99, probeSeconds.name), "{{region}}: 99 % within"],
    ),
  ];
  return { title: "Control plane", panels };
}

function quantileOf(share: number, name: string): string {
  return `histogram_quantile(${share}, sum by (le, region) (rate(${name}_bucket[${rateInterval}])))`;
}
