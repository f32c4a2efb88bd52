/**
 * The few parts of PostgreSQL's wire protocol that a front door must know (PostgreSQL manual, "Message Formats"): what a
 * client opens with, and the error that the door itself may have to answer with.
 */

const lengthAndCodeBytes = 8;
const cancelRequestCode = 80_877_102;
const encryptionRequestCodes: readonly number[] = [80_877_103, 80_877_104];
const protocolMajor = 3;

/** The server's own bound on what a client may open with. */
const startUpBytesMax = 10_000;

/** The answer to a wish for encryption: go on in clear text. */
export const encryptionRefused = Buffer.from("N");

/** What a client that says goodbye sends last (Terminate). */
export const terminate = Buffer.from([0x58, 0, 0, 0, 4]);

export type Opening =
  | { readonly kind: "incomplete" }
  /** SSLRequest or GSSENCRequest; `rest` follows after the one byte that answers it. */
  | { readonly kind: "encryption-wanted"; readonly rest: Buffer }
  /** Wishes a running statement of another connection cancelled; gets no answer. */
  | { readonly kind: "cancel"; readonly packet: Buffer }
  | { readonly kind: "session"; readonly packet: Buffer; readonly rest: Buffer }
  | { readonly kind: "foreign"; readonly because: string };

/** Reads what a client has sent so far, from its first byte or from the first after an answer to a wish for encryption. */
export function readOpening(sent: Buffer): Opening {
  if (sent.length < lengthAndCodeBytes) return { kind: "incomplete" };
  const length = sent.readInt32BE(0);
  const code = sent.readInt32BE(4);
  if (length < lengthAndCodeBytes || length > startUpBytesMax) {
    return { kind: "foreign", because: `it opens with a length of ${length} bytes` };
  }
  if (sent.length < length) return { kind: "incomplete" };
  const packet = sent.subarray(0, length);
  const rest = sent.subarray(length);
  if (code === cancelRequestCode) return { kind: "cancel", packet };
  if (encryptionRequestCodes.includes(code)) return { kind: "encryption-wanted", rest };
  if (code >> 16 === protocolMajor) return { kind: "session", packet, rest };
  return { kind: "foreign", because: `it asks for protocol ${code >> 16}.${code & 0xffff}` };
}

export interface ServerError {
  /** As in the manual's appendix "PostgreSQL Error Codes". */
  readonly sqlState: string;
  readonly message: string;
  readonly hint: string;
}

/** An ErrorResponse that ends the session. */
export function fatalError({ sqlState, message, hint }: ServerError): Buffer {
  const fields = [`SFATAL`, `VFATAL`, `C${sqlState}`, `M${message}`, `H${hint}`];
  const body = Buffer.from(`${fields.join("\0")}\0\0`);
  const head = Buffer.alloc(5);
  head.write("E");
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
