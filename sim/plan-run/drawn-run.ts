import type { Fault } from "../act.ts";
import { regions } from "../network.ts";
import type { Random } from "../random.ts";
import { outsideSteps, runner } from "./stages.ts";

const endMs = 6_900;

/** A run, those who say yes to it, and what goes wrong with it: carriers that are replaced, things that do not obey, people who order. */
export function drawnRun(random: Random): readonly Fault[] {
  const begun = random.between(300, 2_500);
  const acts: Fault[] = [];
  const at = (from: number, to: number, act: string): void => {
    acts.push({ at: Math.round(Math.min(begun + random.between(from, to), endMs)), until: null, act });
  };
  const perhaps = (share: number, run: () => void): void => {
    if (random.chance(share)) run();
  };
  const carrier = random.pick(regions);
  at(0, 0, `begin-run ${carrier}`);
  // Frozen between what it has written down and what it does, it does it after somebody else has gone on.
  perhaps(0.4, () => {
    const from = Math.round(begun + random.between(0, 1_200));
    const until = Math.round(Math.min(from + random.between(1_000, 3_500), endMs));
    acts.push({ at: from, until, act: `freeze ${carrier}` });
  });
  at(50, 900, "approve ben");
  perhaps(0.85, () => {
    at(50, 900, "approve cat");
  });
  perhaps(0.3, () => {
    at(50, 900, `approve ${runner}`);
  });
  perhaps(0.3, () => {
    at(50, 900, "approve ben");
  });
  perhaps(0.2, () => {
    at(2_000, 4_000, "approve cat");
  });
  perhaps(0.6, () => {
    at(100, 3_000, `resume-run ${random.pick(regions)}`);
  });
  perhaps(0.3, () => {
    at(500, 4_000, `resume-run ${random.pick(regions)}`);
  });
  perhaps(0.35, () => {
    at(300, 4_000, `order-run ${random.pick(["stop", "go-back", "go-back"])}`);
  });
  perhaps(0.35, () => {
    at(1_800, 5_000, "order-run go-on");
  });
  perhaps(0.3, () => {
    at(2_000, 5_000, `begin-run ${random.pick(regions)}`);
  });
  perhaps(0.5, () => {
    const from = Math.round(begun + random.between(0, 2_500));
    const until = Math.round(Math.min(from + random.between(300, 3_000), endMs));
    acts.push({ at: from, until, act: `break ${random.pick(outsideSteps)}` });
  });
  return acts;
}
