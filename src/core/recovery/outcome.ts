import { goesByItself } from "../model/arming.ts";
import type { Component } from "../model/component.ts";
import type { CoverageFactor } from "../model/coverage.ts";
import { the } from "../model/model.ts";
import type { RecoveryPlan, Step } from "../model/recovery-plan.ts";
import { type Ratio, type Seconds, seconds } from "../units/units.ts";
import { activationOf, placeTaken } from "./activation.ts";
import { type AskedObjective, type Change, cheapestChange } from "./achievability.ts";
import { type Pieces, quantile, type RecoveryTimes } from "./chains.ts";
import { leastCovered } from "./coverage.ts";
import { type LossPrediction, lossesOf } from "./data-loss.ts";
import type { Distribution } from "./distribution/distribution.ts";
import { meanOf, shareWithin } from "./distribution/quantiles.ts";
import { outsidePieces, slowest } from "./outside-pieces.ts";
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
import type { Replaced, Strike, Struck } from "./strike.ts";
import { spreadShares } from "./spread.ts";

/** What is predicted of a recovery, for whoever needs what the scenario strikes. */
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

/** Under what a recovery is predicted. */
export interface RecoverySetting {
  readonly strike: Strike;
  readonly defaults: DetectionDefaults;
  /** `null`: none covers it. */
  readonly plan: RecoveryPlan | null;
  /** Those of the plan that it waits for. */
  readonly steps: readonly Step[];
  readonly times: RecoveryTimes;
}

/** What a scenario does to what is needed. */
export interface Blow {
  /** By whose failure it is found that something is to be done. */
  readonly seen: readonly Struck[];
  readonly struck: readonly Struck[];
  readonly replaced: readonly Replaced[];
}

/** What is asked of a recovery. */
export interface Asked {
  /** The component that a user's request reaches first. */
  readonly entry: string;
  /** Components whose clients are led elsewhere though they may serve; of the whole, none. */
  readonly leaves: readonly string[];
  readonly objective: AskedObjective | null;
}

export function outcomeOf(setting: RecoverySetting, blow: Blow, asked: Asked): Outcome {
  const { seen, struck } = blow;
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
  const pieces = piecesOf(setting, blow, asked);
  if (seen.length === 0 && pieces.chains.detect.length === 0) return { kind: "untouched" };
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
function piecesOf(setting: RecoverySetting, blow: Blow, asked: Asked): Pieces {
  const { strike, times } = setting;
  const { seen, replaced } = blow;
  const pieces = seen.length === 0 ? noPieces : switchPieces(setting, blow, asked);
  if (replaced.length === 0) return pieces;
  const turns = turnPieces(strike, replaced, roomIn(pieces, asked.objective, times));
  const { chains } = pieces;
  return turns.length === 0 ? pieces : { chains: { ...chains, detect: [...chains.detect, turns] } };
}

function switchPieces(setting: RecoverySetting, { seen, struck }: Blow, asked: Asked): Pieces {
  const { strike, plan, steps, defaults, times } = setting;
  const entry = the(strike.model.components, asked.entry);
  const detected = detectPieces(
    strike,
    seen.map(({ component }) => component),
    { plan, defaults },
  );
  const taken = struck.filter(isTakenOver);
  const outside = outsidePieces(steps);
  const first = decidedFor(taken, outside.length === 0 ? [] : seen);
  const isByItself = plan !== null && goesByItself(strike.model, plan, strike.scenario.name);
  const inPlan = new Set(steps.flatMap(startedBy));
  const startOf = (each: Struck): readonly Piece[] => startPieces(setting, each);
  const started = outside.filter(({ phase }) => phase === "promote");
  const planned = taken.filter(({ component }) => inPlan.has(component.name)).flatMap(startOf);
  const alone = taken.filter(({ component }) => !inPlan.has(component.name)).map(startOf);
  const fenced = steps.flatMap((step) => {
    const of =
      step.phase === "fence" ? taken.find(({ component }) => component.name === step.component) : undefined;
    return step.phase === "fence" && of !== undefined ? [fencePiece(of.component, step)] : [];
  });
  const routed = routedOf(setting, struck, asked);
  const chains = {
    detect: detected.map((piece) => [piece]),
    decide: decideChains(first === null ? [] : [decidePiece(plan, first.component, isByItself)], outside),
    fence: fenced.length === 0 ? [] : [fenced],
    promote: [[...started, ...planned], ...alone].filter((chain) => chain.length > 0),
    route: [] as readonly (readonly Piece[])[],
    verify: [verifyChain(entry, steps, outside)],
  };
  const room = roomIn({ chains }, asked.objective, times);
  const routes = routed.map((component): Piece => {
    const piece = routePiece(component, room);
    if (!asked.leaves.includes(component.name)) return piece;
    return { ...piece, what: `clients of ${component.name} are led to ${entry.name}` };
  });
  return { chains: { ...chains, route: routeChains(routes, outside) } };
}

function isTakenOver({ consequence }: Struck): boolean {
  return consequence.kind === "taken-over";
}

/**
 * Of several that are taken over at once a person decides once: by the one that says how long that takes. Where nothing is, and a plan
 * is carried out all the same, it is decided for what has failed.
 *
 * @returns `null`: nobody decides anything
 */
function decidedFor(taken: readonly Struck[], seen: readonly Struck[]): Struck | null {
  const all = [...taken, ...seen];
  return all.find(({ component }) => component.recovery.approve !== null) ?? all[0] ?? null;
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
function roomIn(pieces: Pieces, objective: AskedObjective | null, times: RecoveryTimes): Seconds | null {
  if (objective === null) return null;
  return seconds(Math.max(0, objective.rto - quantile(times.total(pieces), 0.95)));
}

function startPieces(
  { strike, steps }: RecoverySetting,
  { component, consequence }: Struck,
): readonly Piece[] {
  if (consequence.kind !== "taken-over") return [];
  const { target } = consequence;
  const place = placeTaken(strike, steps, { component, target });
  return takeOverPieces(component, target, activationOf(steps, component, place));
}

/** The component that a step lets serve, or start to: it comes back in the plan's order, and not by itself. */
function startedBy(step: Step): readonly string[] {
  return step.phase === "promote" || step.phase === "scale" || step.phase === "warm" ? [step.component] : [];
}

/**
 * Those whose clients must learn that another place serves: what the plan routes, what is struck and has routing of its own, and what is
 * left.
 */
function routedOf(
  { strike, steps }: RecoverySetting,
  struck: readonly Struck[],
  { entry, leaves }: Asked,
): readonly Component[] {
  const routed = steps.flatMap((step) => (step.phase === "route" ? [step.component] : []));
  const own = struck.flatMap(({ component }) =>
    component.routing !== null || component.name === entry ? [component.name] : [],
  );
  return [...new Set([...routed, ...own, ...leaves])].map((name) => the(strike.model.components, name));
}

function timeOf(pieces: Pieces, objective: AskedObjective | null, times: RecoveryTimes): TimePrediction {
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
