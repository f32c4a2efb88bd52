import type { Problem } from "../src/core/problem/problem.ts";

const why = "A lab keeps its stores, its keys and its evidence in its folder.";

/** What the file system's refusal means to whoever started a lab in `root`. @throws `cause` when it is no such refusal */
export function folderProblem(root: string, cause: unknown): Problem {
  const code = cause instanceof Error && "code" in cause ? cause.code : null;
  const problem = (name: string, what: string, mend: string): Problem => ({
    code: `lab/${name}`,
    what: `${what} (${String(code)})`,
    where: null,
    why,
    mend,
  });
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return problem(
        "disk-full",
        `no space is left for the lab in ${root}`,
        "free about 500 MB there, or name a folder on another disk with --dir; what was written before stays",
      );
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return problem(
        "folder-not-writable",
        `this user may not write to ${root}`,
        "name a folder of your own with --dir, or have this one given to you",
      );
    case "EEXIST":
    case "ENOTDIR":
      return problem(
        "folder-not-a-folder",
        `${root}, or something above it, is no folder`,
        "name another folder with --dir, or move what stands there",
      );
    default:
      throw cause;
  }
}
