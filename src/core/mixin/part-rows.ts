import {
  agentMetrics,
  controllerMetrics,
  edgeMetrics,
  labMetrics,
  processMetrics,
} from "../metrics/exported.ts";
import { anyJob } from "../metrics/scraping.ts";
import { rateInterval, type Row } from "./dashboard.ts";
import { graph, stacked, stat, states } from "./panels.ts";

/** What the data, the edge, the lab and the processes tell. */
export function partRows(): readonly Row[] {
  return [dataRow(), edgeRow(), journeyRow(), processRow()];
}

function rate(name: string): string {
  return `rate(${name}[${rateInterval}])`;
}

function dataRow(): Row {
  const { state, position, timeline, lag, silent, right, deeds } = agentMetrics;
  const { confirmations, confirming } = controllerMetrics;
  const panels = [
    graph(
      {
        ...{ title: "Replication lag", unit: "bytes", width: "third" },
        description: "What each standby has not yet on disk, told by the primary's agent.",
      },
      [`max by (region) (${lag.name})`, "{{region}}"],
    ),
    graph(
      {
        ...{ title: "Silence of the stream", unit: "seconds", width: "third" },
        description: "Since each standby last had a byte from the primary.",
      },
      [silent.name, "{{instance}}"],
    ),
    graph(
      {
        ...{ title: "Right to serve", unit: "seconds", width: "third" },
        description: "For how long the primary may go on unless its right is renewed. At 0 it stops.",
      },
      [right.name, "{{instance}}"],
    ),
    states(
      { title: "Members", width: "third", description: "How each agent finds the PostgreSQL beside it." },
      [`max by (instance, state) (${state.name}) == 1`, "{{instance}} {{state}}"],
    ),
    graph(
      {
        ...{ title: "Log written", unit: "bytes", width: "third" },
        description: "How far each log reaches on disk, within its timeline.",
      },
      [position.name, "{{instance}}"],
    ),
    graph(
      {
        ...{ title: "Timelines", unit: "none", width: "third" },
        description: "Of each member's history; every promotion begins a new one.",
      },
      [timeline.name, "{{instance}}"],
    ),
    graph(
      {
        ...{ title: "Confirmations", unit: "none", width: "third" },
        description: "Any k of n standbys confirm a commit before a client hears of it.",
      },
      [`max(${confirmations.name})`, "needed (k)"],
      [`max(${confirming.name})`, "asked (n)"],
    ),
    graph(
      {
        ...{ title: "Deeds", unit: "per-second", width: "third" },
        description: "What agents did to their members.",
      },
      [`sum by (deed, outcome) (${rate(deeds.name)})`, "{{deed}} {{outcome}}"],
    ),
  ];
  return { title: "Data", panels };
}

function edgeRow(): Row {
  const { routed, requests, sessions, parked, streams, retries, isSaved } = edgeMetrics;
  const panels = [
    states(
      {
        ...{ title: "Where SQL goes", width: "third" },
        description: "The region that the edge sends SQL to; none while it is held.",
      },
      [`max by (region) (${routed.name}) == 1`, "{{region}}"],
    ),
    stacked(
      {
        ...{ title: "What clients were told: SQL", unit: "per-second", width: "third" },
        description: "Statements by outcome; bad are all but completed, and an error may be the client's.",
      },
      [`sum by (outcome) (${rate(`${requests.name}{protocol="sql"}`)})`, "{{outcome}}"],
    ),
    stacked(
      {
        ...{ title: "What clients were told: HTTP", unit: "per-second", width: "third" },
        description: "Requests by outcome; bad are all but answered and abandoned.",
      },
      [`sum by (outcome) (${rate(`${requests.name}{protocol="http"}`)})`, "{{outcome}}"],
    ),
    graph(
      {
        ...{ title: "Clients", unit: "count", width: "third" },
        description: "Sessions that are served, connections that wait, requests that are being answered.",
      },
      [`sum(${sessions.name})`, "SQL sessions"],
      [`sum(${parked.name})`, "SQL waiting"],
      [`sum(${streams.name})`, "HTTP requests"],
    ),
    graph(
      {
        ...{ title: "Attempts at another region", unit: "per-second", width: "third" },
        description: "HTTP requests that were sent on.",
      },
      [`sum(${rate(retries.name)})`, "attempts"],
    ),
    stat(
      {
        ...{ title: "Routing is on disk", unit: "yes-no", width: "third" },
        description: "Where it is not, a restart begins from an older one.",
      },
      [`min by (instance) (${isSaved.name})`, "{{instance}}"],
    ),
  ];
  return { title: "The edge", panels };
}

