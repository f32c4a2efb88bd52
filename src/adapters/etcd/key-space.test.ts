import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeySpace } from "./key-space.ts";

/** Whether etcd finds a key in a range: bytes from `key` up to, not including, `rangeEnd`; one zero byte is no end. */
function isIn(key: Uint8Array, range: ReturnType<KeySpace["rangeOf"]>): boolean {
  const [from, end] = [Buffer.from(range.key ?? []), Buffer.from(range.rangeEnd ?? [])];
  const isEndless = end.equals(Buffer.of(0));
  return Buffer.compare(from, key) <= 0 && (isEndless || Buffer.compare(key, end) < 0);
}

const text = fc.string({ unit: "binary", minLength: 0, maxLength: 6 }).filter((each) => !each.includes("\0"));

describe("keys below a namespace", () => {
  it("are in the range of a prefix when they begin with it, and only then", () => {
    fc.assert(
      fc.property(text, text, text, (namespace, prefix, key) => {
        const keys = new KeySpace(namespace);
        const range = keys.rangeOf(prefix);
        // etcd has no empty key.
        fc.pre(namespace + prefix + key !== "");
        expect(isIn(keys.bytesOf(prefix + key), range)).toBe(true);
        const bytes = Buffer.from(namespace + prefix);
        const begins = Buffer.from(key).subarray(0, bytes.length).equals(bytes);
        if (key !== "") expect(isIn(Buffer.from(key), range)).toBe(begins);
      }),
    );
  });

  it("come back as they were", () => {
    fc.assert(
      fc.property(text, text, (namespace, key) => {
        const keys = new KeySpace(namespace);
        expect(keys.keyOf(keys.bytesOf(key))).toBe(key);
      }),
    );
  });

  it("are those of nobody else", () => {
    const [ours, theirs] = [new KeySpace("/ours/"), new KeySpace("/ours2/")];
    expect(isIn(theirs.bytesOf("reign"), ours.rangeOf(""))).toBe(false);
  });
});
