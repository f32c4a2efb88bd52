import type { RandomStream } from "./random-stream.ts";
import { drawnByLengthInTurn, drawnInTurn, meanOfAll } from "./span.ts";
import { type FailedUnits, rateOfTask, type Task } from "./unit-events.ts";

/** How chance is drawn. Balanced: a failure is made as likely as the end of a task, and each event as likely to be the one that fails. */
export type Chance = "balanced" | "as-it-is";

/** Lets the next thing happen to failed units. Answers the likelihood ratio: how likely it is, over how likely it was made. */
export interface Draw {
  readonly next: (chance: Chance, random: RandomStream) => number;
}

/** Where no task has a memory: what happens next does not depend on when, so each state lasts its mean. */
export function memorylessDraw(units: FailedUnits): Draw {
  return {
    next: (chance, random) => {
      const tasks = units.tasks.reduce((sum, task) => sum + rateOfTask(task), 0);
      const { rate } = units;
      const real = rate / (rate + tasks);
      const drawn = chance === "balanced" && rate > 0 && tasks > 0 ? 0.5 : real;
      units.now += 1 / (rate + tasks);
      if (random.share() < drawn) return (real / drawn) * failOne(units, chance, random);
      units.finish(byRate(units.tasks, tasks * random.share()));
      return (1 - real) / (1 - drawn);
    },
  };
}

/**
 * Where tasks have a memory: their lengths are drawn, with balanced chance half of them by length, for failures fall into long ones. The
 * next failure then comes, by even chance, before the next end of a task: it is drawn at the rate that makes it so.
 */
export function timedDraw(units: FailedUnits): Draw {
  return {
    next: (chance, random) => {
      const ratio = setTimes(units, chance, random);
      const next = units.tasks.reduce((least, task) => (task.at < least.at ? task : least));
      const span = next.at - units.now;
      const { rate } = units;
      const faster = chance === "balanced" && rate > 0 && span > 0 ? Math.max(rate, Math.LN2 / span) : rate;
      const wait = faster > 0 ? random.exponential(1 / faster) : Number.POSITIVE_INFINITY;
      if (wait < span) {
        units.now += wait;
        const early = (rate / faster) * Math.exp((faster - rate) * wait);
        return ratio * early * failOne(units, chance, random);
      }
      units.now = next.at;
      units.finish(next);
      return ratio * Math.exp((faster - rate) * span);
    },
  };
}

/** A unit fails now: of which event, by even chance or by the rates. */
export function failOne(units: FailedUnits, chance: Chance, random: RandomStream): number {
  const { rates, rate, failable } = units;
  if (chance === "as-it-is") {
    units.fail(placeByRate(rates, rate * random.share()), random);
    return 1;
  }
  let place = random.below(rates.length);
  while (rates[place] === 0) place = random.below(rates.length);
  const ratio = ((rates[place] as number) / rate) * failable;
  units.fail(place, random);
  return ratio;
}

/** Draws the lengths of tasks that have begun. */
function setTimes(units: FailedUnits, chance: Chance, random: RandomStream): number {
  let ratio = 1;
  for (const task of units.tasks) {
    if (task.at !== Number.POSITIVE_INFINITY) continue;
    const isByLength = chance === "balanced" && random.share() < 0.5;
    const length = isByLength ? drawnByLengthInTurn(task.spans, random) : drawnInTurn(task.spans, random);
    task.at = units.now + length;
    if (chance === "balanced") ratio *= 2 / (1 + length / meanOfAll(task.spans));
  }
  return ratio;
}

function byRate(tasks: readonly Task[], point: number): Task {
  let left = point;
  let found = tasks[0] as Task;
  for (const task of tasks) {
    found = task;
    left -= rateOfTask(task);
    if (left < 0) break;
  }
  return found;
}

function placeByRate(rates: Float64Array, point: number): number {
  let left = point;
  let found = 0;
  for (let place = 0; place < rates.length; place += 1) {
    const each = rates[place] as number;
    if (each === 0) continue;
    found = place;
    left -= each;
    if (left < 0) break;
  }
  return found;
}
