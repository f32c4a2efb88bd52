import type { ReadPlan, SavedPlan } from "../core/plan/saved.ts";
import { foreseenHash, readSavedPlan, savedPlan, seenAgain } from "../core/plan/saved.ts";
import { foreseen } from "../core/plan/foreseen.ts";
import type { Problem } from "../core/problem/problem.ts";
import { pathWord } from "../core/problem/shell-word.ts";
import { type Context, formatOf, type JsonOption } from "./context.ts";
import { keptCase } from "./plan-case.ts";
import { foreseeSettings, textDigest } from "../runtime/foresee-settings.ts";
import { lookNow } from "./look-now.ts";
import type { DiffOptions } from "./plan-options.ts";
import { type ExitStatus, fail } from "./shell.ts";
import { openWorkspace } from "./workspace.ts";

/** What a command asked for, or the exit status of one that has told why there is none. */
export type Given<Value> =
  | { readonly kind: "given"; readonly value: Value }
  | { readonly kind: "refused"; readonly status: ExitStatus };

/** A plan that `plan show --out` kept, whole. */
export async function readSaved(
  file: string,
  options: JsonOption,
  { shell, parts }: Context,
): Promise<Given<SavedPlan>> {
  const format = formatOf(options);
  const texts = await parts.readTexts([file], shell.cwd, shell.signal);
  if (!texts.ok) return { kind: "refused", status: fail(shell, texts.problems, format) };
  const read = readSavedPlan(texts.value[0]?.text ?? "", textDigest);
  if (read.kind === "plan") return { kind: "given", value: read.plan };
  return { kind: "refused", status: fail(shell, [unreadable(file, read.kind)], format) };
}

/**
 * The same plan in the same scenario, as the manifests foretell it today. Where somebody looked when it was kept, and they foretell the
 * same, it is looked again at what its steps change: the plan as it was kept, where that too is as it was.
 */
export async function todaysPlan(
  kept: SavedPlan,
  options: DiffOptions,
  context: Context,
): Promise<Given<SavedPlan>> {
  const format = formatOf(options);
  const opened = await openWorkspace(options.workspace, format, context);
  if (opened.kind === "refused") return opened;
  const { model } = opened.workspace;
  const chosen = keptCase(model, kept.foreseen, options.workspace);
  if ("problem" in chosen) return { kind: "refused", status: fail(context.shell, [chosen.problem], format) };
  const now = savedPlan(foreseen(model, chosen, foreseeSettings(opened)), textDigest);
  if (kept.seen === null || now.hash !== foreseenHash(kept, textDigest)) return { kind: "given", value: now };
  const serving = kept.seen.serving.kind === "not-asked" ? "not-asked" : "asked";
  const seen = await lookNow(kept.foreseen.stages, { ...options, serving }, context);
  // What was called off in the midst of it was not looked at.
  if (context.shell.signal.aborted) return { kind: "refused", status: 130 };
  return { kind: "given", value: seenAgain(kept, seen, textDigest) };
}

function unreadable(file: string, kind: Exclude<ReadPlan["kind"], "plan">): Problem {
  if (kind === "other-version") {
    return {
      code: "plan/other-version",
      what: `${pathWord(file)} was kept by another version of this program, in which plans say other things`,
      where: null,
      why: "Who agreed to it agreed to what that version foretold.",
      mend: "keep the plan of today with `holdfast plan show PLAN --out FILE`, and have it agreed to anew",
    };
  }
  if (kind === "other") {
    return {
      code: "plan/not-saved",
      what: `${pathWord(file)} is no plan that \`plan show --out\` kept`,
      where: null,
      why: "A plan is held against one that was kept whole, under a hash.",
      mend: "keep one with `holdfast plan show PLAN --out FILE`, and name that file",
    };
  }
  return {
    code: "plan/touched",
    what: `${pathWord(file)} is not what its hash says: it was changed after it was kept`,
    where: null,
    why: "Who agreed to a plan agreed to what has this hash.",
    mend: "take the file as it was kept, or keep the plan of today and have it agreed to anew",
  };
}
