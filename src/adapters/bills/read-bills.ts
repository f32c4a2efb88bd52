import { open, type FileHandle } from "node:fs/promises";
import { isAbsolute, join, normalize } from "node:path";
import { type Bill, billProblem, tallyOf } from "../../core/cost/bill.ts";
import type { BillsToRead } from "../../core/cost/ports.ts";
import type { Parsed, Problem } from "../../core/problem/problem.ts";
import type { BillFile } from "./bill-file.ts";
import { readFocus } from "./focus-file.ts";
import { readInfracost } from "./infracost.ts";
import { readOpenCost } from "./opencost.ts";

/** Larger JSON is not read: it must be in memory whole. A bill of that size is a FOCUS file. */
const jsonBytesMax = 64 * 2 ** 20;

/** What each file comes to, in their order; or every problem in all of them. */
export async function readBills(
  { files, cwd, components, mappings }: BillsToRead,
  signal: AbortSignal,
): Promise<Parsed<readonly Bill[]>> {
  const bills: Bill[] = [];
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const file of files) {
    const path = normalize(isAbsolute(file) ? file : join(cwd, file));
    if (seen.has(path)) problems.push(twice(file));
    if (seen.has(path)) continue;
    seen.add(path);
    const read = await readBill({ file, path, tally: tallyOf(components, mappings), signal });
    if (read.ok) bills.push(read.value);
    else problems.push(...read.problems);
  }
  const [first, ...others] = problems;
  return first === undefined ? { ok: true, value: bills } : { ok: false, problems: [first, ...others] };
}

async function readBill(bill: BillFile): Promise<Parsed<Bill>> {
  const { file, path, signal } = bill;
  try {
    const start = await startOf(path);
    if (start.text === "") {
      const told = {
        what: `${file} is empty`,
        mend: "export it again, for a time in which something was charged",
      };
      return { ok: false, problems: [billProblem("bill/empty", { file }, told)] };
    }
    if (!/^[[{]/.test(start.text)) return await readFocus(bill);
    if (start.bytes > jsonBytesMax) {
      const what = `${file} has ${start.bytes} bytes of JSON; at most ${jsonBytesMax} are read`;
      return refused(file, what, "export it for a shorter time, or as FOCUS, which is read line by line");
    }
    return await readJson(bill);
  } catch (error) {
    signal.throwIfAborted();
    const code = (error as { readonly code?: unknown } | null)?.code;
    if (typeof code !== "string" || !/^E[A-Z]+$/.test(code)) throw error;
    return refused(file, `${file} cannot be read: ${code}`, "check the path, and that you may read the file");
  }
}

function twice(file: string): Problem {
  const told = {
    what: `${file} is given twice`,
    mend: "name each bill once: all of it would be counted again",
  };
  return billProblem("bill/unreadable", { file }, told);
}

function refused(file: string, what: string, mend: string): Parsed<never> {
  return { ok: false, problems: [billProblem("bill/unreadable", { file }, { what, mend })] };
}

/** The first characters that are no blanks, and the length of the file. */
async function startOf(path: string): Promise<{ readonly text: string; readonly bytes: number }> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(path);
    const { size, isFile } = await handle.stat().then((at) => ({ size: at.size, isFile: at.isFile() }));
    // A folder, or a pipe that would be waited for.
    if (!isFile) throw Object.assign(new Error(`${path} is no file`), { code: "EISDIR" });
    const { buffer, bytesRead } = await handle.read(new Uint8Array(4_096), 0, 4_096, 0);
    const text = new TextDecoder()
      .decode(buffer.subarray(0, bytesRead))
      .replace(/^\uFEFF/, "")
      .trimStart();
    return { text, bytes: size };
  } finally {
    await handle?.close();
  }
}

async function readJson({ file, path, tally, signal }: BillFile): Promise<Parsed<Bill>> {
  const handle = await open(path);
  let data: unknown;
  try {
    const text = await handle.readFile({ encoding: "utf8", signal });
    data = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refused(file, `${file} is no whole JSON: ${error.message}`, "export it again, and let it end");
  } finally {
    await handle.close();
  }
  const read = readInfracost({ file, data, tally }) ?? readOpenCost({ file, data, tally });
  if (read !== null) return read;
  const what = `${file} is JSON, and neither of Infracost nor allocations of OpenCost`;
  const mend = "write it with `infracost breakdown --format json`, or fetch /allocation of OpenCost";
  return { ok: false, problems: [billProblem("bill/unknown-format", { file }, { what, mend })] };
}
