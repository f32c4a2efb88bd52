import type { Fault } from "../act.ts";
import { regions } from "../network.ts";
import type { Random } from "../random.ts";
import { drillEnds } from "./drills.ts";
import { provenScenarios } from "./proven-plan.ts";

/** How long proofs are fresh: some end inside a schedule. */
export const drawnProofsLastMs: readonly number[] = [1_500, 3_000, 5_000, 60_000];
const [latestMs, hourMs] = [6_900, 3_600_000];

/** What is proven of the plan and what is no longer: drills that end well or not, edits, an evaluation that is lost, clocks by which proofs are old. */
export function drawnTrust(random: Random): readonly Fault[] {
  const at = (from: number, to: number): number => Math.round(random.between(from, to));
  const now = (share: number, span: Span, act: () => string): readonly Fault[] =>
    random.chance(share) ? [{ at: at(...span), until: null, act: act() }] : [];
  const lasting = (share: number, span: Span, act: () => string): readonly Fault[] => {
    if (!random.chance(share)) return [];
    const from = at(...span);
    return [{ at: from, until: Math.min(latestMs, from + at(200, 3_000)), act: act() }];
  };
  const drill = (): string => `drill ${random.pick(provenScenarios)} ${random.pick(drillEnds)}`;
  if (random.chance(0.15)) return aged(random);
  return [
    ...now(0.75, [0, 500], () => "prove"),
    ...now(0.35, [500, 5_500], () => "change-plan second"),
    ...now(0.25, [2_000, 6_000], () => `change-plan ${random.pick(["first", "second"])}`),
    ...now(0.5, [1_000, 6_000], () => "prove"),
    ...lasting(0.5, [300, 5_000], drill),
    ...lasting(0.3, [500, 4_000], drill),
    ...lasting(0.3, [500, 4_500], () => "stop-evaluating"),
    ...now(0.3, [0, 4_000], () => `set-clock ${random.pick(regions)} ${random.pick([-hourMs, hourMs])}`),
    ...now(0.3, [1_000, 6_500], () => `order ${random.pick(["switchover", "failover"])}`),
  ];
}

/** Nobody takes back what was proven once, and clocks show that it was long ago. */
function aged(random: Random): readonly Fault[] {
  const at = Math.round(random.between(700, 1_500));
  const ageing = regions.map((region) => ({ at, until: null, act: `set-clock ${region} ${hourMs}` }));
  return [{ at: 0, until: null, act: "prove" }, { at, until: latestMs, act: "stop-evaluating" }, ...ageing];
}

type Span = readonly [number, number];
