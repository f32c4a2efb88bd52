import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LabStatus } from "../../src/runtime/lab.ts";
import { isEtcdHere } from "../running-etcd.ts";
import { ownProgram, RunningLab, sql, SteadyWriter } from "../running-lab.ts";

const hasTools = ["ip", "nft", "nsenter"].every((each) => spawnSync(each, ["--version"]).error === undefined);
const isRoot = process.getuid?.() === 0;
const canRun = isRoot && hasTools && isEtcdHere;
const skipped = canRun
  ? ""
  : " (skipped: it needs root and Debian's iproute2, nftables, util-linux, etcd-server)";

/** What a lab must leave as it is: the network of the host. */
function hostNetwork(): unknown {
  const links = JSON.parse(execFileSync("ip", ["-j", "link"], { encoding: "utf8" })) as { ifname: string }[];
  const tables = execFileSync("nft", ["list", "tables"], { encoding: "utf8" });
  return { links: links.map(({ ifname }) => ifname), tables };
}

function namespacesOf(prefix: string): readonly string[] {
  return existsSync("/run/netns") ? readdirSync("/run/netns").filter((name) => name.startsWith(prefix)) : [];
}

function roleIn({ regions }: LabStatus, region: string): string {
  return regions.find(({ name }) => name === region)?.role ?? "";
}

