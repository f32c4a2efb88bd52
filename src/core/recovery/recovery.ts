import { goesByItself } from "../model/arming.ts";
import type { Component } from "../model/component.ts";
import type { CoverageFactor } from "../model/coverage.ts";
import {
  type FailureScope,
  type Journey,
  type Model,
  type Objective,
  objectiveFor,
  type Scenario,
  the,
} from "../model/model.ts";
import type { RecoveryPlan, Step } from "../model/recovery-plan.ts";
import { scopeOf } from "../model/survival.ts";
import { type Ratio, type Seconds, seconds } from "../units/units.ts";
import { type Change, cheapestChange } from "./achievability.ts";
import { type Pieces, quantile, RecoveryTimes } from "./chains.ts";
import { leastCovered } from "./coverage.ts";
import { type LossPrediction, lossesOf } from "./data-loss.ts";
import type { Distribution } from "./distribution/distribution.ts";
import { outsidePieces, slowest } from "./outside-pieces.ts";
import { meanOf, shareWithin } from "./distribution/quantiles.ts";
import { type PhaseName, phaseNames, type Piece } from "./phase.ts";
import {
  decidePiece,
  type DetectionDefaults,
  detectPieces,
  fencePiece,
  routePiece,
  takeOverPieces,
  turnPieces,
  verifyPiece,
} from "./pieces.ts";
import { consequenceOf, type Replaced, Strike, type Struck } from "./strike.ts";
import { spreadShares } from "./spread.ts";

/** What happens to a journey in a scenario, and what is predicted of its recovery. */
export interface Recovery {
  readonly journey: string;
  readonly scenario: string;
  readonly scope: FailureScope;
  /** `null`: the owner set none for this scope. */
  readonly objective: Objective | null;
  /** The plan that brings it back; `null`: none covers it. */
  readonly plan: string | null;
  /** What stands in for a hard need that has no place left. */
  readonly standIns: readonly StandIn[];
  readonly outcome: Outcome;
}

export interface StandIn {
  readonly of: string;
  readonly by: string;
}

export type Outcome =
  /** Nothing that it needs has lost a place that serves, or a stand-in serves at once. */
  | { readonly kind: "untouched" }
  | {
      readonly kind: "recovers";
      readonly time: TimePrediction;
      readonly loss: LossPrediction;
      /** Likelihood that all of it works without a person who mends it: detected, switched, able, with machines there. */
      readonly coverage: Ratio;
      /** What `coverage` is the product of. */
      readonly coverageFactors: readonly CoverageFactor[];
      /** What would meet the objectives that are missed, cheapest first; empty: they are met, or nothing is known that would. */
      readonly changes: readonly Change[];
    }
  /** It does not come back before what failed does. */
  | { readonly kind: "impossible"; readonly because: readonly string[]; readonly changes: readonly Change[] };

export interface TimePrediction {
  readonly distribution: Distribution;
  readonly mean: Seconds;
  readonly p50: Seconds;
  /** What is held against the objective: one recovery in twenty takes longer. */
  readonly p95: Seconds;
  readonly p99: Seconds;
  /** What each phase takes of `p95`; they add up to it. */
  readonly phases: Readonly<Record<PhaseName, Seconds>>;
  /** Everything that takes time; what is done beside something slower too. */
  readonly pieces: readonly Piece[];
  /** The same, by what comes after what and what runs beside what. */
  readonly chains: Pieces["chains"];
  /** What takes most of it. */
  readonly longest: Piece;
  /** Share of recoveries within the objective, given that they work; `null`: no objective. */
  readonly withinObjective: Ratio | null;
}

/**
 * Predicts the recovery of every journey in every scenario. Times are those of recoveries that work; how likely one works stands
 * beside them. Steps of a plan's phase come one after another; what the plan does not name comes back by itself, beside it.
 */
export function recoveries(model: Model, defaults: DetectionDefaults): readonly Recovery[] {
  const planFor = plansOf(model);
  const times = new RecoveryTimes();
  return [...model.scenarios.values()].flatMap((scenario) => {
    const strike = new Strike(model, scenario);
    const scope = scopeOf(model, scenario);
    return [...model.journeys.values()].map((journey) => {
      const plan = planFor(journey.name, scenario.name);
      return recoveryOf({ strike, scope, defaults, plan, times }, journey, scenario);
    });
  });
}

