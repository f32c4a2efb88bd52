import { invariant, unreachable } from "../problem/problem.ts";
import { type Ratio, ratio, seconds } from "../units/units.ts";
import type { BasicEvent } from "./fault-graph.ts";
import type { Law } from "./law.ts";
import { longRunOf } from "./long-run.ts";

/** Members that fail alike, each by itself and sometimes several of them at once for one reason. */
export interface CommonCauseGroup {
  readonly names: readonly string[];
  /** How each member comes and goes, whatever the reason. */
  readonly law: Law;
  readonly sharing: CauseSharing;
}

/** How much of the failing of a member is shared, and with how many others. n: number of members. */
export type CauseSharing =
  /** The share `beta` of a member's failures takes all members. */
  | { readonly kind: "beta-factor"; readonly beta: Ratio }
  /** n − 1 letters β, γ, δ …: the share of the failures that takes 2 or more; of these, 3 or more; of those, 4 or more … */
  | { readonly kind: "multiple-greek-letters"; readonly letters: readonly Ratio[] }
  /** n factors: the shares of events that take just 1, 2, … n members, adding up to 1; how the members were tested decides how they were counted. */
  | {
      readonly kind: "alpha-factor";
      readonly alphas: readonly Ratio[];
      readonly testing: "staggered" | "together";
    };

/** The group as independent events of a fault graph. */
export interface CommonCauseEvents {
  readonly events: readonly BasicEvent[];
  /** For each member, in the order of the names: the indices in `events` of those that fail it. */
  readonly failing: readonly (readonly number[])[];
}

/** Every set of members that a cause may take is an event. */
const commonCauseEventsMax = 4_096;

/** A cause with a smaller share of the failing never comes: the time until it does could not be held in a number. */
const shareMin = 1e-200;

/**
 * Splits the failing of each member over independent events, one for each set of members that a cause may take, so that the events of
 * a member add up to its own unavailability and frequency (the rare-event reading that fault-tree programs share: the sets overlap).
 * An event that cannot happen is left out.
 *
 * Formulas: NUREG/CR-5485 (1998), chapter 5; Q_k is the unavailability of one set of k.
 *
 * @throws InvariantBroken where letters or factors are too many or too few, factors do not add up to 1, or the sets are more than
 * `commonCauseEventsMax`
 */
export function commonCauseEvents({ names, law, sharing }: CommonCauseGroup): CommonCauseEvents {
  const size = names.length;
  invariant(size >= 1, "a group with a common cause has members");
  const shares = setShares(sharing, size);
  const sets = shares.flatMap((share, at) =>
    share > shareMin ? setsOf(size, at + 1).map((members) => ({ members, share })) : [],
  );
  return {
    events: sets.map(({ members, share }) => ({ name: nameOf(members, names), law: partOf(law, share) })),
    failing: names.map((_, member) =>
      sets.flatMap(({ members }, event) => (members.includes(member) ? [event] : [])),
    ),
  };
}

/** For sets of 1, 2, … n members: Q_k / Q, the share of a member's failing that one such set has. */
function setShares(sharing: CauseSharing, size: number): readonly number[] {
  switch (sharing.kind) {
    case "beta-factor":
      return letterShares([sharing.beta, ...new Array<number>(size).fill(1)].slice(0, size - 1));
    case "multiple-greek-letters":
      invariant(
        sharing.letters.length === size - 1,
        `a group of ${size} has ${size - 1} Greek letters, got ${sharing.letters.length}`,
      );
      return letterShares(sharing.letters);
    case "alpha-factor":
      return alphaShares(sharing, size);
    default:
      return unreachable(sharing);
  }
}

function letterShares(letters: readonly number[]): readonly number[] {
  const size = letters.length + 1;
  let reached = 1;
  return Array.from({ length: size }, (_, at) => {
    reached *= at === 0 ? 1 : (letters[at - 1] as number);
    return (reached * (1 - (letters[at] ?? 0))) / choose(size - 1, at);
  });
}

function alphaShares(
  { alphas, testing }: Extract<CauseSharing, { kind: "alpha-factor" }>,
  size: number,
): readonly number[] {
  invariant(alphas.length === size, `a group of ${size} has ${size} alpha factors, got ${alphas.length}`);
  const sum = alphas.reduce((total, alpha) => total + alpha, 0);
  invariant(Math.abs(sum - 1) <= 1e-9, `alpha factors add up to 1, got ${sum}`);
  const mean = alphas.reduce((total, alpha, at) => total + (at + 1) * alpha, 0);
  return alphas.map((alpha, at) => {
    const perMember = testing === "staggered" ? alpha : ((at + 1) * alpha) / mean;
    return perMember / choose(size - 1, at);
  });
}

/** All sets of `count` of the members 0 … size − 1, each in rising order. */
function setsOf(size: number, count: number): readonly (readonly number[])[] {
  const sets = choose(size, count);
  invariant(sets <= commonCauseEventsMax, `at most ${commonCauseEventsMax} sets of members, got ${sets}`);
  let found: readonly (readonly number[])[] = [[]];
  for (let drawn = 0; drawn < count; drawn++) {
    found = found.flatMap((set) => {
      const first = (set.at(-1) ?? -1) + 1;
      const last = size - count + drawn;
      return Array.from({ length: last - first + 1 }, (_, step) => [...set, first + step]);
    });
  }
  return found;
}

/** The law of an event that makes up `share` of the failing of `law`: as long each time, that much rarer. */
function partOf(law: Law, share: number): Law {
  const { unavailability, availability, failuresPerHour } = longRunOf(law);
  if (failuresPerHour === null || failuresPerHour === 0) {
    return { kind: "constant", unavailability: ratio(share * unavailability) };
  }
  const cycle = 3_600 / failuresPerHour;
  const { up, down, repair } =
    law.kind === "alternating"
      ? { up: law.mtbf, down: law.mttr, repair: law.repair }
      : { up: availability * cycle, down: unavailability * cycle, repair: { kind: "exponential" } as const };
  return {
    kind: "alternating",
    mtbf: seconds((up + (1 - share) * down) / share),
    mttr: seconds(down),
    repair,
  };
}

function nameOf(members: readonly number[], names: readonly string[]): string {
  const told = members.map((member) => names[member] as string);
  return told.length === 1 ? `${told.join("")} alone` : `${told.join(" + ")} together`;
}

/** C(from, count): exact up to 2^53. */
function choose(from: number, count: number): number {
  let ways = 1;
  for (let step = 1; step <= count; step++) ways = (ways * (from - step + 1)) / step;
  return Math.round(ways);
}