describe.skipIf(!canRun)(`a lab whose regions have networks of their own${skipped}`, () => {
  let program: Awaited<ReturnType<typeof ownProgram>>;
  let lab: RunningLab;
  let writer: SteadyWriter;
  let before: unknown;
  let others: readonly string[];

  const ownNamespaces = (): readonly string[] =>
    namespacesOf("holdfast-").filter((name) => !others.includes(name));

  /** Cuts the active region, and waits until another serves. */
  async function lostBy(
    ...options: readonly string[]
  ): Promise<{ readonly lost: string; readonly after: LabStatus }> {
    const { active, epoch } = await lab.untilReady();
    await writer.untilServed();
    await lab.do("fault", "partition", active, ...options);
    const after = await lab.until(
      "served by another",
      (status) => status.active !== active && status.state !== "failing-over",
    );
    expect(after.epoch).toBeGreaterThan(epoch);
    await writer.untilServed(60_000);
    return { lost: active, after };
  }

  async function healed(region: string): Promise<void> {
    await lab.do("fault", "heal", region);
    expect(roleIn(await lab.until("whole", ({ state }) => state === "ready", 120_000), region)).toBe(
      "synchronous-standby",
    );
  }

  beforeAll(async () => {
    before = canRun ? hostNetwork() : null;
    others = namespacesOf("holdfast-");
    program = await ownProgram();
    lab = await RunningLab.inNewFolder(program.file);
    const { edge } = await lab.up("--network", "namespaces");
    writer = new SteadyWriter(edge.postgresUrl);
    await writer.start();
  });

  afterAll(async () => {
    await writer.end();
    await lab.remove();
    await program.remove();
  });

  it("is reached on loopback, has a voter in each region, and leaves the host's network as it was", async () => {
    const { coordination, edge, metrics, regions } = await lab.untilReady();
    await writer.untilServed();
    expect(coordination).toMatchObject({ kind: "etcd", isAnswering: true });
    expect(ownNamespaces()).toHaveLength(5);
    const networkOf = async (pid: number): Promise<string> => {
      const wires = await readFile(`/proc/${pid}/net/fib_trie`, "utf8");
      return /198\.18\.0\.[1-5]\n\s+\/32 host LOCAL/.exec(wires)?.[0].split("\n")[0] ?? "none";
    };
    for (const [at, { processes }] of regions.entries()) {
      const own = await Promise.all(processes.map(({ pid }) => networkOf(pid)));
      expect(new Set([...own, await networkOf(coordination.voters[at]?.pid ?? 0)])).toEqual(
        new Set([`198.18.0.${at + 1}`]),
      );
    }
    for (const url of [edge.dashboardUrl, ...metrics.targets.map((target) => target.url)])
      expect((await fetch(url)).status).toBe(200);
    expect(hostNetwork()).toEqual(before);
  });

  it("fails over when its active region is cut off, with every acknowledged write, and takes it back", async () => {
    const { lost, after } = await lostBy();
    const cut = after.regions.find(({ name }) => name === lost);
    expect(cut).toMatchObject({ faults: ["partitioned"], network: [{ kind: "cut", direction: "both" }] });
    // Its voter is lost with it, and the other two are a majority.
    expect(after.coordination.isAnswering).toBe(true);
    await healed(lost);
    expect(await writer.lost()).toEqual([]);
  });

  it.each(["in", "out"] as const)(
    "fails over when packets of its active region are lost one way: %s",
    async (way) => {
      const { lost, after } = await lostBy("--direction", way);
      expect(after.regions.find(({ name }) => name === lost)?.faults).toEqual(["partly-partitioned"]);
      await healed(lost);
      expect(await writer.lost()).toEqual([]);
    },
  );

  it("fails over when its active region is cut off from its peers alone, with every acknowledged write", async () => {
    const { lost, after } = await lostBy("--from", "peers");
    expect(after.regions.find(({ name }) => name === lost)?.faults).toEqual(["partly-partitioned"]);
    await healed(lost);
    expect(await writer.lost()).toEqual([]);
  });

  it("does not fail over by itself when clients alone are cut off from its active region, and does once a person says so", async () => {
    const { active, epoch, regions } = await lab.untilReady();
    await writer.untilServed();
    await lab.do("fault", "partition", active, "--from", "clients");
    const seen = new Set<string>();
    const end = performance.now() + 10_000;
    while (performance.now() < end) {
      const now = await lab.status();
      seen.add(`${now.active} ${now.epoch} ${now.state}`);
    }
    expect([...seen]).toEqual([`${active} ${epoch} failing-over`]);
    expect((await lab.status()).blockedBy).toContain("only a person hands over from it");
    const other = String(regions.find(({ name }) => name !== active)?.name);
    expect(await lab.failover("run", "--to", other)).toMatchObject({ status: 0 });
    await writer.untilServed(60_000);
    await healed(active);
    expect(await writer.lost()).toEqual([]);
  });

  it("loses nothing, and has one primary that acknowledges, when its active region is cut off from the store", async () => {
    const { active, epoch } = await lab.untilReady();
    await writer.untilServed();
    await lab.do("fault", "partition", active, "--from", "coordination");
    const seen = new Set<string>();
    const end = performance.now() + 20_000;
    while (performance.now() < end) {
      const status = await lab.status();
      seen.add(status.active);
      const primaries = status.regions.filter(({ role }) => role === "primary");
      expect(primaries.length).toBeLessThanOrEqual(1);
    }
    await writer.untilServed(60_000);
    await lab.do("fault", "heal", active);
    const whole = await lab.until("whole", ({ state }) => state === "ready", 120_000);
    expect(whole.epoch).toBeGreaterThanOrEqual(epoch);
    // Whoever serves by the store alone is not lost: its followers confirm its writes, and clients reach it.
    expect([...seen]).toEqual([active]);
    expect(await writer.lost()).toEqual([]);
  });

  it("goes on while one that follows loses packets, and flaps", async () => {
    const { active, epoch, regions } = await lab.untilReady();
    const [one, two] = regions.map(({ name }) => name).filter((name) => name !== active);
    await lab.do("fault", "lossy", String(one), "--share", "20%");
    await lab.do("fault", "flap", String(two), "--period", "1s");
    const harmed = await lab.status();
    expect(harmed.regions.map(({ faults }) => faults).filter(({ length }) => length > 0)).toEqual(
      expect.arrayContaining([["lossy"], ["flapping"]]),
    );
    const rules = execFileSync(
      "nsenter",
      [
        `--net=/run/netns/${String(ownNamespaces().find((name) => name.endsWith(`-${String(one)}`)))}`,
        "nft",
        "list",
        "ruleset",
      ],
      { encoding: "utf8" },
    );
    expect(rules.match(/numgen random mod 10000 < 2000 drop/g)).toHaveLength(2);
    await writer.untilServed(60_000);
    for (const region of [one, two]) await lab.do("fault", "heal", String(region));
    const whole = await lab.until("whole", ({ state }) => state === "ready", 120_000);
    expect(whole).toMatchObject({ active, epoch });
    expect(await writer.lost()).toEqual([]);
  });

  it("leaves no process and no namespace when everything is killed, and goes on with what it knows", async () => {
    await lab.untilReady();
    await writer.untilServed();
    await writer.end();
    for (const pid of [await lab.edgePid(), await lab.daemonPid()]) process.kill(pid, "SIGKILL");
    await rm(join(lab.root, "lab.json"));
    await lab.do("down");
    expect(await lab.untilNothingRuns()).toEqual([]);
    expect(ownNamespaces()).toEqual([]);
    expect(hostNetwork()).toEqual(before);
    const again = await lab.up();
    expect(again).toMatchObject({ state: "ready", coordination: { kind: "etcd" } });
    expect(ownNamespaces()).toHaveLength(5);
    expect(await writer.lost(again.edge.postgresUrl)).toEqual([]);
    expect((await sql(again.edge.postgresUrl, "select 1 as one"))[0]?.["one"]).toBe(1);
    await lab.do("down");
    expect(ownNamespaces()).toEqual([]);
    const refused = await lab.lab("up", "--detach", "--network", "relays");
    expect(refused.status).toBe(1);
    expect(refused.err).toMatch(/^lab\/other-network\n/);
  });
});
