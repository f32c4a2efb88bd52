import { describe, expect, it } from "vitest";
import type { SignatureKey } from "./key-file.ts";
import { question } from "./records.ts";
import { proofOf, signed } from "./tsig.ts";
import { decoded, types } from "./wire.ts";

const key: SignatureKey = {
  ...{ name: "writer", algorithm: "hmac-sha256" },
  secret: Buffer.from("c2VjcmV0IG9mIGEgdGVzdCwgYW5kIG9mIG5vdGhpbmc=", "base64"),
};
/** When these were recorded. */
const at = 0x6b0a5024;

/** What `dig +norec +noadflag +noedns -k` asked BIND 9.18 with that key. */
const digAsked =
  "4f7f00000001000000000001026e73076578616d706c6504746573740000010001067772697465720000fa00ff00000000003d0b" +
  "686d61632d7368613235360000006b0a5024012c0020f389b196963eb4d574768af32bad7d7fb88d93a041c72653e5c6a178777c" +
  "39bf4f7f00000000";
/** What BIND answered, with compressed names. */
const bindAnswered =
  "4f7f84000001000100010001026e73076578616d706c6504746573740000010001c00c000100010000003c00047f000001c00f0002" +
  "00010000003c0002c00c067772697465720000fa00ff00000000003d0b686d61632d7368613235360000006b0a5024012c0020a8ce" +
  "76208319dc3548ff1d38bd07c93d33842e1ed44bf6fa9e9628a4cd961dac4f7f00000000";

function answer(hex: string): Parameters<typeof proofOf>[0] {
  const bytes = Buffer.from(hex, "hex");
  const read = decoded(bytes);
  if (read === null) throw new Error("it cannot be read");
  return { bytes, decoded: read };
}

const asked = signed(question(0x4f7f, { name: "ns.example.test", type: types.A }), key, at);
const now = { at, requestMac: asked.mac };

describe("a signature", () => {
  it("is byte for byte that of dig", () => {
    expect(asked.bytes.toString("hex")).toBe(digAsked);
  });

  it("of BIND proves its answer to just this question", () => {
    expect(proofOf(answer(bindAnswered), key, now)).toEqual({ kind: "genuine" });
    const another = signed(question(0x4f80, { name: "ns.example.test", type: types.A }), key, at);
    expect(proofOf(answer(bindAnswered), key, { at, requestMac: another.mac }).kind).toBe("unproven");
  });

  it("proves nothing with another key, another algorithm or at another time", () => {
    const because = (other: SignatureKey, moment = at): unknown =>
      proofOf(answer(bindAnswered), other, { ...now, at: moment });
    const because_ = (text: string): unknown => ({ kind: "unproven", because: text });
    expect(because({ ...key, secret: Buffer.from("other") })).toEqual(because_("its signature does not fit"));
    expect(because({ ...key, name: "reader" })).toEqual(
      because_("it is signed with the key writer (hmac-sha256)"),
    );
    expect(because({ ...key, algorithm: "hmac-sha512" })).toEqual(
      because_("it is signed with the key writer (hmac-sha256)"),
    );
    expect(because(key, at + 300)).toEqual({ kind: "genuine" });
    expect(because(key, at + 301)).toEqual(because_("it was signed at another time"));
  });

  it("proves nothing once any bit of the answer is another", () => {
    const bytes = Buffer.from(bindAnswered, "hex");
    for (let bit = 0; bit < 8 * bytes.length; bit += 1) {
      const other = Buffer.from(bytes);
      other.writeUInt8(other.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const read = decoded(other);
      // Not signed are the case of letters in names, and the id that the message has on its way; whoever asked compares that.
      const isSigned = bit >= 16 && read !== null && ![...caseBits(bytes)].includes(bit);
      if (isSigned)
        expect(proofOf({ bytes: other, decoded: read }, key, now).kind, `bit ${bit}`).not.toBe("genuine");
    }
  });

  it("may be refused for reasons that a server can only tell unsigned", () => {
    const refusing = (error: string): string =>
      bindAnswered.replace(/0020a8ce.*$/, `00004f7f${error}0000`).replace("003d0b", "001d0b");
    expect(proofOf(answer(refusing("0010")), key, now)).toMatchObject({ kind: "refused", error: "BADSIG" });
    expect(proofOf(answer(refusing("0011")), key, now)).toMatchObject({ kind: "refused", error: "BADKEY" });
    expect(proofOf(answer(refusing("0016")), key, now)).toMatchObject({ kind: "refused", error: "BADTRUNC" });
    expect(proofOf(answer(refusing("0012")), key, now).kind).toBe("unproven");
    expect(proofOf(answer(refusing("0000")), key, now).kind).toBe("unproven");
  });
});

/** The bits that tell small letters from large ones in the name of the key and of the algorithm. */
function* caseBits(bytes: Buffer): Generator<number> {
  for (const name of ["writer", "hmac-sha256"]) {
    const from = bytes.indexOf(name);
    for (let at = from; at < from + name.length; at += 1) yield 8 * at + 5;
  }
}
