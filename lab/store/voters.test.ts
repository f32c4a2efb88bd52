import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isVoter, type KeptVoters, keptVoters, voterArguments } from "./voters.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-voters-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function kept(): Promise<KeptVoters> {
  const found = await keptVoters(folder);
  if (!found.ok) throw new Error(found.problems[0].what);
  return found.value;
}

function argumentsIn(found: KeptVoters): readonly string[] {
  return found.voters.flatMap((voter) => voterArguments(voter, found));
}

describe("the voters of a lab", () => {
  it("are three on loopback addresses of their own, where they were the last time", async () => {
    const { voters: first } = await kept();
    expect(new Set(first.map(({ client }) => client.host)).size).toBe(3);
    for (const { client, peer } of first) expect([client.host, peer.host]).toEqual([peer.host, client.host]);
    for (const { client } of first) expect(client.host).toMatch(/^127\.\d+\.\d+\.[123]$/);
    expect((await kept()).voters).toEqual(first);
  });

  it.each(["", "{}", '{"formatVersion":1,"net":"10.0.0"}', '{"formatVersion":3,"net":"127.80.1"}'])(
    "are refused where their file says %s",
    async (text) => {
      await writeFile(join(folder, "voters.json"), text);
      expect(await keptVoters(folder)).toMatchObject({
        ok: false,
        problems: [{ code: "lab/voters-unreadable" }],
      });
    },
  );

  it("speak https from the first day on, to clients and to one another", async () => {
    for (const found of [await kept(), await kept()]) {
      expect(found.scheme).toBe("https");
      const said = argumentsIn(found).join(" ");
      expect(said).not.toContain("http:");
      expect(said).toContain("--peer-client-cert-auth");
      // Whoever shows a certificate would be signed in by its name, and not by a password.
      expect(said).not.toMatch(/ --(client-cert-auth|trusted-ca-file)/);
    }
  });

  it("go on speaking http where their data is of a lab that did", async () => {
    await writeFile(join(folder, "voters.json"), '{"formatVersion":1,"net":"127.80.1"}\n');
    const found = await kept();
    expect(found).toMatchObject({ scheme: "http", voters: [{ client: { host: "127.80.1.1" } }, {}, {}] });
    expect(argumentsIn(found).join(" ")).not.toMatch(/https:|-file|cert/);
  });

  it("are known by their command line, and no other etcd is", async () => {
    const found = await kept();
    for (const voter of found.voters) expect(isVoter(["etcd", ...voterArguments(voter, found)])).toBe(true);
    expect(isVoter(["etcd", "--name", "voter-1", "--data-dir=elsewhere/voter-1"])).toBe(false);
  });
});
