import { controllerMetrics, coordinationMetrics, reignMetrics } from "../metrics/exported.ts";
import { anyJob, jobOf } from "../metrics/scraping.ts";
import { durationText } from "../units/text.ts";
import { type MixinSettings, orZero, type OwnAlert, spansAt } from "./own-alert.ts";

const controllersUp = `up{job="${jobOf("controller")}"}`;
/** Of all controllers that are to be there, dead ones too. */
const majority = `floor(count(${controllersUp}) / 2) + 1`;

/** A part whose requests to the store fail this often is cut off, and not just unlucky. */
const unreachableMax = 0.1;

/** More failovers than this within an hour are no accident of one region. */
const failoversMax = 2;

/** Alerts on what guards the service: controllers, the store, failovers, and whether any of them can be seen. */
export function controlAlerts(settings: MixinSettings): readonly OwnAlert[] {
  return [
    ...partAlerts(settings),
    ...leaderAlerts(settings),
    ...failoverAlerts(settings),
    ...epochAlerts(settings),
  ];
}

function partAlerts({ pace }: MixinSettings): readonly OwnAlert[] {
  const { lasting } = spansAt(pace);
  return [
    {
      name: "HoldfastScrapeDown",
      severity: "ticket",
      expr: `up{job=~"${anyJob}"} == 0`,
      for: lasting(60),
      summary: "{{ $labels.instance }} does not answer",
      description: "It is down, frozen or cut off; or Prometheus is.",
      impact: "What it would tell is not known, and no alert that rests on it is raised.",
    },
    {
      name: "HoldfastControllerQuorumAtRisk",
      severity: "ticket",
      expr: `sum(${controllersUp}) == ${majority}`,
      for: lasting(60),
      summary: "One more controller lost, and nothing can fail over",
      description: "{{ $value }} controllers answer, just a majority of all; at least one does not.",
      impact: "None yet. After one more no region that is lost is replaced.",
    },
    {
      name: "HoldfastControllerQuorumLost",
      severity: "page",
      expr: `sum(${controllersUp}) < ${majority}`,
      for: lasting(60),
      summary: "No quorum of controllers: nothing can fail over",
      description: "{{ $value }} controllers answer, less than a majority of all.",
      impact: "Serving goes on as it is; a region that is lost now stays lost.",
    },
  ];
}

function leaderAlerts({ pace }: MixinSettings): readonly OwnAlert[] {
  const { lasting, over } = spansAt(pace);
  const { leads, records } = controllerMetrics;
  const { requests } = coordinationMetrics;
  return [
    {
      name: "HoldfastNoLeader",
      severity: "page",
      expr: `${orZero(`sum(${leads.name})`)} == 0`,
      for: lasting(60),
      summary: "No controller leads",
      description: "Where one can, another takes the lead within a lease, which is seconds: none can.",
      impact: "Serving goes on as it is; a region that is lost now stays lost.",
    },
    {
      name: "HoldfastSeveralLeaders",
      severity: "page",
      expr: `sum(${leads.name}) > 1`,
      for: lasting(60),
      summary: "{{ $value }} controllers believe that they lead",
      description: "One whose lease ran out notices within seconds, unless its clock is wrong.",
      impact:
        "The store lets only one of them write; decisions of the others come to nothing, and take time.",
    },
    {
      name: "HoldfastCoordinationUnreachable",
      severity: "ticket",
      expr: `sum by (instance) (rate(${requests.name}{result="unreachable"}[${over(300)}])) / sum by (instance) (rate(${requests.name}[${over(300)}])) > ${unreachableMax}`,
      for: lasting(60),
      summary: "{{ $labels.instance }} does not reach the coordination store",
      description: "{{ $value | humanizePercentage }} of its requests were not answered in time.",
      impact:
        "A controller without it cannot lead, and an agent without it keeps its member serving only while standbys confirm.",
    },
    {
      name: "HoldfastDecisionNotRecorded",
      severity: "page",
      expr: `sum by (instance) (increase(${records.name}{result="failed"}[${over(300)}])) > 0`,
      for: null,
      summary: "{{ $labels.instance }} could not write a decision down",
      description: "{{ $value | humanize }} decisions could not be kept as evidence.",
      impact:
        "Nothing is done that is not on the record first: a failover waits. After three such decisions it gives the lead to another.",
    },
  ];
}

function failoverAlerts({ pace, recovery }: MixinSettings): readonly OwnAlert[] {
  const { lasting } = spansAt(pace);
  const { armed, blocked, phase, phaseSeconds, settledAt } = controllerMetrics;
  return [
    {
      name: "HoldfastFailoverBlocked",
      severity: "page",
      expr: `max(${blocked.name}) == 1`,
      for: lasting(60),
      summary: "A region looks lost, and no failover goes on",
      description:
        "The leader finds the active region lost, and something forbids to replace it; its log says what, in one line.",
      impact: "Writes have nowhere to go until it is unblocked, or the region comes back.",
    },
    {
      name: "HoldfastFailoverStuck",
      severity: "page",
      expr: `max by (phase) (${phase.name}{phase!="steady"}) == 1`,
      for: lasting(60),
      summary: "A failover stays in {{ $labels.phase }}",
      description: "It has begun and does not end; it should be a matter of seconds.",
      impact: "No write is taken while it lasts.",
    },
    {
      name: "HoldfastFailoverSlow",
      severity: "ticket",
      expr: `sum(${phaseSeconds.name}) > ${recovery} and on () time() - max(${settledAt.name}) < ${lasting(3_600)}`,
      for: null,
      summary: "The last failover took {{ $value | humanizeDuration }}",
      description: `That is longer than the ${durationText.print(recovery)} that are accepted. The phases tell where the time went.`,
      impact: "The next outage of a region may last as long.",
    },
    {
      name: "HoldfastAutomationHeld",
      severity: "ticket",
      expr: `max(${armed.name}) == 0`,
      for: lasting(900),
      summary: "Automatic failover is held",
      description: "The plan is not armed: it is not proven, or a person holds it.",
      impact: "A region that is lost now stays lost until a person decides.",
    },
  ];
}

function epochAlerts({ pace }: MixinSettings): readonly OwnAlert[] {
  const { lasting, over } = spansAt(pace);
  const { epoch } = reignMetrics;
  return [
    {
      name: "HoldfastEpochFlapping",
      severity: "page",
      expr: `max(changes(${epoch.name}[${over(3_600)}])) > ${failoversMax}`,
      for: null,
      summary: "{{ $value }} reigns within an hour",
      description: "Service moves from region to region: what makes them look lost strikes more than one.",
      impact: "Each move is an outage of seconds.",
    },
    {
      name: "HoldfastEpochBehind",
      severity: "ticket",
      expr: `${epoch.name} < on () group_left () max(${epoch.name})`,
      for: lasting(120),
      summary: "{{ $labels.instance }} goes by epoch {{ $value }}, which is over",
      description: "It does not hear of the newest reign.",
      impact: "An agent in this state serves nobody; an edge sends clients to a region that refuses them.",
    },
  ];
}
