import { resolve } from "node:path";
import type { EvidenceReader } from "../core/evidence/ports.ts";
import { type Trust, type VerifiedEvidence, verifyEvidence } from "../core/evidence/verify.ts";
import { type Parsed, unreachable } from "../core/problem/problem.ts";
import type { InstantMs } from "../core/units/units.ts";
import type { RecordedYes } from "../core/plan/approvals-in-evidence.ts";
import type { Shell } from "./shell.ts";

/** What the commands over evidence stand on. */
export interface EvidenceDesk {
  readonly shell: Shell;
  readonly reader: EvidenceReader;
}

/** Reads and verifies a folder as the user named it. */
export async function verifiedFolder(
  { shell, reader }: EvidenceDesk,
  directory: string,
  trust: Trust,
): Promise<Parsed<VerifiedEvidence>> {
  const files = await reader.logs(resolve(shell.cwd, directory), shell.signal);
  return files.ok ? { ok: true, value: verifyEvidence(files.value, trust, reader) } : files;
}

/** The keys that are named, or (none) those that lie beside the logs. */
export async function trustedKeys(
  { shell, reader }: EvidenceDesk,
  paths: readonly string[],
): Promise<Parsed<Trust>> {
  if (paths.length === 0) return { ok: true, value: { kind: "beside" } };
  const read = await Promise.all(
    paths.map((path) => reader.publicKey(resolve(shell.cwd, path), shell.signal)),
  );
  const [problem, ...others] = read.flatMap((key) => (key.ok ? [] : key.problems));
  if (problem !== undefined) return { ok: false, problems: [problem, ...others] };
  return { ok: true, value: { kind: "given", keys: read.flatMap((key) => (key.ok ? [key.value] : [])) } };
}

/** Text of others made harmless: control and direction characters, which could repaint a terminal, are shown as their code. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (mark) => {
    const code = mark.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}

export function instantText(at: InstantMs): string {
  return new Date(at).toISOString();
}

export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Joins words into lines of at most `width` characters; a longer word has a line of its own. */
export function wrapped(words: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Who has said yes to what, or taken that back, and what proves it. */
export function recordedText(yes: RecordedYes): string {
  const { keySha256, doubt } = yes;
  const what = deedText(yes);
  if (doubt !== null) return `DOES NOT COUNT: ${what}: ${doubt}`;
  return keySha256 === null
    ? `${what}; nothing proves the name`
    : `${what}, signed with the key ${keySha256}`;
}

function deedText({ deed, step, by, at }: RecordedYes): string {
  switch (deed) {
    case "began":
      return `${by} began the run`;
    case "approved":
      return `${by} approved "${step ?? ""}"`;
    case "withdrew":
      return `${by} withdrew the approval of "${step ?? ""}" at ${instantText(at)}`;
    default:
      return unreachable(deed);
  }
}

/** The same for programs. */
export function recordedData({ at, ...yes }: RecordedYes): object {
  return { ...yes, at: instantText(at) };
}
