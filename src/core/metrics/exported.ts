import type { Counter, Gauge, Histogram, Metric } from "./metrics.ts";

function counter<Label extends string = never>(
  name: string,
  help: string,
  labels: readonly Label[] = [],
): Counter<Label> {
  return { kind: "counter", name, help, labels };
}

function gauge<Label extends string = never>(
  name: string,
  help: string,
  labels: readonly Label[] = [],
): Gauge<Label> {
  return { kind: "gauge", name, help, labels };
}

interface Observed<Label extends string> {
  readonly bounds: readonly number[];
  readonly labels: readonly Label[];
}

function histogram<Label extends string>(
  name: string,
  help: string,
  { bounds, labels }: Observed<Label>,
): Histogram<Label> {
  return { kind: "histogram", name, help, bounds, labels };
}

/** Told by every process, under the names that Prometheus has for them. */
export const processMetrics = {
  build: gauge("holdfast_build_info", "Always 1; its label tells the version.", ["version"]),
  memory: gauge("process_resident_memory_bytes", "Memory that the process holds."),
  processor: counter("process_cpu_seconds_total", "Processor time that the process has used."),
  startedAt: gauge("process_start_time_seconds", "When the process started, in seconds since 1970."),
};

/** Told by whoever goes by the reign: controllers, agents and the edge. */
export const reignMetrics = {
  epoch: gauge(
    "holdfast_epoch",
    "The epoch that this part goes by; each failover has a higher one. Not there while it knows none.",
  ),
};

/** Told by whoever asks the coordination store: controllers and agents. */
export const coordinationMetrics = {
  requests: counter(
    "holdfast_coordination_requests_total",
    "Requests to the coordination store; unreachable ones were not answered in time.",
    ["verb", "result"],
  ),
  writes: counter(
    "holdfast_coordination_writes_total",
    "Compare-and-sets: refused where somebody else had written meanwhile.",
    ["result"],
  ),
};

const writeBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

export const controllerMetrics = {
  leads: gauge("holdfast_controller_leads", "Whether this controller leads."),
  phase: gauge("holdfast_reign_phase", "Phase of the reign: 1 for the one that is.", ["phase"]),
  active: gauge("holdfast_region_active", "Whether the region is the one that the reign names.", ["region"]),
  state: gauge("holdfast_region_state", "How a region's data stands, as this controller has heard of it.", [
    "region",
    "state",
  ]),
  verdict: gauge("holdfast_region_verdict", "What this controller's own probes make of the active region.", [
    "region",
    "verdict",
  ]),
  heartbeatAge: gauge(
    "holdfast_heartbeat_age_seconds",
    "Since this controller last heard the agent or the controller of a region.",
    ["region", "sender"],
  ),
  armed: gauge("holdfast_failover_armed", "Trust: whether a failover may begin without a person."),
  blocked: gauge(
    "holdfast_failover_blocked",
    "Whether the active region looks lost to the leader and something keeps a failover from going on.",
  ),
  started: counter("holdfast_failovers_started_total", "Failovers that this controller has begun."),
  ended: counter("holdfast_failovers_total", "Failovers that this controller has ended.", ["outcome"]),
  fences: counter(
    "holdfast_fences_total",
    "Fences that this controller saw complete: the old primary could acknowledge nothing more.",
  ),
  phaseSeconds: gauge(
    "holdfast_failover_phase_seconds",
    "Phases of the last failover, told by the controller that ended it; detection counts from its last answered probe.",
    ["phase"],
  ),
  settledAt: gauge(
    "holdfast_failover_settled_timestamp_seconds",
    "When the last failover ended, in seconds since 1970; not there before the first.",
  ),
  confirmations: gauge("holdfast_sync_set_confirmations", "How many standbys must confirm a commit."),
  confirming: gauge("holdfast_sync_set_members", "Of how many standbys the confirmations may come."),
  probes: counter("holdfast_probes_total", "Write probes of this controller.", ["region", "outcome"]),
  probeSeconds: histogram("holdfast_probe_seconds", "How long a small committed write took.", {
    bounds: writeBounds,
    labels: ["region"],
  }),
  records: counter(
    "holdfast_records_total",
    "Decisions written down as evidence; nothing is done upon one that could not be.",
    ["result"],
  ),
};