/** The first plan that covers a journey in a scenario; `null`: none does. */
function plansOf(model: Model): (journey: string, scenario: string) => RecoveryPlan | null {
  const first = new Map<string, Map<string, RecoveryPlan>>();
  for (const plan of model.plans.values()) {
    for (const scenario of plan.scenarios) {
      const byJourney = first.get(scenario) ?? new Map<string, RecoveryPlan>();
      first.set(scenario, byJourney);
      for (const journey of plan.journeys) byJourney.set(journey, byJourney.get(journey) ?? plan);
    }
  }
  return (journey, scenario) => first.get(scenario)?.get(journey) ?? null;
}

interface Setting {
  readonly strike: Strike;
  readonly scope: FailureScope;
  readonly defaults: DetectionDefaults;
  readonly plan: RecoveryPlan | null;
  readonly times: RecoveryTimes;
}

function recoveryOf(setting: Setting, journey: Journey, scenario: Scenario): Recovery {
  const { strike, scope, plan } = setting;
  const needed = strike.neededBy(journey.entry);
  const struck = needed
    .map((component): Struck => ({ component, consequence: consequenceOf(strike, component, plan) }))
    .filter(({ consequence }) => consequence.kind !== "untouched");
  const objective = objectiveFor(journey, scope);
  const replaced = strike.replacedFor(needed);
  return {
    journey: journey.name,
    scenario: scenario.name,
    ...{ scope, objective, plan: plan?.name ?? null, standIns: standInsOf(replaced) },
    outcome: outcomeOf(setting, { struck, replaced }, { journey, objective }),
  };
}

function standInsOf(replaced: readonly Replaced[]): readonly StandIn[] {
  const each = replaced.map(
    ({ need, by }) => [`${need.component} ${by}`, { of: need.component, by }] as const,
  );
  return [...new Map(each).values()];
}

/** What a scenario does to what a journey needs. */
interface Blow {
  readonly struck: readonly Struck[];
  readonly replaced: readonly Replaced[];
}

interface Asked {
  readonly journey: Journey;
  readonly objective: Objective | null;
}

function outcomeOf(setting: Setting, { struck, replaced }: Blow, asked: Asked): Outcome {
  const gone = struck.filter(({ consequence }) => consequence.kind === "gone");
  if (gone.length > 0) {
    const { scenario } = setting.strike;
    return {
      kind: "impossible",
      because: gone.map(
        ({ component }) => `${scenario.name} leaves too few places in which ${component.name} could serve`,
      ),
      changes: gone.map(({ component }) => ({
        change: `place ${component.name} where ${scenario.name} does not reach, or give those who need it a fallback`,
        effort: "machines",
        reaches: null,
      })),
    };
  }
  const pieces = piecesOf(setting, { struck, replaced }, asked);
  if (struck.length === 0 && pieces.chains.detect.length === 0) return { kind: "untouched" };
  const time = timeOf(pieces, asked.objective, setting.times);
  const loss = lossesOf(
    setting.strike,
    struck.map(({ component }) => component),
    setting.times,
  );
  return {
    kind: "recovers",
    time,
    loss,
    ...leastCovered(struck),
    changes: cheapestChange({ pieces, loss, objective: asked.objective, times: setting.times }),
  };
}

const noPieces: Pieces = {
  chains: { detect: [], decide: [], fence: [], promote: [], route: [], verify: [] },
};

/** Callers turn beside what else is found. One may stand below another, and then a request waits for both: they are added up. */
function piecesOf(setting: Setting, { struck, replaced }: Blow, asked: Asked): Pieces {
  const { strike, times } = setting;
  const pieces = struck.length === 0 ? noPieces : switchPieces(setting, struck, asked);
  if (replaced.length === 0) return pieces;
  const turns = turnPieces(strike, replaced, roomIn(pieces, asked.objective, times));
  const { chains } = pieces;
  return turns.length === 0 ? pieces : { chains: { ...chains, detect: [...chains.detect, turns] } };
}

