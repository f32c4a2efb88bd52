import { createHmac, timingSafeEqual } from "node:crypto";
import type { SignatureKey } from "./key-file.ts";
import { readName } from "./names.ts";
import {
  classes,
  type Decoded,
  encoded,
  type Message,
  ownerBytes,
  type ResourceRecord,
  types,
} from "./wire.ts";

/** How far the clocks of two who talk may differ, as RFC 8945 section 10 advises. */
const fudgeSeconds = 300;
const timeBytes = 6;
/** In the header of a message. */
const additionalCountAt = 10;

export interface Signed {
  readonly bytes: Buffer;
  /** Its answer is signed over it. */
  readonly mac: Buffer;
}

/** A message with a signature as its last record, RFC 8945 section 5.1. @param at seconds since 1970 */
export function signed(message: Message, key: SignatureKey, at: number): Signed {
  const unsigned = encoded(message);
  const stamp = { at, fudge: fudgeSeconds, error: 0, other: Buffer.alloc(0) };
  const mac = macOf([unsigned, variables(key, stamp)], key);
  const data = Buffer.concat([
    ownerBytes(key.algorithm),
    numbers([at, timeBytes], [fudgeSeconds, 2], [mac.length, 2]),
    mac,
    numbers([message.id, 2], [0, 2], [0, 2]),
  ]);
  const signature = { name: key.name, type: types.TSIG, class: classes.ANY, ttl: 0, data };
  return { bytes: encoded({ ...message, additional: [...message.additional, signature] }), mac };
}

/**
 * What the signature of an answer tells.
 *
 * - `genuine`: whoever has the key answered just this question
 * - `refused`: the server did not take ours; not signed, but for a wrong clock
 * - `unproven`: anybody may have said it
 */
export type Proof =
  | { readonly kind: "genuine" }
  | { readonly kind: "refused"; readonly error: TsigError; readonly serverAt: number | null }
  | { readonly kind: "unproven"; readonly because: string };

export type TsigError = "BADSIG" | "BADKEY" | "BADTIME" | "BADTRUNC";

const errors: Readonly<Record<number, TsigError>> = {
  16: "BADSIG",
  17: "BADKEY",
  18: "BADTIME",
  22: "BADTRUNC",
};

export interface Answer {
  readonly bytes: Buffer;
  readonly decoded: Decoded;
}

/** Looks at the signature of an answer, RFC 8945 section 5.3. @param now.at seconds since 1970 */
export function proofOf(
  answer: Answer,
  key: SignatureKey,
  now: { readonly at: number; readonly requestMac: Buffer },
): Proof {
  const record = answer.decoded.message.additional.at(-1);
  if (record?.type !== types.TSIG) return unproven("it is not signed");
  const tsig = readTsig(record);
  if (tsig === null) return unproven("its signature cannot be read");
  const error = errors[tsig.error] ?? null;
  // Of a key that it does not have, or a signature that does not fit, a server can only tell unsigned.
  if (error !== null && error !== "BADTIME") return { kind: "refused", error, serverAt: null };
  const because = doubtOf(answer, { name: record.name, ...tsig }, { key, ...now });
  if (because !== null) return unproven(because);
  return error === null ? { kind: "genuine" } : { kind: "refused", error, serverAt: serverTime(tsig) };
}

function unproven(because: string): Proof {
  return { kind: "unproven", because };
}

interface Asked {
  readonly key: SignatureKey;
  readonly at: number;
  readonly requestMac: Buffer;
}

/** Why the signature proves nothing; `null`: it does. */
function doubtOf(answer: Answer, tsig: Tsig & { readonly name: string }, asked: Asked): string | null {
  const { name, algorithm, at, fudge } = tsig;
  if (name !== asked.key.name || algorithm !== asked.key.algorithm)
    return `it is signed with the key ${name} (${algorithm})`;
  if (!fits(answer, tsig, asked)) return "its signature does not fit";
  return Math.abs(asked.at - at) > fudge ? "it was signed at another time" : null;
}

/** Signed is what was asked, by its own signature, and the answer as it was before it was signed. */
function fits(
  { bytes, decoded: { lastAt, message } }: Answer,
  tsig: Tsig,
  { key, requestMac }: Asked,
): boolean {
  const unsigned = Buffer.from(bytes.subarray(0, lastAt));
  unsigned.writeUInt16BE(tsig.originalId, 0);
  unsigned.writeUInt16BE(message.additional.length - 1, additionalCountAt);
  const mac = macOf([numbers([requestMac.length, 2]), requestMac, unsigned, variables(key, tsig)], key);
  return mac.length === tsig.mac.length && timingSafeEqual(mac, tsig.mac);
}

/** Whoever does not take our time tells his own. */
function serverTime({ other }: Tsig): number | null {
  return other.length === timeBytes ? other.readUIntBE(0, timeBytes) : null;
}

interface Stamp {
  readonly at: number;
  readonly fudge: number;
  readonly error: number;
  readonly other: Buffer;
}

/** What is signed besides the message, RFC 8945 section 4.3.3. */
function variables(key: SignatureKey, { at, fudge, error, other }: Stamp): Buffer {
  return Buffer.concat([
    ownerBytes(key.name),
    numbers([classes.ANY, 2], [0, 4]),
    ownerBytes(key.algorithm),
    numbers([at, timeBytes], [fudge, 2], [error, 2], [other.length, 2]),
    other,
  ]);
}

function macOf(pieces: readonly Buffer[], { algorithm, secret }: SignatureKey): Buffer {
  return createHmac(algorithm.replace("hmac-", ""), secret).update(Buffer.concat(pieces)).digest();
}

function numbers(...each: readonly (readonly [value: number, bytes: number])[]): Buffer {
  return Buffer.concat(
    each.map(([value, bytes]) => {
      const buffer = Buffer.alloc(bytes);
      buffer.writeUIntBE(value, 0, bytes);
      return buffer;
    }),
  );
}

interface Tsig extends Stamp {
  readonly algorithm: string;
  readonly mac: Buffer;
  readonly originalId: number;
}

/** What surrounds it is signed as it must be, and so must be that. */
function readTsig({ data, ttl, class: surrounding }: ResourceRecord): Tsig | null {
  if (ttl !== 0 || surrounding !== classes.ANY) return null;
  const algorithm = readName(data, 0);
  if (algorithm === null || algorithm.end + 10 > data.length) return null;
  const macAt = algorithm.end + 10;
  const macEnd = macAt + data.readUInt16BE(algorithm.end + 8);
  if (macEnd + 6 > data.length || macEnd + 6 + data.readUInt16BE(macEnd + 4) !== data.length) return null;
  return {
    algorithm: algorithm.name,
    at: data.readUIntBE(algorithm.end, 6),
    fudge: data.readUInt16BE(algorithm.end + 6),
    mac: data.subarray(macAt, macEnd),
    originalId: data.readUInt16BE(macEnd),
    error: data.readUInt16BE(macEnd + 2),
    other: data.subarray(macEnd + 6),
  };
}
