import type { Problem } from "../src/core/problem/problem.ts";

const why = "A lab keeps its stores, its keys and its evidence in its folder.";

/** A refusal of the operating system, as Node throws it. */
export type SystemRefusal = Error & {
  readonly code: string;
  /** What was refused. */
  readonly syscall: string;
  /** The file or folder that was refused, where there is one. */
  readonly path?: unknown;
};

export function isSystemRefusal(cause: unknown): cause is SystemRefusal {
  return cause instanceof Error && "syscall" in cause && "code" in cause && typeof cause.code === "string";
}

/** What the system's refusal means to whoever started a lab in `root`. @throws `cause` when it is no such refusal */
export function folderProblem(root: string, cause: unknown): Problem {
  if (!isSystemRefusal(cause)) throw cause;
  const { code, message } = cause;
  const refused = typeof cause.path === "string" ? cause.path : root;
  const problem = (name: string, what: string, mend: string): Problem => ({
    code: `lab/${name}`,
    what: `${what} (${code})`,
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
        `this user may not read and write ${refused}`,
        "name a folder of your own with --dir, or have this one given to you",
      );
    case "EEXIST":
    case "ENOTDIR":
      return problem(
        "folder-not-a-folder",
        `${refused}, or something above it, is no folder`,
        "name another folder with --dir, or move what stands there",
      );
    case "ENOENT":
      return problem(
        "no-folder-there",
        `${refused} cannot be made, or is gone: the system has no place for it`,
        "name a folder of your own with --dir",
      );
    case "ENAMETOOLONG":
      return problem(
        "folder-name-too-long",
        `the name of the lab's folder is ${root.length} characters long, too long for this system: ${root.slice(0, 80)}…`,
        "name a folder with a shorter path with --dir",
      );
    case "EMFILE":
    case "ENFILE":
      return problem(
        "too-many-open-files",
        `this user, or this machine, has no more files to open for the lab in ${root}`,
        "allow more of them (ulimit -n 4096), or end what holds many open, and run the command again",
      );
    default:
      return problem(
        "system-refused",
        `the system refused the lab in ${root}: ${message}`,
        "mend what the system names above and run the command again, or name a folder on another disk with --dir",
      );
  }
}
