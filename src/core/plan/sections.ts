import { modeTitle } from "../model/recovery-plan.ts";
import type { Verdict } from "../prediction/prediction.ts";
import { moneyText, priceText } from "../units/money-text.ts";
import { unreachable } from "../problem/problem.ts";
import { countedText, roughText, roughTimeText } from "../units/shown.ts";
import { dataText, durationText } from "../units/text.ts";
import { type HourlyPrice, seconds } from "../units/units.ts";
import { capacityText } from "./capacities.ts";
import type { PlannedChange } from "./change.ts";
import type { PlanCosts } from "./costs.ts";
import type { JourneyForecast, ModeForecast, PhaseBudget } from "./forecasts.ts";
import { type ForeseenPlan, standingOf } from "./foreseen.ts";
import { groundText } from "./rests-on.ts";
import { gateText, type LookedAt, windowText } from "./today.ts";
import type { BlastRadius, ReachedJourney } from "./radius.ts";

/** A part of a plan in words, each line complete in itself, so that two plans can be held against one another line by line. */
export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

/** A plan as people read it before anything happens: always the same sections, of which some have nothing to say. */
export function sectionsOf(plan: ForeseenPlan): readonly Section[] {
  const { steps, stages, beside, radius, forecasts, capacities, costs, obstacles } = plan;
  return [
    { title: "steps", lines: steps.flatMap(({ changes }) => changes.map(changeText)) },
    { title: "beside one another, stage after stage", lines: stageLines(stages) },
    { title: "looked at before it is begun", lines: lookedAtLines(plan.lookedAt) },
    { title: "beside them, by itself", lines: beside.map(changeText) },
    { title: "blast radius", lines: radiusLines(radius) },
    { title: "time (estimated)", lines: forecasts.flatMap(timeLines) },
    { title: "what could be lost (estimated)", lines: [...forecasts.flatMap(lossLines), ...lossBound(plan)] },
    { title: "capacity once it is done (as declared)", lines: capacities.map(capacityText) },
    { title: "cost (estimated)", lines: costLines(costs) },
    {
      title: "what stands in the way",
      lines: obstacles.map(({ effect, what, mend }) => `${effect}: ${what}; mend: ${mend}`),
    },
    { title: "what it rests on", lines: plan.restsOn.map(groundText) },
    { title: "so it", lines: [verdictText(plan)] },
  ];
}

function verdictText(plan: ForeseenPlan): string {
  const standing = standingOf(plan);
  switch (standing) {
    case "goes":
      return `goes by itself${plan.automation === "always" ? ", proven or not" : " while its trust is ARMED"}`;
    case "asks":
      return "goes once a person has decided";
    case "stops":
      return "would stop";
    default:
      return unreachable(standing);
  }
}

/** Nothing where one step is carried out after another, as they stand. */
function stageLines(stages: ForeseenPlan["stages"]): readonly string[] {
  if (stages.every((stage) => stage.length === 1)) return [];
  return stages.map((stage) => stage.map(({ name }) => name).join(", beside it "));
}

function lookedAtLines({ blocked, gates }: LookedAt): readonly string[] {
  return [
    ...blocked.map((window) => `not within ${window.name}: ${windowText(window)}`),
    ...gates.map((gate) => `only where ${gateText(gate)}`),
  ];
}

function changeText({ sign, what, because }: PlannedChange): string {
  return `${sign} ${what} (${because})`;
}

function radiusLines({
  regionsLost,
  components,
  componentsInAll,
  covered,
  others,
}: BlastRadius): readonly string[] {
  const lost = regionsLost.length === 0 ? [] : [`regions that fail: ${regionsLost.join(", ")}`];
  const uncovered =
    others.length === 0
      ? []
      : [`not covered, and need what it changes: ${others.map(reachedText).join(", ")}`];
  return [
    ...lost,
    `journeys: ${covered.map(reachedText).join(", ")}`,
    ...uncovered,
    `${countedText(components.length, "component")} of ${componentsInAll}: ${components.join(", ")}`,
  ];
}

function reachedText({ journey, requestsRatio }: ReachedJourney): string {
  return requestsRatio === null
    ? journey
    : `${journey} (${roughText(requestsRatio * 100)} % of all requests)`;
}

