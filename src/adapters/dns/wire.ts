import { invariant } from "../../core/problem/problem.ts";
import { nameBytes, readName } from "./names.ts";

/** Messages of DNS, RFC 1035 section 4 and RFC 2136 section 2. */
export interface Message {
  readonly id: number;
  /** The second word of the header. */
  readonly flags: number;
  readonly question: Question;
  /** Of an update: what must be so before. */
  readonly answer: readonly ResourceRecord[];
  /** Of an update: what is changed. */
  readonly authority: readonly ResourceRecord[];
  readonly additional: readonly ResourceRecord[];
}

/** Of an update: its zone. */
export interface Question {
  readonly name: string;
  readonly type: number;
  readonly class: number;
}

export interface ResourceRecord extends Question {
  readonly ttl: number;
  /** A name in it is whole, and not compressed. */
  readonly data: Buffer;
}

export const types = { A: 1, CNAME: 5, SOA: 6, TXT: 16, AAAA: 28, TSIG: 250 } as const;
export const classes = { IN: 1, NONE: 254, ANY: 255 } as const;
/** QUERY is 0, and so are all flags of a question. */
export const updateFlags = 5 << 11;

const headerBytes = 12;
const recordBytes = 10;

export function encoded({ id, flags, question, answer, authority, additional }: Message): Buffer {
  const header = Buffer.alloc(headerBytes);
  const words = [id, flags, 1, answer.length, authority.length, additional.length];
  for (const [at, word] of words.entries()) header.writeUInt16BE(word, 2 * at);
  return Buffer.concat([
    header,
    questionBytes(question),
    ...[...answer, ...authority, ...additional].map(encodedRecord),
  ]);
}

/** @throws InvariantBroken when `name` is none: whoever makes a message has looked at it */
export function ownerBytes(name: string): Buffer {
  const bytes = nameBytes(name);
  invariant(bytes !== null, `${name} is no name of DNS`);
  return bytes;
}

function questionBytes(question: Question): Buffer {
  const fixed = Buffer.alloc(4);
  fixed.writeUInt16BE(question.type, 0);
  fixed.writeUInt16BE(question.class, 2);
  return Buffer.concat([ownerBytes(question.name), fixed]);
}

function encodedRecord(record: ResourceRecord): Buffer {
  const rest = Buffer.alloc(6);
  rest.writeUInt32BE(record.ttl, 0);
  rest.writeUInt16BE(record.data.length, 4);
  return Buffer.concat([questionBytes(record), rest, record.data]);
}

export interface Decoded {
  readonly message: Message;
  /** Where the last record begins; a signature is always the last. */
  readonly lastAt: number;
}

/** `null`: it is no message of DNS with one question, or says less or more than its header promises. */
export function decoded(bytes: Buffer): Decoded | null {
  if (bytes.length < headerBytes || bytes.readUInt16BE(4) !== 1) return null;
  const asked = readName(bytes, headerBytes);
  if (asked === null || asked.end + 4 > bytes.length) return null;
  const counts = [6, 8, 10].map((at) => bytes.readUInt16BE(at));
  const read = readRecords(bytes, asked.end + 4, counts);
  if (read === null) return null;
  const [answer = [], authority = [], additional = []] = read.sections;
  const question = { name: asked.name, ...typeAndClass(bytes, asked.end) };
  const [id, flags] = [bytes.readUInt16BE(0), bytes.readUInt16BE(2)];
  return { message: { id, flags, question, answer, authority, additional }, lastAt: read.lastAt };
}

interface ReadRecords {
  readonly sections: readonly (readonly ResourceRecord[])[];
  readonly lastAt: number;
}

function readRecords(bytes: Buffer, from: number, counts: readonly number[]): ReadRecords | null {
  const sections: ResourceRecord[][] = [];
  let [at, lastAt] = [from, -1];
  for (const count of counts) {
    const section: ResourceRecord[] = [];
    while (section.length < count) {
      const read = readRecord(bytes, at);
      if (read === null) return null;
      [lastAt, at] = [at, read.end];
      section.push(read.record);
    }
    sections.push(section);
  }
  return at === bytes.length ? { sections, lastAt } : null;
}

function readRecord(
  bytes: Buffer,
  at: number,
): { readonly record: ResourceRecord; readonly end: number } | null {
  const owner = readName(bytes, at);
  if (owner === null || owner.end + recordBytes > bytes.length) return null;
  const { name, end: from } = owner;
  const end = from + recordBytes + bytes.readUInt16BE(from + 8);
  if (end > bytes.length) return null;
  const kind = typeAndClass(bytes, from);
  const data =
    kind.type === types.CNAME
      ? wholeName(bytes, from + recordBytes)
      : bytes.subarray(from + recordBytes, end);
  if (data === null) return null;
  return { record: { name, ...kind, ttl: bytes.readUInt32BE(from + 4), data }, end };
}

function wholeName(bytes: Buffer, at: number): Buffer | null {
  const read = readName(bytes, at);
  return read === null ? null : nameBytes(read.name);
}

function typeAndClass(bytes: Buffer, at: number): { readonly type: number; readonly class: number } {
  return { type: bytes.readUInt16BE(at), class: bytes.readUInt16BE(at + 2) };
}
