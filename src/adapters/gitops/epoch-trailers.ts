import type { FileEdit, GitopsWish } from "../../core/model/gitops-wish.ts";
import type { Epoch, Settings } from "../../core/plan/actuator.ts";

/** By which words `git log` finds the commits that hold an epoch. */
export const epochMark = "^Holdfast-Epoch: ";

const [ofOne, ofCommit] = ["\u001f", "\u001e"];

/** What `git log` is to tell of each of them. */
export const epochFormat = `${["Holdfast-Epoch", "Holdfast-File"]
  .map((key) => `%(trailers:key=${key},valueonly,separator=%x1F)`)
  .join("%x1F%x1F")}%x1E`;

/** The last epoch under which each of these files was changed; `null`: never by a plan. @param told in `epochFormat` */
export function epochsOf(files: readonly string[], told: string): readonly (Epoch | null)[] {
  const kept = told.split(ofCommit).map(keptIn);
  return files.map((file) => {
    const epochs = kept.filter((each) => each.files.includes(file)).map(({ epoch }) => epoch);
    return epochs.reduce<Epoch | null>((last, epoch) => Math.max(last ?? epoch, epoch), null);
  });
}

function keptIn(commit: string): { readonly epoch: Epoch; readonly files: readonly string[] } {
  const [epochs = "", files = ""] = commit.split(`${ofOne}${ofOne}`);
  const known = epochs
    .split(ofOne)
    .map((text) => text.trim())
    .filter((text) => /^\d{1,15}$/.test(text));
  // Commits that somebody has squashed are one with the trailers of all of them.
  return {
    epoch: Math.max(...known.map(Number)),
    files: known.length === 0 ? [] : files.split(ofOne).map((text) => text.trim()),
  };
}

/** Each once. */
export function filesOf(edits: readonly FileEdit[]): readonly string[] {
  return [...new Set(edits.map(({ file }) => file))];
}

/** What the commit says: what it changes, and the trailers that keep the epoch of each file. */
export function commitMessage(
  { plan, step, message, edits }: GitopsWish,
  epoch: Epoch,
  { now, wanted }: { readonly now: Settings; readonly wanted: Settings },
): string {
  const changed = Object.keys(wanted).filter((key) => now[key] !== wanted[key]);
  const lines = changed.map((key) => `${key}: ${now[key] ?? ""} -> ${wanted[key] ?? ""}`);
  return [
    message,
    "",
    ...(lines.length === 0
      ? ["All is so already; this keeps the epoch, so that who comes late changes nothing."]
      : lines),
    "",
    `Holdfast-Step: ${plan}/${step}`,
    `Holdfast-Epoch: ${epoch}`,
    ...filesOf(edits).map((file) => `Holdfast-File: ${file}`),
    "",
  ].join("\n");
}
