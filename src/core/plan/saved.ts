import type { ForeseenPlan } from "./foreseen.ts";
import type { TextDigest } from "./rests-on.ts";
import { sectionsOf } from "./sections.ts";
import { seenDifference, seenTitle, type SeenWorld } from "./seen-world.ts";

const formatVersion = 4;

/** A plan as it was foretold when somebody agreed to it. */
export interface SavedPlan {
  readonly formatVersion: typeof formatVersion;
  readonly kind: "SavedPlan";
  /** SHA-256 of the text of `foreseen`, and of that of `seen` below it where somebody has looked: who approves a plan approves this. */
  readonly hash: string;
  readonly foreseen: ForeseenPlan;
  /** How that stood outside which its steps change; `null`: nobody has looked. Files of before it was kept do not have it. */
  readonly seen: SeenWorld | null;
}

export function savedPlan(
  foreseen: ForeseenPlan,
  digest: TextDigest,
  seen: SeenWorld | null = null,
): SavedPlan {
  // JSON of one line: what stands on two is no plan without a look.
  const texts = (seen === null ? [foreseen] : [foreseen, seen]).map((each) => JSON.stringify(each));
  return { formatVersion, kind: "SavedPlan", hash: digest(texts.join("\n")), foreseen, seen };
}

/** Of the plan as its manifests foretell it, however it stands outside: what proofs of it go by. */
export function foreseenHash({ foreseen }: SavedPlan, digest: TextDigest): string {
  return savedPlan(foreseen, digest).hash;
}

/** The same plan as somebody sees the world who has looked again: the one that was kept, where nothing is otherwise. */
export function seenAgain(kept: SavedPlan, seen: SeenWorld, digest: TextDigest): SavedPlan {
  const present = savedPlan(kept.foreseen, digest, seen);
  return worldDifferences(kept, present).length === 0 ? kept : present;
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
  const plan = savedPlan(read.foreseen, digest, read.seen ?? null);
  return plan.hash === read.hash ? { kind: "plan", plan } : { kind: "changed" };
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

/** What of the world is no longer as it was seen. Empty: nothing, or one of the two was kept without a look. */
export function worldDifferences(before: SavedPlan, now: SavedPlan): readonly PlanDifference[] {
  if (before.seen === null || now.seen === null) return [];
  const { gone, added } = seenDifference(before.seen, now.seen, now.foreseen.stages);
  return gone.length + added.length === 0 ? [] : [{ section: seenTitle, gone, added }];
}
