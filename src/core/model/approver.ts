/** Somebody whose yes can be proven: by a signature that this key verifies. */
export interface Approver {
  readonly name: string;
  /** An Ed25519 public key: the line between the first and the last of its PEM, its SubjectPublicKeyInfo in base64 (RFC 8410). */
  readonly key: string;
}

/**
 * Every such key begins alike, with 12 bytes that say what it is, and holds 32 more: 60 letters. The last but one holds 4 bits alone, so
 * that a key is written in one way.
 */
export const approverKeyPattern = "^MCowBQYDK2VwAyEA[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$";

export function isApproverKey(text: string): boolean {
  return new RegExp(approverKeyPattern).test(text);
}

/** Whether it is, or holds, what its owner alone may have (PKCS #8 of an Ed25519 key, or a PEM that says so). */
export function isPrivateKey(text: string): boolean {
  return text.includes("PRIVATE KEY") || text.startsWith("MC4CAQAwBQYDK2VwBCIEI");
}

/** The key as a PEM text, for whoever verifies with it. */
export function approverPem({ key }: Approver): string {
  return `-----BEGIN PUBLIC KEY-----\n${key}\n-----END PUBLIC KEY-----\n`;
}

/** The line of a PEM text that `approverPem` has written, or whoever wrote it in the one exact way. */
export function keyInPem(pem: string): string {
  return pem.split("\n")[1] ?? "";
}
