import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isVoter, keptVoters, voterArguments } from "./voters.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-voters-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function voters(): Promise<Extract<Awaited<ReturnType<typeof keptVoters>>, { ok: true }>["value"]> {
  const kept = await keptVoters(folder);
  if (!kept.ok) throw new Error(kept.problems[0].what);
  return kept.value;
}

describe("the voters of a lab", () => {
  it("are three on loopback addresses of their own, where they were the last time", async () => {
    const first = await voters();
    expect(new Set(first.map(({ client }) => client.host)).size).toBe(3);
    for (const { client, peer } of first) expect([client.host, peer.host]).toEqual([peer.host, client.host]);
    for (const { client } of first) expect(client.host).toMatch(/^127\.\d+\.\d+\.[123]$/);
    expect(await voters()).toEqual(first);
  });

  it.each(["", "{}", '{"formatVersion":1,"net":"10.0.0"}', '{"formatVersion":2,"net":"127.80.1"}'])(
    "are refused where their file says %s",
    async (text) => {
      await writeFile(join(folder, "voters.json"), text);
      expect(await keptVoters(folder)).toMatchObject({
        ok: false,
        problems: [{ code: "lab/voters-unreadable" }],
      });
    },
  );

  it("are known by their command line, and no other etcd is", async () => {
    const all = await voters();
    for (const voter of all) expect(isVoter(["etcd", ...voterArguments(voter, all)])).toBe(true);
    expect(isVoter(["etcd", "--name", "voter-1", "--data-dir=elsewhere/voter-1"])).toBe(false);
  });
});
