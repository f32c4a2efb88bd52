import { rm } from "node:fs/promises";
import { findInstallation } from "../src/adapters/postgres/installation.ts";
import { layoutOf } from "./layout.ts";
import { dataFoldersOf } from "./open-lab.ts";

/** Removes a lab's folder, and PostgreSQL's folders where they stand elsewhere because its account could not reach the lab's. */
export async function removeLab(root: string): Promise<void> {
  const installation = await findInstallation();
  const folders = installation.ok ? await dataFoldersOf(layoutOf(root), installation.value) : installation;
  const others = folders.ok ? Object.values(folders.value) : [];
  for (const folder of [...others, root]) await rm(folder, { recursive: true, force: true });
}
