import { base64, fromBase64, isSame, joined, textOf, utf8 } from "./bytes.ts";

/** The payload type of every entry. */
export const statementMediaType = "application/vnd.in-toto+json";

/** A signed payload (DSSE 1.0.2), with exactly one signature. */
export interface Envelope {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  /** Which key signed; a hint that nothing protects. */
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/** What is signed: the type and the payload with their lengths, so that neither can pass for part of the other. */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = utf8(payloadType);
  return joined([utf8(`DSSEv1 ${type.length} `), type, utf8(` ${payload.length} `), payload]);
}

/** The one text of an envelope: one line of JSON, fields in this order, base64 with padding. */
export function envelopeBytes(envelope: Envelope): Uint8Array {
  const fields = {
    payloadType: envelope.payloadType,
    payload: base64(envelope.payload),
    signatures: [{ keyid: envelope.keyId, sig: base64(envelope.signature) }],
  };
  return utf8(`${JSON.stringify(fields)}\n`);
}

export type EnvelopeRead =
  | { readonly kind: "envelope"; readonly envelope: Envelope }
  /** Its end is not there: a write that did not finish, or a file cut short. */
  | { readonly kind: "torn" }
  /** Not a text that `envelopeBytes` writes, though it may mean the same. */
  | { readonly kind: "malformed" };

const shape =
  /^\{"payloadType":"([\w.+/-]+)","payload":"([\w+/=]*)","signatures":\[\{"keyid":"(\w*)","sig":"([\w+/=]*)"\}\]\}\n$/;

/**
 * Reads only what `envelopeBytes` writes. DSSE lets a verifier take more (other base64, further fields); a log does not,
 * because then an entry could be changed without its signature noticing.
 */
export function readEnvelope(bytes: Uint8Array): EnvelopeRead {
  const text = textOf(bytes) ?? "";
  const match = shape.exec(text);
  const part = (index: number): string => match?.[index] ?? "";
  const [payload, signature] = [fromBase64(part(2)), fromBase64(part(4))];
  if (payload !== null && signature !== null) {
    const envelope = { payloadType: part(1), payload, keyId: part(3), signature };
    if (isSame(envelopeBytes(envelope), bytes)) return { kind: "envelope", envelope };
  }
  return { kind: text.endsWith("}\n") ? "malformed" : "torn" };
}
