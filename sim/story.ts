import type { Fault } from "./act.ts";
import { momentsOf, undoingOf } from "./act.ts";
import type { Weather } from "./network.ts";
import { usualPlan } from "./plan-run/simulated-plan.ts";
import { type PlantedBug, plantedBugs } from "./planted-bugs.ts";
import { coolDownMsUsual, faultsEndMs, type Schedule } from "./schedule.ts";

const proofsLastMsUsual = 60_000;

/** Nothing is lost or late: what happens is what faults do. */
export const calm: Weather = {
  delayMsMin: 1,
  delayMsMax: 1,
  spikeShare: 0,
  spikeMs: 0,
  lossShare: 0,
  duplicateShare: 0,
  echoMs: 0,
};

/** The world that a story is played in. */
export interface Setting extends Omit<Schedule, "faults"> {
  readonly bugs: ReadonlySet<PlantedBug>;
}

export const usualSetting: Setting = {
  seed: 1,
  replication: "synchronous",
  coolDownMs: coolDownMsUsual,
  weather: calm,
  plan: usualPlan,
  proofsLastMs: null,
  bugs: new Set(),
};

/** A line of a story that stands before what happens and says in which world; `null`: it is none. */
export function withSettingLine(setting: Setting, line: string): Setting | null {
  const [name = "", ...values] = line.trim().split(" ");
  const numbers = values.map(Number);
  switch (name) {
    case "asynchronous":
      return { ...setting, replication: "asynchronous" };
    case "seed":
      return { ...setting, seed: numbers[0] ?? usualSetting.seed };
    case "cool-down":
      return { ...setting, coolDownMs: numbers[0] ?? coolDownMsUsual };
    case "weather":
      return { ...setting, weather: weatherOf(numbers) };
    case "plan":
      return { ...setting, plan: values.join(" ") };
    case "when-armed":
      return { ...setting, proofsLastMs: numbers[0] ?? proofsLastMsUsual };
    case "bug":
      return { ...setting, bugs: new Set([...setting.bugs, bugNamed(values[0])]) };
    default:
      return null;
  }
}

function weatherOf(numbers: readonly number[]): Weather {
  const [delayMsMin = 1, delayMsMax = 1, spikeShare = 0, spikeMs = 0] = numbers;
  const [lossShare = 0, duplicateShare = 0, echoMs = 0] = numbers.slice(4);
  return { delayMsMin, delayMsMax, spikeShare, spikeMs, lossShare, duplicateShare, echoMs };
}

function bugNamed(name: string | undefined): PlantedBug {
  if (name === undefined || !isPlanted(name)) throw new Error(`there is no planted bug "${name ?? ""}"`);
  return name;
}

export function isPlanted(name: string): name is PlantedBug {
  return Object.hasOwn(plantedBugs, name);
}

/** The left side of a story in which a schedule is played: kept with the scenarios, it is tried with every change. */
export function storyOf(schedule: Schedule, bugs: ReadonlySet<PlantedBug>): string {
  const { seed, replication, coolDownMs, weather, plan, proofsLastMs, faults } = schedule;
  const isCalm = JSON.stringify(weather) === JSON.stringify(calm);
  const { delayMsMin, delayMsMax, spikeShare, spikeMs, lossShare, duplicateShare, echoMs } = weather;
  const figures = [delayMsMin, delayMsMax, spikeShare, spikeMs, lossShare, duplicateShare, echoMs];
  return [
    `seed ${seed}`,
    ...(replication === "asynchronous" ? ["asynchronous"] : []),
    ...(coolDownMs === coolDownMsUsual ? [] : [`cool-down ${coolDownMs}`]),
    ...(isCalm ? [] : [`weather ${figures.join(" ")}`]),
    ...(plan === usualPlan ? [] : [`plan ${plan}`]),
    ...(proofsLastMs === null ? [] : [`when-armed ${proofsLastMs}`]),
    ...[...bugs].map((bug) => `bug ${bug}`),
    ...linesOf(faults),
    `${faultsEndMs} settle`,
    "",
  ].join("\n");
}

function linesOf(faults: readonly Fault[]): readonly string[] {
  return momentsOf(faults).map(({ at, fault, kind }) => {
    const { act } = faults[fault] as Fault;
    return `${at} ${kind === "begins" ? act : (undoingOf(act) ?? "")}`;
  });
}
