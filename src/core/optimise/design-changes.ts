import type { Choice } from "../model/options.ts";
import type { Picks } from "./front.ts";
import type { Chosen } from "./weighing.ts";

/** One thing that a design does otherwise than today's. */
export interface DesignChange {
  /** Such as `replicas of gateway in us-east`. */
  readonly what: string;
  readonly from: string;
  readonly to: string;
}

/** What a design changes from today, in the order of the choices. */
export function changesOf(
  choices: readonly Choice[],
  chosen: readonly Chosen[],
  picks: Picks,
): readonly DesignChange[] {
  return chosen.flatMap(({ name, variants }, at) => {
    const own = choices.filter(({ component }) => component === name);
    const variant = variants[picks[at] ?? 0] ?? variants[0];
    return own.flatMap(({ what, alternatives, today }, index) => {
      const pick = variant.picks[index] ?? today;
      return pick === today ? [] : [{ what, from: alternatives[today] ?? "", to: alternatives[pick] ?? "" }];
    });
  });
}

/** The designs that differ from today's by one alternative. */
export function singleChanges(choices: readonly Choice[], chosen: readonly Chosen[]): readonly Picks[] {
  return chosen.flatMap(({ variants }, at) =>
    variants.flatMap((_, pick) => {
      const picks = chosen.map((_, index) => (index === at ? pick : 0));
      return changesOf(choices, chosen, picks).length === 1 ? [picks] : [];
    }),
  );
}
