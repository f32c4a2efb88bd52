import type { ControllerState } from "../failover/controller-state.ts";
import { isFresh, isStreamLost, type Received } from "../failover/detection.ts";
import type { RegionId } from "../failover/member.ts";
import type { MemberReport } from "../failover/message.ts";
import { type Reign, wantedSyncSet } from "../failover/reign.ts";
import type { FailoverTiming } from "../failover/settings.ts";
import { elapsed, inSeconds, type MonotonicMs } from "../units/units.ts";
import { controllerMetrics, reignMetrics } from "./exported.ts";
import { type Sample, sampleOf, stateSamples, truthOf } from "./metrics.ts";

/**
 * How a region's data stands for the reign: `streaming` from the primary; a `standby` that is not; `deposed`: it says that it serves
 * under a reign that is over; `unknown`: its agent was not heard for a while.
 */
export const regionStates = [
  "primary",
  "streaming",
  "standby",
  "deposed",
  "starting",
  "silent",
  "down",
  "unknown",
] as const;
export type RegionState = (typeof regionStates)[number];

const reignPhases = ["steady", "closing", "fencing", "promoting"] as const;
const verdicts = ["answering", "unsure", "refusing", "silent"] as const;

/** What a controller knows at `now`, read off its state. */
export function controllerSamples(state: ControllerState, now: MonotonicMs): readonly Sample[] {
  const { leads, blocked } = controllerMetrics;
  return [
    truthOf(leads, {}, state.leadership.kind === "mine"),
    truthOf(blocked, {}, state.blockedBy.length > 0),
    ...heartbeatSamples(state, now),
    ...verdictSamples(state),
    ...(state.seen === null ? [] : reignSamples(state.seen.reign, state, now)),
  ];
}

function reignSamples(reign: Reign, state: ControllerState, now: MonotonicMs): readonly Sample[] {
  const { active, phase, armed, settledAt, confirmations, confirming } = controllerMetrics;
  const wanted = wantedSyncSet(reign);
  const { regions, timing } = state.settings;
  return [
    sampleOf(reignMetrics.epoch, {}, reign.epoch),
    ...stateSamples(phase, reignPhases, { is: reign.phase, labelled: (each) => ({ phase: each }) }),
    ...regions.map((region) => truthOf(active, { region }, region === reign.active)),
    ...regions.flatMap((region) => {
      const is = regionStateOf(state.around.reports.get(region), reign, { timing, now });
      return stateSamples(controllerMetrics.state, regionStates, {
        is,
        labelled: (each) => ({ region, state: each }),
      });
    }),
    truthOf(armed, {}, reign.automation === "armed"),
    ...(reign.settledAt === null ? [] : [sampleOf(settledAt, {}, reign.settledAt / 1_000)]),
    sampleOf(confirmations, {}, wanted.confirmations),
    sampleOf(confirming, {}, wanted.members.length),
  ];
}

interface Instant {
  readonly timing: FailoverTiming;
  readonly now: MonotonicMs;
}

function regionStateOf(
  report: Received<MemberReport> | undefined,
  { active }: Reign,
  instant: Instant,
): RegionState {
  if (!isFresh(report, instant)) return "unknown";
  const { from, status } = report.told;
  switch (status.kind) {
    case "primary":
      return from === active ? "primary" : "deposed";
    case "standby":
      return status.upstream === active && !isStreamLost(status, instant.timing) ? "streaming" : "standby";
    case "starting":
    case "silent":
    case "down":
      return status.kind;
  }
}

/** Of whom it has heard since it started, or since it last slept; a controller does not hear itself. */
function heartbeatSamples({ around, self }: ControllerState, now: MonotonicMs): readonly Sample[] {
  const { heartbeatAge } = controllerMetrics;
  const age = (region: RegionId, sender: "agent" | "controller", at: MonotonicMs): Sample =>
    sampleOf(heartbeatAge, { region, sender }, inSeconds(elapsed(at, now)));
  return [
    ...[...around.reports].map(([region, { at }]) => age(region, "agent", at)),
    ...[...around.observations].flatMap(([region, { at }]) =>
      region === self ? [] : [age(region, "controller", at)],
    ),
  ];
}

function verdictSamples({ vantage }: ControllerState): readonly Sample[] {
  if (vantage === null) return [];
  const { about, verdict } = vantage;
  return stateSamples(controllerMetrics.verdict, verdicts, {
    is: verdict,
    labelled: (each) => ({ region: about, verdict: each }),
  });
}
