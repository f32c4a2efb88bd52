import { createPrivateKey, generateKeyPairSync, randomUUID } from "node:crypto";
import { mkdir, open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Signer } from "../../core/evidence/ports.ts";
import type { Parsed, Problem } from "../../core/problem/problem.ts";
import { shellWord } from "../../core/problem/shell-word.ts";
import { signerOf } from "./evidence-cryptography.ts";
import { type Disk, diskProblem, realDisk, systemCode } from "./evidence-disk.ts";

const ownerOnly = 0o600;
const ownerOnlyFolder = 0o700;
const anybodyElse = 0o077;

/** What is said of a key that cannot be signed with. */
export interface KeyWords {
  readonly area: "evidence" | "plan";
  /** Why it must be its owner's alone, and why it must be of this kind. */
  readonly secret: string;
  readonly kind: string;
}

const ofEvidence: KeyWords = {
  area: "evidence",
  secret: "whoever can read the key can write evidence in this name",
  kind: "evidence is signed with Ed25519, by a program that nobody watches",
};

/** The key at `path`, made on first use: Ed25519, PKCS #8 in PEM, readable by its owner alone. */
export async function openSigningKey(path: string, disk: Disk = realDisk): Promise<Parsed<Signer>> {
  try {
    await makeKey(path, disk);
    return await readSigningKey(path, ofEvidence);
  } catch (error) {
    return { ok: false, problems: [diskProblem(error, path)] };
  }
}

/** Leaves a key that is there alone. Of two processes that make one at once, one wins and both use it. */
async function makeKey(path: string, disk: Disk): Promise<void> {
  if (await isThere(path)) return;
  const folder = dirname(resolve(path));
  await mkdir(folder, { recursive: true, mode: ownerOnlyFolder });
  const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" });
  const unfinished = `${path}.${randomUUID()}`;
  try {
    await disk.write(unfinished, Buffer.from(pem), ownerOnly);
    await disk.link(unfinished, path);
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
  } finally {
    await disk.remove(unfinished);
  }
  await disk.syncFolder(folder);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await (await open(path, "r")).close();
    return true;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return false;
    throw error;
  }
}

/** @throws what the file system throws */
export async function readSigningKey(path: string, words: KeyWords): Promise<Parsed<Signer>> {
  // One handle for both questions: the file that is checked is the file that is read.
  const file = await open(path, "r");
  try {
    const found = await file.stat();
    if (!found.isFile()) return { ok: false, problems: [notAKey(path, words)] };
    const { mode } = found;
    if ((mode & anybodyElse) !== 0) return { ok: false, problems: [readableByOthers(path, mode, words)] };
    const key = createPrivateKey(await file.readFile());
    if (key.asymmetricKeyType !== "ed25519") return { ok: false, problems: [notAKey(path, words)] };
    return { ok: true, value: signerOf(key) };
  } catch (error) {
    const isOfSystem = error instanceof Error && "syscall" in error;
    if (isOfSystem) throw error;
    return { ok: false, problems: [notAKey(path, words)] };
  } finally {
    await file.close();
  }
}

function readableByOthers(path: string, mode: number, { area, secret: why }: KeyWords): Problem {
  return {
    code: `${area}/key-readable-by-others`,
    what: `${path}: the signing key has mode ${(mode & 0o777).toString(8)}, so others than its owner can reach it`,
    where: null,
    why,
    mend: `run \`chmod 600 ${shellWord(path)}\``,
  };
}

function notAKey(path: string, { area, kind: why }: KeyWords): Problem {
  return {
    code: `${area}/key-unusable`,
    what: `${path}: this is no Ed25519 private key in PEM without a passphrase`,
    where: null,
    why,
    mend: "give the path of another key; a new one is made, where no file is yet, by `(umask 077; openssl genpkey -algorithm ed25519 -out NEW.pem)`",
  };
}
