import { access, constants, cp, mkdir, readdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Parsed, Problem } from "../core/problem/problem.ts";
import type { Parts } from "./parts.ts";

/** Where everything of one drill's outcome stands, for one command alone until it is closed. */
export interface OutcomeFolder {
  readonly folder: string;
  readonly evidence: string;
  readonly summary: string;
  readonly html: string;
  readonly pdf: string;
  readonly trace: string;
  /** Gives the folder back, and takes it away again when it was made for an outcome that did not come. */
  close(): Promise<void>;
}

const names = ["evidence", "summary.json", "report.html", "report.pdf", "trace.json"] as const;

/**
 * The folder, made if need be and found writable: asked before anything is broken for what it is to hold. Refused while another
 * command writes there: its record is not to be moved from under it.
 *
 * @param named as the user named it, relative to `cwd`
 */
export async function openOutcomeFolder(
  named: string,
  cwd: string,
  { makeFolder, lockOutcome }: Pick<Parts, "makeFolder" | "lockOutcome">,
): Promise<Parsed<OutcomeFolder>> {
  if (named === "") return { ok: false, problems: [unnamed] };
  const folder = resolve(cwd, named);
  const [evidence, summary, html, pdf, trace] = names;
  const at = (name: string): string => join(folder, name);
  try {
    const made = await makeFolder(folder);
    await access(folder, constants.W_OK | constants.X_OK);
    const lock = await lockOutcome(folder);
    if (!lock.ok) return lock;
    const close = async (): Promise<void> => {
      await lock.value.release();
      await rmdir(at(evidence)).catch(() => undefined);
      if (made !== null) await removeEmpty(folder, made);
    };
    const reports = { summary: at(summary), html: at(html), pdf: at(pdf), trace: at(trace) };
    return { ok: true, value: { folder, evidence: at(evidence), ...reports, close } };
  } catch (cause) {
    return { ok: false, problems: [notWritable(folder, cause)] };
  }
}

/** Removes `folder` and those above it down from `made`, as far as nothing stands in them. */
async function removeEmpty(folder: string, made: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch {
    return;
  }
  if (folder !== made) await removeEmpty(dirname(folder), made);
}

/** Everything of one drill's outcome, ready to be put in its place. */
export interface Outcome {
  /** The folder that the record is copied from; `null`: it stands in its place already. */
  readonly evidence: string | null;
  readonly summary: string;
  readonly html: string;
  /** `null`: it could not be made. */
  readonly pdf: Uint8Array | null;
  /** `null`: the record could not be read again. */
  readonly trace: string | null;
}

/** Where an outcome is gathered; one that was left behind by a program that was killed is thrown away. */
const gathered = ".unfinished";

/**
 * Puts an outcome in its place: all of it is written beside, and renamed when it is whole. What stood there before is put
 * aside only then.
 *
 * @param instant ISO 8601 text
 * @returns where what stood there before has been put; `null`: nothing stood there
 * @throws what the file system throws, or why the signal was aborted; nothing of the outcome stands there then, and all
 *   that stood there before does
 */
export async function placeOutcome(
  out: OutcomeFolder,
  { evidence, summary, html, pdf, trace }: Outcome,
  { instant, signal }: { readonly instant: string; readonly signal: AbortSignal },
): Promise<string | null> {
  const beside = join(out.folder, gathered);
  const at = (name: (typeof names)[number]): string => join(beside, name);
  try {
    await rm(beside, { recursive: true, force: true });
    await mkdir(beside);
    const isRecord = (path: string): boolean => !path.includes("writer.lock");
    if (evidence !== null) await cp(evidence, at("evidence"), { recursive: true, filter: isRecord });
    await writeFile(at("summary.json"), summary, { signal });
    await writeFile(at("report.html"), html, { signal });
    if (pdf !== null) await writeFile(at("report.pdf"), pdf, { signal });
    if (trace !== null) await writeFile(at("trace.json"), trace, { signal });
    signal.throwIfAborted();
    const aside = evidence === null ? null : await putEarlierAside(out, instant);
    // The record first: a report can be made again from it, and not the other way round.
    const whole = await readdir(beside);
    for (const name of names.filter((each) => whole.includes(each)))
      await rename(at(name), join(out.folder, name));
    return aside;
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

/**
 * An outcome that is there already is evidence: it moves to `earlier/INSTANT` in its folder, so that no record is mixed with
 * another and none is lost.
 *
 * @param instant ISO 8601 text
 * @returns where it has been put; `null`: there was none
 * @throws what the file system throws
 */
export async function putEarlierAside({ folder }: OutcomeFolder, instant: string): Promise<string | null> {
  const old = (await readdir(folder)).filter((name) => (names as readonly string[]).includes(name));
  if (old.length === 0) return null;
  const aside = join(folder, "earlier", instant.replaceAll(":", ""));
  await mkdir(aside, { recursive: true });
  for (const name of old) await rename(join(folder, name), join(aside, name));
  return aside;
}

const unnamed: Problem = {
  code: "drill/out-unnamed",
  what: "--out names no folder",
  where: null,
  why: "What stands in the outcome's place is put aside, so that place must be meant.",
  mend: "name a folder with --out, or leave --out out; a dot is the folder that you are in",
};

function notWritable(folder: string, cause: unknown): Problem {
  return {
    code: "drill/out-not-writable",
    what: `the outcome cannot be written to ${folder}: ${cause instanceof Error ? cause.message : String(cause)}`,
    where: null,
    why: "A drill whose record has no place would prove nothing, so nothing was started and nothing broken.",
    mend: "name a folder with --out that this user may write to",
  };
}
