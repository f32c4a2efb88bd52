import { isIPv4, isIPv6 } from "node:net";
import { type DnsType } from "../../core/model/wishes.ts";
import { nameBytes, nameText } from "./names.ts";

/** One string of a `TXT` record; longer texts are several. */
const stringBytesMax = 255;
const groups = 8;

/** A value as in a record; `null`: it is none of that type. */
export function dataOf(type: DnsType, value: string): Buffer | null {
  switch (type) {
    case "A":
      return isIPv4(value) ? Buffer.from(value.split(".").map(Number)) : null;
    case "AAAA":
      return isIPv6(value) && !value.includes("%") ? addressBytes(value) : null;
    case "CNAME":
      return nameBytes(value);
    case "TXT":
      return textBytes(Buffer.from(value));
  }
}

/** The value of a record as people write it, one text for one value; `null`: the data is none of that type. */
export function valueOf(type: DnsType, data: Buffer): string | null {
  switch (type) {
    case "A":
      return data.length === 4 ? data.join(".") : null;
    case "AAAA":
      return data.length === 2 * groups ? addressText(data) : null;
    case "CNAME":
      return nameText(data);
    case "TXT":
      return textIn(data);
  }
}

/** The shortest form, as RFC 5952 has it and URLs do. */
function shortest(address: string): string {
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

function addressText(data: Buffer): string {
  return shortest(
    Array.from({ length: groups }, (_, at) => data.readUInt16BE(2 * at).toString(16)).join(":"),
  );
}

function addressBytes(value: string): Buffer {
  const [before = "", after] = shortest(value).split("::");
  const partsOf = (text = ""): readonly string[] => text.split(":").filter((part) => part !== "");
  const [first, last] = [partsOf(before), partsOf(after)];
  const zeros = Array.from({ length: groups - first.length - last.length }, () => "0");
  const bytes = Buffer.alloc(2 * groups);
  for (const [at, part] of [...first, ...zeros, ...last].entries())
    bytes.writeUInt16BE(Number.parseInt(part, 16), 2 * at);
  return bytes;
}

function textBytes(text: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at === 0 || at < text.length; at += stringBytesMax) {
    const piece = text.subarray(at, at + stringBytesMax);
    pieces.push(Buffer.of(piece.length), piece);
  }
  return Buffer.concat(pieces);
}

function textIn(data: Buffer): string | null {
  const pieces: Buffer[] = [];
  let at = 0;
  while (at < data.length) {
    const size = data[at] ?? 0;
    pieces.push(data.subarray(at + 1, at + 1 + size));
    at += 1 + size;
  }
  return data.length > 0 && at === data.length ? Buffer.concat(pieces).toString() : null;
}
