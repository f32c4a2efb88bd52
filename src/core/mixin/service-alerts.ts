import { agentMetrics, controllerMetrics, edgeMetrics, labMetrics } from "../metrics/exported.ts";
import { durationText } from "../units/text.ts";
import { type MixinSettings, orZero, type OwnAlert, spansAt } from "./own-alert.ts";

/** 64 MiB of log: a few seconds of a busy primary. */
const lagBytesMax = 64 * 1024 * 1024;

/** Alerts on what clients get, and on the data and the drills that it rests on. */
export function serviceAlerts(settings: MixinSettings): readonly OwnAlert[] {
  return [...clientAlerts(settings), ...dataAlerts(settings), ...drillAlerts(settings)];
}

function clientAlerts({ pace }: MixinSettings): readonly OwnAlert[] {
  const { lasting, over } = spansAt(pace);
  const { routed, isSaved } = edgeMetrics;
  const { attempts, failures } = labMetrics;
  return [
    {
      name: "HoldfastNobodyServes",
      severity: "page",
      expr: `${orZero(`max(${controllerMetrics.state.name}{state="primary"})`)} == 0`,
      for: lasting(60),
      summary: "No region serves",
      description: "No controller hears of a primary of the present reign.",
      impact: "No write is taken anywhere.",
    },
    {
      name: "HoldfastClientsHeld",
      severity: "page",
      expr: `max by (instance) (${routed.name}) == 0`,
      for: lasting(60),
      summary: "{{ $labels.instance }} sends clients nowhere",
      description: "The edge holds SQL, as it does for a moment in a failover; this is no moment.",
      impact: "Clients wait, and are turned away after 30 s.",
    },
    {
      name: "HoldfastJourneyFailing",
      severity: "page",
      expr: `sum by (journey) (rate(${failures.name}[${over(60)}])) / sum by (journey) (rate(${attempts.name}[${over(60)}])) > 0.5`,
      for: lasting(60),
      summary: "{{ $labels.journey }} fails",
      description: "Of the synthetic attempts at it, {{ $value | humanizePercentage }} fail.",
      impact: "Users fail too.",
    },
    {
      name: "HoldfastRoutingUnsaved",
      severity: "ticket",
      expr: `min by (instance) (${isSaved.name}) == 0`,
      for: lasting(60),
      summary: "{{ $labels.instance }} does not have its routing on disk",
      description: "The last write of its routing failed; what it holds in memory is right.",
      impact: "None yet. After a restart it would begin from an older one, until a controller looks.",
    },
  ];
}

function dataAlerts({ pace }: MixinSettings): readonly OwnAlert[] {
  const { lasting, over } = spansAt(pace);
  const { state } = controllerMetrics;
  const { requests } = edgeMetrics;
  return [
    {
      name: "HoldfastStandbyMissing",
      severity: "ticket",
      expr: `max by (region) (${state.name}{state=~"primary|streaming"}) == 0`,
      for: lasting(120),
      summary: "{{ $labels.region }} holds no data that follows",
      description: "The member in {{ $labels.region }} neither serves nor streams from the one that does.",
      impact:
        "Writes go on while enough others confirm them; with one more loss they may wait, and no failover may begin.",
    },
    {
      name: "HoldfastReplicationBehind",
      severity: "ticket",
      expr: `max by (region) (${agentMetrics.lag.name}) > ${lagBytesMax}`,
      for: lasting(120),
      summary: "The standby in {{ $labels.region }} is {{ $value | humanize1024 }}B behind",
      description: "So much of the primary's log is not on its disk yet.",
      impact:
        "It confirms late and takes longer to be promoted; where replication is asynchronous, so much would be lost.",
    },
    {
      name: "HoldfastDeposedPrimary",
      severity: "page",
      expr: `max by (region) (${state.name}{state="deposed"}) == 1`,
      for: lasting(60),
      summary: "{{ $labels.region }} says that it serves under a reign that is over",
      description: "Its agent ought to have stopped it within seconds.",
      impact: "It is fenced, so it can acknowledge nothing; but who reads from it reads what is old.",
    },
    {
      name: "HoldfastCommitUnconfirmed",
      severity: "ticket",
      expr: `sum(increase(${requests.name}{protocol="sql",outcome="unconfirmed"}[${over(300)}])) > 0`,
      for: null,
      summary: "Commits lost their confirmation",
      description: "Something cancelled commits that waited for their standbys.",
      impact:
        "Their clients were told that the outcome is unknown; the rows may stand on the primary alone, and be lost with it.",
    },
  ];
}

function drillAlerts({ proof }: MixinSettings): readonly OwnAlert[] {
  const { drilledAt, drillMet } = labMetrics;
  return [
    {
      name: "HoldfastDrillMissed",
      severity: "ticket",
      expr: `min by (drill) (${drillMet.name}) == 0`,
      for: null,
      summary: "The last run of {{ $labels.drill }} missed its objectives",
      description: "The plan does not do what it promises.",
      impact: "A failover would take as long, or lose as much.",
    },
    {
      name: "HoldfastDrillOld",
      severity: "ticket",
      expr: `time() - max by (drill) (${drilledAt.name}) > ${proof}`,
      for: null,
      summary: "{{ $labels.drill }} was last run {{ $value | humanizeDuration }} ago",
      description: `A drill proves a plan for ${durationText.print(proof)}.`,
      impact: "What was proven then may be so no longer.",
    },
  ];
}
