import { hex } from "./bytes.ts";
import { checkpointBytes } from "./checkpoint.ts";
import { envelopeBytes, preAuthenticationEncoding, statementMediaType } from "./dsse.ts";
import { type Head, type NewEntry, statementBytes } from "./evidence.ts";
import { grown, leafHash, rootOf, type Tree } from "./merkle.ts";
import type { Digest, Signer, Stamp } from "./ports.ts";

/** What the writer of a log knows. */
export interface LogState {
  readonly log: string;
  readonly tree: Tree;
}

/** What signs a log's entries, and under which name. */
export interface Writer {
  readonly digest: Digest;
  readonly signer: Signer;
  /** Program and version. */
  readonly software: string;
}

/** Bytes to be put on disk, in this order, and the state once they are there. */
export interface NextEntry {
  readonly sequence: number;
  readonly entry: Uint8Array;
  readonly checkpoint: Uint8Array;
  readonly state: LogState;
}

/** Decides the next entry of a log; writes nothing. */
export function nextEntry(
  state: LogState,
  { entry: given, stamp }: { readonly entry: NewEntry; readonly stamp: Stamp },
  writer: Writer,
): NextEntry {
  const { digest, signer } = writer;
  const sequence = state.tree.size + 1;
  const payload = statementBytes({
    ...{ log: state.log, sequence, previousRoot: headOf(digest, state).root },
    ...{ at: stamp.at, monotonic: stamp.monotonic, software: writer.software },
    ...{ kind: given.kind, body: given.body, subjects: given.subjects ?? [], anchors: given.anchors ?? [] },
  });
  const signature = signer.sign(preAuthenticationEncoding(statementMediaType, payload));
  const keyId = signer.publicKey.fingerprint;
  const entry = envelopeBytes({ payloadType: statementMediaType, payload, keyId, signature });
  const after = { log: state.log, tree: grown(digest, state.tree, leafHash(digest, entry)) };
  return { sequence, entry, checkpoint: sealOf(after, writer), state: after };
}

/** The checkpoint that seals a log as it stands. */
export function sealOf(state: LogState, { digest, signer }: Omit<Writer, "software">): Uint8Array {
  const checkpoint = { origin: state.log, size: state.tree.size, root: rootOf(digest, state.tree) };
  return checkpointBytes(digest, checkpoint, signer);
}

export function headOf(digest: Digest, { log, tree }: LogState): Head {
  return { log, size: tree.size, root: hex(rootOf(digest, tree)) };
}
