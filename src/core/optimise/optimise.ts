import type { Journey, Model } from "../model/model.ts";
import type { Choice, Options } from "../model/options.ts";
import type { PredictionSettings } from "../prediction/prediction.ts";
import type { Parsed } from "../problem/problem.ts";
import type { Missing } from "../units/missing.ts";
import {
  type GramsPerMonth,
  gramsPerMonth,
  type MonthlyPrice,
  monthlyPrice,
  minutesPerYear,
} from "../units/units.ts";
import { changesOf, type DesignChange, singleChanges } from "./design-changes.ts";
import { type Downtime, downtimeOf } from "./downtime.ts";
import { isAsGood, type Picks, type Weighed } from "./front.ts";
import { availabilityLimits, type Limit, recoveryLimits } from "./limits.ts";
import { type Partial, rounded, search, type Space } from "./search.ts";
import { type Chosen, type Weighing, weighingOf } from "./weighing.ts";

/** Which designs of a platform are worth their money. */
export interface Optimum {
  readonly choices: readonly Choice[];
  /** By what journeys are weighted in the downtime of the platform: impact per hour where every journey states one in one currency. */
  readonly weightedBy: "impact" | "equally";
  readonly currency: string | null;
  /** The Pareto front: the least money for each minute of downtime removed first, then what removes none. */
  readonly front: readonly DesignPoint[];
  readonly today: JudgedDesign;
  /** What one change alone would come to. */
  readonly singleChanges: readonly JudgedDesign[];
  /** Objectives that no design meets: they were left out of the constraints. */
  readonly unattainable: readonly string[];
  /** Objectives that every design on the front meets. */
  readonly limits: readonly string[];
  readonly missing: readonly Missing[];
  readonly looked: {
    readonly isExact: boolean;
    readonly designs: number;
    readonly evaluations: number;
    /** Share of the designs that was weighed or ruled out for good. */
    readonly settled: number;
  };
}

export interface DesignPoint {
  readonly changes: readonly DesignChange[];
  readonly cost: MonthlyPrice | null;
  readonly carbon: GramsPerMonth;
  /** Share of time that journeys are down, weighted. */
  readonly unavailability: number;
  readonly minutesPerYear: number;
  /**
   * Money a year for each minute a year that it is down less than today; below 0 it saves both. `null`: it is down no less, or by so
   * little that the money for a whole minute could not be counted.
   */
  readonly pricePerMinute: MonthlyPrice | null;
  /** Objectives of recovery and of availability that it misses. */
  readonly missed: readonly string[];
}

export interface JudgedDesign extends DesignPoint {
  readonly verdict: Verdict;
}

export type Verdict =
  | { readonly kind: "on-front" }
  /** `by`: the number of a design on the front, from 0, that is as good in everything and better in something. */
  | { readonly kind: "dominated"; readonly by: number }
  | { readonly kind: "misses-objectives" };

export interface OptimiseSettings extends PredictionSettings {
  readonly evaluationsMax: number;
  /** Whether objectives of availability are constraints, too, or only told. */
  readonly availability: "constraint" | "told";
}

/** Enough for a few thousand designs to be settled; the walk takes half of it at most. */
export const evaluationsMaxByDefault = 5_000;

/**
 * Over every combination of the alternatives: the designs that no other beats in cost, carbon and downtime, among those that meet the
 * objectives of recovery. Exact unless it says otherwise.
 */
export function optimum(
  model: Model,
  options: readonly Options[],
  settings: OptimiseSettings,
): Parsed<Optimum> {
  const chosen = options.flatMap((each) =>
    [...each.variants].map(([name, variants]) => ({ name, variants })),
  );
  const weighing = weighingOf(model, chosen, settings);
  if (!weighing.ok) return weighing;
  const downtime = downtimeOf(model, chosen, settings);
  if (!downtime.ok) return downtime;
  const limits = limitsOf(model, chosen, { downtime: downtime.value, settings });
  const weights = weightsOf([...model.journeys.values()]);
  const space = spaceOf(weighing.value, limits.constraints, (picks) =>
    downtime.value.of(picks).reduce((sum, share, at) => sum + share * (weights.shares[at] ?? 0), 0),
  );
  const found = search(space, settings.evaluationsMax);
  const choices = options.flatMap((each) => each.choices);
  const judge = new Judge({ choices, chosen, weighing: weighing.value, space, limits });
  const front = judge.ordered(found.front);
  const { isExact, designs, evaluations, settled } = found;
  return {
    ok: true,
    value: {
      ...{ choices, weightedBy: weights.by, currency: weighing.value.currency },
      front: front.map((point) => judge.pointOf(point)),
      today: judge.judged(
        chosen.map(() => 0),
        front,
      ),
      singleChanges: singleChanges(choices, chosen).map((picks) => judge.judged(picks, front)),
      unattainable: limits.unattainable.map(({ name }) => name),
      limits: limits.constraints.map(({ name }) => name),
      missing: weighing.value.missing,
      looked: { isExact, designs, evaluations, settled },
    },
  };
}

