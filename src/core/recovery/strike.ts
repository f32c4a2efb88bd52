import { type Component, type Need, type Placement, startsMachines } from "../model/component.ts";
import { type Failure, type Model, type Scenario, the } from "../model/model.ts";
import type { RecoveryPlan } from "../model/recovery-plan.ts";
import { isStuck, placesTaken } from "../model/survival.ts";

/** A scenario that has struck a platform: what is left of each component, looked up once. */
export class Strike {
  readonly model: Model;
  readonly scenario: Scenario;
  /** The surest sign of what has struck: what is gone refuses; all else is silent, slow or wrong. */
  readonly manner: Failure["how"];
  readonly #isTaken: ReturnType<typeof placesTaken>;
  readonly #left = new Map<string, readonly Placement[]>();

  constructor(model: Model, scenario: Scenario) {
    this.model = model;
    this.scenario = scenario;
    this.manner = mannerOf(scenario);
    this.#isTaken = placesTaken(model, scenario);
  }

  placesLeft(component: Component): readonly Placement[] {
    const known = this.#left.get(component.name);
    if (known !== undefined) return known;
    const left = component.placements.filter((placement) => !this.#isTaken(component, placement));
    this.#left.set(component.name, left);
    return left;
  }

  /** What the users that are worst off have of a component: of cells, the one that lost most. */
  worstOff(component: Component): Standing {
    const left = new Set(this.placesLeft(component));
    const cells = [...new Set(component.placements.map(({ cell }) => cell))];
    const groups = (cells.some((cell) => cell !== null) ? cells.filter((cell) => cell !== null) : [null]).map(
      (cell) => component.placements.filter((place) => place.cell === null || place.cell === cell),
    );
    const standings = groups.map((places) => ({ places, left: places.filter((place) => left.has(place)) }));
    return standings.reduce((worst, each) => (lostOf(each) > lostOf(worst) ? each : worst));
  }

  /**
   * What a journey needs now, the entry first: of a need with fallbacks the first that has a place left, and where none has, the
   * need itself.
   */
  neededBy(entry: string): readonly Component[] {
    const found = new Map<string, Component>();
    const waiting = [entry];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (found.has(next)) continue;
      const component = the(this.model.components, next);
      found.set(next, component);
      for (const need of component.needs) {
        if (need.strength !== "hard") continue;
        waiting.push(this.#ableTo(need));
      }
    }
    return [...found.values()];
  }

  /** Of the hard needs of components, those that a fallback gives now, since they have no place left themselves. */
  replacedFor(callers: readonly Component[]): readonly Replaced[] {
    return callers.flatMap((caller) =>
      caller.needs.flatMap((need): readonly Replaced[] => {
        const by = this.#ableTo(need);
        if (need.strength !== "hard" || by === need.component) return [];
        return [{ caller, need, by, inVain: 1 + need.fallbacks.indexOf(by) }];
      }),
    );
  }

  /** Whether a place that stands by can be told to serve: nothing that this takes is down, and its machines can be had. */
  canTakeOver(component: Component, placement: Placement): boolean {
    if (isStuck(this.model, { component, placement }, this.scenario)) return false;
    return !startsMachines(component.pattern) || !this.#isShortOfCapacity(placement);
  }

  /** Whether no machine can be had in a place beyond those that run. */
  #isShortOfCapacity({ region, cell }: Placement): boolean {
    return this.scenario.failures.some(
      (failure) => failure.how === "short-of-capacity" && this.#covers(failure, region, cell),
    );
  }

  #ableTo({ component, fallbacks }: Need): string {
    if (fallbacks.length === 0) return component;
    return [component, ...fallbacks].find((name) => this.#hasPlace(name)) ?? component;
  }

  #hasPlace(name: string): boolean {
    return this.placesLeft(the(this.model.components, name)).length > 0;
  }

  #covers(failure: Failure, region: string, cell: string | null): boolean {
    if (failure.kind === "region" || failure.kind === "zone") return failure.region === region;
    if (failure.kind === "cell") return failure.cell === cell;
    if (failure.kind !== "provider") return false;
    return this.model.platform.regions.some(
      ({ name, provider }) => name === region && provider === failure.provider,
    );
  }
}

/** A need that a fallback gives in the stead of what is needed. */
export interface Replaced {
  readonly caller: Component;
  readonly need: Need;
  readonly by: string;
  /** How many are asked before it, which have no place left: the need itself, and fallbacks that stand before this one. */
  readonly inVain: number;
}

function mannerOf({ failures }: Scenario): Failure["how"] {
  const manners = failures.map(({ how }) => how);
  const order = ["wrong", "slow", "partitioned", "frozen", "lost", "short-of-capacity"] as const;
  return order.find((how) => manners.includes(how)) ?? "lost";
}

/** The places of a component for some users, and those of them that are left. */
export interface Standing {
  readonly places: readonly Placement[];
  readonly left: readonly Placement[];
}

function lostOf({ places, left }: Standing): number {
  if (left.length === 0) return Number.POSITIVE_INFINITY;
  return places.length - left.length;
}

/** What a strike means for one component. */
export type Consequence =
  | { readonly kind: "untouched" }
  /** Other places serve already: those who call it are sent there. */
  | { readonly kind: "rerouted"; readonly target: Placement }
  /** The place that served is gone, and another is to serve. */
  | { readonly kind: "taken-over"; readonly target: Placement }
  | { readonly kind: "gone" };

/** A component, and what a strike means for it. */
export interface Struck {
  readonly component: Component;
  readonly consequence: Consequence;
}

/** @param plan by which users of a cell that is lost may be handed to another; `null`: nobody has written one */
export function consequenceOf(strike: Strike, component: Component, plan: RecoveryPlan | null): Consequence {
  if (strike.placesLeft(component).length === component.placements.length) return { kind: "untouched" };
  const { places, left } = strike.worstOff(component);
  const [first] = left;
  if (first === undefined) return handedOver(strike, component, plan);
  if (component.pattern === "active-active") {
    return left.length >= Math.min(component.placesRequired, places.length)
      ? { kind: "rerouted", target: first }
      : { kind: "gone" };
  }
  // Only one that stood by is lost: nobody waits.
  if (first === places[0]) return { kind: "untouched" };
  const target = left.find((placement) => strike.canTakeOver(component, placement));
  return target === undefined ? { kind: "gone" } : { kind: "taken-over", target };
}

/** Of components those that a strike means something for. @param plan as of `consequenceOf` */
export function struckOf(
  strike: Strike,
  components: readonly Component[],
  plan: RecoveryPlan | null,
): readonly Struck[] {
  return components
    .map((component): Struck => ({ component, consequence: consequenceOf(strike, component, plan) }))
    .filter(({ consequence }) => consequence.kind !== "untouched");
}

/** A plan that promotes what stands in cells hands the users of a lost one to a cell in one of the candidates' regions. */
function handedOver(strike: Strike, component: Component, plan: RecoveryPlan | null): Consequence {
  const candidates = new Set(
    plan?.steps.flatMap((step) =>
      step.phase === "promote" && step.component === component.name ? step.candidates : [],
    ),
  );
  const target = strike
    .placesLeft(component)
    .find((place) => candidates.has(place.region) && strike.canTakeOver(component, place));
  return target === undefined ? { kind: "gone" } : { kind: "taken-over", target };
}
