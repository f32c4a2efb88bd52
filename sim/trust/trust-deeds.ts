import type { World } from "../world.ts";

/** What is done to the world, by the words after its name. */
export type Deed = (world: World, words: readonly string[]) => unknown;

/** What may be done about the trust in a plan. */
export const trustDeeds: ReadonlyMap<string, Deed> = new Map<string, Deed>([
  [
    "prove",
    (world) => {
      world.trust.prove();
    },
  ],
  [
    "drill",
    (world, [scenario = ""]) => {
      world.trust.beginDrill(scenario);
    },
  ],
  [
    "end-drill",
    (world, [end = ""]) => {
      world.trust.endDrill(end);
    },
  ],
  [
    "change-plan",
    (world, [name = ""]) => {
      world.trust.changePlan(name);
    },
  ],
  [
    "stop-evaluating",
    (world) => {
      world.trust.stopEvaluating();
    },
  ],
  [
    "evaluate",
    (world) => {
      world.trust.evaluateAgain();
    },
  ],
]);
