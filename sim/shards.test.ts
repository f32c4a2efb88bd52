import { describe, expect, it } from "vitest";
import { readShard, seedsOf, whole } from "./shards.ts";

describe("the shards of a run", () => {
  it.each([1, 2, 3, 7, 20])("have between them exactly the seeds of the whole, in %i parts", (parts) => {
    const seeds = { from: 5, count: 101 };
    const shards = Array.from({ length: parts }, (_, index) => [
      ...seedsOf(seeds, { part: index + 1, parts }),
    ]);
    expect(shards.flat().sort((one, other) => one - other)).toEqual([...seedsOf(seeds, whole)]);
    const lengths = shards.map(({ length }) => length);
    expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
  });

  it("may be more than there are seeds", () => {
    expect([...seedsOf({ from: 1, count: 2 }, { part: 3, parts: 4 })]).toEqual([]);
  });

  it.each(["0/4", "5/4", "1", "a/b", "1/0", "-1/2"])("cannot be asked for as %s", (text) => {
    expect(() => readShard(text)).toThrow(`--shard is "${text}"`);
  });
});
