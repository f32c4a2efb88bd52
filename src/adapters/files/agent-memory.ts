import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { type AgentMemory, emptyMemory } from "../../core/failover/agent-state.ts";
import type { MemoryFile } from "../../core/failover/ports.ts";

/** What an agent kept at `path`; nothing when it has never run there. @throws the system's error when it cannot be read */
export async function readAgentMemory(path: string): Promise<AgentMemory> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as AgentMemory;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return emptyMemory;
    throw error;
  }
}

/** Keeps it so that a loss of power leaves the old or the new, whole: written beside, synced, renamed, the folder synced. */
export function agentMemoryFile(path: string): MemoryFile {
  return {
    keep: async (memory) => {
      try {
        await replace(path, JSON.stringify(memory));
        return { kind: "kept" };
      } catch (cause) {
        return {
          kind: "failed",
          because: `${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
        };
      }
    },
  };
}

async function replace(path: string, text: string): Promise<void> {
  const beside = `${path}.next`;
  const file = await open(beside, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