interface Limits {
  readonly all: readonly Limit[];
  readonly constraints: readonly Limit[];
  readonly unattainable: readonly Limit[];
}

function limitsOf(
  model: Model,
  chosen: readonly Chosen[],
  { downtime, settings }: { readonly downtime: Downtime; readonly settings: OptimiseSettings },
): Limits {
  const recovery = recoveryLimits(model, chosen, settings);
  const availability = availabilityLimits(model, downtime);
  const today = chosen.map(() => 0);
  const open = chosen.map(() => null);
  const isAttainable = (limit: Limit): boolean => {
    if (limit.isMet(today) === true) return true;
    for (const picks of limit.kinds()) if (limit.isMet(picks) === true) return true;
    return limit.isMet(open) === null && [...limit.kinds()].length === 0;
  };
  const asked = [...recovery, ...(settings.availability === "constraint" ? availability : [])];
  const constraints = asked.filter(isAttainable);
  return {
    all: [...recovery, ...availability],
    constraints,
    unattainable: asked.filter((limit) => !constraints.includes(limit)),
  };
}

function weightsOf(journeys: readonly Journey[]): {
  readonly by: Optimum["weightedBy"];
  readonly shares: readonly number[];
} {
  const [first] = journeys;
  const impacts = journeys.map(({ impact }) =>
    impact?.currency === first?.impact?.currency ? (impact?.microsPerHour ?? 0) : 0,
  );
  const total = impacts.reduce<number>((sum, each) => sum + each, 0);
  if (impacts.every((each) => each > 0)) return { by: "impact", shares: impacts.map((each) => each / total) };
  return { by: "equally", shares: journeys.map(() => 1 / journeys.length) };
}

function spaceOf(
  { cost, carbon }: Weighing,
  constraints: readonly Limit[],
  downtime: (picks: Partial) => number,
): Space {
  return {
    ...{ cost, carbon, downtime },
    isAllowed: (picks) => constraints.every((limit) => limit.isMet(picks) !== false),
  };
}

interface Judged {
  readonly choices: readonly Choice[];
  readonly chosen: readonly Chosen[];
  readonly weighing: Weighing;
  readonly space: Space;
  readonly limits: Limits;
}

const monthsPerYear = 12;

/** Tells what a design comes to, beside today's. */
class Judge {
  readonly #of: Judged;
  readonly #today: Weighed;

  constructor(of: Judged) {
    this.#of = of;
    this.#today = this.#weighed(of.chosen.map(() => 0));
  }

  /** What costs least for each minute removed first; what removes none after it, the least downtime first. */
  ordered(front: readonly Weighed[]): readonly Weighed[] {
    const rank = (point: Weighed): number => this.#microsPerMinute(point) ?? Number.POSITIVE_INFINITY;
    return front.toSorted((a, b) => {
      const [first, second] = [rank(a), rank(b)];
      return first === second ? a.downtime - b.downtime : first - second;
    });
  }

  judged(picks: Picks, front: readonly Weighed[]): JudgedDesign {
    const point = this.#weighed(picks);
    return { ...this.pointOf(point), verdict: this.#verdictOn(point, front) };
  }

  pointOf(point: Weighed): DesignPoint {
    const { choices, chosen, weighing, limits } = this.#of;
    const { currency, rest } = weighing;
    const priced = (micros: number): MonthlyPrice | null =>
      currency === null ? null : monthlyPrice(currency, Math.round(micros));
    const perMinute = this.#microsPerMinute(point);
    return {
      changes: changesOf(choices, chosen, point.picks),
      cost: priced(rest.cost + point.cost),
      carbon: gramsPerMonth(rest.carbon + point.carbon),
      unavailability: point.downtime,
      minutesPerYear: point.downtime * minutesPerYear,
      pricePerMinute: perMinute === null ? null : priced(perMinute),
      missed: limits.all.filter((limit) => limit.isMet(point.picks) === false).map(({ name }) => name),
    };
  }

  #verdictOn(point: Weighed, front: readonly Weighed[]): Verdict {
    if (!this.#of.space.isAllowed(point.picks)) return { kind: "misses-objectives" };
    const by = front.findIndex((other) => isAsGood(other, point) && !isAsGood(point, other));
    return by < 0 ? { kind: "on-front" } : { kind: "dominated", by };
  }

  #weighed(picks: Picks): Weighed {
    const { cost, carbon, downtime } = this.#of.space;
    const sum = (of: readonly (readonly number[])[]): number =>
      of.reduce((total, values, at) => total + (values[picks[at] ?? 0] ?? 0), 0);
    return { picks, cost: sum(cost), carbon: sum(carbon), downtime: rounded(downtime(picks)) };
  }

  #microsPerMinute({ cost, downtime }: Weighed): number | null {
    const minutes = (this.#today.downtime - downtime) * minutesPerYear;
    const price = ((cost - this.#today.cost) * monthsPerYear) / minutes;
    return minutes > 0 && Number.isSafeInteger(Math.round(price)) ? price : null;
  }
}
