import type { Fault } from "./act.ts";
import type { Violation } from "./audit.ts";
import type { Weather } from "./network.ts";
import { smallerPlans } from "./plan-run/read-plan.ts";
import type { PlantedBug } from "./planted-bugs.ts";
import { coolDownMsUsual, type Schedule } from "./schedule.ts";
import { played } from "./simulate.ts";
import { calm } from "./story.ts";

/** Schedules that are played at most to find a smaller one. */
const triesMax = 400;
/** Nobody understands a story better for a fault that is shorter than this. */
const lengthMsMin = 50;

export interface Shrunk {
  readonly schedule: Schedule;
  /** The promise that it breaks, as the schedule did that it was shrunk from. */
  readonly breaks: Violation["invariant"];
  readonly tries: number;
}

/**
 * The fewest and shortest faults and the calmest weather that still break the promise. @param schedule as it was played, with everybody
 * named: left to be found, whoever is active differs once an earlier fault is gone
 */
export function shrunk(
  schedule: Schedule,
  breaks: Violation["invariant"],
  bugs: ReadonlySet<PlantedBug>,
): Shrunk {
  let tries = 0;
  const isBroken = (candidate: Schedule): boolean => {
    tries += 1;
    return played(candidate, bugs).violations.some(({ invariant }) => invariant === breaks);
  };
  let smallest = schedule;
  let isSmaller = true;
  while (isSmaller && tries < triesMax) {
    const found = smallerThan(smallest).find((candidate) => tries < triesMax && isBroken(candidate));
    isSmaller = found !== undefined;
    smallest = found ?? smallest;
  }
  return { schedule: smallest, breaks, tries };
}

/** One step smaller in each way there is, the greatest steps first. */
function smallerThan(schedule: Schedule): readonly Schedule[] {
  const { faults } = schedule;
  return [
    ...halvesOf(faults).map((some) => ({ ...schedule, faults: some })),
    ...faults.map((_, left) => ({ ...schedule, faults: faults.filter((__, at) => at !== left) })),
    ...(isRun(faults) ? smallerPlans(schedule.plan) : []).map((plan) => ({ ...schedule, plan })),
    ...calmerThan(schedule.weather).map((weather) => ({ ...schedule, weather })),
    ...(schedule.coolDownMs === coolDownMsUsual ? [] : [{ ...schedule, coolDownMs: coolDownMsUsual }]),
    ...faults.flatMap((fault, at) => {
      const shorter = shorterThan(fault);
      return shorter === null ? [] : [{ ...schedule, faults: faults.with(at, shorter) }];
    }),
  ];
}

/** Whether anybody runs the plan. */
function isRun(faults: readonly Fault[]): boolean {
  return faults.some(({ act }) => act.startsWith("begin-run"));
}

function halvesOf(faults: readonly Fault[]): readonly (readonly Fault[])[] {
  if (faults.length < 4) return [];
  const middle = faults.length >> 1;
  return [faults.slice(0, middle), faults.slice(middle)];
}

function calmerThan(weather: Weather): readonly Weather[] {
  const calmer: readonly Weather[] = [
    calm,
    { ...weather, spikeShare: 0, spikeMs: 0 },
    { ...weather, lossShare: 0 },
    { ...weather, duplicateShare: 0, echoMs: 0 },
    { ...weather, delayMsMin: calm.delayMsMin, delayMsMax: calm.delayMsMax },
  ];
  const now = JSON.stringify(weather);
  return now === JSON.stringify(calm) ? [] : calmer.filter((each) => JSON.stringify(each) !== now);
}

function shorterThan({ at, until, act }: Fault): Fault | null {
  if (until === null || until - at < 2 * lengthMsMin) return null;
  return { at, until: at + Math.round((until - at) / 2), act };
}
