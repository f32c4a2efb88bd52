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

/** The key at `path`, made on first use: Ed25519, PKCS #8 in PEM, readable by its owner alone. */
export async function openSigningKey(path: string, disk: Disk = realDisk): Promise<Parsed<Signer>> {
  try {
    await makeKey(path, disk);
    return await readKey(path);
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

async function readKey(path: string): Promise<Parsed<Signer>> {
  // One handle for both questions: the file that is checked is the file that is read.
  const file = await open(path, "r");
  try {
    const { mode } = await file.stat();
    if ((mode & anybodyElse) !== 0) return { ok: false, problems: [readableByOthers(path, mode)] };
    const key = createPrivateKey(await file.readFile());
    if (key.asymmetricKeyType !== "ed25519") return { ok: false, problems: [notAKey(path)] };
    return { ok: true, value: signerOf(key) };
  } catch (error) {
    const isOfSystem = error instanceof Error && "syscall" in error;
    if (isOfSystem) throw error;
    return { ok: false, problems: [notAKey(path)] };
  } finally {
    await file.close();
  }
}

function readableByOthers(path: string, mode: number): Problem {
  return {
    code: "evidence/key-readable-by-others",
    what: `${path}: the signing key has mode ${(mode & 0o777).toString(8)}, so others than its owner can reach it`,
    where: null,
    why: "whoever can read the key can write evidence in this name",
    mend: `run \`chmod 600 ${shellWord(path)}\``,
  };
}

function notAKey(path: string): Problem {
  return {
    code: "evidence/key-unusable",
    what: `${path}: this is no Ed25519 private key in PEM without a passphrase`,
    where: null,
    why: "evidence is signed with Ed25519, by a program that nobody watches",
    mend: `give another path, or make a key there: \`(umask 077; openssl genpkey -algorithm ed25519 -out ${shellWord(path)})\``,
  };
}
