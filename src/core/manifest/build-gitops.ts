import type { FileEdit, GitopsWish } from "../model/gitops-wish.ts";
import type { Outside } from "../model/outside-step.ts";
import type { ReadDocument } from "./schema.ts";

export type WrittenGitops = Extract<
  ReadDocument<"RecoveryPlan">["spec"]["steps"][number],
  { readonly phase: "gitops" }
>;

/** Undoing is a step of its own to whoever reads the commits. */
export function gitopsOf(step: WrittenGitops, plan: string): Pick<Outside, "deed" | "undo"> {
  const { name, repository, branch, edits, author, environment, undo } = step;
  const message = step.message ?? `${plan}: ${name}`;
  const wish: GitopsWish = {
    ...{ plan, step: name, repository, branch, edits: editsOf(edits), message, author, environment },
  };
  const back = undo && {
    ...wish,
    ...{ step: `${name}-undo`, edits: editsOf(undo.edits), message: `Undo: ${message}` },
  };
  return {
    deed: { kind: "gitops", wish },
    undo: back === undefined ? null : { kind: "gitops", wish: back },
  };
}

function editsOf(written: WrittenGitops["edits"]): readonly FileEdit[] {
  return written.map(({ file, document = null, set }) => ({ file, document, set }));
}
