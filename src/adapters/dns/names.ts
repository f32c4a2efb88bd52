const labelBytesMax = 63;
const nameBytesMax = 255;
/** RFC 1035 section 4.1.4: the rest of a name stands further ahead in the message. */
const pointerMark = 0xc0;
const pointerMask = 0x3fff;

/** A name as in a message, in lower case as DNS compares them; `null`: it is none. The final dot may be there or not; `\.` and `\DDD` stand for one byte. */
export function nameBytes(text: string): Buffer | null {
  const labels = labelsIn(text);
  if (labels === null) return null;
  const pieces = labels.flatMap((label) => [Buffer.of(label.length), label]);
  const bytes = Buffer.concat([...pieces, Buffer.of(0)]);
  return bytes.length > nameBytesMax ? null : bytes;
}

function labelsIn(text: string): readonly Buffer[] | null {
  if (text === ".") return [];
  // A dot ends each label but perhaps the last; one that is escaped ends none.
  const found = [...text.matchAll(/((?:\\.|[^\\.])+)(?:\.|$)/gsy)];
  const labels = found.map(([, label = ""]) => labelBytes(label));
  const isWhole = text !== "" && found.map(([whole]) => whole).join("") === text;
  return isWhole && labels.every((each) => each !== null) ? labels : null;
}

/** `null`: it is too long, or says what is not ASCII, for which DNS has Punycode. */
function labelBytes(text: string): Buffer | null {
  const bytes: number[] = [];
  for (const [piece, decimal] of text.toLowerCase().matchAll(/\\(\d{3})|\\?./gsu)) {
    const byte = decimal === undefined ? (piece.codePointAt(piece.length - 1) ?? 0) : Number(decimal);
    const isUsable = decimal === undefined ? byte > 32 && byte < 127 : byte < 256;
    if (!isUsable) return null;
    bytes.push(byte);
  }
  return bytes.length <= labelBytesMax ? Buffer.from(bytes) : null;
}

/** A name of a message as text, in lower case and without the final dot; the root is `.`. @param bytes whole, and not compressed */
export function nameText(bytes: Buffer): string {
  const labels: string[] = [];
  for (let at = 0; at < bytes.length && bytes[at] !== 0; at += (bytes[at] ?? 0) + 1)
    labels.push([...bytes.subarray(at + 1, at + 1 + (bytes[at] ?? 0))].map(shownByte).join(""));
  return labels.length === 0 ? "." : labels.join(".");
}

function shownByte(byte: number): string {
  if (byte < 33 || byte > 126) return `\\${String(byte).padStart(3, "0")}`;
  const shown = String.fromCharCode(byte).toLowerCase();
  return '.\\"();@$'.includes(shown) ? `\\${shown}` : shown;
}

/** The name at `at` of a message, its compression undone, and where it ends there; `null`: there is none. */
export function readName(
  message: Buffer,
  at: number,
): { readonly name: string; readonly end: number } | null {
  const labels: Buffer[] = [];
  let [from, end, length] = [at, -1, 1];
  for (let size = message[from]; size !== 0; size = message[from]) {
    if (size === undefined) return null;
    if (size >= pointerMark) {
      if (end < 0) end = from + 2;
      // Only backwards, so that no circle of pointers is followed for ever.
      const to = ((size << 8) | (message[from + 1] ?? 0xff)) & pointerMask;
      if (to >= from) return null;
      from = to;
    } else {
      const label = message.subarray(from, from + 1 + size);
      length += label.length;
      if (size > labelBytesMax || length > nameBytesMax) return null;
      labels.push(label);
      from += label.length;
    }
  }
  const name = nameText(Buffer.concat([...labels, Buffer.of(0)]));
  return { name, end: end < 0 ? from + 1 : end };
}
