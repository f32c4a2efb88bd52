import { type Component, type Placement, triesOf } from "../model/component.ts";
import { isGated, outsideSteps } from "../model/arming.ts";
import { type RecoveryPlan, type Step, titleOf } from "../model/recovery-plan.ts";
import { unsaidSteps } from "../model/unsaid-needs.ts";
import { dataText, durationText } from "../units/text.ts";
import { bytes, type Seconds, seconds } from "../units/units.ts";
import type { Activation } from "./activation.ts";
import {
  type AssumedTime,
  callTimeout,
  decideTime,
  fenceTime,
  promoteTime,
  provisionTime,
  restoreBandwidth,
  routeTime,
  verifyTime,
} from "./assumed-times.ts";
import { declaredTime, fixed, type Lever, type Piece, timeOf, uniform } from "./phase.ts";
import type { Replaced, Strike } from "./strike.ts";

// What each phase of a recovery is made of.

/** The bounds by which the failover engine detects where a plan says nothing. */
export interface DetectionDefaults {
  readonly probeEvery: Seconds;
  readonly refusals: number;
  readonly silentAfter: Seconds;
}

interface DetectedBy {
  readonly plan: RecoveryPlan | null;
  readonly defaults: DetectionDefaults;
}

type Timing = Pick<Piece, "time" | "because" | "kind" | "lever">;

/**
 * Of several components that are struck, each is found by its own means; the slowest counts. What takes the same time is told once,
 * however many components it finds.
 */
export function detectPieces(
  strike: Strike,
  components: readonly Component[],
  by: DetectedBy,
): readonly Piece[] {
  const probed = probedTiming(strike, by);
  const pieces = new Map<string, Piece>();
  for (const component of components) {
    const timing = ownTiming(strike, component) ?? probed;
    const time = JSON.stringify(timing.time);
    if (pieces.has(time)) continue;
    const what = `the failure of ${component.name} is seen`;
    pieces.set(time, { ...{ phase: "detect", component: component.name, what }, ...timing });
  }
  return [...pieces.values()];
}

/** `null`: it is found by its probes. */
function ownTiming(strike: Strike, { recovery, standby }: Component): Timing | null {
  if (recovery.detect !== null) return { ...declaredTime(recovery.detect), lever: null };
  if (strike.manner !== "wrong") return null;
  const because = "wrong answers pass every probe: a person finds out";
  return { time: fixed(standby.manual), because, kind: "estimated", lever: null };
}

function probedTiming({ manner }: Strike, { plan, defaults }: DetectedBy): Timing {
  const detection = plan?.detection ?? { probeEvery: null, refusals: null, silentAfter: null };
  const probeEvery = detection.probeEvery ?? defaults.probeEvery;
  if (manner !== "lost")
    return silenceTiming(detection.silentAfter ?? defaults.silentAfter, probeEvery, defaults);
  const refusals = detection.refusals ?? defaults.refusals;
  // The failure comes at any time between two probes; the last of the refusals is heard at once.
  const time = uniform((refusals - 1) * probeEvery, refusals * probeEvery);
  const because = `${refusals} refused probes, one every ${durationText.print(probeEvery)}`;
  return { time, because, kind: "estimated", lever: null };
}

function silenceTiming(silentAfter: Seconds, probeEvery: Seconds, defaults: DetectionDefaults): Timing {
  const shorter: Lever = {
    change: `detection.silentAfter: ${durationText.print(defaults.silentAfter)} instead of ${durationText.print(silentAfter)}`,
    time: uniform(defaults.silentAfter, defaults.silentAfter + probeEvery),
    effort: "configuration",
  };
  return {
    time: uniform(silentAfter, silentAfter + probeEvery),
    because: `no answer for ${durationText.print(silentAfter)}, looked at every ${durationText.print(probeEvery)}`,
    kind: "estimated",
    lever: silentAfter > defaults.silentAfter ? shorter : null,
  };
}

/**
 * Callers find for themselves that a need is gone, and turn to a fallback: at once where they are refused, and where nothing answers
 * when they have tried for as long as they try. Wrong answers are answers: a person must send the callers elsewhere.
 *
 * @param room time that the rest leaves for all of them under the objective; `null`: no objective
 */
