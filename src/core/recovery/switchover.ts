import { goesByItself } from "../model/arming.ts";
import { activated } from "../model/activation.ts";
import type { Component, Placement } from "../model/component.ts";
import type { Model, Scenario } from "../model/model.ts";
import type { RecoveryPlan, Step } from "../model/recovery-plan.ts";
import { isPart } from "../model/step-stages.ts";
import { type Seconds, seconds } from "../units/units.ts";
import { meanOf } from "./distribution/quantiles.ts";
import type { Piece } from "./phase.ts";
import {
  decidePiece,
  type DetectionDefaults,
  detectPieces,
  fencePiece,
  routePiece,
  takeOverPieces,
} from "./pieces.ts";
import { activationOf } from "./activation.ts";
import { outsidePieces } from "./outside-pieces.ts";
import { consequenceOf, Strike } from "./strike.ts";

/**
 * Mean time from the loss of the place of a component that serves until another serves in its stead, when that works: what a plan
 * that promotes the component makes of it, or a person where none does.
 */
export function switchoverTimes(model: Model, defaults: DetectionDefaults): (component: string) => Seconds {
  const plans = new Map<string, RecoveryPlan>();
  const all = [...model.plans.values()].toReversed();
  // Of a plan and one that carries it out the latter says more.
  for (const plan of [
    ...all.filter((each) => isPart(model, each)),
    ...all.filter((each) => !isPart(model, each)),
  ]) {
    for (const step of plan.steps) if (step.phase === "promote") plans.set(step.component, plan);
  }
  const strikes = new Map(
    model.platform.regions.map(({ name }) => [name, new Strike(model, lossOf(name))] as const),
  );
  const times = new Map(
    [...model.components.values()].map((component) => {
      const [serving] = component.placements;
      const strike = serving === undefined ? undefined : strikes.get(serving.region);
      const by = { plan: plans.get(component.name) ?? null, defaults };
      const pieces = strike === undefined ? [] : piecesFor(strike, component, by);
      return [component.name, seconds(pieces.reduce((sum, piece) => sum + meanOf(piece.time), 0))] as const;
    }),
  );
  return (component) => times.get(component) ?? seconds(0);
}

function lossOf(region: string): Scenario {
  const failures: Scenario["failures"] = [{ kind: "region", region, how: "lost" }];
  return { name: `${region} is lost`, description: "", failures, perYear: null, duration: null };
}

function piecesFor(
  strike: Strike,
  component: Component,
  by: { readonly plan: RecoveryPlan | null; readonly defaults: DetectionDefaults },
): readonly Piece[] {
  if (component.placements.length === 1) return [];
  const consequence = consequenceOf(strike, component, by.plan);
  const detected = [...detectPieces(strike, [component], by), routePiece(component, null)];
  if (consequence.kind !== "taken-over") return detected;
  const fenced = (by.plan?.steps ?? []).flatMap((step) =>
    step.phase === "fence" && step.component === component.name ? [fencePiece(component, step)] : [],
  );
  return [
    ...detected,
    decidePiece(by.plan, component, by.plan !== null && goesByItself(strike.model, by.plan, null)),
    ...fenced,
    ...activating(component, by.plan?.steps ?? [], consequence.target),
  ];
}

/** Steps of the plan that start the place or make it ready stand for what is predicted of that otherwise. */
function activating(component: Component, steps: readonly Step[], target: Placement): readonly Piece[] {
  const own = steps.filter(
    (step) =>
      (step.phase === "scale" || step.phase === "warm") &&
      step.component === component.name &&
      activated([target], step).length > 0,
  );
  return [...outsidePieces(own), ...takeOverPieces(component, target, activationOf(own, component, target))];
}
