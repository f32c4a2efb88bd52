import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isAlive, type ProcessIdentity } from "../src/adapters/processes/identity.ts";
import { wherever } from "./network/places.ts";
import { Fleet } from "./fleet.ts";
import { layoutOf } from "./layout.ts";

/** In place of the lab's own program: does nothing until its lab is gone, but for a part of which a test has written more. */
const program = `import { Socket } from "node:net"; import { existsSync } from "node:fs";
const lab = new Socket({ fd: 3 }).on("close", () => process.exit()).resume();
const script = new URL(process.argv[4] + ".mjs", import.meta.url);
if (existsSync(script)) (await import(script)).default(lab);`;

let root = "";
let fleet: Fleet;
let started: ProcessIdentity[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "holdfast-fleet-"));
  await mkdir(layoutOf(root).logs);
  await writeFile(join(root, "program.mjs"), program);
  started = [];
  fleet = new Fleet({
    layout: layoutOf(root),
    dataFolders: { east: join(root, "east"), west: join(root, "west"), central: join(root, "central") },
    program: join(root, "program.mjs"),
    placed: wherever,
    onStarted: (identity) => {
      started.push(identity);
      return Promise.resolve();
    },
  });
});
afterEach(async () => {
  await fleet.stop();
  await rm(root, { recursive: true });
});

const alive = (): readonly ProcessIdentity[] => started.filter(isAlive);
const namesOf = (region: string): readonly string[] => fleet.processesOf(region).map(({ name }) => name);

/** What a part of the lab does besides. `body` has the `lab` at the other end of its pipe. */
function playing(part: string, body: string): Promise<void> {
  return writeFile(join(root, `${part}.mjs`), `export default (lab) => { ${body} };`);
}

describe("a lab's processes", () => {
  it("are started once when a region is brought back many times at once", async () => {
    await Promise.all(Array.from({ length: 8 }, () => fleet.bringBack("east", {})));
    expect(started).toHaveLength(3);
    expect(namesOf("east")).toEqual(["inference", "agent", "controller"]);
  });

  it("are all killed when their region is struck while it is being brought back", async () => {
    await Promise.all([fleet.bringBack("east", {}), fleet.signalRegion("east", "SIGKILL")]);
    await expect.poll(alive).toEqual([]);
    expect(started).toHaveLength(3);
  });

  it("do not wait for those of another region", async () => {
    await Promise.all([fleet.bringBack("east", {}), fleet.bringBack("west", {})]);
    expect(alive()).toHaveLength(6);
  });

  it("are none when the lab ends while a region is being brought back", async () => {
    const [, left] = await Promise.all([fleet.bringBack("east", {}), fleet.stop()]);
    expect(left).toEqual([]);
    expect(alive()).toEqual([]);
  });

  it("hold one edge, started again when it was lost", async () => {
    await fleet.startEdge({});
    await Promise.all([fleet.startEdge({}), fleet.startEdge({})]);
    expect(started).toHaveLength(1);
    process.kill(started[0]?.pid ?? 0, "SIGKILL");
    await expect.poll(alive).toEqual([]);
    expect(await fleet.startEdge({})).toEqual({ ok: true, value: "done" });
    expect(alive()).toHaveLength(1);
  });

  it("are brought back after one that could not be started", async () => {
    await rm(layoutOf(root).logs, { recursive: true });
    expect(await fleet.bringBack("east", {})).toMatchObject({ ok: false });
    await mkdir(layoutOf(root).logs);
    expect(await fleet.bringBack("east", {})).toEqual({ ok: true, value: "done" });
  });
});

