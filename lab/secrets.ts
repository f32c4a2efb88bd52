import { createHash, randomBytes } from "node:crypto";
import { replaceFile } from "../src/adapters/files/replace-file.ts";
import { textIfThere } from "../src/adapters/files/text-if-there.ts";
import { type Credentials, newCredentials, roles } from "../src/adapters/postgres/credentials.ts";
import type { Parsed, Problem } from "../src/core/problem/problem.ts";

/** What the parts of one lab know one another by; made once and kept, for the passwords are in the data. */
export interface LabSecrets {
  readonly token: string;
  readonly credentials: Credentials;
}

const tokenBytes = 24;
const platformIdDigits = 32;

/**
 * Names a lab in what it writes down, unlike every other lab: of the token, which nobody else has. The token is 192 random bits and
 * cannot be found from it.
 */
export function platformIdOf({ token }: Pick<LabSecrets, "token">): string {
  return createHash("sha256").update(`holdfast platform\n${token}`).digest("hex").slice(0, platformIdDigits);
}

/**
 * Reads the lab's secrets, or makes them, readable by their owner alone. To be asked by one process at a time: by the one that
 * holds the lab's store.
 *
 * @param data the folders of the databases that are there already, and let in nobody who has other passwords
 * @throws what the file system throws
 */
export async function labSecrets(path: string, data: readonly string[]): Promise<Parsed<LabSecrets>> {
  const text = await textIfThere(path);
  if (text !== null) {
    const kept = secretsIn(text);
    return kept === null ? { ok: false, problems: [unreadable(path)] } : { ok: true, value: kept };
  }
  if (data.length > 0) return { ok: false, problems: [gone(path, data)] };
  const secrets = { token: randomBytes(tokenBytes).toString("base64url"), credentials: newCredentials() };
  await replaceFile(path, JSON.stringify(secrets));
  return { ok: true, value: secrets };
}

function secretsIn(text: string): LabSecrets | null {
  try {
    const stored = JSON.parse(text) as unknown;
    return isSecrets(stored) ? stored : null;
  } catch {
    return null;
  }
}

function isSecrets(value: unknown): value is LabSecrets {
  if (!isRecord(value) || !isSecret(value["token"])) return false;
  const { credentials } = value;
  return isRecord(credentials) && Object.keys(roles).every((role) => isSecret(credentials[role]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isSecret(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

const why = "The passwords in it are those of the lab's databases, which let in nobody without them.";
const mend = "restore the file from a copy; without one, start a fresh lab in another folder with --dir";

function unreadable(path: string): Problem {
  const what = `${path} does not hold the secrets of a lab`;
  return { code: "lab/secrets-unreadable", what, where: null, why, mend };
}

function gone(path: string, data: readonly string[]): Problem {
  const what = `${path} is missing, and the lab has run before: ${data.join(", ")}`;
  return { code: "lab/secrets-gone", what, where: null, why, mend };
}
