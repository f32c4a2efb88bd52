import type { Epoch, Settings } from "../../core/plan/actuator.ts";
import type { DnsWish } from "../../core/model/wishes.ts";
import { nameBytes, nameText } from "./names.ts";
import { dataOf, valueOf } from "./record-data.ts";
import { classes, type Message, type Question, type ResourceRecord, types, updateFlags } from "./wire.ts";

/** An update with so many, so long, fits into the 65,535 bytes of a message. */
const valuesMax = 64;
const dataBytesMax = 32_768;
/** RFC 2181 section 8. */
const ttlSecondsMax = 2 ** 31 - 1;
const epochLabel = "_holdfast-epoch";

/** A wish whose every part has been looked at. */
export interface RecordSet {
  readonly zone: string;
  readonly name: string;
  /** Where the epoch of the name stands. */
  readonly epochName: string;
  readonly type: DnsWish["type"];
  readonly ttl: number;
  readonly data: readonly Buffer[];
}

/** What a wish asks of the server, or why nothing can be asked. */
export function recordSetOf(wish: DnsWish): RecordSet | string {
  const { zone, name, type, ttlSeconds: ttl } = wish;
  const [apex, owner] = [nameBytes(zone), nameBytes(name)];
  if (apex === null) return `${zone} is no name of a zone`;
  if (owner === null) return `${name} is no name`;
  if (!isBelow(owner, apex)) return `${name} is not in the zone ${zone}`;
  const epochName = `${epochLabel}.${nameText(owner)}`;
  if (nameBytes(epochName) === null) return `${name} is too long for ${epochLabel} to stand before it`;
  if (!Number.isInteger(ttl) || ttl < 0 || ttl > ttlSecondsMax)
    return `a TTL of ${ttl} s is not from 0 to ${ttlSecondsMax}, and whole`;
  const data = dataIn(wish);
  if (typeof data === "string") return data;
  return { zone: nameText(apex), name: nameText(owner), epochName, type, ttl, data };
}

/** Each value once, for a set of records holds none twice. */
function dataIn({ name, type, values }: DnsWish): readonly Buffer[] | string {
  const data = new Map<string, Buffer>();
  for (const value of values) {
    const bytes = dataOf(type, value);
    if (bytes === null) return `${value} is no value of type ${type}`;
    data.set(bytes.toString("hex"), bytes);
  }
  if (data.size === 0) return `no value is given for ${name}, at which nobody would find anything then`;
  const [countMax, found] = [type === "CNAME" ? 1 : valuesMax, [...data.values()]];
  if (found.length > countMax)
    return `${found.length} values are more than the ${countMax} that ${name} may have`;
  return Buffer.concat(found).length > dataBytesMax
    ? `the values of ${name} are longer than ${dataBytesMax} bytes together`
    : found;
}

/** Whether a name is that of the zone, or one in it. */
function isBelow(owner: Buffer, apex: Buffer): boolean {
  for (let at = 0; at < owner.length; at += (owner[at] ?? 0) + 1)
    if (owner.subarray(at).equals(apex)) return true;
  return false;
}

/** What stands at the name of an epoch. A name that is made up for every question (`*.example.com`) may answer there too. */
export type EpochRecord =
  | { readonly kind: "none" }
  | { readonly kind: "known"; readonly epoch: Epoch }
  | { readonly kind: "foreign" };

export function epochIn(answer: Message, { epochName }: RecordSet): EpochRecord {
  const found = answer.answer.filter(({ name, type }) => name === epochName && type === types.TXT);
  const [record] = found;
  if (record === undefined) return { kind: "none" };
  const epoch = Number(/^epoch=(\d{1,16})$/.exec(valueOf("TXT", record.data) ?? "")?.[1] ?? Number.NaN);
  return found.length === 1 && Number.isSafeInteger(epoch) ? { kind: "known", epoch } : { kind: "foreign" };
}

/** What stands at the name, as people read it. */
export function settingsIn({ answer }: Message, set: RecordSet): Settings {
  const own = answer.filter(({ name }) => name === set.name);
  const alias = own.find(({ type }) => type === types.CNAME);
  if (alias !== undefined && set.type !== "CNAME")
    return shown(set, `an alias of ${nameText(alias.data)}, ${alias.ttl} s`);
  const found = own.filter(({ type }) => type === types[set.type]);
  return shown(set, textOf(set.type, { data: found.map(({ data }) => data), ttl: found[0]?.ttl ?? 0 }));
}

export function wantedSettings(set: RecordSet): Settings {
  return shown(set, textOf(set.type, set));
}

function shown({ name, type }: RecordSet, text: string): Settings {
  return { [`${name} ${type}`]: text };
}

function textOf(type: RecordSet["type"], { data, ttl }: Pick<RecordSet, "data" | "ttl">): string {
  if (data.length === 0) return "none";
  const values = data.map((each) => valueOf(type, each) ?? `\\# ${each.toString("hex")}`);
  const quoted = type === "TXT" ? values.map((value) => JSON.stringify(value)) : values;
  return `${[...quoted].sort().join(", ")}, ${ttl} s`;
}

export function question(id: number, { name, type }: Omit<Question, "class">): Message {
  const asked = { name, type, class: classes.IN };
  return { id, flags: 0, question: asked, answer: [], authority: [], additional: [] };
}

/**
 * An update that the server carries out as one, and only when the epoch of the name still is what was seen: a compare-and-set.
 * RFC 2136 sections 2.4 and 2.5.
 */
export function update(
  id: number,
  set: RecordSet,
  { seen, epoch }: { readonly seen: EpochRecord; readonly epoch: Epoch },
): Message {
  const epochRecord = (value: Epoch, ttl = 0): ResourceRecord => ({
    ...{ name: set.epochName, type: types.TXT, class: classes.IN, ttl },
    data: dataOf("TXT", `epoch=${value}`) ?? Buffer.alloc(0),
  });
  const isAbsent = {
    name: set.epochName,
    type: types.TXT,
    class: classes.NONE,
    ttl: 0,
    data: Buffer.alloc(0),
  };
  const owner = { name: set.name, type: types[set.type] };
  const zone = { name: set.zone, type: types.SOA, class: classes.IN };
  return {
    ...{ id, flags: updateFlags, question: zone, additional: [] },
    answer: [seen.kind === "known" ? epochRecord(seen.epoch) : isAbsent],
    authority: [
      { ...isAbsent, class: classes.ANY },
      epochRecord(epoch),
      { ...owner, class: classes.ANY, ttl: 0, data: Buffer.alloc(0) },
      ...set.data.map((data) => ({ ...owner, class: classes.IN, ttl: set.ttl, data })),
    ],
  };
}
