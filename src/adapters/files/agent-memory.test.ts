import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AgentMemory, emptyMemory } from "../../core/failover/agent-state.ts";
import type { Revision } from "../../core/failover/coordinator.ts";
import { agentMemoryFile, readAgentMemory } from "./agent-memory.ts";

const memory: AgentMemory = { seen: 20 as Revision, lineage: 10 as Revision };

describe("an agent's memory", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "holdfast-memory-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is empty where no agent has run", async () => {
    expect(await readAgentMemory(join(folder, "memory.json"))).toEqual(emptyMemory);
  });

  it("reads as it was last kept", async () => {
    const path = join(folder, "memory.json");
    expect(await agentMemoryFile(path).keep(emptyMemory)).toEqual({ kind: "kept" });
    expect(await agentMemoryFile(path).keep(memory)).toEqual({ kind: "kept" });
    expect(await readAgentMemory(path)).toEqual(memory);
  });

  it("that cannot be kept is no exception: the answer says where and why", async () => {
    const path = join(folder, "gone", "memory.json");
    const answer = await agentMemoryFile(path).keep(memory);
    expect(answer).toMatchObject({ kind: "failed", because: expect.stringContaining(path) as string });
  });
});
