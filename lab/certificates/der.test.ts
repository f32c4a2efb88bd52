import { describe, expect, it } from "vitest";
import { bitString, integer, objectId, octetString, sequence, time, truth } from "./der.ts";

describe("a value in distinguished encoding", () => {
  // Examples of X.690, 8.19.5 and 8.3, and of RFC 5280, 4.1.2.5.
  it.each([
    ["an object's name", objectId("2.100.3"), "0603813403"],
    ["an object's name of a package", objectId("1.2.840.113549"), "06062a864886f70d"],
    ["a number", integer(Buffer.of(0, 0, 127)), "02017f"],
    ["a number that would be below 0 without a byte before it", integer(Buffer.of(128)), "02020080"],
    ["nothing", integer(Buffer.of(0, 0)), "020100"],
    ["a truth", truth(), "0101ff"],
    ["bits", bitString(Buffer.of(0b1000_0000), 7), "03020780"],
    ["a sequence of none", sequence(), "3000"],
    [
      "a time of this half of the century",
      time(new Date("2049-12-31T23:59:59.999Z")),
      hexOf(0x17, "491231235959Z"),
    ],
    ["a time after it", time(new Date("2050-01-01T00:00:00Z")), hexOf(0x18, "20500101000000Z")],
  ])("is what the standard says: %s", (_what, value, hex) => {
    expect(value.toString("hex")).toBe(hex);
  });

  it.each([
    [127, "047f"],
    [128, "048180"],
    [255, "0481ff"],
    [256, "04820100"],
    [65_536, "0483010000"],
  ])("says that it is %i bytes long", (length, head) => {
    expect(octetString(Buffer.alloc(length)).toString("hex").startsWith(`${head}00`)).toBe(true);
    expect(octetString(Buffer.alloc(length)).length).toBe(length + head.length / 2);
  });
});

function hexOf(tag: number, words: string): string {
  return Buffer.concat([Buffer.of(tag, words.length), Buffer.from(words)]).toString("hex");
}
