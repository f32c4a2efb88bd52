import type { Head } from "../core/evidence/evidence.ts";
import { type Fault, placeOf, problemOf, sentenceOf } from "../core/evidence/fault.ts";
import {
  headOfVerified,
  stateWithRoot,
  type Trust,
  type VerifiedEvidence,
  type VerifiedLog,
} from "../core/evidence/verify.ts";
import { approvalsIn, type RecordedYes } from "../core/plan/approvals-in-evidence.ts";
import type { Parsed, Problem } from "../core/problem/problem.ts";
import { formatOf, type JsonOption } from "./context.ts";
import {
  counted,
  type EvidenceDesk,
  instantText,
  printable,
  recordedData,
  recordedText,
  trustedKeys,
  verifiedFolder,
  wrapped,
} from "./evidence-text.ts";
import { type ExitStatus, fail, printJson } from "./shell.ts";

const columns = 80;
const fieldColumns = 12;

/** What the command line may say besides the folder. */
export interface VerifyOptions extends JsonOption {
  readonly key?: readonly string[];
  readonly head?: string;
}

/** A head that was asked for, and where it is found. */
interface AskedHead {
  readonly root: string;
  readonly foundIn: Head | null;
}

interface Verdict {
  readonly directory: string;
  readonly trust: Trust;
  readonly evidence: VerifiedEvidence;
  readonly head: AskedHead | null;
  /** Who began runs of plans, and who has said yes to their steps. */
  readonly approvals: readonly RecordedYes[];
}

export async function verifyCommand(
  desk: EvidenceDesk,
  directory: string,
  options: VerifyOptions,
): Promise<ExitStatus> {
  const { shell } = desk;
  const format = formatOf(options);
  const verdict = await verdictOn(desk, directory, options);
  if (!verdict.ok) return fail(shell, verdict.problems, format);
  if (format === "json") printJson(shell, verdictData(verdict.value));
  else shell.out(verdictText(verdict.value));
  return doesHold(verdict.value) ? 0 : 2;
}

async function verdictOn(
  desk: EvidenceDesk,
  directory: string,
  options: VerifyOptions,
): Promise<Parsed<Verdict>> {
  const root = options.head?.toLowerCase() ?? null;
  if (root !== null && !/^[0-9a-f]{64}$/.test(root)) return { ok: false, problems: [noHead(root)] };
  const trust = await trustedKeys(desk, options.key ?? []);
  if (!trust.ok) return trust;
  const evidence = await verifiedFolder(desk, directory, trust.value);
  if (!evidence.ok) return evidence;
  const head = root === null ? null : { root, foundIn: stateWithRoot(evidence.value.logs, root) };
  const entries = evidence.value.logs.flatMap((log) => log.entries.map(({ entry }) => entry));
  const approvals = approvalsIn(entries, (pem) => desk.reader.readPublicKey(pem));
  return { ok: true, value: { directory, trust: trust.value, evidence: evidence.value, head, approvals } };
}

function doesHold({ evidence, head }: Verdict): boolean {
  // With no head asked for there is none to miss.
  return evidence.faults.length === 0 && head?.foundIn !== null;
}

function verdictData(verdict: Verdict): Readonly<Record<string, unknown>> {
  const { directory, trust, evidence, head } = verdict;
  return {
    ok: doesHold(verdict),
    directory,
    keysTrusted: trust.kind,
    faults: evidence.faults.map(faultData),
    logs: evidence.logs.map(logData),
    approvals: verdict.approvals.map(recordedData),
    head,
  };
}

function faultData(fault: Fault): object {
  return { code: problemOf(fault).code, place: placeOf(fault), what: sentenceOf(fault) };
}

function logData(log: VerifiedLog): object {
  const [first, last] = [log.entries.at(0), log.entries.at(-1)];
  return {
    log: log.log,
    entries: log.entries.length,
    entriesUnsealed: log.unsealed,
    firstAt: first === undefined ? null : instantText(first.entry.at),
    lastAt: last === undefined ? null : instantText(last.entry.at),
    software: softwareOf(log),
    kinds: Object.fromEntries(kindsOf(log)),
    keySha256: log.key?.fingerprint ?? null,
    head: log.fault === null ? headOfVerified(log) : null,
    strays: log.strays,
  };
}