function journeyRow(): Row {
  const { partUp, fault, attempts, failures, seconds, budgetLeft, drilledAt, drillMet } = labMetrics;
  const panels = [
    graph(
      {
        ...{ title: "Attempts at journeys that failed", unit: "share", width: "third" },
        description: "Synthetic attempts, once a second.",
      },
      [
        `sum by (journey) (${rate(failures.name)}) / sum by (journey) (${rate(attempts.name)})`,
        "{{journey}}",
      ],
    ),
    graph(
      {
        ...{ title: "Time of attempts", unit: "seconds", width: "third" },
        description: "Of those that did not fail, 95 % within.",
      },
      [
        `histogram_quantile(0.95, sum by (le, journey) (rate(${seconds.name}_bucket[${rateInterval}])))`,
        "{{journey}}",
      ],
    ),
    graph(
      {
        ...{ title: "Error budgets", unit: "share", width: "third" },
        description: "What is left of them by the attempts that are kept, of 30 days at most.",
      },
      [`min by (slo) (${budgetLeft.name})`, "{{slo}}"],
    ),
    states(
      { title: "Faults in force", width: "third", description: "What was done to regions of the lab." },
      [`max by (region, fault) (${fault.name}) == 1`, "{{region}} {{fault}}"],
    ),
    graph(
      {
        ...{ title: "Processes that run", unit: "count", width: "third" },
        description: "Of each region of the lab; one that is frozen does not.",
      },
      [`sum by (region) (${partUp.name})`, "{{region}}"],
    ),
    stat(
      {
        ...{ title: "Drills: last finished", unit: "since", width: "third" },
        description: "How long ago; a drill that is old proves nothing any more.",
      },
      [`time() - max by (drill) (${drilledAt.name})`, "{{drill}}"],
    ),
    stat(
      {
        ...{ title: "Drills: objectives met", unit: "yes-no", width: "third" },
        description: "Of the last run of each.",
      },
      [`min by (drill) (${drillMet.name})`, "{{drill}}"],
    ),
  ];
  return { title: "Journeys, faults and drills", panels };
}

function processRow(): Row {
  const { build, memory, processor, startedAt } = processMetrics;
  const own = `{job=~"${anyJob}"}`;
  const panels = [
    states({ title: "Answers Prometheus", width: "third", description: "Each part while it answers." }, [
      `up${own} == 1`,
      "{{instance}}",
    ]),
    graph(
      {
        ...{ title: "Memory", unit: "bytes", width: "third" },
        description: "That each process holds.",
      },
      [`${memory.name}${own}`, "{{instance}}"],
    ),
    graph(
      {
        ...{ title: "Processor time", unit: "share", width: "third" },
        description: "Of one processor.",
      },
      [rate(`${processor.name}${own}`), "{{instance}}"],
    ),
    stat(
      {
        ...{ title: "Versions", unit: "count", width: "third" },
        description: "How many processes run each.",
      },
      [`count by (version) (${build.name})`, "{{version}}"],
    ),
    stat(
      {
        ...{ title: "Youngest process", unit: "since", width: "third" },
        description: "How long ago the last of them started.",
      },
      [`time() - max(${startedAt.name}${own})`, "started"],
    ),
  ];
  return { title: "Processes", panels };
}
