import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classes, decoded, encoded, type Message, types } from "./wire.ts";

const message: Message = {
  id: 7,
  flags: 0x8400,
  question: { name: "api.example.com", type: types.CNAME, class: classes.IN },
  answer: [
    {
      ...{ name: "api.example.com", type: types.CNAME, class: classes.IN, ttl: 60 },
      data: Buffer.from("\x04west\0", "latin1"),
    },
  ],
  authority: [],
  additional: [{ name: ".", type: 41, class: 1232, ttl: 2 ** 32 - 1, data: Buffer.alloc(0) }],
};

describe("a message of DNS", () => {
  it("comes back as it was", () => {
    const bytes = encoded(message);
    expect(decoded(bytes)).toEqual({ message, lastAt: bytes.length - 11 });
  });

  it("is not read when it is cut anywhere, or goes on", () => {
    const bytes = encoded(message);
    for (let length = 0; length < bytes.length; length += 1)
      expect(decoded(bytes.subarray(0, length))).toBe(null);
    expect(decoded(Buffer.concat([bytes, Buffer.of(0)]))).toBe(null);
  });

  it("is read or not, but never breaks, whatever comes", () => {
    const bytes = encoded(message);
    fc.assert(
      fc.property(
        fc.nat(bytes.length - 1),
        fc.nat(255),
        fc.uint8Array({ maxLength: 40 }),
        (at, byte, noise) => {
          const other = Buffer.from(bytes);
          other.writeUInt8(byte, at);
          expect(() => decoded(other)).not.toThrow();
          expect(() => decoded(Buffer.from(noise))).not.toThrow();
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
