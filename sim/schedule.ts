import { milliseconds, ratio } from "../src/core/units/units.ts";
import type { Act, Fault } from "./act.ts";
import { drawnFlaps } from "./drawn-flaps.ts";
import { leaderMoments } from "./leader-moment.ts";
import { hub, storePlace, type Weather } from "./network.ts";
import { drawnRun } from "./plan-run/drawn-run.ts";
import { drawnPlan } from "./plan-run/drawn-plan.ts";
import { planOf } from "./plan-run/read-plan.ts";
import { usualPlan } from "./plan-run/simulated-plan.ts";
import { Random } from "./random.ts";
import { regions } from "./network.ts";
import { orderKinds } from "../src/core/failover/order.ts";
import { drawnProofsLastMs, drawnTrust } from "./trust/drawn-trust.ts";
import { type FailoverSettings, failoverSettings } from "../src/core/failover/settings.ts";

/** Faults begin and end in the first part of a schedule, so that the rest shows whether all comes back. */
export const faultsEndMs = 7_000;

export type Replication = "synchronous" | "asynchronous";

/** What a seed draws, as plain data: the same schedule is always played the same way. */
export interface Schedule {
  /** For what is left to chance while it is played: delays, how long deeds take, clocks. */
  readonly seed: number;
  readonly replication: Replication;
  readonly coolDownMs: number;
  readonly weather: Weather;
  /** What is carried out where somebody begins a run, in the words of `plan-run/simulated-plan.ts`. */
  readonly plan: string;
  /** How long what proves the controllers' plan is fresh; `null`: they act in any case. */
  readonly proofsLastMs: number | null;
  readonly faults: readonly Fault[];
}

export const coolDownMsUsual = 1_000;

/** How much may be lost where nobody confirms: in every other schedule a lease that runs out is within it, and in the others it is not. */
function lossMsMax(seed: number): number {
  return seed % 2 === 0 ? 2_500 : 4_500;
}

/** Protocol bounds scaled to a schedule: leases that run out inside it, and cool-downs that end. */
export function simulatedSettings({
  replication,
  coolDownMs,
  seed,
}: Pick<Schedule, "replication" | "coolDownMs" | "seed">): FailoverSettings {
  return failoverSettings({
    regions,
    confirmations: replication === "synchronous" ? 1 : 0,
    lossyFailover: "automatic",
    lossMax: replication === "synchronous" ? null : milliseconds(lossMsMax(seed)),
    timing: {
      tickMs: milliseconds(150),
      refusalsMin: 2,
      silentAfterMs: milliseconds(600),
      streamSilentAfterMs: milliseconds(450),
      freshMs: milliseconds(750),
      heartbeatMs: milliseconds(300),
      leaderLeaseMs: milliseconds(1_500),
      servingLeaseMs: milliseconds(1_500),
      clockDriftMax: ratio(0.01),
      fenceLimitMs: milliseconds(2_000),
      candidateLostAfterMs: milliseconds(1_200),
      standbyAbsentAfterMs: milliseconds(1_200),
      reseedAfterMs: milliseconds(1_500),
      coolDownMs: milliseconds(coolDownMs),
    },
  });
}

export interface DrawOptions {
  /** How commits are confirmed; drawn from the seed when not given. */
  readonly replication?: Replication | undefined;
  /** What goes wrong; drawn from the seed when not given. */
  readonly trouble?: Trouble | undefined;
}

/** What goes wrong in a schedule: a few great faults, links that come and go, only what probes, clocks and watches tell, a plan is run
 * meanwhile, or controllers act by proof alone. */
export type Trouble = "faults" | "trust" | "flaps" | "witnesses" | "runs";

/** What happens in the schedule of a seed. */
export function drawnSchedule(seed: number, options: DrawOptions = {}): Schedule {
  const random = new Random(~seed);
  const replication: Replication = random.chance(0.8) ? "synchronous" : "asynchronous";
  const weather = drawnWeather(random);
  const drawn = troubleOf(random.share());
  const trouble = options.trouble ?? drawn;
  // Links that come and go must be seen against a cool-down that outlasts a failover.
  const coolDownMs = trouble === "flaps" ? random.pick([1_000, 2_500, 4_000]) : coolDownMsUsual;
  const plan = trouble === "runs" ? drawnPlan(random) : usualPlan;
  return {
    seed,
    replication: options.replication ?? replication,
    coolDownMs,
    weather,
    plan,
    proofsLastMs: trouble === "trust" ? random.pick(drawnProofsLastMs) : null,
    faults: faultsOf(trouble, random, plan),
  };
}

function troubleOf(share: number): Trouble {
  if (share < 0.58) return "faults";
  if (share < 0.65) return "trust";
  if (share < 0.78) return "flaps";
  return share < 0.84 ? "witnesses" : "runs";
}

function faultsOf(trouble: Trouble, random: Random, plan: string): readonly Fault[] {
  switch (trouble) {
    case "faults":
      return [...drawnFaults(random, drawnAct), ...drawnOrders(random), ...drawnAmbush(random, 0.15)];
    case "trust":
      return [...drawnTrust(random), ...drawnFaults(random, drawnAct), ...drawnAmbush(random, 0.4)];
    case "runs":
      return [
        ...(random.chance(0.7) ? drawnFaults(random, drawnAct) : []),
        ...drawnRun(random, planOf(plan)),
      ];
    case "flaps":
      // A person's order is no oscillation, so most of these schedules have none.
      return [
        ...drawnFlaps(random),
        ...drawnClock(random),
        ...(random.chance(0.2) ? drawnOrders(random) : []),
      ];
    case "witnesses":
      return drawnFaults(random, drawnWitness);
  }
}