function verdictText(verdict: Verdict): string {
  const { directory, evidence } = verdict;
  const { logs, faults } = evidence;
  const entries = logs.reduce((sum, log) => sum + log.entries.length, 0);
  const size = `${counted(entries, "entry", "entries")} in ${counted(logs.length, "log", "logs")}`;
  const lines = [
    ...wrapped(
      (doesHold(verdict)
        ? `Evidence in ${directory} holds: ${size}.`
        : `Evidence in ${directory} DOES NOT HOLD.`
      ).split(" "),
      columns,
    ),
    ...faults.flatMap(faultLines),
    ...headLines(verdict),
    ...logs.flatMap(logLines),
    ...approvalLines(verdict),
    "",
    ...trustLines(verdict),
  ];
  return `${lines.join("\n")}\n`;
}

function faultLines(fault: Fault): readonly string[] {
  const words = `${printable(placeOf(fault))}: ${printable(sentenceOf(fault))}`.split(" ");
  return ["", ...indented(words, 2)];
}

/** A signature says which key, and the plan whose it is: whoever verifies compares the key with what its owner says. */
function approvalLines({ approvals }: Verdict): readonly string[] {
  if (approvals.length === 0) return [];
  return ["", "approvals", ...approvals.flatMap((yes) => field(yes.entry, recordedText(yes)))];
}

function headLines({ head }: Verdict): readonly string[] {
  if (head === null) return [];
  const found = head.foundIn;
  const told =
    found === null
      ? "No log here has, or ever had, this head:"
      : `This is the head of "${found.log}" at ${counted(found.size, "entry", "entries")}:`;
  return ["", told, `  ${head.root}`];
}

function logLines(log: VerifiedLog): readonly string[] {
  const [first, last] = [log.entries.at(0), log.entries.at(-1)];
  const count = counted(log.entries.length, "entry", "entries");
  const kinds = kindsOf(log).map(([kind, times]) => (times === 1 ? kind : `${kind} × ${times}`));
  const seals = log.entries.flatMap(({ entry }) =>
    entry.anchors.map(({ log: sealed, size }) => `${sealed} at ${size}`),
  );
  return [
    "",
    printable(log.log),
    ...field("how many", log.fault === null ? count : `${count} before the fault`),
    ...(first === undefined ? [] : field("from", instantText(first.entry.at))),
    ...(last === undefined ? [] : field("to", instantText(last.entry.at))),
    ...field("written by", softwareOf(log).join(", ")),
    ...field("key", log.key?.fingerprint ?? "none that can be believed"),
    ...field("what", kinds.join(", ")),
    ...field("seals", seals.join(", ")),
    ...(log.fault === null ? field("head", headOfVerified(log).root) : []),
    ...(log.unsealed === 0 ? [] : field("note", unsealedNote)),
    ...field("not of it", log.strays.join(", ")),
  ];
}

const unsealedNote =
  "the newest entry is signed and chained, and stands beyond the checkpoint: its writer stopped before sealing it";

/** A named field, wrapped; nothing when there is nothing to say. */
function field(name: string, text: string): readonly string[] {
  if (text === "") return [];
  const [first = "", ...rest] = indented(printable(text).split(" "), fieldColumns + 2);
  return [`  ${name.padEnd(fieldColumns)}${first.trimStart()}`, ...rest];
}

function indented(words: readonly string[], by: number): readonly string[] {
  return wrapped(words, columns - by).map((line) => `${" ".repeat(by)}${line}`);
}

function kindsOf(log: VerifiedLog): readonly (readonly [kind: string, times: number])[] {
  const times = new Map<string, number>();
  for (const { entry } of log.entries) times.set(entry.kind, (times.get(entry.kind) ?? 0) + 1);
  return [...times];
}

function softwareOf(log: VerifiedLog): readonly string[] {
  return [...new Set(log.entries.map(({ entry }) => entry.software))];
}

function trustLines(verdict: Verdict): readonly string[] {
  if (verdict.trust.kind === "given") return ["Only the keys given were believed."];
  if (!doesHold(verdict)) {
    return [
      "The keys were found beside the logs and believed; to believe only those of an",
      "owner whom you know, name them with --key PUB.pem.",
    ];
  }
  return [
    "The keys were found beside the logs and believed. That shows that nothing was",
    "changed by anybody without them, not whose they are: compare the SHA-256 of each",
    "key above with what its owner tells you, or name the keys with --key PUB.pem.",
  ];
}

function noHead(root: string): Problem {
  return {
    code: "evidence/head-malformed",
    what: `--head: "${printable(root)}" is no head`,
    where: null,
    why: "a head is the root of a log: 64 hexadecimal digits",
    mend: 'copy the "evidenceHead" of a summary, or a head that `evidence verify` printed',
  };
}
