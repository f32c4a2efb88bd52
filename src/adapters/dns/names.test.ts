import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nameBytes, nameText, readName } from "./names.ts";

const text = (name: string): string | null => {
  const bytes = nameBytes(name);
  return bytes === null ? null : nameText(bytes);
};

describe("a name of DNS", () => {
  it.each([
    ["api.example.com", "api.example.com"],
    ["API.Example.COM.", "api.example.com"],
    [".", "."],
    ["*.example.com", "*.example.com"],
    ["_holdfast-epoch.api", "_holdfast-epoch.api"],
    ["a\\.b.c", "a\\.b.c"],
    ["a\\046b.c", "a\\.b.c"],
    ["a\\\\.", "a\\\\"],
    ["a\\032b", "a\\032b"],
    ["\\255", "\\255"],
    [`${"x".repeat(63)}.y`, `${"x".repeat(63)}.y`],
  ])("is read and shown: %s", (name, shown) => {
    expect(text(name)).toBe(shown);
    expect(text(shown)).toBe(shown);
  });

  it.each(
    [
      ["", "a..b", ".a", "a b", "a\tb", "ä.example", "\u{1F600}", "\\256", "a\\", "x".repeat(64)],
      [Array.from({ length: 5 }, () => "x".repeat(60)).join(".")],
    ].flat(),
  )("is not %j", (name) => {
    expect(nameBytes(name)).toBe(null);
  });

  it("comes back from its text, whatever bytes it is made of", () => {
    const label = fc.uint8Array({ minLength: 1, maxLength: 63 });
    fc.assert(
      fc.property(fc.array(label, { maxLength: 3 }), (labels) => {
        const pieces = labels.flatMap((each) => [Buffer.of(each.length), Buffer.from(each)]);
        const bytes = Buffer.concat([...pieces, Buffer.of(0)]);
        const again = nameBytes(nameText(bytes));
        // Large letters come back small.
        expect(again?.toString("latin1").toLowerCase()).toBe(
          bytes
            .toString("latin1")
            .replaceAll(/[A-Z]/g, (each) => each.toLowerCase())
            .toLowerCase(),
        );
      }),
    );
  });

  it("is read where it continues further ahead, and only there", () => {
    const message = Buffer.from("\x03com\0\x07example\xc0\x00\x03api\xc0\x05", "latin1");
    expect(readName(message, 15)).toEqual({ name: "api.example.com", end: 21 });
    expect(readName(Buffer.from("\xc0\x00", "latin1"), 0)).toBe(null);
    expect(readName(Buffer.from("\x01a\xc0\x00", "latin1"), 2)).toEqual(null);
    expect(readName(Buffer.from("\x05ab", "latin1"), 0)).toBe(null);
    expect(readName(Buffer.from("\x40".padEnd(80, "a"), "latin1"), 0)).toBe(null);
  });
});
