import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { identityOf, isAlive } from "../src/adapters/processes/identity.ts";
import { projectRoot } from "./built-program.ts";

/** In place of npm: begins to install, with a child as a package's own script would be, and never ends by itself. */
const endless = `#!/usr/bin/env node
const { spawn } = require("node:child_process");
const { mkdirSync, writeFileSync } = require("node:fs");
mkdirSync("node_modules/half-installed", { recursive: true });
const child = spawn(process.execPath, ["-e", "setInterval(() => 0, 1000)"]);
child.on("spawn", () => writeFileSync("pids.json", JSON.stringify([process.pid, child.pid])));
`;
const quick = `#!/usr/bin/env node
require("node:fs").mkdirSync("node_modules/esbuild", { recursive: true });
`;
const failing = `#!/usr/bin/env node
require("node:fs").mkdirSync("node_modules/kept", { recursive: true });
process.exit(7);
`;

let root = "";
let running: ChildProcess[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "holdfast-setup-"));
  running = [];
  for (const folder of ["src", "lab", "sim", "bench", "scripts", "bin"]) await mkdir(join(root, folder));
  await cp(join(projectRoot, "scripts", "setup.mjs"), join(root, "scripts", "setup.mjs"));
  await writeFile(join(root, "package.json"), "{}");
  await writeFile(join(root, "package-lock.json"), "{}");
  await writeFile(join(root, "scripts", "build.mjs"), "");
  await writeFile(
    join(root, "scripts", "run.mjs"),
    'import { setup } from "./setup.mjs"; await setup(); process.stdout.write("set up");',
  );
});
afterEach(async () => {
  for (const child of running) child.kill("SIGKILL");
  const pids = installing();
  for (const pid of pids) if (identityOf(pid) !== null) process.kill(pid, "SIGKILL");
  await rm(root, { recursive: true });
});

interface Setup {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly status: number | null; readonly out: string; readonly err: string }>;
}

/** Sets up with what stands in for npm. */
async function setUp(npm: string): Promise<Setup> {
  await writeFile(join(root, "bin", "npm"), npm);
  await chmod(join(root, "bin", "npm"), 0o755);
  const child = spawn(process.execPath, [join(root, "scripts", "run.mjs")], {
    cwd: root,
    env: { PATH: `${join(root, "bin")}:${process.env["PATH"] ?? ""}` },
  });
  running.push(child);
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const ended = once(child, "close").then(([status]) => ({ status: status as number | null, out, err }));
  return { child, ended };
}

/** The processes of the npm that never ends. */
function installing(): readonly number[] {
  const path = join(root, "pids.json");
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as number[]) : [];
}

const alive = (pids: readonly number[]): readonly number[] =>
  pids.filter((pid) => {
    const identity = identityOf(pid);
    return identity !== null && isAlive(identity);
  });

describe("setting up a clone", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "ends the installation with all that it has started after %s",
    async (signal) => {
      const { child, ended } = await setUp(endless);
      await expect.poll(installing).toHaveLength(2);
      child.kill(signal);
      expect((await ended).status).toBe(130);
      expect(alive(installing())).toEqual([]);
    },
  );

  it("begins anew after an installation that was interrupted, and does nothing once all is there", async () => {
    const first = await setUp(endless);
    await expect.poll(installing).toHaveLength(2);
    first.child.kill("SIGINT");
    await first.ended;
    const second = await (await setUp(quick)).ended;
    expect(second).toMatchObject({ status: 0, out: "set up" });
    expect(second.err).toContain("setup: an earlier installation was interrupted; it begins anew\n");
    expect((await readdir(join(root, "node_modules"))).sort()).toEqual([".holdfast-setup.json", "esbuild"]);
    expect(await (await setUp(failing)).ended).toMatchObject({ status: 0, out: "set up" });
  });

  it("keeps what is there when the installation fails by itself", async () => {
    const { status, err } = await (await setUp(failing)).ended;
    expect(status).toBe(1);
    expect(err).toContain("ended with 7; see its messages above");
    expect((await (await setUp(quick)).ended).status).toBe(0);
    expect(await readdir(join(root, "node_modules"))).toContain("kept");
  });

  it("waits for another one that installs, and goes on after it", async () => {
    const first = await setUp(endless);
    await expect.poll(installing).toHaveLength(2);
    const second = await setUp(quick);
    let said = "";
    second.child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await expect.poll(() => said).toContain(`setup: process ${first.child.pid ?? 0} installs packages here`);
    expect(alive(installing())).toHaveLength(2);
    first.child.kill("SIGTERM");
    expect(await second.ended).toMatchObject({ status: 0, out: "set up" });
  });
});
