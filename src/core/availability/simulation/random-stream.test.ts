import { describe, expect, it } from "vitest";
import { digestOf } from "./mixing.ts";
import { RandomStream } from "./random-stream.ts";

function wordsOf(stream: RandomStream): string {
  return Array.from({ length: 4 }, () => stream.bits()).join();
}

describe("streams of chance", () => {
  it("differ by seed, purpose and index, also where the seed is above 2^32", () => {
    const places = [0, 1, 2, 2 ** 32 - 1].flatMap((word) => [
      wordsOf(new RandomStream(word, 0, 0)),
      wordsOf(new RandomStream(word + 2 ** 40, 0, 0)),
      wordsOf(new RandomStream(0, word, 1)),
      wordsOf(new RandomStream(0, 3, word)),
    ]);
    expect(new Set(places).size).toBe(places.length);
  });

  it("stay what they are: these numbers are those of every machine and version", () => {
    expect(wordsOf(new RandomStream(1, 2, 3))).toMatchInlineSnapshot(
      `"2040475101,-354234014,-890287581,-1350206020"`,
    );
  });

  it("draw exponential times whose share above x is e^-x, near 0 and far out", () => {
    const stream = new RandomStream(1, 1, 1);
    const n = 1_000_000;
    const drawn = Float64Array.from({ length: n }, () => stream.exponential(1));
    for (const x of [1e-4, 0.01, 0.5, 1, 3, 7, 8, 10]) {
      const [above, share] = [drawn.filter((each) => each > x).length, Math.exp(-x)];
      expect(Math.abs(above - n * share)).toBeLessThan(4 * Math.sqrt(n * share * (1 - share)));
    }
    expect(drawn.reduce((sum, each) => sum + each * each, 0) / n).toBeCloseTo(2, 1);
  });

  it("draw normal numbers of mean 0 and deviation 1", () => {
    const stream = new RandomStream(1, 1, 2);
    const n = 200_000;
    const drawn = Float64Array.from({ length: n }, () => stream.normal());
    expect(Math.abs(drawn.reduce((sum, each) => sum + each, 0) / n)).toBeLessThan(0.01);
    expect(drawn.reduce((sum, each) => sum + each ** 2, 0) / n).toBeCloseTo(1, 1);
    expect(drawn.filter((each) => each > 1.96).length / n).toBeCloseTo(0.025, 2);
  });
});

describe("a digest", () => {
  it("depends on every character and on the length", () => {
    const texts = ["", "a", "ab", "ba", "abc", "ab\0", "ac", "aab", "a".repeat(1000), "a".repeat(1001)];
    expect(new Set(texts.map(digestOf)).size).toBe(texts.length);
  });
});
