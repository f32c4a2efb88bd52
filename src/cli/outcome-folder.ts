import { access, constants, mkdir, readdir, rename, rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { Parsed, Problem } from "../core/problem/problem.ts";

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
export async function openOutcomeFolder(folder: string): Promise<Parsed<OutcomeFolder>> {
  try {
    await mkdir(folder, { recursive: true });
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
