import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileFault, type GitopsWish, lineFault, repositoryFault } from "../../core/model/gitops-wish.ts";
import { settingPath } from "../../core/model/setting-path.ts";
import { type Failed, failed } from "../../core/plan/actuator.ts";
import { lastLines, namedIn } from "../../core/plan/passed-on.ts";
import { epochFormat, epochMark } from "./epoch-trailers.ts";
import { type GitTask, type Ran, runGit } from "./git-program.ts";
import {
  failedGit,
  missingEnvironment,
  missingProgram,
  noBranch,
  noFile,
  stopped,
  unreachable,
  unusableFolder,
  unusableWish,
} from "./problems.ts";

export interface GitopsSettings {
  /** Where working clones lie while they are needed. */
  readonly folder: string;
  /** How long git has for ending by itself when it is called off. */
  readonly gentleMs: number;
  /** Ours, of which the names in a wish are passed on. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What else git reads there would lead it elsewhere, or tell what it is given. */
const refusedNames = /^GIT_(?!SSH|ASKPASS$|SSL_|PROXY_|HTTP_|CONFIG_)/;

function faultIn({ repository, edits, message, author, environment }: GitopsWish): string | null {
  const repositoryIs = repositoryFault(repository);
  if (repositoryIs !== null) return `the repository ${repositoryIs}`;
  const odd = edits.find(({ file }) => fileFault(file) !== null);
  if (odd !== undefined) return `the file ${JSON.stringify(odd.file)} ${fileFault(odd.file) ?? ""}`;
  const lost = edits.flatMap(({ set }) => set).find(({ path }) => settingPath(path) === null);
  if (lost !== undefined) return `${JSON.stringify(lost.path)} is no path to a value`;
  const line = [message, author.name, author.email].find((each) => lineFault(each) !== null);
  if (line !== undefined) return `${JSON.stringify(line)}, of the commit, ${lineFault(line) ?? ""}`;
  const refused = environment.find((name) => refusedNames.test(name));
  return refused === undefined ? null : `${refused} would change what git does, and is not passed on`;
}

/**
 * Acts on a bare clone of the branch, made for this and removed afterwards. It has all commits, for epochs stand in them, and of what
 * they hold only what is asked for, where the server lets that be. Nothing is checked out: no filter, no link and no hook of the
 * repository ever acts here.
 */
export async function inClone<Outcome>(
  { wish, signal }: { readonly wish: GitopsWish; readonly signal: AbortSignal },
  { folder, gentleMs, environment }: GitopsSettings,
  act: (task: GitTask) => Promise<Outcome | Failed>,
): Promise<Outcome | Failed> {
  const fault = faultIn(wish);
  if (fault !== null) return failed(unusableWish(fault));
  const named = namedIn(environment, wish.environment);
  if (named.kind === "missing") return failed(missingEnvironment(named.name));
  let own: string | null = null;
  try {
    own = await mkdtemp(join(folder, "holdfast-gitops-"));
    const task = { wish, signal, folder: own, values: named.values, gentleMs };
    return (await clone(task)) ?? (await act(task));
  } catch (cause) {
    if (own === null) return failed(unusableFolder(String(cause)));
    throw cause;
  } finally {
    if (own !== null) await rm(own, { recursive: true, force: true, maxRetries: 3 });
  }
}

const cloneOptions = [
  // Not by links to files that somebody may be writing just then.
  ...["--bare", "--no-local", "--quiet", "--single-branch", "--no-tags", "--filter=blob:none", "--template="],
];

async function clone(task: GitTask): Promise<Failed | null> {
  const { repository, branch } = task.wish;
  const named = await runGit(["check-ref-format", `refs/heads/${branch}`], task);
  if (named.kind !== "ended") return unran(named, task);
  if (named.status !== 0) return failed(unusableWish(`${JSON.stringify(branch)} is no name of a branch`));
  const ran = await runGit(["clone", ...cloneOptions, `--branch=${branch}`, "--", repository, "."], task);
  if (ran.kind !== "ended") return unran(ran, task);
  if (ran.status === 0) return null;
  const asked = ["ls-remote", "--exit-code", "--", repository, `refs/heads/${branch}`];
  const listed = await runGit(asked, task);
  // 2: it answers, and has none.
  const isNone = listed.kind === "ended" && listed.status === 2;
  return failed(isNone ? noBranch(task.wish) : unreachable(task.wish, told(ran.said, task)));
}

function unran(ran: Exclude<Ran, { readonly kind: "ended" }>, { wish }: GitTask): Failed {
  return failed(ran.kind === "stopped" ? stopped(wish, ran.reason) : missingProgram(ran.because));
}

/** A shorter word of a value would be found by chance. */
const wordLengthMin = 8;

/**
 * What git and the server say, without what git was given, as a whole or by its words (a server may tell the token of a header), and
 * without what it has found by itself: an address may have been given a password by its configuration.
 */
function told(said: string, { values }: GitTask): string {
  const words = Object.entries(values).flatMap(([name, value]) =>
    [value, ...value.split(/\s+/)]
      .filter(({ length }) => length >= wordLengthMin)
      .map((word) => ({ name, word })),
  );
  const hidden = words
    .sort((one, other) => other.word.length - one.word.length)
    .reduce((text, { name, word }) => text.replaceAll(word, `(${name})`), said);
  return lastLines(hidden.replaceAll(/\/\/[^/@\s]+@/g, "//(hidden)@"), values);
}

interface Given {
  readonly kind: "given";
  readonly output: Buffer;
}

/** @param what is to be done, as in `git cannot …` */
async function git(
  task: GitTask,
  args: readonly string[],
  { what, input = "" }: { readonly what: string; readonly input?: string },
): Promise<Given | Failed> {
  const ran = await runGit(args, task, input);
  if (ran.kind !== "ended") return unran(ran, task);
  return ran.status === 0
    ? { kind: "given", output: ran.output }
    : failed(failedGit(task.wish, what, told(ran.said, task)));
}

/** Fetches what the branch is by now. */
export async function refresh(task: GitTask): Promise<Failed | null> {
  const ref = `refs/heads/${task.wish.branch}`;
  const ran = await runGit(["fetch", "--quiet", "--no-tags", "origin", `+${ref}:${ref}`], task);
  if (ran.kind !== "ended") return unran(ran, task);
  return ran.status === 0 ? null : failed(unreachable(task.wish, told(ran.said, task)));
}

export interface Head {
  readonly kind: "head";
  readonly commit: string;
  /** Of every commit that holds one, in `epochFormat`. */
  readonly epochs: string;
}

export async function headOf(task: GitTask): Promise<Head | Failed> {
  const ref = `refs/heads/${task.wish.branch}`;
  const ran = await runGit(["rev-parse", "--verify", "--quiet", ref], task);
  if (ran.kind !== "ended") return unran(ran, task);
  // A tag of that name is cloned too.
  if (ran.status !== 0) return failed(noBranch(task.wish));
  const commit = ran.output.toString("utf8").trim();
  const args = ["log", `--grep=${epochMark}`, `--format=${epochFormat}`, commit];
  const logged = await git(task, args, { what: "read the history" });
  return logged.kind === "failed" ? logged : { kind: "head", commit, epochs: logged.output.toString("utf8") };
}

export interface FileText {
  readonly kind: "file";
  readonly file: string;
  /** As git keeps it: `100644`, or `100755` of what may be run. */
  readonly mode: string;
  readonly text: string;
}

export async function fileAt(task: GitTask, commit: string, file: string): Promise<FileText | Failed> {
  const listed = await git(task, ["ls-tree", "-z", commit, "--", file], { what: "list the files" });
  if (listed.kind === "failed") return listed;
  const [entry = ""] = listed.output.toString("utf8").split("\t");
  const [mode = "", type, blob = ""] = entry.split(" ");
  if (type !== "blob")
    return failed(noFile(task.wish, file, type === undefined ? "is not there" : "is no file"));
  if (mode === "120000") return failed(noFile(task.wish, file, "is a link"));
  const read = await git(task, ["cat-file", "blob", blob], { what: "read a file" });
  if (read.kind === "failed") return read;
  const text = utf8(read.output);
  return text === null
    ? failed(noFile(task.wish, file, "is no text in UTF-8"))
    : { kind: "file", file, mode, text };
}

function utf8(bytes: Buffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

export interface Committed {
  readonly kind: "committed";
  readonly commit: string;
}

/** Makes a commit on top of another, of these files and otherwise the same. Nobody sees it before it is pushed. */
export async function commitOn(
  task: GitTask,
  parent: string,
  { files, message }: { readonly files: readonly FileText[]; readonly message: string },
): Promise<Committed | Failed> {
  const what = "make a commit";
  const entries: string[] = [];
  for (const { file, mode, text } of files) {
    const blob = await git(task, ["hash-object", "-w", "--stdin"], { what, input: text });
    if (blob.kind === "failed") return blob;
    entries.push(`${mode} ${shown(blob)}\t${file}\0`);
  }
  const read = await git(task, ["read-tree", parent], { what });
  if (read.kind === "failed") return read;
  const put = await git(task, ["update-index", "-z", "--index-info"], { what, input: entries.join("") });
  if (put.kind === "failed") return put;
  // What of other files was never fetched is at the server.
  const tree = await git(task, ["write-tree", "--missing-ok"], { what });
  if (tree.kind === "failed") return tree;
  const made = await git(task, ["commit-tree", shown(tree), "-p", parent, "-F", "-"], {
    what,
    input: message,
  });
  return made.kind === "failed" ? made : { kind: "committed", commit: shown(made) };
}

function shown({ output }: Given): string {
  return output.toString("utf8").trim();
}

export interface Pushed {
  readonly kind: "pushed";
  /** Why it was not taken; `null`: it was. */
  readonly refused: string | null;
}

/** Pushes a commit as a fast-forward: whoever was faster has the server refuse it. */
export async function push(task: GitTask, commit: string): Promise<Pushed | Failed> {
  const options = ["--porcelain", "--no-verify", "--no-thin", "--recurse-submodules=no", "--no-follow-tags"];
  const ran = await runGit(["push", ...options, "origin", `${commit}:refs/heads/${task.wish.branch}`], task);
  if (ran.kind !== "ended") return unran(ran, task);
  const said = told(`${ran.said}\n${ran.output.toString("utf8")}`, task);
  return { kind: "pushed", refused: ran.status === 0 ? null : said };
}
