import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { FaultTree } from "../../core/availability/fault-tree.ts";
import type { Parsed, Problem } from "../../core/problem/problem.ts";
import { problem } from "./problems.ts";
import { resolved } from "./resolve.ts";
import { DraftReader } from "./xml.ts";

/** The largest public model has a third of a megabyte. */
const bytesMax = 256 * 1024 ** 2;

/**
 * Reads a fault tree in the Open-PSA Model Exchange Format (https://open-psa.github.io).
 *
 * @param file as the user named it, relative to `cwd`
 */
export async function readFaultTree(
  file: string,
  cwd: string,
  signal: AbortSignal,
): Promise<Parsed<FaultTree>> {
  const path = resolve(cwd, file);
  const reader = new DraftReader(file);
  try {
    const { size } = await stat(path);
    if (size > bytesMax) return { ok: false, problems: [tooLarge(file, size)] };
    const decoder = new TextDecoder("utf-8", { fatal: true });
    for await (const bytes of createReadStream(path, { signal, highWaterMark: 1024 ** 2 })) {
      if (!reader.read(decoder.decode(bytes as Uint8Array, { stream: true }))) break;
    }
    reader.read(decoder.decode());
  } catch (error) {
    if (signal.aborted) throw error;
    return { ok: false, problems: [unreadable(file, error)] };
  }
  const draft = reader.end();
  return draft.ok ? resolved(draft.value, file) : draft;
}

/** The same from a text that is there already. */
export function faultTreeOf(text: string, file: string): Parsed<FaultTree> {
  const reader = new DraftReader(file);
  reader.read(text);
  const draft = reader.end();
  return draft.ok ? resolved(draft.value, file) : draft;
}

function tooLarge(file: string, size: number): Problem {
  const what = `${file} has ${Math.round(size / 1024 ** 2)} MiB, and ${bytesMax / 1024 ** 2} are read at most`;
  return problem("tree/too-large", null, {
    what,
    why: "A file of this size is most likely no fault tree.",
    mend: "name the right file, or cut the tree into several",
  });
}

function unreadable(file: string, error: unknown): Problem {
  const isText = error instanceof TypeError;
  const reason = error instanceof Error ? error.message : String(error);
  return problem("tree/unreadable", null, {
    what: isText ? `${file} is no text in UTF-8` : `${file} cannot be read: ${reason}`,
    why: "Without the file there is nothing to compute.",
    mend: isText ? "save it as UTF-8" : "correct the path, or the rights to read it",
  });
}
