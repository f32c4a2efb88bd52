import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { extract } from "tar";
import type { Parsed, Problem } from "../../core/problem/problem.ts";

const run = promisify(execFile);

/** A folder as it was in a revision, laid out apart; removed when it is given back. */
export interface RevisionFolder {
  readonly path: string;
  readonly giveBack: () => Promise<void>;
}

/** @param folder in a git repository, as the user named it, relative to `cwd` */
export async function folderAt(
  { folder, cwd, revision }: { readonly folder: string; readonly cwd: string; readonly revision: string },
  signal: AbortSignal,
): Promise<Parsed<RevisionFolder>> {
  const at = resolve(cwd, folder);
  const git = async (...words: readonly string[]): Promise<string> =>
    (await run("git", ["-C", at, ...words], { signal })).stdout.trim();
  try {
    const [root, prefix] = [
      await git("rev-parse", "--show-toplevel"),
      await git("rev-parse", "--show-prefix"),
    ];
    // A revision is named, never an option; and a name that is none is told before anything is laid out.
    const commit = await git("rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`);
    const tree = await git("rev-parse", "--verify", "--quiet", `${commit}:${prefix}`);
    const path = await mkdtemp(join(tmpdir(), "holdfast-revision-"));
    const giveBack = (): Promise<void> => rm(path, { recursive: true, force: true });
    try {
      const archive = spawn("git", ["-C", root, "archive", "--format=tar", tree], {
        signal,
        stdio: ["ignore", "pipe", "ignore"],
      });
      await pipeline(archive.stdout, extract({ cwd: path }));
      return { ok: true, value: { path, giveBack } };
    } catch (error) {
      await giveBack();
      throw error;
    }
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, problems: [noRevision(folder, revision, error)] };
  }
}

function noRevision(folder: string, revision: string, error: unknown): Problem {
  const detail = error as { readonly code?: unknown; readonly stderr?: string };
  const isMissing = detail.code === "ENOENT";
  const said = (detail.stderr ?? "").trim().split("\n")[0] ?? "";
  return {
    code: "git/no-revision",
    what: isMissing
      ? "git is not installed, or the folder is not there"
      : `${folder} is not in git as of "${revision}"${said === "" ? "" : `: ${said}`}`,
    where: null,
    why: "What is compared is the workspace as it was in that revision.",
    mend: isMissing
      ? "install git, or check without --compare"
      : "name a branch, a tag or a commit in which the folder stands, such as HEAD or main",
  };
}
