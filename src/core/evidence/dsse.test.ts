import { describe, expect, it } from "vitest";
import { textOf, utf8 } from "./bytes.ts";
import { envelopeBytes, preAuthenticationEncoding, readEnvelope } from "./dsse.ts";

const envelope = {
  payloadType: "application/vnd.in-toto+json",
  payload: utf8('{"answer":42}'),
  keyId: "0123abcd",
  signature: Uint8Array.of(251, 255, 254),
};
const line =
  '{"payloadType":"application/vnd.in-toto+json","payload":"eyJhbnN3ZXIiOjQyfQ==",' +
  '"signatures":[{"keyid":"0123abcd","sig":"+//+"}]}\n';

describe("an envelope", () => {
  it("signs what the DSSE specification's example signs", () => {
    const signed = preAuthenticationEncoding("http://example.com/HelloWorld", utf8("hello world"));
    expect(textOf(signed)).toBe("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  });

  it("counts lengths in bytes, not in characters", () => {
    expect(textOf(preAuthenticationEncoding("é", utf8("naïve")))).toBe("DSSEv1 2 é 6 naïve");
  });

  it("is one line of JSON that any DSSE reader takes", () => {
    expect(textOf(envelopeBytes(envelope))).toBe(line);
    expect(JSON.parse(line)).toMatchObject({ payload: "eyJhbnN3ZXIiOjQyfQ==" });
  });

  it("is read back as it was written", () => {
    expect(readEnvelope(utf8(line))).toEqual({ kind: "envelope", envelope });
  });

  it.each([
    ["a space more", line.replace(":", ": ")],
    ["URL-safe base64", line.replace("+//+", "-__-")],
    ["base64 without padding", line.replace("fQ==", "fQ")],
    ["unused bits set", line.replace("fQ==", "fR==")],
    ["a further field", line.replace("{", '{"extra":1,')],
    ["two signatures", line.replace("]}", ',{"keyid":"","sig":""}]}')],
  ])("with %s is not what a writer leaves", (_, text) => {
    expect(readEnvelope(utf8(text))).toEqual({ kind: "malformed" });
  });

  it("cut short anywhere is torn", () => {
    for (let length = 0; length < line.length; length += 1) {
      expect(readEnvelope(utf8(line.slice(0, length)))).toEqual({ kind: "torn" });
    }
  });
});