function drawnWeather(random: Random): Weather {
  const isRough = random.chance(0.4);
  const drawn = (low: number, high: number): number => Number(random.between(low, high).toPrecision(3));
  return {
    delayMsMin: 0.3,
    delayMsMax: isRough ? drawn(5, 40) : drawn(1, 5),
    spikeShare: isRough ? drawn(0, 0.1) : 0,
    spikeMs: isRough ? drawn(100, 2_000) : 0,
    lossShare: isRough ? drawn(0, 0.05) : 0,
    duplicateShare: isRough ? drawn(0, 0.2) : 0,
    echoMs: isRough ? drawn(50, 4_000) : 0,
  };
}

/** One to four faults, all over before the last part of the schedule. */
function drawnFaults(random: Random, drawn: typeof drawnAct): readonly Fault[] {
  return Array.from({ length: 1 + random.below(4) }, () => {
    const at = Math.round(random.between(600, faultsEndMs - 1_000));
    // Pauses must outlast leases, or fencing is never tried.
    const length = random.chance(0.7) ? random.between(1_200, 5_500) : random.between(50, 1_200);
    const region = random.chance(0.5) ? "active" : random.pick(regions);
    return { at, until: Math.round(Math.min(at + length, faultsEndMs)), act: drawn(random, region) };
  });
}

function drawnAct(random: Random, region: string): Act {
  const kind = random.share();
  if (kind < 0.28) return random.chance(0.7) ? `kill ${region}` : `power-off ${region}`;
  if (kind < 0.54) return `freeze ${region}`;
  if (kind < 0.84) return drawnCut(random, region);
  return kind < 0.9 ? `fill ${random.chance(0.7) ? region : storePlace}` : drawnWitness(random, region);
}

/** In some schedules whoever leads dies in the midst of what it does. */
function drawnAmbush(random: Random, share: number): readonly Fault[] {
  if (!random.chance(share)) return [];
  const at = Math.round(random.between(300, 3_000));
  const moment = random.pick(leaderMoments.filter((each) => each !== "steady"));
  return [
    { at, until: Math.round(random.between(at + 2_000, faultsEndMs)), act: `ambush leading ${moment}` },
  ];
}

/** In half of the schedules a wall clock is set, or all of them. */
function drawnClock(random: Random): readonly Fault[] {
  if (random.chance(0.5)) return [];
  const some = random.chance(0.5) ? regions : [random.pick(regions)];
  const at = Math.round(random.between(500, 5_000));
  return some.map((region) => ({ at, until: null, act: `set-clock ${region} 3600000` }));
}

/** Nothing is wrong but what somebody is told. */
function drawnWitness(random: Random, region: string): Act {
  switch (random.below(4)) {
    case 0:
      return `lose-probes ${region}`;
    case 1:
      return `mislead ${random.pick(regions)} ${random.pick(["dead", "alive"])}`;
    case 2:
      return `set-clock ${random.pick(regions)} ${random.pick([-3_600_000, 3_600_000, 90_000_000])}`;
    default:
      return `lag-watch ${region} ${random.pick(["late", "compacted"])}`;
  }
}

/** A partition: the world falls in two, or one region is cut off from everybody or some, in both directions or in one. */
function drawnCut(random: Random, region: string): Act {
  const places = [...regions, hub, storePlace];
  if (random.chance(0.4)) {
    // Half of them leave the region alone with its clients, who then do not notice that they are on the smaller side.
    const side = random.chance(0.5) ? [region, hub] : places.filter(() => random.chance(0.5));
    return side.length === 0 ? `cut ${region} <> others` : `cut ${side.join(",")} <> others`;
  }
  const some = places.filter(() => random.chance(0.5)).join(",");
  const from = random.chance(0.6) || some === "" ? "others" : some;
  const direction = random.below(4);
  if (direction === 1) return `cut ${from} > ${region}`;
  return `cut ${region} ${direction === 0 ? ">" : "<>"} ${from}`;
}

/** In half of the schedules a person asks for another region to serve, on a good day or in the middle of a bad one. */
function drawnOrders(random: Random): readonly Fault[] {
  const count = random.chance(0.5) ? 0 : 1 + random.below(3);
  return Array.from({ length: count }, () => {
    const at = Math.round(random.between(400, faultsEndMs - 1));
    const kind = random.chance(0.7) ? "switchover" : random.pick(orderKinds);
    const act = random.chance(0.3) ? `order ${kind}` : `order ${kind} ${random.pick(regions)}`;
    if (!random.chance(0.2)) return [{ at, until: null, act }];
    const mind = Math.min(Math.round(at + random.between(5, 300)), faultsEndMs - 1);
    const instead = `order ${random.pick(["abort", "failover"] as const)}`;
    return [
      { at, until: null, act },
      { at: mind, until: null, act: instead },
    ];
  }).flat();
}
