import { access, constants, cp, mkdir, readdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Parsed, Problem } from "../core/problem/problem.ts";
import type { Parts } from "./parts.ts";

/** Where everything of one drill's outcome stands. */
export interface OutcomeFolder {
  readonly folder: string;
  readonly evidence: string;
  readonly summary: string;
  readonly html: string;
  readonly pdf: string;
}

const names = ["evidence", "summary.json", "report.html", "report.pdf"] as const;

/** The folder, made if need be and found writable: asked before anything is broken for what it is to hold. */
export async function openOutcomeFolder(
  folder: string,
  { makeFolder }: Pick<Parts, "makeFolder">,
): Promise<Parsed<OutcomeFolder>> {
  try {
    await makeFolder(folder);
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    return { ok: false, problems: [notWritable(folder, cause)] };
  }
  const [evidence, summary, html, pdf] = names;
  const at = (name: string): string => join(folder, name);
  return {
    ok: true,
    value: { folder, evidence: at(evidence), summary: at(summary), html: at(html), pdf: at(pdf) },
  };
}

/** Everything of one drill's outcome, ready to be put in its place. */
export interface Outcome {
  /** The folder that the record is copied from; `null`: it stands in its place already. */
  readonly evidence: string | null;
  readonly summary: string;
  readonly html: string;
  /** `null`: it could not be made. */
  readonly pdf: Uint8Array | null;
}

/** Where an outcome is gathered; one that was left behind by a program that was killed is thrown away. */
const gathered = ".unfinished";

/**
 * Puts an outcome in its place: all of it is written beside, and renamed when it is whole. What stood there before is put
 * aside only then.
 *
 * @param instant ISO 8601 text
 * @throws what the file system throws, or why the signal was aborted; nothing of the outcome stands there then, and all
 *   that stood there before does
 */
export async function placeOutcome(
  out: OutcomeFolder,
  { evidence, summary, html, pdf }: Outcome,
  { instant, signal }: { readonly instant: string; readonly signal: AbortSignal },
): Promise<void> {
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
    signal.throwIfAborted();
    if (evidence !== null) await putEarlierAside(out, instant);
    // The record first: a report can be made again from it, and not the other way round.
    const whole = await readdir(beside);
    for (const name of names.filter((each) => whole.includes(each)))
      await rename(at(name), join(out.folder, name));
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

/**
 * An outcome that is there already is evidence: it moves to `earlier/INSTANT` in its folder, so that no record is mixed with
 * another and none is lost.
 *
 * @param instant ISO 8601 text
 * @throws what the file system throws
 */
export async function putEarlierAside({ folder }: OutcomeFolder, instant: string): Promise<void> {
  const old = (await readdir(folder)).filter((name) => (names as readonly string[]).includes(name));
  if (old.length === 0) return;
  const aside = join(folder, "earlier", instant.replaceAll(":", ""));
  await mkdir(aside, { recursive: true });
  for (const name of old) await rename(join(folder, name), join(aside, name));
}

/** Takes back the folders that were made when nothing came to stand in them. */
export async function leaveNoEmptyFolder({ folder, evidence }: OutcomeFolder): Promise<void> {
  for (const path of [evidence, folder]) await rmdir(path).catch(() => undefined);
}

function notWritable(folder: string, cause: unknown): Problem {
  return {
    code: "drill/out-not-writable",
    what: `the outcome cannot be written to ${folder}: ${cause instanceof Error ? cause.message : String(cause)}`,
    where: null,
    why: "A drill whose record has no place would prove nothing, so nothing was started and nothing broken.",
    mend: "name a folder with --out that this user may write to",
  };
}