function timeLines(forecast: JourneyForecast): readonly string[] {
  const { journey, modes } = forecast;
  return [...wholeLines(forecast), ...modes.map((mode) => modeLine(journey, mode))];
}

function modeLine(journey: string, mode: ModeForecast): string {
  const { outcome, because, p95Seconds, objectiveSeconds, verdict } = mode;
  const title = modeTitle(journey, mode.mode);
  const rto = rtoText(objectiveSeconds, verdict);
  if (outcome === "untouched") return `${title}: goes on, ${rto}`;
  if (p95Seconds === null) return `${title}: does not come back: ${because.join("; ")}, ${rto}`;
  const time = `${roughTimeText(seconds(p95Seconds))} in 19 of 20 recoveries`;
  return `${title}: ${time}, ${rto}${howText(mode)}`;
}

function howText({ isVerified, sooner }: ModeForecast): string {
  if (sooner !== null) return `; by then it is there ${sooner.mode === null ? "whole" : `in ${sooner.mode}`}`;
  return isVerified ? "" : "; it comes about by itself: no step verifies it";
}

function rtoText(objective: number | null, verdict: Verdict): string {
  return objective === null ? "no objective" : `RTO ${durationText.print(seconds(objective))}: ${verdict}`;
}

function wholeLines({ journey, outcome, because, time }: JourneyForecast): readonly string[] {
  if (outcome === "untouched") return [`${journey}: goes on`];
  if (time === null) return [`${journey}: does not come back before what failed does: ${because.join("; ")}`];
  const rto = rtoText(time.objectiveSeconds, time.verdict);
  return [
    `${journey}: ${roughTimeText(seconds(time.p95Seconds))} in 19 of 20 recoveries, ${rto}`,
    ...time.phases.map((each) => `${journey}, ${phaseText(each)}`),
  ];
}

function phaseText({ phase, p95Seconds, withinSeconds }: PhaseBudget): string {
  const share = `${phase} ${roughTimeText(seconds(p95Seconds))}`;
  if (withinSeconds === null) return `${share}, no bound`;
  const bound = `may take ${roughTimeText(seconds(withinSeconds))}`;
  return p95Seconds > withinSeconds ? `${share}, and ${bound}: over its budget` : `${share}, ${bound}`;
}

function lossLines({ journey, loss }: JourneyForecast): readonly string[] {
  if (loss === null) return [];
  const lost =
    loss.p95Seconds === null
      ? "all of it, or nobody can say"
      : loss.p95Seconds === 0
        ? "nothing that was acknowledged"
        : `the last ${roughTimeText(seconds(loss.p95Seconds))}`;
  const rpo =
    loss.objectiveSeconds === null
      ? "no objective"
      : `RPO ${durationText.print(seconds(loss.objectiveSeconds))}: ${loss.verdict}`;
  return [`${journey}: ${lost}, ${rpo} (${loss.because})`];
}

/** Controllers estimate on the day itself what whoever would serve next may lack (`core/failover/may-lack.ts`). */
function lossBound(plan: ForeseenPlan): readonly string[] {
  const losses = plan.forecasts.flatMap(({ loss }) => (loss === null || loss.p95Seconds === 0 ? [] : [loss]));
  const isBounded = losses.some(({ objectiveSeconds }) => objectiveSeconds !== null);
  return isBounded && standingOf(plan) === "goes"
    ? ["where more than the RPO may be missing on the day, or nobody can tell, controllers wait for a person"]
    : [];
}

function machinesPriceText(price: HourlyPrice | null): string {
  if (price === null) return "no price is known";
  // What is reserved is paid for in any case.
  if (price.microsPerHour === 0) return "nothing more: they are paid for while they are off too";
  return `${priceText.print(price)} more while they serve`;
}

function costLines({ machines, copies }: PlanCosts): readonly string[] {
  return [
    ...machines.map(({ component, region, machines: count, price }) => {
      return `${countedText(count, "machine")} of ${component} in ${region}: ${machinesPriceText(price)}`;
    }),
    ...copies.map(({ component, from, to, bytes, price }) => {
      const cost = price === null ? "no price is known" : moneyText.print(price);
      return `${component} copied anew from ${from} to ${to} to come back, ${dataText.print(bytes)}: ${cost}`;
    }),
  ];
}