export function turnPieces(
  { manner }: Strike,
  replaced: readonly Replaced[],
  room: Seconds | null,
): readonly Piece[] {
  if (manner === "lost" || manner === "short-of-capacity") return [];
  const share = room === null ? null : seconds(room / Math.max(1, replaced.length));
  return replaced.map((each): Piece => {
    const { caller, need, by } = each;
    const what = `${caller.name} turns from ${need.component} to ${by}`;
    const base = { phase: "detect", component: caller.name, what } as const;
    if (manner !== "wrong") return { ...base, ...patience(each, share) };
    const because = "wrong answers are taken for answers: a person finds out";
    return { ...base, time: fixed(caller.standby.manual), because, kind: "estimated", lever: null };
  });
}

function patience({ caller, need, inVain }: Replaced, room: Seconds | null): Timing {
  const timeout = need.timeout ?? callTimeout.time;
  const waits = triesOf(need) * inVain;
  const shorter = room === null ? 0 : Math.floor(room / waits);
  const lever: Lever | null =
    shorter >= 1 && shorter < timeout
      ? {
          change: `timeout of ${caller.name} for ${need.component}: ${durationText.print(seconds(shorter))} instead of ${durationText.print(timeout)}`,
          time: fixed(shorter * waits),
          effort: "configuration",
        }
      : null;
  const because = `it waits ${durationText.print(timeout)} for an answer${waits === 1 ? "" : `, ${waits} times`}`;
  const timing = { time: fixed(timeout * waits), lever };
  return need.timeout === null
    ? { ...timing, because: `${because}; assumed: ${callTimeout.because}`, kind: "estimated" }
    : { ...timing, because, kind: "declared" };
}

/** @param plan `null`: nobody has written one for this */
/** @param goesByItself whether the plan needs no person, as `arming.ts` tells */
export function decidePiece(plan: RecoveryPlan | null, component: Component, goesByItself: boolean): Piece {
  const base = { phase: "decide", component: null } as const;
  const automatic: Piece = {
    ...{ ...base, what: "controllers decide" },
    ...timeOf(null, decideTime),
    lever: null,
  };
  if (goesByItself) return automatic;
  const { approve } = component.recovery;
  const { manual } = component.standby;
  const waits = timeOf(approve, { time: manual, because: "somebody is paged, reads in, decides and acts" });
  const lever: Lever = { change: changeToArm(plan), time: automatic.time, effort: "automation" };
  const because = plan === null ? `no plan covers it; ${waits.because}` : waits.because;
  return { ...base, what: "a person decides", ...waits, because, lever };
}

/** What lets a plan go by itself that does not. @param plan `null`: there is none */
function changeToArm(plan: RecoveryPlan | null): string {
  if (plan === null) return "a RecoveryPlan that covers this, with automation.failover: when-armed";
  const { name, automation } = plan;
  if (outsideSteps(plan).length > 0) return `${name} without steps that the failover engine has no part in`;
  if (isGated(plan)) return `${name} without blocked and gates, which the failover engine does not look at`;
  if (automation.failover !== "when-armed")
    return `automation.failover of ${name}: when-armed, once it is drilled`;
  const unsaid = unsaidSteps(plan).map(titleOf);
  if (unsaid.length > 0) return `needs of ${unsaid.join(", ")} of ${name}, without which it is never armed`;
  return `a Drill of ${name}, without which it is never armed`;
}

export function fencePiece(component: Component, step: Step & { readonly phase: "fence" }): Piece {
  const faster: Lever = {
    change: `the fence of ${component.name} by method: far-side`,
    time: fixed(fenceTime["far-side"].time),
    effort: "configuration",
  };
  return {
    ...{ phase: "fence", component: component.name, what: `${component.name} is fenced, ${step.method}` },
    ...timeOf(component.recovery.fence, fenceTime[step.method]),
    lever: step.method === "lease" && component.replication.kind === "synchronous" ? faster : null,
  };
}

