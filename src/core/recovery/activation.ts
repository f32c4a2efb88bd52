import { activated } from "../model/activation.ts";
import type { Component, Placement } from "../model/component.ts";
import type { Step } from "../model/recovery-plan.ts";
import type { Strike } from "./strike.ts";

/** What of a place that takes over steps of a plan bring about: what is predicted of it otherwise is not counted again. */
export interface Activation {
  /** Its machines are started by a step. */
  readonly isScaled: boolean;
  /** Its weights are loaded, and it is made ready, by a step. */
  readonly isWarmed: boolean;
}

/** @param place where the component is to serve */
export function activationOf(steps: readonly Step[], component: Component, place: Placement): Activation {
  const isDone = (phase: "scale" | "warm"): boolean =>
    steps.some(
      (step) =>
        step.phase === phase && step.component === component.name && activated([place], step).length > 0,
    );
  return { isScaled: isDone("scale"), isWarmed: isDone("warm") };
}

/**
 * Where a component serves that is taken over: the first candidate of the step that promotes it that is able to, or else where it takes
 * over by itself.
 */
export function placeTaken(
  strike: Strike,
  steps: readonly Step[],
  { component, target }: { readonly component: Component; readonly target: Placement },
): Placement {
  const step = steps.find((each) => each.phase === "promote" && each.component === component.name);
  if (step?.phase !== "promote") return target;
  const able = strike.placesLeft(component).filter((place) => strike.canTakeOver(component, place));
  const wanted = step.candidates.flatMap((region) => able.filter((place) => place.region === region));
  return wanted[0] ?? target;
}
