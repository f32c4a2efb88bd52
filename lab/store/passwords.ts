import { randomBytes } from "node:crypto";
import { makeFolder } from "../../src/adapters/files/make-folder.ts";
import { replaceFile } from "../../src/adapters/files/replace-file.ts";
import { textIfThere } from "../../src/adapters/files/text-if-there.ts";
import { passwordFile } from "./access-files.ts";

const passwordBytes = 24;

/** As who the parts of a lab sign in at its etcd. */
export const labUser = "holdfast";

/**
 * Reads the password of a user of the lab's etcd, or makes it, readable by its owner alone. One that is lost is made anew, and given to the user by whoever signs in as another.
 *
 * @throws what the file system throws
 */
export async function keptPassword(folder: string, user: string): Promise<string> {
  await makeFolder(folder);
  const path = passwordFile(folder, user);
  const kept = (await textIfThere(path))?.trim() ?? "";
  if (kept !== "") return kept;
  const password = randomBytes(passwordBytes).toString("base64url");
  await replaceFile(path, `${password}\n`);
  return password;
}
