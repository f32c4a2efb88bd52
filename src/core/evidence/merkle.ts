import { invariant } from "../problem/problem.ts";
import { isSame, joined } from "./bytes.ts";
import type { Digest } from "./ports.ts";

const leafMark = Uint8Array.of(0);
const nodeMark = Uint8Array.of(1);

/**
 * A Merkle tree that only grows, kept as the roots of its full subtrees, largest first: one for each 1 in the binary
 * form of `size`. Enough for its root and for growing, at O(log size).
 */
export interface Tree {
  readonly size: number;
  readonly peaks: readonly Uint8Array[];
}

export const emptyTree: Tree = { size: 0, peaks: [] };

/** RFC 6962 section 2.1: SHA-256(0x00 ‖ entry). */
export function leafHash(digest: Digest, entry: Uint8Array): Uint8Array {
  return digest(joined([leafMark, entry]));
}

/** RFC 6962 section 2.1: SHA-256(0x01 ‖ left ‖ right). */
function nodeHash(digest: Digest, left: Uint8Array, right: Uint8Array): Uint8Array {
  return digest(joined([nodeMark, left, right]));
}

/** The tree with one more leaf at its end. */
export function grown(digest: Digest, tree: Tree, leaf: Uint8Array): Tree {
  const peaks = [...tree.peaks];
  let peak = leaf;
  for (let size = tree.size; size % 2 === 1; size = Math.floor(size / 2)) {
    peak = nodeHash(digest, hashAt(peaks, peaks.length - 1), peak);
    peaks.pop();
  }
  return { size: tree.size + 1, peaks: [...peaks, peak] };
}

/** The root; of the empty tree SHA-256 of nothing. */
export function rootOf(digest: Digest, tree: Tree): Uint8Array {
  if (tree.size === 0) return digest(new Uint8Array());
  return tree.peaks.reduceRight((right, left) => nodeHash(digest, left, right));
}

/** The root over leaves given whole, by the definition in RFC 6962 section 2.1. */
export function rootOfLeaves(digest: Digest, leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return digest(new Uint8Array());
  if (leaves.length === 1) return hashAt(leaves, 0);
  const split = splitOf(leaves.length);
  return nodeHash(
    digest,
    rootOfLeaves(digest, leaves.slice(0, split)),
    rootOfLeaves(digest, leaves.slice(split)),
  );
}

/** RFC 6962 section 2.1.1: the hashes that lead from leaf `index` (from 0) to the root, lowest first. */
export function inclusionProof(
  digest: Digest,
  leaves: readonly Uint8Array[],
  index: number,
): readonly Uint8Array[] {
  invariant(index >= 0 && index < leaves.length, `leaf ${index} is not among ${leaves.length}`);
  if (leaves.length === 1) return [];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...inclusionProof(digest, left, index), rootOfLeaves(digest, right)]
    : [...inclusionProof(digest, right, index - split), rootOfLeaves(digest, left)];
}

export interface InclusionClaim {
  readonly leaf: Uint8Array;
  /** From 0. */
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
}

/** RFC 9162 section 2.1.3.2. */
export function isIncluded(digest: Digest, claim: InclusionClaim, proof: readonly Uint8Array[]): boolean {
  if (claim.index < 0 || claim.index >= claim.size) return false;
  const sides = sidesOf(claim.index, claim.size - 1);
  if (sides.length !== proof.length) return false;
  return isSame(climbed(digest, claim.leaf, stepsOf(sides, proof)), claim.root);
}

/** RFC 6962 section 2.1.2: shows that the tree of the first `from` leaves (at least 1) is a prefix of this one. */
export function consistencyProof(
  digest: Digest,
  leaves: readonly Uint8Array[],
  from: number,
): readonly Uint8Array[] {
  invariant(from >= 1 && from <= leaves.length, `${from} leaves are no prefix of ${leaves.length}`);
  return subproof(digest, leaves, { from, isWhole: true });
}

interface Prefix {
  readonly from: number;
  /** Whether the prefix is a subtree whose root the verifier already has. */
  readonly isWhole: boolean;
}

function subproof(digest: Digest, leaves: readonly Uint8Array[], prefix: Prefix): readonly Uint8Array[] {
  if (prefix.from === leaves.length) return prefix.isWhole ? [] : [rootOfLeaves(digest, leaves)];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return prefix.from <= split
    ? [...subproof(digest, left, prefix), rootOfLeaves(digest, right)]
    : [...subproof(digest, right, { from: prefix.from - split, isWhole: false }), rootOfLeaves(digest, left)];
}

/** A tree's size and its root. */
export interface Rooted {
  readonly size: number;
  readonly root: Uint8Array;
}

/** RFC 9162 section 2.1.4.2: whether `proof` shows that `older` (not empty) is a prefix of `newer`. */
export function isConsistent(
  digest: Digest,
  { older, newer }: { readonly older: Rooted; readonly newer: Rooted },
  proof: readonly Uint8Array[],
): boolean {
  if (older.size < 1 || older.size > newer.size) return false;
  if (older.size === newer.size) return proof.length === 0 && isSame(older.root, newer.root);
  const [start, ...rest] = isPowerOfTwo(older.size) ? [older.root, ...proof] : proof;
  let [at, last] = [older.size - 1, newer.size - 1];
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  const sides = sidesOf(at, last);
  if (start === undefined || rest.length !== sides.length) return false;
  const steps = stepsOf(sides, rest);
  const left = steps.filter(({ side }) => side === "left");
  return (
    isSame(climbed(digest, start, left), older.root) && isSame(climbed(digest, start, steps), newer.root)
  );
}

type Side = "left" | "right";
interface Step {
  readonly side: Side;
  readonly hash: Uint8Array;
}

/** On which side each sibling stands on the way from node `at` up to the root, where `last` is the last node of its row. */
function sidesOf(at: number, last: number): readonly Side[] {
  if (last === 0) return [];
  if (at % 2 === 1) return ["left", ...sidesOf(half(at), half(last))];
  if (at < last) return ["right", ...sidesOf(half(at), half(last))];
  // The last node of an odd row has no sibling in it, and stands for itself in the row above.
  return sidesOf(half(at), half(last));
}

function stepsOf(sides: readonly Side[], hashes: readonly Uint8Array[]): readonly Step[] {
  return sides.map((side, index) => ({ side, hash: hashAt(hashes, index) }));
}

function climbed(digest: Digest, from: Uint8Array, steps: readonly Step[]): Uint8Array {
  return steps.reduce(
    (hash, step) =>
      step.side === "left" ? nodeHash(digest, step.hash, hash) : nodeHash(digest, hash, step.hash),
    from,
  );
}

/** The largest power of two below `size`, which is at least 2. */
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

function isPowerOfTwo(size: number): boolean {
  return Number.isInteger(Math.log2(size));
}

function half(value: number): number {
  return Math.floor(value / 2);
}

function hashAt(hashes: readonly Uint8Array[], index: number): Uint8Array {
  const hash = hashes[index];
  invariant(hash !== undefined, `no hash at ${index} of ${hashes.length}`);
  return hash;
}
