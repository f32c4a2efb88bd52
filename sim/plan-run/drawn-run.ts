import type { Fault } from "../act.ts";
import { regions } from "../network.ts";
import type { Random } from "../random.ts";
import { carrierMoments } from "./carrier-moment.ts";
import { gateNames } from "./interlocks.ts";
import { outsideSteps, runner, type SimulatedPlan } from "./simulated-plan.ts";

const endMs = 6_900;
const hourMs = 3_600_000;

/**
 * A run, those who say yes to it, and what goes wrong with it: gates that close, carriers that are replaced, wall clocks that are set,
 * things that do not obey, people who order.
 */
export function drawnRun(random: Random, plan: SimulatedPlan): readonly Fault[] {
  const drawn = new DrawnRun(random);
  drawn.begin();
  drawn.sayYes();
  drawn.goWrong(outsideSteps(plan));
  drawn.loseTheRegion();
  drawn.loseTheCarrier();
  drawn.changeOnesMind();
  return drawn.acts;
}

class DrawnRun {
  readonly acts: Fault[] = [];
  readonly #random: Random;
  readonly #begun: number;
  readonly #carrier: string;

  constructor(random: Random) {
    this.#random = random;
    this.#begun = random.between(300, 2_500);
    this.#carrier = random.pick(regions);
  }

  /** Somebody begins a run, at times where it is held, or despite what holds it; and somebody begins another, or the same once more. */
  begin(): void {
    const isHeld = this.#random.chance(0.3);
    const gates = gateNames.filter(() => isHeld && this.#random.chance(0.7));
    for (const gate of gates) this.#lasting([-300, 1], [400, 2_500], `close-gate ${gate}`);
    this.#perhaps(0.1, [-300, 0], () => `set-clock ${this.#carrier} ${hourMs}`);
    this.#at(0, 0, `begin-run ${this.#carrier}${this.#despite(isHeld ? 0.7 : 0.05)}`);
    this.#perhaps(isHeld ? 0.8 : 0.3, [isHeld ? 600 : 2_000, isHeld ? 2_500 : 5_000], () => {
      const region = this.#random.pick(regions);
      return `begin-run ${region}${this.#despite(isHeld ? 0.4 : 0.05)}`;
    });
  }

  sayYes(): void {
    this.#at(50, 900, "approve ben");
    this.#perhaps(0.85, [50, 900], () => "approve cat");
    this.#perhaps(0.3, [50, 900], () => `approve ${runner}`);
    this.#perhaps(0.3, [50, 900], () => "approve ben");
    this.#perhaps(0.2, [2_000, 4_000], () => "approve cat");
    // To a step that asks whether all is well, at the end.
    this.#perhaps(0.5, [1_500, 5_500], () => "approve ben");
  }

  goWrong(outside: readonly string[]): void {
    const random = this.#random;
    // Frozen between what it has written down and what it does, it does it after somebody else has gone on.
    if (random.chance(0.4)) this.#lasting([0, 1_200], [1_000, 3_500], `freeze ${this.#carrier}`);
    this.#perhaps(0.35, [0, 4_500], () => {
      const region = random.pick([this.#carrier, ...regions]);
      return `set-clock ${region} ${random.pick([-hourMs, hourMs])}`;
    });
    this.#perhaps(0.6, [100, 3_000], () => `resume-run ${random.pick(regions)}`);
    this.#perhaps(0.3, [500, 4_000], () => `resume-run ${random.pick(regions)}`);
    this.#perhaps(0.35, [300, 4_000], () => `order-run ${random.pick(["stop", "go-back", "go-back"])}`);
    this.#perhaps(0.35, [1_800, 5_000], () => "order-run go-on");
    if (outside.length > 0 && random.chance(0.5))
      this.#lasting([0, 2_500], [300, 3_000], `break ${random.pick(outside)}`);
  }

  /** The region that serves is lost while the run is under way, and somebody goes on with it who says so. */
  loseTheRegion(): void {
    const random = this.#random;
    if (!random.chance(0.3)) return;
    this.#lasting(
      [100, 1_500],
      [2_500, 5_000],
      random.pick(["kill active", "power-off active", "freeze active"]),
    );
    this.#at(1_000, 3_500, `resume-run ${random.pick(regions)} ungraceful`);
    this.#perhaps(0.4, [2_500, 5_000], () => `resume-run ${random.pick(regions)} ungraceful`);
  }

  /** Whoever carries the run out dies in the midst of something, and somebody goes on. */
  loseTheCarrier(): void {
    const random = this.#random;
    if (!random.chance(0.35)) return;
    const moment = random.pick(carrierMoments);
    this.#lasting([0, 800], [3_500, 6_000], `ambush carrying ${moment}`);
    this.#at(1_200, 4_500, `resume-run ${random.pick(regions)}`);
    if (moment !== "undoing") return;
    // Most runs never go back by themselves.
    this.#at(700, 1_500, "order-run stop");
    this.#at(2_200, 2_400, "order-run go-back");
    this.#at(2_500, 2_700, `resume-run ${random.pick(regions)}`);
  }

  /** What has failed is to go on, and at once to go back instead. */
  changeOnesMind(): void {
    if (!this.#random.chance(0.2)) return;
    this.#at(3_000, 4_000, "order-run go-on");
    this.#at(4_000, 4_050, "order-run go-back");
    this.#at(4_100, 4_200, `resume-run ${this.#random.pick(regions)}`);
  }

  #despite(share: number): string {
    if (!this.#random.chance(share)) return "";
    return ` despite ${this.#random.pick([...gateNames, "freeze"])}`;
  }

  /** Milliseconds after the run is begun. */
  #at(from: number, to: number, act: string): void {
    const at = Math.round(Math.min(this.#begun + this.#random.between(from, to), endMs));
    this.acts.push({ at: Math.max(0, at), until: null, act });
  }

  #perhaps(share: number, [from, to]: Span, act: () => string): void {
    if (this.#random.chance(share)) this.#at(from, to, act());
  }

  #lasting([from, to]: Span, [shortest, longest]: Span, act: string): void {
    const at = Math.max(0, Math.round(this.#begun + this.#random.between(from, to)));
    const until = Math.round(Math.min(at + this.#random.between(shortest, longest), endMs));
    this.acts.push({ at, until, act });
  }
}

type Span = readonly [number, number];
