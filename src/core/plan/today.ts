import { type BlockedWindow, isBlockedAt } from "../model/blocked-window.ts";
import type { BudgetWish, Gate, Interlocks } from "../model/recovery-plan.ts";
import { clockText } from "../units/local-time.ts";
import { dateText } from "../units/text.ts";
import type { InstantMs } from "../units/units.ts";
import type { Tried } from "./verifier.ts";
import { verifyText } from "./verify-text.ts";

/** What is looked at before a plan is begun: plain data, kept with the plan that somebody agrees to. */
export type LookedAt = Pick<Interlocks, "blocked" | "gates">;

/** How things stand at some moment. */
export interface SeenToday {
  readonly now: InstantMs;
  /** By the names of gates. */
  readonly gates: ReadonlyMap<string, Tried>;
  /** Names of what steps are given of the environment, and is not set. */
  readonly unset: readonly string[];
}

/** What keeps a plan from being begun at some moment, though it could be carried out. */
export interface Hindrance {
  /** What somebody names who begins it all the same; `null`: that helps nothing. */
  readonly interlock: string | null;
  readonly what: string;
  readonly mend: string;
}

/** Empty: nothing does. A gate that was not tried is closed. */
export function hindrances({ blocked, gates }: LookedAt, seen: SeenToday): readonly Hindrance[] {
  const windows = blocked
    .filter((window) => isBlockedAt(window, seen.now))
    .map((window) => ({
      interlock: window.name,
      what: `it is blocked by ${window.name}: ${windowText(window)}`,
      mend: "wait until it is over",
    }));
  const closed = gates.flatMap((gate): readonly Hindrance[] => {
    const tried = seen.gates.get(gate.name) ?? { kind: "not-so", because: "it was not tried" };
    if (tried.kind === "so") return [];
    const what = `gate ${gate.name} is closed: ${tried.because}`;
    const mend = (tried.kind === "cannot" ? tried.mend : undefined) ?? gateMend(gate);
    return [{ interlock: gate.name, what, mend }];
  });
  return [...windows, ...closed, ...unsetHindrance(seen.unset)];
}

/** The names of all that a plan may be begun despite. */
export function interlocksOf({ blocked, gates }: LookedAt): readonly string[] {
  return [...blocked, ...gates].map(({ name }) => name);
}

/** What holds it all the same when somebody begins it despite these; what has no name nobody begins it despite. */
export function stillHolding(found: readonly Hindrance[], despite: readonly string[]): readonly Hindrance[] {
  return found.filter(({ interlock }) => interlock === null || !despite.includes(interlock));
}

function unsetHindrance(names: readonly string[]): readonly Hindrance[] {
  if (names.length === 0) return [];
  const [are, them] = names.length === 1 ? ["is", "it"] : ["are", "them"];
  const what = `its steps are given ${names.join(", ")}, which ${are} not set here`;
  return [{ interlock: null, what, mend: `set ${them} where the plan is run` }];
}

/** When a window is, as people read it. */
export function windowText(window: BlockedWindow): string {
  if (window.kind === "dates")
    return `from ${dateText.print(window.from)} until ${dateText.print(window.until)}`;
  const { days, from, until, timeZone } = window;
  const next = until > from ? "" : " of the day after";
  return `${days.join(", ")} from ${clockText(from)} until ${clockText(until)}${next}, ${timeZone}`;
}

export function gateText({ name, wish }: Gate): string {
  return `${name}: ${wish.kind === "slo" ? budgetText(wish) : verifyText(wish)}`;
}

/** A budget is not mended: it comes back with time, or somebody answers for going on without it. */
function gateMend({ wish }: Gate): string {
  if (wish.kind !== "slo") return `see that ${verifyText(wish)}`;
  return `wait until more is left, or declare an override with an owner and an end; \`holdfast gate slo FOLDER --for ${wish.action}\` tells more`;
}

function budgetText({ action, policy }: BudgetWish): string {
  return `${policy === null ? "every error budget policy" : `the error budget policy ${policy}`} allows ${action}`;
}
