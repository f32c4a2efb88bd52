import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Problem } from "../../src/core/problem/problem.ts";
import type { LabStatus } from "../../src/runtime/lab.ts";
import { groupOf, isListening, ownProgram, RunningLab, sql, SteadyWriter } from "../running-lab.ts";

function rolesOf({ regions }: LabStatus): Readonly<Record<string, string>> {
  return Object.fromEntries(regions.map(({ name, role }) => [name, role]));
}

function pidsIn({ regions }: LabStatus, name: string): readonly number[] {
  return regions.find((region) => region.name === name)?.processes.map(({ pid }) => pid) ?? [];
}

/** What only that part tells. */
const metricIn: Readonly<Record<LabStatus["metrics"]["targets"][number]["part"], RegExp>> = {
  controller: /^holdfast_region_state\{region="east",state="primary"\} 1$/m,
  agent: /^holdfast_member_state\{state="(primary|standby)"\} 1$/m,
  inference: /^vllm:num_requests_running/m,
  edge: /^holdfast_edge_routed\{region="east"\} 1$/m,
  lab: /^holdfast_part_up\{region="west",part="agent"\} 1$/m,
};

function standbyOf({ regions, active }: LabStatus): string {
  return regions.find(({ name }) => name !== active)?.name ?? "";
}

