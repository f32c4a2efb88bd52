import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base64, fromBase64, fromHex, hex, isSame, joined, textOf, utf8 } from "./bytes.ts";

const anyBytes = fc.uint8Array({ maxLength: 80 });

describe("bytes as text", () => {
  it("writes base64 as everybody else does", () => {
    fc.assert(fc.property(anyBytes, (bytes) => base64(bytes) === Buffer.from(bytes).toString("base64")));
  });

  it("reads back the bytes that it wrote", () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(fromBase64(base64(bytes))).toEqual(bytes);
        expect(fromHex(hex(bytes))).toEqual(bytes);
      }),
    );
  });

  it.each(["QR==", "QQ", "QQ=", "Q===", "QQ==\n", "Q Q=", "_-__", "é"])(
    "refuses %j, which is not how base64 is written here",
    (text) => {
      expect(fromBase64(text)).toBeNull();
    },
  );

  it("answers no text for bytes that are not UTF-8", () => {
    expect(textOf(Uint8Array.of(0xc3, 0x28))).toBeNull();
    expect(textOf(utf8("naïve"))).toBe("naïve");
  });

  it("keeps a byte order mark, so that a text with one is another text", () => {
    expect(textOf(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe("\ufeffa");
  });

  it("tells a prefix from the whole", () => {
    expect(isSame(utf8("abc"), utf8("ab"))).toBe(false);
    expect(isSame(joined([utf8("ab"), utf8("c")]), utf8("abc"))).toBe(true);
  });
});
