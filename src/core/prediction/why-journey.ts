import type { Chances } from "../availability/chances.ts";
import { likeliestCutSets } from "../availability/cut-sets/likeliest.ts";
import { cutSetsOf, singlePointsOfFailure } from "../availability/cut-sets/cut-sets.ts";
import { chancesOfRuns } from "../availability/frequency.ts";
import { importanceOf } from "../availability/importance.ts";
import type { JourneyAvailability } from "../availability/availability.ts";
import { type LongRun, neverFailing } from "../availability/law.ts";
import { longRunOf } from "../availability/long-run.ts";
import type { PlatformGraph } from "../availability/platform-graph.ts";
import { purposes, RandomStream } from "../availability/simulation/random-stream.ts";
import { type SolvedGraph, solved } from "../availability/solve.ts";
import { runsWithin } from "../availability/event-run.ts";
import { mixedUncertaintyOf } from "../availability/uncertainty.ts";
import { type Model, the } from "../model/model.ts";
import { invariant } from "../problem/problem.ts";
import type { Figure } from "../units/figure.ts";
import type { AvailabilityVerdict, JourneyPrediction, Prediction } from "./prediction.ts";
import { doubtsOf } from "./doubts.ts";
import { type EventContext, type EventWhy, eventWords, minutesPerYearOf, whyEvent } from "./why-event.ts";
import { whyTraining } from "./why-training.ts";

/** Why a journey is as available as it is predicted to be. Minutes are those of a year, for a user taken at random. */
export interface JourneyWhy {
  readonly prediction: JourneyPrediction;
  /** `null`: its graph would have taken more work than was allowed. */
  readonly causes: Causes | null;
  readonly training: readonly Figure<unknown>[];
}

export interface Causes {
  /** Each fails the journey by itself; most minutes first. */
  readonly singlePoints: readonly Cut[];
  /** What must fail together, the likeliest first. */
  readonly cuts: readonly Cut[];
  /** For each objective of availability, the narrowest scope first. */
  readonly scopes: readonly ScopeWhy[];
  readonly uncertainty: Uncertainty;
  /** Everything that it can fail by; what would help most first. */
  readonly events: readonly MattersWhy[];
}

export interface Cut {
  /** In words. */
  readonly events: readonly string[];
  readonly minutesPerYear: number;
  /** For whom, when not for everybody. */
  readonly cells: readonly string[];
}

export interface ScopeWhy {
  readonly verdict: AvailabilityVerdict;
  readonly minutesAllowed: number;
  readonly minutesPredicted: number;
  /** What would help most, were it never to fail; most first. */
  readonly helps: readonly Help[];
}

export interface Help {
  readonly event: string;
  /** What goes of the minutes when it never fails. */
  readonly minutesSaved: number;
}

export interface MattersWhy extends EventWhy {
  readonly minutesSaved: number;
}

/** 90 of 100 such platforms would lie between `p5` and `p95`. */
export interface Uncertainty {
  readonly samples: number;
  readonly p5MinutesPerYear: number;
  readonly p50MinutesPerYear: number;
  readonly p95MinutesPerYear: number;
}

export interface WhySettings {
  readonly rows: EventContext["rows"];
  readonly stepsMax: number;
}

const samples = 500;
const seed = 1;
const cutsMax = 10;
const helpsMax = 3;
const cutStepsMax = 2 ** 22;

export function whyJourney(
  model: Model,
  prediction: Prediction,
  { name, rows, stepsMax }: WhySettings & { readonly name: string },
): JourneyWhy {
  const found = prediction.journeys.find(({ journey }) => journey.name === name);
  invariant(found !== undefined, `a journey ${name} is predicted`);
  const { availability } = found;
  const causes =
    availability.run === null
      ? null
      : causesOf(prediction, { ...found, availability }, { model, rows, stepsMax });
  return { prediction: found, causes, training: whyTraining(model, found.journey) };
}

/** What is known of a journey's graph: of each of its kinds of users one. */
interface Solved {
  readonly graph: PlatformGraph;
  readonly runs: readonly LongRun[];
  readonly users: readonly {
    readonly cell: string | null;
    readonly share: number;
    readonly solved: SolvedGraph;
  }[];
}

/** Of a journey that is predicted: how it stands against each objective of availability, and what would help most. */
export function whyScopes(
  prediction: Prediction,
  found: JourneyPrediction,
  stepsMax: number,
): readonly ScopeWhy[] {
  const { availability, availabilityVerdicts: verdicts } = found;
  if (availability.run === null || verdicts.length === 0) return [];
  const all = solvedOf(prediction.graph(), found, stepsMax);
  const { withinScope: within } = availability;
  return all === null ? [] : verdicts.map((verdict) => scopeWhy(all, verdict, the(within, verdict.scope)));
}

/** @returns `null`: a diagram that tells causes apart would take more work than is allowed */
function solvedOf(
  graph: PlatformGraph,
  { journey: { name } }: JourneyPrediction,
  stepsMax: number,
): Solved | null {
  const tops = graph.journeys.find(({ journey }) => journey === name);
  const users = (tops?.users ?? []).map(({ cell, share, fails }) => ({
    ...{ cell, share, solved: solved(graph, fails, stepsMax) },
  }));
  if (!users.every(({ solved: { isExact } }) => isExact)) return null;
  return { graph, users, runs: graph.events.map(({ law }) => longRunOf(law)) };
}

