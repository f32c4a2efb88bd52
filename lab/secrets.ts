import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { type Credentials, newCredentials } from "../src/adapters/postgres/credentials.ts";

/** What the parts of one lab know one another by; made once and kept, for the passwords are in the data. */
export interface LabSecrets {
  readonly token: string;
  readonly credentials: Credentials;
}

const tokenBytes = 24;

/** Reads the lab's secrets, or makes them, readable by their owner alone. */
export async function labSecrets(path: string): Promise<LabSecrets> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as LabSecrets;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  const secrets = { token: randomBytes(tokenBytes).toString("base64url"), credentials: newCredentials() };
  await writeFile(path, JSON.stringify(secrets), { mode: 0o600, flag: "wx" });
  return secrets;
}
