import type { ForeseenPlan } from "./foreseen.ts";
import type { TextDigest } from "./rests-on.ts";
import { sectionsOf } from "./sections.ts";

const formatVersion = 4;

/** A plan as it was foretold when somebody agreed to it. */
export interface SavedPlan {
  readonly formatVersion: typeof formatVersion;
  readonly kind: "SavedPlan";
  /** SHA-256 of the text of `foreseen`: who approves a plan approves this. */
  readonly hash: string;
  readonly foreseen: ForeseenPlan;
}

export function savedPlan(foreseen: ForeseenPlan, digest: TextDigest): SavedPlan {
  return { formatVersion, kind: "SavedPlan", hash: digest(JSON.stringify(foreseen)), foreseen };
}

export type ReadPlan =
  | { readonly kind: "plan"; readonly plan: SavedPlan }
  /** It is no saved plan. */
  | { readonly kind: "other" }
  /** It was kept by a version of the program that says less of a plan, or more. */
  | { readonly kind: "other-version" }
  /** Its content is not what its hash says. */
  | { readonly kind: "changed" };

/** Reads what `savedPlan` has made. */
export function readSavedPlan(text: string, digest: TextDigest): ReadPlan {
  const read = parsed(text);
  if (read?.kind !== "SavedPlan" || read.foreseen === undefined) return { kind: "other" };
  if (read.formatVersion !== formatVersion) return { kind: "other-version" };
  // What has this hash was written by `savedPlan`, so it has its shape.
  const isWhole = read.hash === digest(JSON.stringify(read.foreseen));
  return isWhole ? { kind: "plan", plan: read as SavedPlan } : { kind: "changed" };
}

function parsed(text: string): Partial<SavedPlan> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : null;
  } catch {
    return null;
  }
}

/** What a plan said when it was saved and says no longer, and what it says instead. */
export interface PlanDifference {
  readonly section: string;
  readonly gone: readonly string[];
  readonly added: readonly string[];
}

/** Empty: they say the same. */
export function differences(before: ForeseenPlan, now: ForeseenPlan): readonly PlanDifference[] {
  const present = sectionsOf(now);
  return sectionsOf(before).flatMap(({ title: section, lines: was }, at) => {
    const is = present[at]?.lines ?? [];
    const gone = was.filter((line) => !is.includes(line));
    const added = is.filter((line) => !was.includes(line));
    if (gone.length + added.length > 0) return [{ section, gone, added }];
    // The same lines in another order are other steps.
    return was.join("\n") === is.join("\n") ? [] : [{ section, gone: was, added: is }];
  });
}
