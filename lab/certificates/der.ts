/** Values of ASN.1 in their distinguished encoding (ITU-T X.690), as far as certificates need them: bytes with a tag and a length before. */
export type Der = Buffer;

const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  text: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;
/** A length below it is one byte; from it on, the number of its bytes comes first. */
const longLength = 0x80;
/** Times from then on have years of four digits (RFC 5280, 4.1.2.5). */
const lastYearOfTwoDigits = 2049;

function tagged(tag: number, content: Uint8Array): Der {
  const { length } = content;
  const bytes = length === 0 ? [0] : bytesOf(length);
  const head = length < longLength ? [length] : [longLength + bytes.length, ...bytes];
  return Buffer.concat([Buffer.of(tag, ...head), content]);
}

/** Of a whole number above 0, the highest first. */
function bytesOf(number: number): readonly number[] {
  return number < 256 ? [number] : [...bytesOf(Math.floor(number / 256)), number % 256];
}

export function sequence(...items: readonly Der[]): Der {
  return tagged(tags.sequence, Buffer.concat(items));
}

export function set(...items: readonly Der[]): Der {
  return tagged(tags.set, Buffer.concat(items));
}

/** A number that is not below 0, by its bytes. */
export function integer(bytes: Uint8Array): Der {
  const first = bytes.findIndex((byte) => byte !== 0);
  const shortest = first === -1 ? Buffer.of(0) : bytes.subarray(first);
  const isTakenForNegative = (shortest[0] ?? 0) >= longLength;
  return tagged(tags.integer, isTakenForNegative ? Buffer.concat([Buffer.of(0), shortest]) : shortest);
}

export function truth(): Der {
  return tagged(tags.boolean, Buffer.of(0xff));
}

/** @param unused how many of the last bits are none */
export function bitString(bytes: Uint8Array, unused = 0): Der {
  return tagged(tags.bitString, Buffer.concat([Buffer.of(unused), bytes]));
}

export function octetString(bytes: Uint8Array): Der {
  return tagged(tags.octetString, bytes);
}

export function text(words: string): Der {
  return tagged(tags.text, Buffer.from(words));
}

/** @param name such as `2.5.4.3` */
export function objectId(name: string): Der {
  const [first = 0, second = 0, ...rest] = name.split(".").map(Number);
  return tagged(tags.objectId, Buffer.from([first * 40 + second, ...rest].flatMap(inSevens)));
}

/** Seven bits a byte, the highest first; all but the last have the eighth. */
function inSevens(number: number): readonly number[] {
  const higher = Math.floor(number / 128);
  const last = number % 128;
  return higher === 0 ? [last] : [...inSevens(higher).map((byte) => byte | longLength), last];
}

/** An instant, to the second. */
export function time(at: Date): Der {
  const digits = at.toISOString().replaceAll(/[-:T]|\.\d+/g, "");
  return at.getUTCFullYear() > lastYearOfTwoDigits
    ? tagged(tags.generalizedTime, Buffer.from(digits))
    : tagged(tags.utcTime, Buffer.from(digits.slice(2)));
}

/** What stands under a number of its own in a structure: a value within. */
export function within(number: number, value: Der): Der {
  return tagged(0xa0 + number, value);
}

/** The same of bytes that have no tag of their own. */
export function instead(number: number, bytes: Uint8Array): Der {
  return tagged(0x80 + number, bytes);
}
