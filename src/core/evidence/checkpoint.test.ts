import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { cryptography, signerOf } from "../../adapters/files/evidence-cryptography.ts";
import { base64, fromBase64, hex, textOf, utf8 } from "./bytes.ts";
import { checkpointBytes, isSignedBy, noteKeyHash, readCheckpoint } from "./checkpoint.ts";

const { digest } = cryptography;
const signer = signerOf(generateKeyPairSync("ed25519").privateKey);
const checkpoint = { origin: "drill", size: 7, root: digest(utf8("root")) };

describe("a checkpoint", () => {
  it("is a signed note: origin, size, root, blank line, signature", () => {
    const lines = textOf(checkpointBytes(digest, checkpoint, signer))?.split("\n");
    expect(lines?.slice(0, 4)).toEqual(["drill", "7", base64(checkpoint.root), ""]);
    expect(lines?.[4]).toMatch(/^— drill [A-Za-z0-9+/]{91}=$/);
    expect(lines?.slice(5)).toEqual([""]);
  });

  it("hashes the key as the published example of Go's note package does", () => {
    // PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW: a 1 for Ed25519, then the key.
    const raw = fromBase64("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")?.slice(1) ?? utf8("");
    expect(hex(noteKeyHash(digest, "PeterNeumann", { ...signer.publicKey, raw }))).toBe("c74f20a3");
  });

  it("is read back and recognised as signed by its key, and by no other", () => {
    const signed = readCheckpoint(checkpointBytes(digest, checkpoint, signer));
    const other = signerOf(generateKeyPairSync("ed25519").privateKey).publicKey;
    expect(signed?.checkpoint).toEqual(checkpoint);
    expect(signed !== null && isSignedBy(digest, signed, signer.publicKey)).toBe(true);
    expect(signed !== null && isSignedBy(digest, signed, other)).toBe(false);
  });

  it.each([
    ["a leading zero", (text: string) => text.replace("\n7\n", "\n07\n")],
    ["a further line", (text: string) => text.replace("\n\n", "\nmore\n\n")],
    ["Windows line ends", (text: string) => text.replaceAll("\n", "\r\n")],
    ["a hyphen for the dash", (text: string) => text.replace("—", "-")],
    ["a short root", (text: string) => text.replace(base64(checkpoint.root), "QQ==")],
    ["no last line end", (text: string) => text.slice(0, -1)],
  ])("with %s is not what a writer leaves", (_, change) => {
    const text = textOf(checkpointBytes(digest, checkpoint, signer)) ?? "";
    expect(readCheckpoint(utf8(change(text)))).toBeNull();
  });
});
