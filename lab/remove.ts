import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { findInstallation } from "../src/adapters/postgres/installation.ts";
import { layoutOf } from "./layout.ts";
import { dataFoldersOf } from "./ground.ts";

/** What was killed just before may still finish what it was writing: a folder that is not empty yet is tried again, for some seconds. */
const patiently = { maxRetries: 10, retryDelay: 50 };

/**
 * Removes a lab's folder, and PostgreSQL's folders where they stand elsewhere because its account could not reach the lab's. The
 * logs alone stay where they are to tell why it failed.
 */
export async function removeLab(root: string, { keepLogs }: { readonly keepLogs: boolean }): Promise<void> {
  // The folder goes last. Where it is gone, somebody else has removed the lab, and looking for what is outside would make it again.
  if (!existsSync(root)) return;
  const layout = layoutOf(root);
  const installation = await findInstallation();
  const folders = installation.ok ? await dataFoldersOf(layout, installation.value) : installation;
  const others = folders.ok ? Object.values(folders.value) : [];
  const entries = keepLogs ? await readdir(root).catch(() => []) : [];
  const own = keepLogs
    ? entries.map((name) => join(root, name)).filter((path) => path !== layout.logs)
    : [root];
  for (const path of [...others, ...own]) await rm(path, { recursive: true, force: true, ...patiently });
}
