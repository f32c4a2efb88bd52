import { base64, fromBase64, isSame, joined, textOf, utf8 } from "./bytes.ts";
import type { Digest, PublicKey, Signer } from "./ports.ts";

/** How a log stands: its size and the root over that many entries. */
export interface Checkpoint {
  /** The log's name. */
  readonly origin: string;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

export interface SignedCheckpoint {
  readonly checkpoint: Checkpoint;
  /** Who is said to have signed. */
  readonly name: string;
  /** The first 4 bytes are the hint which key it was. */
  readonly keyHash: Uint8Array;
  readonly signature: Uint8Array;
}

const keyHashBytes = 4;
const rootBytes = 32;
const ed25519 = Uint8Array.of(1);

/** C2SP tlog-checkpoint: origin, size, root; each on a line. What is signed, its last line end included. */
function noteText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${base64(root)}\n`;
}

/** C2SP signed-note: the first 4 bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key) for an Ed25519 key. */
export function noteKeyHash(digest: Digest, name: string, key: PublicKey): Uint8Array {
  return digest(joined([utf8(`${name}\n`), ed25519, key.raw])).slice(0, keyHashBytes);
}

/** The whole file: the note, a blank line and one signature line. */
export function checkpointBytes(digest: Digest, checkpoint: Checkpoint, signer: Signer): Uint8Array {
  return rendered({
    checkpoint,
    name: checkpoint.origin,
    keyHash: noteKeyHash(digest, checkpoint.origin, signer.publicKey),
    signature: signer.sign(utf8(noteText(checkpoint))),
  });
}

function rendered({ checkpoint, name, keyHash, signature }: SignedCheckpoint): Uint8Array {
  return utf8(`${noteText(checkpoint)}\n— ${name} ${base64(joined([keyHash, signature]))}\n`);
}

/** One text for one meaning: no leading zero, one base64, nothing after the last line end. */
const shape = /^(\S+)\n(0|[1-9]\d{0,14})\n([\w+/=]+)\n\n— (\S+) ([\w+/=]+)\n$/;

/** Reads only what `checkpointBytes` writes; `null` for anything else. */
export function readCheckpoint(bytes: Uint8Array): SignedCheckpoint | null {
  const match = shape.exec(textOf(bytes) ?? "");
  const part = (index: number): string => match?.[index] ?? "";
  const [root, seal] = [fromBase64(part(3)), fromBase64(part(5))];
  if (root?.length !== rootBytes || seal === null) return null;
  return {
    checkpoint: { origin: part(1), size: Number(part(2)), root },
    name: part(4),
    keyHash: seal.slice(0, keyHashBytes),
    signature: seal.slice(keyHashBytes),
  };
}

export function isSignedBy(digest: Digest, signed: SignedCheckpoint, key: PublicKey): boolean {
  return (
    isSame(signed.keyHash, noteKeyHash(digest, signed.name, key)) &&
    key.verify(utf8(noteText(signed.checkpoint)), signed.signature)
  );
}
