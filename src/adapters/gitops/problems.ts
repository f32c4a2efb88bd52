import { type GitopsWish } from "../../core/model/gitops-wish.ts";
import { pathMend } from "../../core/model/setting-path.ts";
import type { Problem } from "../../core/problem/problem.ts";
import type { Fault } from "./document.ts";

const why =
  "What stands in the repository is what a reconciler brings about; what is not known to stand there must not be reported as done.";

function problem(code: Problem["code"], what: string, mend: string): Problem {
  return { code, what, where: null, why, mend };
}

function shown({ repository, branch }: GitopsWish): string {
  return `${branch} of ${repository}`;
}

export function unusableWish(because: string): Problem {
  return problem("gitops/wish-unusable", because, "mend the wish: see the manual for its fields");
}

export function missingEnvironment(name: string): Problem {
  return problem(
    "gitops/environment",
    `git is to be given ${name}, which our environment does not have`,
    `set ${name} where Holdfast runs, or take the name out of the wish`,
  );
}

export function missingProgram(because: string): Problem {
  return problem(
    "gitops/missing-program",
    `git cannot be run: ${because}`,
    "install git (2.25 or newer); where it is not in /usr/bin or /bin, pass the PATH on by environment",
  );
}

export function unusableFolder(because: string): Problem {
  return problem(
    "gitops/temporary-folder",
    `there is no room for a working clone: ${because}`,
    "let the folder for temporary files (TMPDIR) be one that we may write",
  );
}

export function unreachable({ repository }: GitopsWish, said: string): Problem {
  return problem(
    "gitops/unreachable",
    `${repository} cannot be read: ${said}`,
    "try `git ls-remote` with it in the same environment; pass on by environment what git needs for that, such as HOME or GIT_SSH_COMMAND",
  );
}

export function noBranch({ repository, branch }: GitopsWish): Problem {
  return problem(
    "gitops/no-branch",
    `${repository} has no branch ${branch}`,
    "name the branch that the reconciler follows; a branch is never made by a plan",
  );
}

export function noFile(wish: GitopsWish, file: string, because: string): Problem {
  return problem(
    "gitops/no-file",
    `${file} on ${shown(wish)} ${because}`,
    "name a file that is there, with all of its folders; what a link leads to is named by its own path",
  );
}

/** Why a value cannot be told or set. */
export function faultOfFile(wish: GitopsWish, file: string, { kind, because }: Fault): Problem {
  const what = `${file} on ${shown(wish)}: ${because}`;
  switch (kind) {
    case "not-a-document":
      return problem(
        "gitops/not-a-document",
        what,
        "mend the file; or name one of plain YAML or JSON, such as the values of a chart and not its templates",
      );
    case "no-value":
      return problem(
        "gitops/no-value",
        what,
        `name a value that is there, for none is made; in a file of several documents say which by document. Paths: ${pathMend}`,
      );
    case "shared-value":
      return problem(
        "gitops/shared-value",
        what,
        "write the value in the file wherever it is to be set, in the place of its alias",
      );
    case "other-type":
      return problem(
        "gitops/other-type",
        what,
        "write it in the plan as it stands in the file: a text in quotes, a number without",
      );
    case "not-settable":
      return problem(
        "gitops/not-settable",
        what,
        "write it in the file as a plain value on one line, and name it by one path",
      );
  }
}

export function pushRefused(wish: GitopsWish, said: string): Problem {
  return problem(
    "gitops/push-refused",
    `${shown(wish)} takes no commit of ours: ${said}`,
    "let whoever runs the plan push to this branch, by the rules of the server for it; where the connection broke, apply the step again, for nobody knows whether it was taken",
  );
}

export function contended(wish: GitopsWish, tries: number): Problem {
  return problem(
    "gitops/contended",
    `${shown(wish)} was changed by somebody else each of ${tries} times, between our reading and our writing or after it`,
    "see who commits there so often, and apply the step again",
  );
}

export function stopped(wish: GitopsWish, reason: unknown): Problem {
  const because = reason instanceof Error ? reason.message : String(reason);
  return problem(
    "gitops/stopped",
    `git was ended before it was done with ${shown(wish)}: ${because}`,
    "what stands there is the whole commit or nothing of it: apply the step again, with more time if that was too short",
  );
}

export function failedGit(wish: GitopsWish, what: string, said: string): Problem {
  return problem(
    "gitops/git-failed",
    `git cannot ${what} for ${shown(wish)}: ${said}`,
    "see that git is 2.25 or newer and that there is room for temporary files, and apply the step again; nothing was changed",
  );
}
