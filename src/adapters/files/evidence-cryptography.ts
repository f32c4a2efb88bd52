import { createHash, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import type { Cryptography, PublicKey, Signer } from "../../core/evidence/ports.ts";
import { invariant } from "../../core/problem/problem.ts";

export const cryptography: Cryptography = {
  digest: (bytes) => Uint8Array.from(createHash("sha256").update(bytes).digest()),
  readPublicKey(pem) {
    const text = Buffer.from(pem).toString("latin1");
    // A private key holds a public one too; taking it for one here would invite people to hand private keys round.
    if (!text.includes("BEGIN PUBLIC KEY")) return null;
    try {
      const key = createPublicKey(text);
      return key.asymmetricKeyType === "ed25519" ? publicKeyOf(key) : null;
    } catch {
      return null;
    }
  },
};

/** @throws InvariantBroken unless `key` is an Ed25519 private key */
export function signerOf(key: KeyObject): Signer {
  invariant(key.type === "private" && key.asymmetricKeyType === "ed25519", "evidence is signed with Ed25519");
  return { publicKey: publicKeyOf(createPublicKey(key)), sign: (message) => sign(null, message, key) };
}

function publicKeyOf(key: KeyObject): PublicKey {
  const information = key.export({ type: "spki", format: "der" });
  return {
    fingerprint: createHash("sha256").update(information).digest("hex"),
    // RFC 8410: the key is what follows 12 bytes of algorithm and lengths.
    raw: information.subarray(12),
    pem: key.export({ type: "spki", format: "pem" }).toString(),
    verify: (message, signature) => verify(null, message, key, signature),
  };
}
