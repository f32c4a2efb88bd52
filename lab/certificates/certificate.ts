import {
  createHash,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from "node:crypto";
import { isIPv4 } from "node:net";
import { invariant } from "../../src/core/problem/problem.ts";
import {
  bitString,
  type Der,
  instead,
  integer,
  objectId,
  octetString,
  sequence,
  set,
  text,
  time,
  truth,
  within,
} from "./der.ts";

/** A private key, and the certificate that says whose it is; PEM. */
export interface CertifiedKey {
  readonly key: string;
  readonly certificate: string;
}

export interface Span {
  readonly from: Date;
  readonly until: Date;
}

/** Names of X.660, where certificates name what they use. */
const names = {
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  commonName: "2.5.4.3",
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
} as const;
const thirdVersion = integer(Buffer.of(2));
const signature = sequence(objectId(names.ecdsaWithSha256));
const serialBytes = 16;
const keyIdBytes = 20;
/** Bits of a key's usage, with how many of the byte are none: RFC 5280, 4.2.1.3. */
const signsCertificates = bitString(Buffer.of(0b0000_0100), 2);
const signsMessages = bitString(Buffer.of(0b1000_0000), 7);
const ipAddress = 7;

/**
 * An authority of its own: signs certificates for as long as it is held, and for no longer, for its key is never written down. Certificates
 * are X.509, version 3 (RFC 5280), with keys of P-256.
 */
export class Authority {
  /** PEM. */
  readonly certificate: string;
  readonly #name: string;
  readonly #key: KeyObject;
  readonly #keyId: Buffer;
  readonly #span: Span;

  constructor(name: string, span: Span) {
    const pair = newPair();
    this.#name = name;
    this.#key = pair.privateKey;
    this.#keyId = keyIdOf(pair.publicKey);
    this.#span = span;
    this.certificate = this.#signed(name, pair.publicKey, [
      extension(names.basicConstraints, sequence(truth()), "critical"),
      extension(names.keyUsage, signsCertificates, "critical"),
    ]);
  }

  /** For whoever serves at these addresses (IPv4), and goes to others of its kind as a client. */
  issue(name: string, addresses: readonly string[]): CertifiedKey {
    const pair = newPair();
    const alternatives = addresses.map((address) => instead(ipAddress, bytesOf(address)));
    const uses = [names.serverAuth, names.clientAuth].map(objectId);
    const certificate = this.#signed(name, pair.publicKey, [
      extension(names.basicConstraints, sequence(), "critical"),
      extension(names.keyUsage, signsMessages, "critical"),
      extension(names.extendedKeyUsage, sequence(...uses)),
      extension(names.subjectAltName, sequence(...alternatives)),
    ]);
    return { key: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(), certificate };
  }

  #signed(subject: string, key: KeyObject, extensions: readonly Der[]): string {
    const both = [
      extension(names.subjectKeyIdentifier, octetString(keyIdOf(key))),
      extension(names.authorityKeyIdentifier, sequence(instead(0, this.#keyId))),
    ];
    const said = sequence(
      within(0, thirdVersion),
      integer(randomBytes(serialBytes)),
      signature,
      nameOf(this.#name),
      sequence(time(this.#span.from), time(this.#span.until)),
      nameOf(subject),
      key.export({ type: "spki", format: "der" }),
      within(3, sequence(...extensions, ...both)),
    );
    const signed = sequence(said, signature, bitString(sign("sha256", said, this.#key)));
    return new X509Certificate(signed).toString();
  }
}

function newPair(): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

/** By which one key is told from another of the same name: RFC 7093, section 2, method 4. */
function keyIdOf(key: KeyObject): Buffer {
  const encoded = key.export({ type: "spki", format: "der" });
  return createHash("sha256").update(encoded).digest().subarray(0, keyIdBytes);
}

function nameOf(words: string): Der {
  return sequence(set(sequence(objectId(names.commonName), text(words))));
}

function extension(name: string, value: Der, weight: "critical" | "usual" = "usual"): Der {
  const inBytes = octetString(value);
  return weight === "critical"
    ? sequence(objectId(name), truth(), inBytes)
    : sequence(objectId(name), inBytes);
}

function bytesOf(address: string): Buffer {
  invariant(isIPv4(address), `a certificate is for an address of IPv4, got ${address}`);
  return Buffer.from(address.split(".").map(Number));
}
