import { readFile } from "node:fs/promises";
import { type AgentMemory, emptyMemory } from "../../core/failover/agent-state.ts";
import type { MemoryFile } from "../../core/failover/ports.ts";
import type { Parsed, Problem } from "../../core/problem/problem.ts";
import { replaceFile } from "./replace-file.ts";

/**
 * What an agent kept at `path`; nothing when it has never run there. A file that holds something else is a problem, and no
 * empty memory: an agent that has forgotten the newest reign might obey an older one.
 */
export async function readAgentMemory(path: string): Promise<Parsed<AgentMemory>> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      return { ok: true, value: emptyMemory };
    return refused(path, String(error));
  }
  const memory = memoryIn(text);
  return memory === null ? refused(path, "it holds no memory") : { ok: true, value: memory };
}

/** Keeps it so that a loss of power leaves the old or the new, whole. */
export function agentMemoryFile(path: string): MemoryFile {
  return {
    keep: async (memory) => {
      try {
        await replaceFile(path, JSON.stringify(memory));
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

function memoryIn(text: string): AgentMemory | null {
  try {
    const stored = JSON.parse(text) as unknown;
    return isMemory(stored) ? stored : null;
  } catch {
    return null;
  }
}

function isMemory(value: unknown): value is AgentMemory {
  if (typeof value !== "object" || value === null) return false;
  const { seen, lineage } = value as Readonly<Record<string, unknown>>;
  return isRevision(seen) && (lineage === null || isRevision(lineage));
}

function isRevision(value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function refused(path: string, cause: string): { readonly ok: false; readonly problems: readonly [Problem] } {
  const problem: Problem = {
    code: "agent/memory-unreadable",
    what: `an agent cannot read what it kept in ${path}: ${cause}`,
    where: null,
    why: "Without it the agent does not know the newest reign that it has seen, and might obey a controller of the past.",
    mend: "restore the file from a copy; or, with every controller stopped or up to date, delete it: the agent learns the newest reign from the store",
  };
  return { ok: false, problems: [problem] };
}
