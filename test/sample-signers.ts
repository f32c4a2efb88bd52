import { generateKeyPairSync } from "node:crypto";
import { signerOf } from "../src/adapters/files/evidence-cryptography.ts";
import type { Signer } from "../src/core/evidence/ports.ts";
import type { Approver } from "../src/core/model/approver.ts";
import { keyOf } from "../src/core/plan/signed-approval.ts";

/** Somebody with a key of their own. */
export interface Person extends Approver {
  readonly signer: Signer;
}

export function person(name: string): Person {
  const signer = signerOf(generateKeyPairSync("ed25519").privateKey);
  return { name, key: keyOf(signer), signer };
}

/** As a plan declares them. */
export function declared(people: readonly Person[]): readonly Approver[] {
  return people.map(({ name, key }) => ({ name, key }));
}