function causesOf(
  prediction: Prediction,
  found: JourneyPrediction & { readonly availability: JourneyAvailability },
  { model, rows, stepsMax }: EventContext & WhySettings,
): Causes | null {
  const { withinScope: within } = found.availability;
  const all = solvedOf(prediction.graph(), found, stepsMax);
  if (all === null) return null;
  const saved = savedMinutes(all, chancesOfRuns(all.runs));
  const events = all.graph.events
    .map((event, at) => ({
      ...whyEvent({ model, rows }, event, all.runs[at] ?? neverFailing),
      minutesSaved: saved[at] ?? 0,
    }))
    .filter(({ minutesSaved }) => minutesSaved > 0)
    .sort((a, b) => b.minutesSaved - a.minutesSaved);
  return {
    ...cutsOf(all),
    scopes: found.availabilityVerdicts.map((verdict) => scopeWhy(all, verdict, the(within, verdict.scope))),
    uncertainty: uncertaintyOf(all, { model, rows }),
    events,
  };
}

/** By event: what goes of the minutes when it never fails. */
function savedMinutes({ users, graph }: Solved, chances: Chances): readonly number[] {
  const each = users.map(({ share, solved: of }) => ({ share, importance: importanceOf(of, chances) }));
  return graph.events.map((_, at) =>
    each.reduce((sum, { share, importance }) => {
      const slope = importance[at]?.birnbaum ?? 0;
      return sum + share * minutesPerYearOf((chances.failed[at] ?? 0) * slope);
    }, 0),
  );
}

/** @param down share of time that it is down by failures of the scope */
function scopeWhy(all: Solved, verdict: AvailabilityVerdict, down: number): ScopeWhy {
  const { events } = all.graph;
  const chances = chancesOfRuns(runsWithin(verdict.scope, events, all.runs));
  const helps = savedMinutes(all, chances)
    .map((minutesSaved, at) => ({ event: wordsAt(events, at), minutesSaved }))
    .filter(({ minutesSaved }) => minutesSaved > 0)
    .sort((a, b) => b.minutesSaved - a.minutesSaved);
  return {
    verdict,
    minutesAllowed: minutesPerYearOf(1 - verdict.objective),
    minutesPredicted: minutesPerYearOf(down),
    helps: helps.slice(0, helpsMax),
  };
}

function wordsAt(events: PlatformGraph["events"], at: number): string {
  const event = events[at];
  return event === undefined ? "" : eventWords(event);
}

/** What fails it, for all users together: the same cut of several cells is told once. */
function cutsOf({ users, runs, graph }: Solved): Pick<Causes, "singlePoints" | "cuts"> {
  const failed = runs.map(({ unavailability }) => unavailability);
  const found = new Map<string, { events: readonly number[]; minutes: number; cells: string[] }>();
  const add = (events: readonly number[], minutes: number, cell: string | null): void => {
    const key = events.join(" ");
    const cut = found.get(key) ?? { events, minutes: 0, cells: [] };
    cut.minutes += minutes;
    if (cell !== null) cut.cells.push(cell);
    found.set(key, cut);
  };
  for (const { solved: of, share, cell } of users) {
    const sets = cutSetsOf(of, cutStepsMax);
    if (sets === null) continue;
    const likeliest = likeliestCutSets(sets, failed, cutsMax);
    for (const { events, probability } of likeliest) add(events, share * minutesPerYearOf(probability), cell);
    const listed = new Set(likeliest.flatMap(({ events }) => (events.length === 1 ? events : [])));
    for (const event of singlePointsOfFailure(sets)) {
      if (!listed.has(event)) add([event], share * minutesPerYearOf(failed[event] ?? 0), cell);
    }
  }
  const told = [...found.values()]
    .map(
      ({ events, minutes, cells }): Cut => ({
        events: events.map((event) => wordsAt(graph.events, event)),
        minutesPerYear: minutes,
        cells: cells.length === users.length ? [] : cells,
      }),
    )
    .filter(({ minutesPerYear }) => minutesPerYear > 0)
    .sort((a, b) => b.minutesPerYear - a.minutesPerYear);
  return {
    singlePoints: told.filter(({ events }) => events.length === 1),
    cuts: told.slice(0, cutsMax),
  };
}

function uncertaintyOf({ graph, runs, users }: Solved, context: EventContext): Uncertainty {
  const doubts = doubtsOf(context, graph.events, runs);
  const stream = new RandomStream(seed, purposes.replications, 0);
  const graphs = users.map(({ solved: of, share }) => ({ graph: of, share }));
  const { p5, p50, p95 } = mixedUncertaintyOf(graphs, doubts, { samples, random: () => stream.share() });
  return {
    samples,
    p5MinutesPerYear: minutesPerYearOf(p5),
    p50MinutesPerYear: minutesPerYearOf(p50),
    p95MinutesPerYear: minutesPerYearOf(p95),
  };
}
