import type { ControllerState } from "../src/core/failover/controller-state.ts";
import type { AgentDeed } from "../src/core/failover/deed.ts";
import type { Goal } from "../src/core/failover/goal.ts";
import type { RecordBody } from "../src/core/failover/record.ts";
import type { StepStanding } from "../src/core/plan/run.ts";
import type { Reign } from "../src/core/failover/reign.ts";
import type { Verdict } from "../src/core/failover/vantage.ts";
import { isAfterDecision, leaderMoments } from "./leader-moment.ts";
import { carrierMoments } from "./plan-run/carrier-moment.ts";

/** Each kind of a union once: one that is added to the product is asked for here. */
type Every<Kind extends string> = Readonly<Record<Kind, true>>;

const phases: Every<Reign["phase"]> = { steady: true, closing: true, fencing: true, promoting: true };
const goals: Every<Goal["kind"]> = {
  none: true,
  fenced: true,
  closed: true,
  yielded: true,
  primary: true,
  standby: true,
};
const deeds: Every<AgentDeed["kind"]> = {
  stop: true,
  "shut-down": true,
  "stop-receiving": true,
  promote: true,
  "apply-sync-set": true,
  "hold-commits": true,
  follow: true,
  reseed: true,
  start: true,
};
const verdicts: Every<Verdict> = { answering: true, refusing: true, silent: true, unsure: true };
const leaderships: Every<ControllerState["leadership"]["kind"]> = {
  unknown: true,
  vacant: true,
  other: true,
  mine: true,
};

/** Every decision, with the phases that it may lead from and to. */
const decisions: Readonly<Record<RecordBody["kind"], readonly `${Reign["phase"]} → ${Reign["phase"]}`[]>> = {
  "failover-intent": ["steady → fencing", "promoting → fencing"],
  "switchover-intent": ["steady → closing"],
  "switchover-closed": ["closing → fencing"],
  "failover-fenced": ["fencing → promoting"],
  "failover-reinstated": ["closing → promoting", "fencing → promoting"],
  "failover-complete": ["promoting → steady"],
  "sync-set-change": ["steady → steady"],
  "sync-set-settled": ["steady → steady"],
};

/** How each step of a run may stand after it stood so. */
const standings: Readonly<Record<StepStanding["kind"], readonly StepStanding["kind"][]>> = {
  waiting: ["under-way", "undoing"],
  "under-way": ["done", "failed"],
  done: ["undoing", "left"],
  failed: ["undoing", "left", "waiting"],
  undoing: ["undone", "left"],
  skipped: [],
  undone: [],
  left: [],
};

/** What there is to be seen, by what it is a kind of. */
export const declared = {
  phase: Object.keys(phases),
  decision: Object.entries(decisions).flatMap(([kind, ways]) => ways.map((way) => `${kind}, ${way}`)),
  goal: Object.keys(goals),
  // A stop is never called off and always comes to its end.
  deed: Object.keys(deeds).flatMap((deed) =>
    deed === "stop" ? [`${deed}, done`] : [`${deed}, done`, `${deed}, failed`],
  ),
  verdict: Object.keys(verdicts),
  leadership: Object.keys(leaderships),
  order: ["taken", "refused"],
  standing: Object.entries(standings).flatMap(([from, ways]) => ways.map((to) => `${from} → ${to}`)),
  "deed of a run": ["do", "undo", "by a carrier that was replaced"],
  yes: ["counted", "refused"],
  interlock: ["nothing held it", "a gate held it", "a window held it", "begun despite it"],
  cells: ["drained", "as many as may be", "too many, and not begun"],
  trust: [
    "held → armed",
    "armed → held",
    "armed for longer, or shorter",
    "begun by itself",
    "held, then armed, and begun by itself",
    "held, and not begun",
    "held, and begun on a person's word",
    "proof too old, and not begun",
    "over while it is proven",
    "over after its proof had ended",
  ],
  "leader lost": leaderMoments.flatMap((moment) =>
    isAfterDecision(moment) ? [`${moment}, by itself`, `${moment}, asked for`] : [moment],
  ),
  "carrier lost": carrierMoments,
  form: [
    "ungraceful before any step",
    "ungraceful after steps were done",
    "ungraceful, and asked of the engine",
    "ungraceful, and done",
  ],
  "time let pass": ["over, and done", "over, and in vain", "counted on by somebody else"],
} as const;

export type Aspect = keyof typeof declared;

/** How often each was seen, by aspect and name. */
export type Coverage = Readonly<Record<Aspect, Map<string, number>>>;

export function emptyCoverage(): Coverage {
  const aspects = Object.keys(declared).map((aspect) => [aspect, new Map<string, number>()] as const);
  return Object.fromEntries(aspects) as Coverage;
}

export function saw(coverage: Coverage, aspect: Aspect, name: string): void {
  const seen = coverage[aspect];
  seen.set(name, (seen.get(name) ?? 0) + 1);
}

/** What is declared and was never seen. */
export function neverSeen(coverage: Coverage): readonly string[] {
  return aspects.flatMap((aspect) =>
    declared[aspect].filter((name) => !coverage[aspect].has(name)).map((name) => `${aspect} ${name}`),
  );
}

/** What was seen and is not declared: a transition that nobody has thought of. */
export function undeclared(coverage: Coverage): readonly string[] {
  return aspects.flatMap((aspect) => {
    const known: readonly string[] = declared[aspect];
    return [...coverage[aspect].keys()]
      .filter((name) => !known.includes(name))
      .map((name) => `${aspect} ${name}`);
  });
}

export const aspects = Object.keys(declared) as readonly Aspect[];
