import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cryptography } from "../../adapters/files/evidence-cryptography.ts";
import { fromHex, hex, utf8 } from "./bytes.ts";
import {
  consistencyProof,
  emptyTree,
  grown,
  inclusionProof,
  isConsistent,
  isIncluded,
  leafHash,
  rootOf,
  rootOfLeaves,
} from "./merkle.ts";

const { digest } = cryptography;

/** The test vectors of Certificate Transparency: eight inputs, and the root after each. */
const published = [
  ["", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"],
  ["00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
  ["10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"],
  ["2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"],
  ["3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"],
  ["40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"],
  ["5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"],
  ["606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"],
] as const;

function leavesOf(count: number): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, index) => leafHash(digest, utf8(`entry ${index}`)));
}

function rooted(leaves: readonly Uint8Array[]): { size: number; root: Uint8Array } {
  return { size: leaves.length, root: rootOfLeaves(digest, leaves) };
}

describe("a Merkle tree", () => {
  it("has SHA-256 of nothing as the root of no entries", () => {
    expect(hex(rootOf(digest, emptyTree))).toBe(
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    );
  });

  it("has the published root after each of eight published entries", () => {
    let tree = emptyTree;
    const roots = published.map(([entry]) => {
      tree = grown(digest, tree, leafHash(digest, fromHex(entry)));
      return hex(rootOf(digest, tree));
    });
    expect(roots).toEqual(published.map(([, root]) => root));
  });

  it("has the same root grown leaf by leaf as built whole", () => {
    let tree = emptyTree;
    const leaves = leavesOf(70);
    for (const [index, leaf] of leaves.entries()) {
      tree = grown(digest, tree, leaf);
      expect(hex(rootOf(digest, tree))).toBe(hex(rootOfLeaves(digest, leaves.slice(0, index + 1))));
    }
  });
});

const places = fc
  .integer({ min: 1, max: 40 })
  .chain((size) => fc.record({ size: fc.constant(size), index: fc.nat({ max: size - 1 }) }));

describe("an inclusion proof", () => {
  it("shows every entry of every small tree to be in it", () => {
    for (let size = 1; size <= 33; size += 1) {
      const leaves = leavesOf(size);
      for (const [index, leaf] of leaves.entries()) {
        const claim = { leaf, index, ...rooted(leaves) };
        expect(isIncluded(digest, claim, inclusionProof(digest, leaves, index))).toBe(true);
      }
    }
  });

  it("shows nothing about another place, another leaf, another root or a longer path", () => {
    fc.assert(
      fc.property(places, fc.nat({ max: 45 }), ({ size, index }, other) => {
        fc.pre(other !== index);
        const leaves = leavesOf(size);
        const claim = { leaf: leafHash(digest, utf8(`entry ${index}`)), index, ...rooted(leaves) };
        const proof = inclusionProof(digest, leaves, index);
        expect(isIncluded(digest, { ...claim, index: other }, proof)).toBe(false);
        expect(isIncluded(digest, { ...claim, leaf: utf8("x") }, proof)).toBe(false);
        expect(isIncluded(digest, { ...claim, root: utf8("x") }, proof)).toBe(false);
        expect(isIncluded(digest, claim, [...proof, claim.root])).toBe(false);
      }),
    );
  });
});

describe("a consistency proof", () => {
  it("shows every earlier state of every small tree to be its prefix", () => {
    for (let size = 1; size <= 33; size += 1) {
      const leaves = leavesOf(size);
      for (let from = 1; from <= size; from += 1) {
        const trees = { older: rooted(leaves.slice(0, from)), newer: rooted(leaves) };
        expect(isConsistent(digest, trees, consistencyProof(digest, leaves, from))).toBe(true);
      }
    }
  });

  it("cannot make a rewritten tree pass for a continued one", () => {
    fc.assert(
      fc.property(places, ({ size, index }) => {
        const leaves = leavesOf(size);
        const rewritten = leaves.with(index, leafHash(digest, utf8("rewritten")));
        const trees = { older: rooted(leaves.slice(0, index + 1)), newer: rooted(rewritten) };
        expect(isConsistent(digest, trees, consistencyProof(digest, rewritten, index + 1))).toBe(false);
        expect(isConsistent(digest, trees, consistencyProof(digest, leaves, index + 1))).toBe(false);
      }),
    );
  });
});