describe("a program that watches the lab", () => {
  const sleeping = { command: process.execPath, args: ["-e", "setInterval(() => undefined, 1000)"] };

  it("is started once, is known to whoever cleans up, and ends with the lab", async () => {
    await Promise.all([
      fleet.startWatcher("prometheus", sleeping),
      fleet.startWatcher("prometheus", sleeping),
    ]);
    expect(started).toHaveLength(1);
    expect(fleet.isWatcherAlive("prometheus")).toBe(true);
    expect(fleet.isWatcherAlive("alertmanager")).toBe(false);
    await Promise.all([fleet.startWatcher("alertmanager", sleeping), fleet.stop()]);
    expect(started).toHaveLength(2);
    expect(alive()).toEqual([]);
  });

  it("is told of by the end of its log when it refuses to start", async () => {
    const args = ["-e", "process.stderr.write('no port\\n'); process.exitCode = 1;"];
    await fleet.startWatcher("prometheus", { ...sleeping, args });
    await expect.poll(() => fleet.causesOfEnd()).toHaveLength(1);
    const [cause] = await fleet.causesOfEnd();
    expect(cause?.what).toBe("prometheus ended by itself with status 1; the end of its log: no port");
  });

  it("is told of by why it broke off, and not by where, in its last run", async () => {
    const panic = (why: string): string =>
      `ts=1 msg=begun\n${why}\n\ngoroutine 1 [running]:\nmain.main()\n\tmain.go:1\n`;
    const text = JSON.stringify(panic("panic: earlier") + panic("panic: no disk"));
    const args = ["-e", `process.stderr.write(${text}); process.exitCode = 2;`];
    await fleet.startWatcher("prometheus", { ...sleeping, args });
    await expect.poll(() => fleet.causesOfEnd()).toHaveLength(1);
    const [cause] = await fleet.causesOfEnd();
    expect(cause?.what).toMatch(/ \| ts=1 msg=begun \| panic: no disk$/);
  });
});

describe("a part that ends by itself", () => {
  const problem = { code: "evidence/x", what: "no key", where: null, why: "it signs", mend: "give one" };
  const word = JSON.stringify(JSON.stringify({ kind: "gave-up", problems: [problem] }));

  it("tells why, once for all who share the cause", async () => {
    await playing("controller", `lab.write(${word} + "\\n"); setTimeout(() => process.exit(1), 20);`);
    await Promise.all([fleet.bringBack("east", {}), fleet.bringBack("west", {})]);
    await expect.poll(() => fleet.causesOfEnd()).toEqual([problem]);
    await expect.poll(() => [...namesOf("east"), ...namesOf("west")]).not.toContain("controller");
    expect(await fleet.causesOfEnd()).toEqual([problem]);
  });

  it("is told of by the end of its log when it says nothing", async () => {
    await playing("agent", `process.stderr.write("one\\ntwo\\n"); process.exitCode = 7; lab.destroy();`);
    await fleet.bringBack("east", {});
    await expect.poll(() => fleet.causesOfEnd()).toHaveLength(1);
    const [cause] = await fleet.causesOfEnd();
    expect(cause?.code).toBe("lab/part-ended");
    expect(cause?.what).toBe("agent-east ended by itself with status 7; the end of its log: one | two");
  });

  it("is no cause any more when it was started again and goes on", async () => {
    await playing("agent", "process.exit(1);");
    await fleet.bringBack("east", {});
    await expect.poll(() => fleet.causesOfEnd()).toHaveLength(1);
    await rm(join(root, "agent.mjs"));
    await fleet.bringBack("east", {});
    expect(await fleet.causesOfEnd()).toEqual([]);
  });

  it("is not taken for one that was killed, which is a fault", async () => {
    await fleet.bringBack("east", {});
    await fleet.signalRegion("east", "SIGKILL");
    await expect.poll(alive).toEqual([]);
    expect(await fleet.causesOfEnd()).toEqual([]);
  });

  it("may be killed in the middle of a word", async () => {
    await playing("agent", `lab.write('{"kind":"gave-', () => process.kill(process.pid, "SIGKILL"));`);
    await fleet.bringBack("east", {});
    await expect.poll(() => namesOf("east")).toEqual(["inference", "controller"]);
    expect(await fleet.causesOfEnd()).toEqual([]);
    expect(fleet.agentTriedInVain("east")).toBeNull();
  });

  it("may go on and tell what it tries in vain", async () => {
    const tried = JSON.stringify(JSON.stringify({ kind: "tried-in-vain", text: "start failed" }));
    await playing("agent", `lab.write(${tried} + "\\n");`);
    await fleet.bringBack("east", {});
    await expect.poll(() => fleet.agentTriedInVain("east")).toBe("start failed");
    expect(fleet.agentTriedInVain("west")).toBeNull();
    expect(await fleet.causesOfEnd()).toEqual([]);
  });
});
