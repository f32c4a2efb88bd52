import { resolve } from "node:path";
import { type Fault, logsOf, placeOf, sentenceOf } from "../core/evidence/fault.ts";
import type { Proven } from "../core/plan/trusted.ts";
import type { Parsed } from "../core/problem/problem.ts";
import { type FolderRead, ProofsAtHand } from "../runtime/proofs-at-hand.ts";
import type { Context } from "./context.ts";
import { printable, trustedKeys } from "./evidence-text.ts";

/** By what evidence plans are trusted. */
export interface EvidenceOptions {
  /** Folders of evidence; none: nothing was done for real. */
  readonly evidence?: readonly string[];
  /** Files of public keys that are believed; none: those beside the logs. */
  readonly key?: readonly string[];
}

/** The folders that are named. Keys are read now: what is put in their place later is not believed. */
export async function proofsAtHand(
  { evidence = [], key = [] }: EvidenceOptions,
  { shell, parts }: Context,
): Promise<Parsed<ProofsAtHand>> {
  const reader = await parts.evidence();
  const trusted = await trustedKeys({ shell, reader }, key);
  if (!trusted.ok) return trusted;
  const folders = evidence.map((folder) => ({ folder, path: resolve(shell.cwd, folder) }));
  return { ok: true, value: new ProofsAtHand(reader, trusted.value, folders) };
}

/** What all of them prove together. */
export function provenBy(folders: readonly FolderRead[]): Proven {
  return {
    proofs: folders.flatMap(({ proofs }) => proofs).toSorted((a, b) => a.at - b.at),
    doubts: folders.flatMap((read) => doubtsIn(read).map((doubt) => `${printable(read.folder)}: ${doubt}`)),
  };
}

/** What of a folder proves nothing, and why, without its name. Empty: all of it holds. */
export function doubtsIn({ faults, problem }: FolderRead): readonly string[] {
  if (problem !== null) return [`nothing of it proves anything: ${printable(problem.what)}`];
  return faults.map(faultText);
}

/** Whoever asks is to know why a log proves nothing. */
function faultText(fault: Fault): string {
  const what = `${printable(placeOf(fault))}: ${printable(sentenceOf(fault))}`;
  return `${what}; nothing of ${logsOf(fault).map(printable).join(" and ")} proves anything`;
}