/** Everything until a place serves: machines, weights, data, and being told to; without what steps of a plan do of it. */
export function takeOverPieces(
  component: Component,
  target: Placement,
  { isScaled, isWarmed }: Activation,
): readonly Piece[] {
  return [
    ...(isScaled ? [] : provisionPieces(component, target)),
    ...restorePieces(component),
    ...(isWarmed ? [] : loadingPieces(component)),
    promotePiece(component),
  ];
}

function promotePiece(component: Component): Piece {
  const { name, pattern, recovery } = component;
  return {
    ...{ phase: "promote", component: name, what: `${name} is told to serve` },
    ...timeOf(recovery.promote, promoteTime[pattern]),
    lever: null,
  };
}

function provisionPieces({ name, pattern, recovery }: Component, target: Placement): readonly Piece[] {
  const assumed = provisionTime[pattern];
  if (recovery.provision === null && assumed.time === 0) return [];
  const lever: Lever | null =
    pattern === "pilot-light" || pattern === "backup-and-restore"
      ? {
          change: `${name} as pattern: warm-standby, so that machines run in ${target.region} already`,
          time: fixed(0),
          effort: "machines",
        }
      : null;
  return [
    {
      ...{ phase: "promote", component: name, what: `machines of ${name} are started in ${target.region}` },
      ...timeOf(recovery.provision, assumed),
      lever,
    },
  ];
}

function restorePieces({ name, pattern, data }: Component): readonly Piece[] {
  if (pattern !== "backup-and-restore" || data === null) return [];
  const time = data.stored / restoreBandwidth.value;
  return [
    {
      ...{ phase: "promote", component: name, what: `data of ${name} are restored`, kind: "estimated" },
      time: fixed(time),
      because: `${dataText.print(data.stored)} at ${dataText.print(bytes(restoreBandwidth.value))}/s; ${restoreBandwidth.because}`,
      lever: {
        change: `${name} as pattern: pilot-light, so that its data are there already`,
        time: fixed(0),
        effort: "storage",
      },
    },
  ];
}

/** What a standby replica must load before it can answer. */
function loadingPieces({ name, weights }: Component): readonly Piece[] {
  if (weights === null || weights.locality === "resident") return [];
  const { size, locality, bandwidth } = weights;
  const time = size / bandwidth.value;
  const rounded = bytes(Math.round(bandwidth.value));
  const from = locality === "local" ? "its own disk" : "the network";
  return [
    {
      ...{ phase: "promote", component: name, what: `weights of ${name} are loaded from ${from}` },
      time: fixed(time),
      because: `${dataText.print(size)} at ${dataText.print(rounded)}/s${bandwidth.source.kind === "assumed" ? ", which is assumed" : ""}`,
      kind: bandwidth.source.kind === "declared" ? "declared" : "estimated",
      lever: {
        change: `weights of ${name} with locality: resident`,
        time: fixed(0),
        effort: "storage",
      },
    },
  ];
}

/** @param room time that the other pieces leave for this one under the objective; `null`: no objective */
export function routePiece(component: Component, room: Seconds | null): Piece {
  const { name, routing, recovery } = component;
  const base = { phase: "route", component: name, what: `clients are sent to where ${name} serves` } as const;
  if (recovery.route !== null || routing?.kind !== "dns") {
    return { ...base, ...timeOf(recovery.route, assumedRoute(routing)), lever: null };
  }
  const { ttl } = routing;
  const shorter = room === null ? 0 : Math.max(5, Math.floor(room));
  const lever: Lever | null =
    shorter > 0 && shorter < ttl
      ? {
          change: `routing.ttl of ${name}: ${durationText.print(seconds(shorter))} instead of ${durationText.print(ttl)}`,
          time: uniform(0, shorter),
          effort: "configuration",
        }
      : null;
  const because = `clients keep an answer for up to the TTL of ${durationText.print(ttl)}`;
  return { ...base, time: uniform(0, ttl), because, kind: "declared", lever };
}

function assumedRoute(routing: Component["routing"]): AssumedTime {
  return routing === null || routing.kind === "dns" ? routeTime.told : routeTime[routing.kind];
}

export function verifyPiece(entry: Component): Piece {
  return {
    ...{ phase: "verify", component: entry.name, what: "a real request shows that it serves" },
    ...timeOf(entry.recovery.verify, verifyTime),
    lever: null,
  };
}
