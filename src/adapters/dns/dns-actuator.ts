import { readFile } from "node:fs/promises";
import type { Actuator, Applied, Epoch, Failed, Look, Settings } from "../../core/plan/actuator.ts";
import type { DnsWish } from "../../core/model/wishes.ts";
import { invariant } from "../../core/problem/problem.ts";
import { type Said, say, type Speaker } from "./conversation.ts";
import { keyIn, type SignatureKey } from "./key-file.ts";
import {
  contended,
  foreignEpoch,
  notAsWished,
  notAuthoritative,
  rcode,
  unusableKey,
  unusableWish,
} from "./problems.ts";
import {
  type EpochRecord,
  epochIn,
  question,
  type RecordSet,
  recordSetOf,
  settingsIn,
  update,
  wantedSettings,
} from "./records.ts";
import { types } from "./wire.ts";

export interface DnsSettings {
  /** Milliseconds since 1970: what is signed says when. */
  readonly now: () => number;
  /** How long one answer is waited for. A look is two questions, a change five. */
  readonly answerMsMax: number;
}

/** How often a change is tried whose epoch was changed meanwhile, by somebody who is not newer. */
const triesMax = 5;

/**
 * Changes the records of a name by dynamic update (RFC 2136) over TCP, signed (TSIG, RFC 8945).
 *
 * The epoch stands in the zone itself, as `epoch=7` in a `TXT` record at `_holdfast-epoch.NAME`, and the server changes it in
 * the same update as the records, on condition that it still is what was read. So the server refuses whoever comes late, however
 * long he slept. All records of a name share one epoch. What others change at the name without it is overwritten.
 */
export function dnsActuator(settings: DnsSettings): Actuator<DnsWish> {
  return {
    look: async (wish, signal) => {
      const ready = await readied(wish, settings, signal);
      return ready.kind === "ready" ? look(ready) : { kind: "unseen", problem: ready.problem };
    },
    apply: async (wish, epoch, signal) => {
      invariant(Number.isSafeInteger(epoch) && epoch >= 0, `an epoch is a whole number, got ${epoch}`);
      const ready = await readied(wish, settings, signal);
      return ready.kind === "ready" ? apply(ready, epoch) : ready;
    },
  };
}

interface Ready {
  readonly kind: "ready";
  readonly set: RecordSet;
  readonly speaker: Speaker;
}

async function readied(wish: DnsWish, settings: DnsSettings, signal: AbortSignal): Promise<Ready | Failed> {
  const set = recordSetOf(wish);
  if (typeof set === "string") return { kind: "failed", problem: unusableWish(set) };
  const key = await keyOf(wish.keyFile);
  if (typeof key === "string") return { kind: "failed", problem: unusableKey(wish.keyFile, key) };
  return { kind: "ready", set, speaker: { wish, key, signal, ...settings } };
}

async function keyOf(file: string): Promise<SignatureKey | string> {
  try {
    return keyIn(await readFile(file, "utf8"));
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

async function look(ready: Ready): Promise<Look> {
  const seen = await see(ready);
  if (seen.kind === "failed") return { kind: "unseen", problem: seen.problem };
  const { now, epoch } = seen;
  return {
    ...{ kind: "seen", now, wanted: wantedSettings(ready.set) },
    epoch: epoch.kind === "known" ? epoch.epoch : null,
  };
}

interface Seen {
  readonly kind: "seen";
  readonly now: Settings;
  readonly epoch: EpochRecord;
}

/** The epoch is read last: when it is still ours, nobody newer has changed what was read before. */
async function see({ set, speaker }: Ready): Promise<Seen | Failed> {
  const records = await ask(speaker, { name: set.name, type: types[set.type] });
  if (records.kind === "failed") return records;
  const epoch = await ask(speaker, { name: set.epochName, type: types.TXT });
  if (epoch.kind === "failed") return epoch;
  return { kind: "seen", now: settingsIn(records.message, set), epoch: epochIn(epoch.message, set) };
}

const isAuthoritativeFlag = 1 << 10;

async function ask(speaker: Speaker, asked: { readonly name: string; readonly type: number }): Promise<Said> {
  const said = await say((id) => question(id, asked), speaker);
  if (said.kind === "failed" || (said.message.flags & isAuthoritativeFlag) !== 0) return said;
  return { kind: "failed", problem: notAuthoritative(speaker.wish) };
}

async function apply(ready: Ready, epoch: Epoch): Promise<Applied> {
  const { set, speaker } = ready;
  let isForeignForSure = false;
  for (let tries = 0; tries < triesMax; tries += 1) {
    const seen = await see(ready);
    if (seen.kind === "failed") return seen;
    const standing = standingOf(ready, seen, epoch);
    if (standing !== null) return standing;
    if (seen.epoch.kind === "foreign" && isForeignForSure) break;
    const said = await say((id) => update(id, set, { seen: seen.epoch, epoch }), speaker);
    if (said.kind === "failed") return said;
    if (said.rcode === rcode.noError) return confirmed(ready, epoch);
    // Somebody was here between our reading and our writing; or what was read is no name's that is made up, and really there.
    isForeignForSure = seen.epoch.kind === "foreign";
  }
  const { wish } = speaker;
  const problem = isForeignForSure ? foreignEpoch(wish, set.epochName) : contended(wish, triesMax);
  return { kind: "failed", problem };
}

/** How the name stands with no further deed; `null`: something is to be done. */
function standingOf({ set }: Ready, { now, epoch: found }: Seen, epoch: Epoch): Applied | null {
  if (found.kind !== "known" || found.epoch < epoch) return null;
  if (found.epoch > epoch) return { kind: "outdated", epoch: found.epoch };
  return isSame(now, wantedSettings(set)) ? { kind: "done", now } : null;
}

/** Reads back what the server took. Who is newer and came just after is the one whose values stand. */
async function confirmed(ready: Ready, epoch: Epoch): Promise<Applied> {
  const seen = await see(ready);
  if (seen.kind === "failed") return seen;
  const standing = standingOf(ready, seen, epoch);
  const now = Object.values(seen.now).join();
  return standing ?? { kind: "failed", problem: notAsWished(ready.speaker.wish, now) };
}

function isSame(one: Settings, other: Settings): boolean {
  return Object.entries(one).every(([name, value]) => other[name] === value);
}