/** Words of a streamed completion, and how many pieces they came in. */
async function streamedCompletion(
  httpUrl: string,
): Promise<{ readonly words: string; readonly pieces: number }> {
  const answer = await fetch(`${httpUrl}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      model: "holdfast-demo",
      stream: true,
      max_tokens: 8,
      messages: [{ role: "user", content: "Why did the chat gateway fail?" }],
    }),
  });
  const lines = (await answer.text()).split("\n").filter((line) => line.startsWith("data: {"));
  const pieces = lines.flatMap((line) => {
    const chunk = JSON.parse(line.slice("data: ".length)) as { choices?: { delta?: { content?: string } }[] };
    return chunk.choices?.[0]?.delta?.content ?? [];
  });
  return { words: pieces.join("").trim(), pieces: pieces.length };
}

describe("a lab", () => {
  let program: Awaited<ReturnType<typeof ownProgram>>;
  let lab: RunningLab;
  let writer: SteadyWriter;

  beforeAll(async () => {
    program = await ownProgram();
    lab = await RunningLab.inNewFolder(program.file);
    const { edge } = await lab.up();
    writer = new SteadyWriter(edge.postgresUrl);
    await writer.start();
  });

  afterAll(async () => {
    await lab.remove();
    await program.remove();
  });

  it("says how it stands in exactly the promised words", async () => {
    const status = await lab.untilReady();
    const url = (scheme: string): RegExp => new RegExp(`^${scheme}://\\S*127\\.0\\.0\\.1:\\d+`);
    expect(status).toEqual({
      formatVersion: 1,
      state: "ready",
      active: "east",
      epoch: expect.any(Number) as number,
      blockedBy: null,
      trust: "armed",
      heldBecause: null,
      awaitsWord: false,
      mayLack: null,
      coordination: { kind: "built-in", isAnswering: true, voters: [], access: null, notBelieved: null },
      edge: {
        postgresUrl: expect.stringMatching(url("postgres")) as string,
        httpUrl: expect.stringMatching(url("http")) as string,
        dashboardUrl: expect.stringMatching(url("http")) as string,
      },
      metrics: {
        targets: expect.any(Array) as unknown[],
        prometheusUrl: null,
        alertmanagerUrl: null,
      },
      regions: ["east", "west", "central"].map((name) => ({
        name,
        role: name === "east" ? "primary" : "synchronous-standby",
        faults: [],
        network: [],
        processes: ["postgres", "inference", "agent", "controller"].map((process) => ({
          name: process,
          pid: expect.any(Number) as number,
        })),
      })),
    });
  });

  it("lists processes of which each leads a group of its own", async () => {
    const pids = (await lab.untilReady()).regions.flatMap(({ name, processes }) =>
      processes.map(({ pid, name: process }) => ({ process: `${process} in ${name}`, pid })),
    );
    expect(new Set(pids.map(({ pid }) => pid)).size).toBe(12);
    for (const { process, pid } of pids) expect([process, await groupOf(pid)]).toEqual([process, pid]);
  });

  it("answers SQL, and streams a completion word by word", async () => {
    const { edge } = await lab.untilReady();
    expect(await sql(edge.postgresUrl, "select 1 + 1 as two")).toEqual([{ two: 2 }]);
    const { words, pieces } = await streamedCompletion(edge.httpUrl);
    expect(words).toMatch(/^It lost its leader/);
    expect(pieces).toBeGreaterThan(2);
  });

  it("tells of each part on a port of its own how it is", async () => {
    const { metrics } = await lab.untilReady();
    const told = await Promise.all(
      metrics.targets.map(async ({ part, region, url }) => {
        const text = await (await fetch(url)).text();
        return [`${part} ${region ?? "outside"}`, metricIn[part].test(text)];
      }),
    );
    expect(Object.fromEntries(told)).toEqual(
      Object.fromEntries([
        ...["east", "west", "central"].flatMap((region) =>
          ["controller", "agent", "inference"].map((part) => [`${part} ${region}`, true]),
        ),
        ...["edge outside", "lab outside"].map((part) => [part, true]),
      ]),
    );
    expect(new Set(metrics.targets.map(({ url }) => url)).size).toBe(11);
  });

  it("is not started twice in one folder: the second says what to do", async () => {
    const { status, out, err } = await lab.lab("up", "--detach", "--json");
    expect({ status, err }).toEqual({ status: 1, err: "" });
    const { problems } = JSON.parse(out) as { readonly problems: readonly Problem[] };
    expect(problems).toMatchObject([{ code: "lab/already-runs" }]);
    expect(problems[0]?.mend).toMatch(/holdfast lab status --dir .*holdfast lab down --dir .*another --dir/);
    expect((await lab.status()).state).toBe("ready");
  });

  it("loses its active region to SIGKILL and serves from another, with every acknowledged write", async () => {
    const before = await lab.untilReady();
    await writer.untilServed();
    for (const pid of pidsIn(before, before.active)) process.kill(pid, "SIGKILL");
    await writer.untilServed();
    const after = await lab.until(
      "served by another",
      ({ active, state }) => active !== before.active && state === "degraded",
    );
    expect(after.epoch).toBeGreaterThan(before.epoch);
    expect(rolesOf(after)).toMatchObject({ [before.active]: "down", [after.active]: "primary" });
    expect(pidsIn(after, before.active)).toEqual([]);
    expect((await streamedCompletion(after.edge.httpUrl)).words).toMatch(/^It lost its leader/);
    await lab.do("restore", before.active);
    const whole = await lab.untilReady();
    expect(whole.active).toBe(after.active);
    expect(rolesOf(whole)[before.active]).toBe("synchronous-standby");
    expect(await writer.lost()).toEqual([]);
  });

  it("thaws a region that was the primary into a follower, with every acknowledged write", async () => {
    const before = await lab.untilReady();
    await lab.do("fault", "freeze", before.active);
    await writer.untilServed();
    await lab.until(
      "served by another",
      ({ active, state }) => active !== before.active && state === "degraded",
    );
    await lab.do("fault", "thaw", before.active);
    expect(rolesOf(await lab.untilReady())[before.active]).toBe("synchronous-standby");
    expect(await writer.lost()).toEqual([]);
  });

  it("cuts off its active region and heals it, with every acknowledged write", async () => {
    const before = await lab.untilReady();
    await lab.do("fault", "partition", before.active);
    await writer.untilServed();
    await lab.until(
      "served by another",
      ({ active, state }) => active !== before.active && state !== "failing-over",
    );
    await lab.do("fault", "heal", before.active);
    expect(rolesOf(await lab.untilReady())[before.active]).toBe("synchronous-standby");
    expect(await writer.lost()).toEqual([]);
  });

  it("goes on serving while a standby's region is killed, and does not fail over", async () => {
    const before = await lab.untilReady();
    const standby = standbyOf(before);
    for (const pid of pidsIn(before, standby)) process.kill(pid, "SIGKILL");
    await writer.untilServed();
    const without = await lab.until("degraded", ({ state }) => state === "degraded");
    expect(without).toMatchObject({ active: before.active, epoch: before.epoch });
    await lab.do("restore", standby);
    await lab.untilReady();
  });

  it("says what did not happen, and what stands in the way when nobody serves", async () => {
    const { active } = await lab.untilReady();
    const [other = "", third = ""] = ["east", "west", "central"].filter((region) => region !== active);
    const resultOf = async (...args: readonly string[]): Promise<string> => {
      const { out } = await lab.lab(...args, "--json");
      const said = JSON.parse(out) as { result?: string; problems?: readonly Problem[] };
      return said.result ?? said.problems?.[0]?.code ?? "";
    };
    expect(await resultOf("restore", active)).toBe("unchanged");
    expect(await resultOf("fault", "thaw", active)).toBe("unchanged");
    expect(await resultOf("fault", "heal", active)).toBe("unchanged");
    expect(await resultOf("fault", "partition", third)).toBe("done");
    expect(await resultOf("fault", "partition", third)).toBe("unchanged");
    expect(await resultOf("fault", "freeze", other)).toBe("done");
    expect(await resultOf("fault", "freeze", other)).toBe("unchanged");
    expect(await resultOf("fault", "kill", active)).toBe("done");
    expect(await resultOf("fault", "kill", active)).toBe("unchanged");
    expect(await resultOf("fault", "thaw", active)).toBe("lab/nothing-runs");
    expect(await resultOf("fault", "freeze", active)).toBe("lab/nothing-runs");
    const struck = await lab.status();
    expect(struck.blockedBy).toBe("no quorum of controllers, 0 of 3 answer");
    expect(Object.fromEntries(struck.regions.map(({ name, faults }) => [name, faults]))).toEqual({
      [active]: ["killed"],
      [other]: ["frozen"],
      [third]: ["partitioned"],
    });
    expect((await lab.lab("status")).out).toMatch(/^nobody serves: no quorum of controllers/);
    for (const region of [active, other, third]) expect(await resultOf("restore", region)).toBe("done");
    await lab.untilReady();
    expect(await writer.lost()).toEqual([]);
  });

  it("gets its edge back with a region that is restored", async () => {
    const before = await lab.untilReady();
    process.kill(await lab.edgePid(), "SIGKILL");
    await lab.until("without an edge", ({ state }) => state !== "ready");
    await lab.do("restore", before.active);
    expect(await lab.untilReady()).toMatchObject({ active: before.active, edge: before.edge });
    await writer.untilServed();
    expect(await writer.lost()).toEqual([]);
  });

  it("does not meet another lab that runs beside it", async () => {
    const before = await lab.untilReady();
    const other = await RunningLab.inNewFolder(program.file);
    try {
      const beside = await other.up();
      expect(beside.state).toBe("ready");
      const portsOf = ({ edge }: LabStatus): readonly string[] =>
        Object.values(edge).map((url) => new URL(url).port);
      expect(portsOf(beside).filter((port) => portsOf(before).includes(port))).toEqual([]);
      await sql(beside.edge.postgresUrl, "create table only_there ()");
      await expect(sql(before.edge.postgresUrl, "select from only_there")).rejects.toThrow("does not exist");
      // Frozen parts must not keep a lab from ending.
      await other.do("fault", "freeze", beside.active);
      await other.do("down");
      expect(await other.processes()).toEqual([]);
    } finally {
      await other.remove();
    }
    expect(await lab.status()).toMatchObject({ state: "ready", active: before.active, epoch: before.epoch });
  });

  it("leaves nothing running when its daemon is killed, and goes on with its data when it is started again", async () => {
    const before = await lab.untilReady();
    await writer.untilServed();
    await writer.end();
    // What is frozen cannot see that its lab is gone, and a PostgreSQL without its agent has nobody to take it down.
    await lab.do("fault", "freeze", standbyOf(before));
    const active = before.regions.find(({ name }) => name === before.active);
    process.kill(active?.processes.find(({ name }) => name === "agent")?.pid ?? 0, "SIGKILL");
    process.kill(await lab.daemonPid(), "SIGKILL");
    expect(await lab.untilNothingRuns()).toEqual([]);
    expect(await isListening(before.edge.postgresUrl)).toBe(false);
    const { status, err } = await lab.lab("status");
    expect(status).toBe(1);
    expect(err).toContain(`holdfast lab up --detach --dir ${lab.root}`);
    const again = await lab.up();
    expect(again.state).toBe("ready");
    expect(await writer.lost(again.edge.postgresUrl)).toEqual([]);
  });

  it("is taken down by what runs in its folder when its state file is lost", async () => {
    const { edge } = await lab.untilReady();
    const pid = await lab.daemonPid();
    await rm(join(lab.root, "lab.json"));
    const { err } = await lab.lab("up", "--detach");
    expect(err).toContain(`lab/already-runs\n  a lab runs in ${lab.root} already (process ${pid})\n`);
    expect((await lab.lab("status")).err).toMatch(/^lab\/not-reachable\n/);
    expect(await lab.lab("down", "--json")).toMatchObject({
      status: 0,
      out: '{"formatVersion":1,"result":"stopped"}\n',
    });
    expect(await lab.processes()).toEqual([]);
    expect(await isListening(edge.postgresUrl)).toBe(false);
    expect((await lab.up()).state).toBe("ready");
    await writeFile(join(lab.root, "lab.json"), "{");
    await lab.do("down");
    expect(await lab.processes()).toEqual([]);
    await rm(join(lab.root, "lab.json.unreadable"));
    await lab.up();
  });

  it("leaves no process, no socket and no lock when it is taken down, and taking it down twice is no mistake", async () => {
    const { edge } = await lab.untilReady();
    expect(await lab.lab("down", "--json")).toMatchObject({
      status: 0,
      out: '{"formatVersion":1,"result":"stopped"}\n',
    });
    expect(await lab.processes()).toEqual([]);
    expect(await lab.locks()).toEqual([]);
    expect(await isListening(edge.postgresUrl)).toBe(false);
    expect(await isListening(edge.httpUrl)).toBe(false);
    expect(await isListening(edge.dashboardUrl)).toBe(false);
    expect(await lab.lab("down", "--json")).toMatchObject({
      status: 0,
      out: '{"formatVersion":1,"result":"none-ran"}\n',
    });
  });
});
