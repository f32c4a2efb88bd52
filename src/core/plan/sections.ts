import { modeTitle } from "../model/recovery-plan.ts";
import type { Verdict } from "../prediction/prediction.ts";
import { moneyText, priceText } from "../units/money-text.ts";
import { countedText, roughText, roughTimeText } from "../units/shown.ts";
import { dataText, durationText } from "../units/text.ts";
import { seconds } from "../units/units.ts";
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
  const { steps, beside, radius, forecasts, capacities, costs, obstacles } = plan;
  return [
    { title: "steps", lines: steps.flatMap(({ changes }) => changes.map(changeText)) },
    { title: "looked at before it is begun", lines: lookedAtLines(plan.lookedAt) },
    { title: "beside them, by itself", lines: beside.map(changeText) },
    { title: "blast radius", lines: radiusLines(radius) },
    { title: "time (estimated)", lines: forecasts.flatMap(timeLines) },
    { title: "what could be lost (estimated)", lines: forecasts.flatMap(lossLines) },
    { title: "capacity once it is done (as declared)", lines: capacities.map(capacityText) },
    { title: "cost (estimated)", lines: costLines(costs) },
    {
      title: "what stands in the way",
      lines: obstacles.map(({ effect, what, mend }) => `${effect}: ${what}; mend: ${mend}`),
    },
    { title: "what it rests on", lines: plan.restsOn.map(groundText) },
    { title: "so it", lines: [verdictText[standingOf(plan)]] },
  ];
}

const verdictText: Readonly<Record<ReturnType<typeof standingOf>, string>> = {
  goes: "goes by itself while its trust is ARMED",
  asks: "goes once a person has decided",
  stops: "would stop",
};

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
  return p95Seconds > withinSeconds ? `${share}, and ${bound}: it would be given up` : `${share}, ${bound}`;
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

function costLines({ machines, copies }: PlanCosts): readonly string[] {
  return [
    ...machines.map(({ component, region, machines: count, price }) => {
      const cost = price === null ? "no price is known" : `${priceText.print(price)} more while they serve`;
      return `${countedText(count, "machine")} of ${component} in ${region}: ${cost}`;
    }),
    ...copies.map(({ component, from, to, bytes, price }) => {
      const cost = price === null ? "no price is known" : moneyText.print(price);
      return `${component} copied anew from ${from} to ${to} to come back, ${dataText.print(bytes)}: ${cost}`;
    }),
  ];
}
