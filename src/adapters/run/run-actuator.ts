import type { Actuator } from "../../core/plan/actuator.ts";
import type { RunWish } from "../../core/model/wishes.ts";
import { invariant } from "../../core/problem/problem.ts";
import { applyProgram, lookByProgram } from "./program-step.ts";
import { applyRequest, lookByRequest } from "./request-step.ts";
import type { RunSettings } from "./run-program.ts";

/**
 * Has a step done by a program or a service of the user's own. They are told the epoch, and **they alone can compare it**: nothing is kept
 * here. Who ignores it is not protected from an attempt that comes late.
 */
export function runActuator(settings: RunSettings): Actuator<RunWish> {
  return {
    look: (wish, signal) =>
      wish.kind === "exec"
        ? lookByProgram({ wish, signal, ...settings })
        : lookByRequest({ wish, signal, ...settings }),
    apply: (wish, epoch, signal) => {
      invariant(Number.isSafeInteger(epoch) && epoch >= 0, `an epoch is a whole number, got ${epoch}`);
      return wish.kind === "exec"
        ? applyProgram({ wish, signal, ...settings }, epoch)
        : applyRequest({ wish, signal, ...settings }, epoch);
    },
  };
}
