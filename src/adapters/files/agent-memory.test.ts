import { mkdtemp, rm, writeFile } from "node:fs/promises";
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
    expect(await readAgentMemory(join(folder, "memory.json"))).toEqual({ ok: true, value: emptyMemory });
  });

  it("reads as it was last kept", async () => {
    const path = join(folder, "memory.json");
    expect(await agentMemoryFile(path).keep(emptyMemory)).toEqual({ kind: "kept" });
    expect(await agentMemoryFile(path).keep(memory)).toEqual({ kind: "kept" });
    expect(await readAgentMemory(path)).toEqual({ ok: true, value: memory });
  });

  it.each([
    ["is empty", ""],
    ["breaks off", '{"seen": 20, "lin'],
    ["holds nothing", "null"],
    ["lacks all it should hold", "{}"],
    ["lacks the newest reign", '{"lineage": 10}'],
    ["lacks the history of its data", '{"seen": 20}'],
    ["counts in words", '{"seen": "20", "lineage": null}'],
    ["counts below nothing", '{"seen": -1, "lineage": null}'],
  ])("is not taken for an empty one when its file %s", async (_what, text) => {
    const path = join(folder, "memory.json");
    await writeFile(path, text);
    expect(await readAgentMemory(path)).toMatchObject({
      ok: false,
      problems: [
        {
          code: "agent/memory-unreadable",
          what: expect.stringContaining(`${path}: it holds no memory`) as string,
        },
      ],
    });
  });

  it("says so when it may not be read", async () => {
    expect(await readAgentMemory(folder)).toMatchObject({
      ok: false,
      problems: [{ what: expect.stringMatching(/EISDIR/) as string }],
    });
  });

  it("that cannot be kept is no exception: the answer says where and why", async () => {
    const path = join(folder, "gone", "memory.json");
    const answer = await agentMemoryFile(path).keep(memory);
    expect(answer).toMatchObject({ kind: "failed", because: expect.stringContaining(path) as string });
  });
});