export const agentMetrics = {
  state: gauge("holdfast_member_state", "How the data member beside this agent stands.", ["state"]),
  position: gauge(
    "holdfast_member_log_position_bytes",
    "How far the member's write-ahead log reaches on disk, within its timeline.",
  ),
  timeline: gauge("holdfast_member_timeline", "The timeline of the member's history."),
  lag: gauge(
    "holdfast_replication_lag_bytes",
    "What a region's standby has not yet on disk of the primary's log, told by the primary's agent.",
    ["region"],
  ),
  silent: gauge(
    "holdfast_replication_silent_seconds",
    "Since this standby last had a byte from the primary; not there without a stream.",
  ),
  right: gauge(
    "holdfast_serving_right_seconds",
    "For how long the member may still serve unless the right is renewed; not there where it has none.",
  ),
  deeds: counter("holdfast_member_deeds_total", "What this agent has done to its member.", [
    "deed",
    "outcome",
  ]),
};

export const edgeMetrics = {
  routed: gauge("holdfast_edge_routed", "Whether the edge sends SQL to the region.", ["region"]),
  requests: counter(
    "holdfast_edge_requests_total",
    "What clients asked through the edge, by what they were told: SQL statements and HTTP requests.",
    ["protocol", "outcome"],
  ),
  sessions: gauge("holdfast_edge_sql_sessions", "SQL sessions that are joined to a region."),
  parked: gauge("holdfast_edge_sql_parked", "SQL connections that wait for a region."),
  streams: gauge("holdfast_edge_http_streams", "HTTP requests that are being answered."),
  retries: counter("holdfast_edge_http_retries_total", "Attempts of requests at another region."),
  isSaved: gauge("holdfast_edge_routing_saved", "Whether the edge has its routing on disk."),
};

/** Told by the lab's daemon, which sees every process, and probes the journeys. */
export const labMetrics = {
  partUp: gauge("holdfast_part_up", "Whether a part of a region runs; one that is frozen does not.", [
    "region",
    "part",
  ]),
  fault: gauge("holdfast_lab_fault", "Whether a fault is in force.", ["region", "fault"]),
  attempts: counter("holdfast_journey_attempts_total", "Synthetic attempts at a journey.", ["journey"]),
  failures: counter("holdfast_journey_failures_total", "Attempts at a journey that failed.", ["journey"]),
  seconds: histogram("holdfast_journey_seconds", "How long attempts took that did not fail.", {
    bounds: [0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2],
    labels: ["journey"],
  }),
  budgetLeft: gauge(
    "holdfast_error_budget_remaining_ratio",
    "Share of an error budget that is left by the attempts that are kept; below 0 where more than all is gone.",
    ["slo"],
  ),
  drilledAt: gauge(
    "holdfast_drill_finished_timestamp_seconds",
    "When a drill last finished here, by its record, in seconds since 1970.",
    ["drill"],
  ),
  drillMet: gauge("holdfast_drill_objectives_met", "Whether the last run of a drill met its objectives.", [
    "drill",
  ]),
};

/** Everything that Holdfast tells of itself. */
export const exportedMetrics: readonly Metric[] = [
  ...Object.values<Metric>(processMetrics),
  ...Object.values<Metric>(reignMetrics),
  ...Object.values<Metric>(coordinationMetrics),
  ...Object.values<Metric>(controllerMetrics),
  ...Object.values<Metric>(agentMetrics),
  ...Object.values<Metric>(edgeMetrics),
  ...Object.values<Metric>(labMetrics),
];
