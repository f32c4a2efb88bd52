import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fatalError, readOpening } from "./postgres-wire.ts";

function packet(code: number, body = ""): Buffer {
  const bytes = Buffer.alloc(8 + body.length);
  bytes.writeInt32BE(bytes.length, 0);
  bytes.writeInt32BE(code, 4);
  bytes.write(body, 8, "latin1");
  return bytes;
}

const startUp = packet(196_608, "user\0ada\0database\0lab\0\0");

describe("a client's opening", () => {
  it.each([
    ["a session of protocol 3.0", startUp, "session"],
    ["a session of protocol 3.2", packet(196_610, "user\0ada\0\0"), "session"],
    ["a wish for TLS", packet(80_877_103), "encryption-wanted"],
    ["a wish for GSSAPI encryption", packet(80_877_104), "encryption-wanted"],
    ["a wish to cancel with a short key", packet(80_877_102, "12345678"), "cancel"],
    ["a wish to cancel with a long key", packet(80_877_102, "1234".repeat(30)), "cancel"],
    ["a TLS handshake without asking", Buffer.from("16030100f0010000ec", "hex"), "foreign"],
    ["an HTTP request", Buffer.from("GET / HTTP/1.1\r\n\r\n"), "foreign"],
    ["a length below the head's", Buffer.from([0, 0, 0, 4, 0, 3, 0, 0]), "foreign"],
    ["protocol 2", packet(131_072, "x"), "foreign"],
  ])("is read as %s", (_name, sent, kind) => {
    expect(readOpening(sent).kind).toBe(kind);
  });

  it("is incomplete at every point before its end, and leaves what follows untouched", () => {
    fc.assert(
      fc.property(fc.nat(startUp.length - 1), fc.string(), (cut, rest) => {
        expect(readOpening(startUp.subarray(0, cut)).kind).toBe("incomplete");
        const whole = readOpening(Buffer.concat([startUp, Buffer.from(rest)]));
        expect(whole).toMatchObject({ kind: "session", packet: startUp, rest: Buffer.from(rest) });
      }),
    );
  });
});

describe("a fatal error", () => {
  it("is one ErrorResponse whose length counts itself and the body", () => {
    const error = fatalError({ sqlState: "57P03", message: "later", hint: "again" });
    expect(error.subarray(0, 1).toString()).toBe("E");
    expect(error.readInt32BE(1)).toBe(error.length - 1);
    expect(error.subarray(5).toString()).toBe("SFATAL\0VFATAL\0C57P03\0Mlater\0Hagain\0\0");
  });
});