function switchPieces(setting: Setting, struck: readonly Struck[], { journey, objective }: Asked): Pieces {
  const { strike, plan, defaults, times } = setting;
  const entry = the(strike.model.components, journey.entry);
  const detected = detectPieces(
    strike,
    struck.map(({ component }) => component),
    { plan, defaults },
  );
  const taken = struck.filter(({ consequence }) => consequence.kind === "taken-over");
  // Of several that are taken over at once a person decides once: by the one that says how long that takes.
  const first = taken.find(({ component }) => component.recovery.approve !== null) ?? taken[0];
  const isByItself = plan !== null && goesByItself(strike.model, plan, strike.scenario.name);
  const steps = plan?.steps ?? [];
  const outside = outsidePieces(plan);
  const inPlan = new Set(steps.flatMap((step) => (step.phase === "promote" ? [step.component] : [])));
  const planned = taken.filter(({ component }) => inPlan.has(component.name)).flatMap(startOf);
  const alone = taken.filter(({ component }) => !inPlan.has(component.name)).map(startOf);
  const fenced = steps.flatMap((step) => {
    const of =
      step.phase === "fence" ? taken.find(({ component }) => component.name === step.component) : undefined;
    return step.phase === "fence" && of !== undefined ? [fencePiece(of.component, step)] : [];
  });
  const routed = routedOf(setting, struck, entry);
  const chains = {
    detect: detected.map((piece) => [piece]),
    decide: decideChains(
      first === undefined ? [] : [decidePiece(plan, first.component, isByItself)],
      outside,
    ),
    fence: fenced.length === 0 ? [] : [fenced],
    promote: [planned, ...alone].filter((chain) => chain.length > 0),
    route: [] as readonly (readonly Piece[])[],
    verify: [verifyChain(entry, steps, outside)],
  };
  const room = roomIn({ chains }, objective, times);
  const routes = routed.map((component) => routePiece(component, room));
  return { chains: { ...chains, route: routeChains(routes, outside) } };
}

/** Approvals come after the decision to begin. */
function decideChains(decided: readonly Piece[], outside: readonly Piece[]): readonly (readonly Piece[])[] {
  const chain = [...decided, ...outside.filter(({ phase }) => phase === "decide")];
  return chain.length === 0 ? [] : [chain];
}

/** What a plan shows by its own means stands for what is assumed of a real request. */
function verifyChain(entry: Component, steps: readonly Step[], outside: readonly Piece[]): readonly Piece[] {
  const own = outside.filter(({ phase }) => phase === "verify");
  const isByEngine = steps.some((step) => step.phase === "verify" && step.outside === null);
  return own.length > 0 && !isByEngine ? own : [verifyPiece(entry), ...own];
}

/** Clients are sent to new places beside one another, the slowest of them after all that a plan does outside. */
function routeChains(routes: readonly Piece[], outside: readonly Piece[]): readonly (readonly Piece[])[] {
  const before = outside.filter(({ phase }) => phase === "route");
  const last = slowest(routes);
  if (last === null) return before.length === 0 ? [] : [before];
  return routes.map((each) => (each === last ? [...before, each] : [each]));
}

/** Time that pieces leave under an objective; `null`: there is none. */
function roomIn(pieces: Pieces, objective: Objective | null, times: RecoveryTimes): Seconds | null {
  if (objective === null) return null;
  return seconds(Math.max(0, objective.rto - quantile(times.total(pieces), 0.95)));
}

function startOf({ component, consequence }: Struck): readonly Piece[] {
  return consequence.kind === "taken-over" ? takeOverPieces(component, consequence.target) : [];
}

/** Those whose clients must learn that another place serves: what the plan routes, and what is struck and has routing of its own. */
function routedOf(
  { strike, plan }: Setting,
  struck: readonly Struck[],
  entry: Component,
): readonly Component[] {
  const steps = plan?.steps.flatMap((step) => (step.phase === "route" ? [step.component] : [])) ?? [];
  const own = struck.flatMap(({ component }) =>
    component.routing !== null || component.name === entry.name ? [component.name] : [],
  );
  return [...new Set([...steps, ...own])].map((name) => the(strike.model.components, name));
}

function timeOf(pieces: Pieces, objective: Objective | null, times: RecoveryTimes): TimePrediction {
  const distribution = times.total(pieces);
  const [mean, p95] = [meanOf(distribution), quantile(distribution, 0.95)];
  const ofPhases = phaseNames.map((phase) => times.ofPhase(pieces.chains[phase]));
  const shares = spreadShares(ofPhases, { mean, total: p95 });
  const phases = Object.fromEntries(phaseNames.map((phase, at) => [phase, seconds(shares[at] ?? 0)]));
  const all = phaseNames.flatMap((phase) => pieces.chains[phase].flat());
  return {
    ...{ distribution, mean, p95 },
    p50: quantile(distribution, 0.5),
    p99: quantile(distribution, 0.99),
    // Every phase has its entry.
    phases: phases as Record<PhaseName, Seconds>,
    pieces: all,
    chains: pieces.chains,
    longest: all.reduce((longest, piece) => (meanOf(piece.time) > meanOf(longest.time) ? piece : longest)),
    withinObjective: objective === null ? null : shareWithin(distribution, objective.rto),
  };
}
