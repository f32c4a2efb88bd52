import { hex } from "../core/evidence/bytes.ts";
import { type Entry, entryNameText, type Head, type Json } from "../core/evidence/evidence.ts";
import { placeOf, sentenceOf } from "../core/evidence/fault.ts";
import { inclusionProof } from "../core/evidence/merkle.ts";
import {
  headOfVerified,
  type VerifiedEntry,
  type VerifiedEvidence,
  type VerifiedLog,
} from "../core/evidence/verify.ts";
import type { Problem } from "../core/problem/problem.ts";
import { approvalsIn, type RecordedYes } from "../core/plan/approvals-in-evidence.ts";
import type { ReadKey } from "../core/plan/signed-approval.ts";
import {
  type EvidenceDesk,
  instantText,
  printable,
  recordedData,
  recordedText,
  verifiedFolder,
} from "./evidence-text.ts";
import { type AnswerFormat, type ExitStatus, fail, printJson } from "./shell.ts";

/** Lists what holds; what does not is told on standard error, with status 2. */
export async function listCommand(
  desk: EvidenceDesk,
  directory: string,
  format: AnswerFormat,
): Promise<ExitStatus> {
  const { shell } = desk;
  const evidence = await verifiedFolder(desk, directory, { kind: "beside" });
  if (!evidence.ok) return fail(shell, evidence.problems, format);
  const entries = evidence.value.logs.flatMap((log) => log.entries.map(({ entry }) => entry));
  if (format === "json") printJson(shell, { entries: entries.map(rowOf) });
  else shell.out(listText(entries));
  return toldFaults(desk, evidence.value);
}

function rowOf(entry: Entry): object {
  const { kind, software } = entry;
  return { entry: entryNameText(entry), at: instantText(entry.at), kind, software };
}

function listText(entries: readonly Entry[]): string {
  const width = Math.max(0, ...entries.map((entry) => entryNameText(entry).length));
  return entries
    .map((entry) => {
      const name = printable(entryNameText(entry)).padEnd(width);
      return `${name}  ${instantText(entry.at)}  ${printable(entry.kind)}\n`;
    })
    .join("");
}

interface Shown {
  readonly directory: string;
  /** As in `drill/3`. */
  readonly name: string;
  readonly format: AnswerFormat;
}

/** Shows one entry, if it holds. Where evidence does not hold, an entry that is not found may lie behind the fault: status 2. */
export async function showCommand(desk: EvidenceDesk, asked: Shown): Promise<ExitStatus> {
  const { shell } = desk;
  const evidence = await verifiedFolder(desk, asked.directory, { kind: "beside" });
  if (!evidence.ok) return fail(shell, evidence.problems, asked.format);
  const { logs } = evidence.value;
  for (const log of logs) {
    const found = log.entries.find(({ entry }) => entryNameText(entry) === asked.name);
    if (found === undefined) continue;
    const proof = proofOf(log, found, desk);
    const entries = log.entries.map(({ entry }) => entry);
    const approvals = approvalsOf(found.entry, entries, (pem) => desk.reader.readPublicKey(pem));
    if (asked.format === "json")
      printJson(shell, { entry: entryData(found.entry), approvals: approvals.map(recordedData), proof });
    else shell.out(showText(found.entry, approvals, proof));
    return 0;
  }
  if (toldFaults(desk, evidence.value) === 2) return 2;
  return fail(shell, [noEntry(asked.name, logs)], asked.format);
}

interface Proof {
  readonly leafSha256: string;
  /** The log's head up to which the path leads. */
  readonly head: Head;
  /** Hashes of the siblings from the leaf up. */
  readonly path: readonly string[];
}

function proofOf(log: VerifiedLog, { entry, leaf }: VerifiedEntry, { reader }: EvidenceDesk): Proof {
  const leaves = log.entries.map((one) => one.leaf);
  const path = inclusionProof(reader.digest, leaves, entry.sequence - 1);
  return { leafSha256: hex(leaf), head: headOfVerified(log), path: path.map(hex) };
}

function entryData({ at, monotonic: monotonicMs, ...rest }: Entry): object {
  return { ...rest, at: instantText(at), monotonicMs };
}

/** What this entry tells of approvals, by what the entries before it tell of the run. */
function approvalsOf(entry: Entry, entries: readonly Entry[], readKey: ReadKey): readonly RecordedYes[] {
  const name = entryNameText(entry);
  const isOfIt = (each: Entry): boolean => each === entry || each.kind === "plan-run-carried";
  const told = entries.filter((each) => each.sequence <= entry.sequence && isOfIt(each));
  return approvalsIn(told, readKey).filter((yes) => yes.entry === name);
}

function showText(
  entry: Entry,
  approvals: readonly RecordedYes[],
  { leafSha256, head, path }: Proof,
): string {
  const lines = [
    `${entryNameText(entry)}  ${entry.kind}`,
    "",
    `at          ${instantText(entry.at)}, ${entry.monotonic.toFixed(1)} ms on its monotonic clock`,
    `written by  ${entry.software}`,
    ...entry.subjects.flatMap(({ name, sha256 }) => [`about       ${name}`, `            ${sha256}`]),
    ...entry.anchors.flatMap((seal) => [
      `seals       ${seal.log} at ${seal.size}`,
      `            ${seal.root}`,
    ]),
    ...approvals.map((yes) => `${yes.deed.padEnd(12)}${recordedText(yes)}`),
    "",
    ...bodyLines(entry.body, 0),
    "",
    `root before ${entry.previousRoot}`,
    `leaf hash   ${leafSha256}`,
    ...path.map((hash, index) => `${(index === 0 ? "path" : "").padEnd(12)}${hash}`),
    `head at ${String(head.size).padEnd(4)}${head.root}`,
  ];
  return lines.map((line) => `${printable(line)}\n`).join("");
}

/** JSON as indented lines without its brackets. */
function bodyLines(value: Json, depth: number): readonly string[] {
  const margin = "  ".repeat(depth);
  if (!isTree(value)) return [`${margin}${leafText(value)}`];
  return Object.entries(value).flatMap(([key, inner]: readonly [string, Json]) => {
    const name = Array.isArray(value) ? "-" : `${key}:`;
    return isTree(inner)
      ? [`${margin}${name}`, ...bodyLines(inner, depth + 1)]
      : [`${margin}${name} ${leafText(inner)}`];
  });
}

function isTree(value: Json): value is readonly Json[] | Readonly<Record<string, Json>> {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

function leafText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Tells what does not hold. @returns the status that goes with it */
export function toldFaults({ shell }: EvidenceDesk, { faults }: VerifiedEvidence): ExitStatus {
  for (const fault of faults) {
    shell.err(`${printable(placeOf(fault))}: ${printable(sentenceOf(fault))}\n`);
  }
  if (faults.length > 0) shell.err("Only what comes before a fault is shown. See `evidence verify`.\n");
  return faults.length > 0 ? 2 : 0;
}

function noEntry(name: string, logs: readonly VerifiedLog[]): Problem {
  const there = logs.map(({ log, entries }) => `${log} (${entries.length})`);
  return {
    code: "evidence/no-such-entry",
    what: `there is no entry "${printable(name)}" that holds; logs and their entries: ${printable(there.join(", "))}`,
    where: null,
    why: "an entry is named by its log and its number from 1",
    mend: "name it as `evidence list` does, such as drill/1",
  };
}
