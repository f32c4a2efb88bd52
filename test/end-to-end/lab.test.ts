import { spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readdirSync, statfsSync, writeFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { inOneLine } from "../built-program.ts";
import { ownProgram, RunningLab, SteadyWriter } from "../running-lab.ts";
import { ended, StartedProgram } from "../started-program.ts";

const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65_534, gid: 65_534 };

let own: Awaited<ReturnType<typeof ownProgram>>;
let folder = "";

beforeAll(async () => {
  own = await ownProgram();
});
afterAll(async () => {
  await own.remove();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-lab-days-"));
  await chmod(folder, 0o711);
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

function labUp(...options: readonly string[]): StartedProgram {
  return new StartedProgram({ program: own.file, args: ["lab", "up", "--dir", "lab", ...options], folder });
}

describe("lab up in the foreground", () => {
  it.each([
    ["SIGINT", "PostgreSQL: creating the first member", 130],
    ["SIGTERM", "The lab runs until Ctrl-C", 130],
    ["SIGKILL", "starting the edge", null],
    ["SIGKILL", "The lab runs until Ctrl-C", null],
  ] as const)("leaves nothing running after %s when it has said: %s", async (signal, said, expected) => {
    const running = labUp();
    await running.untilSays(said);
    running.signal(signal);
    const { status, err } = await running.ended();
    expect(status).toBe(expected);
    expect(err).not.toContain("mistake of Holdfast");
    expect(await running.leftRunning()).toEqual([]);
    expect(existsSync(join(folder, "lab", "lab.json"))).toBe(false);
  });
});

describe("lab up in the foreground, when its daemon dies", () => {
  it("says so, fails, and leaves nothing running", async () => {
    const running = labUp();
    await running.untilSays("The lab runs until Ctrl-C");
    process.kill(await RunningLab.in(join(folder, "lab"), own.file).daemonPid(), "SIGKILL");
    const { status, err } = await running.ended();
    expect(status).toBe(1);
    expect(err).toContain("lab/daemon-died\n");
    expect(err).toContain("`holdfast lab up --dir lab`\n");
    expect(await running.leftRunning()).toEqual([]);
    expect(existsSync(join(folder, "lab", "lab.json"))).toBe(false);
  });
});

describe("a lab that cannot have what it was asked to use", () => {
  it.each(["--sql-port", "--http-port"])(
    "names the port of %s that is in use, and the way out",
    async (option) => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      const running = labUp(option, String(port));
      const { status, err } = await running.ended();
      server.close();
      expect(status).toBe(1);
      expect(err).toMatch(new RegExp(`^relay/port-in-use\n {2}port ${port} on 127.0.0.1.*is in use`));
      expect(inOneLine(err)).toContain(`give another port with ${option}, or leave ${option} out`);
      expect(await running.leftRunning()).toEqual([]);
    },
  );

  it("says that one port cannot be two", async () => {
    const { status, err } = await labUp("--sql-port", "23456", "--http-port", "23456").ended();
    expect(status).toBe(1);
    expect(err).toMatch(/^lab\/one-port-twice\n/);
  });

  it("says so when a file stands where its folder belongs", async () => {
    writeFileSync(join(folder, "lab"), "");
    const { status, err } = await labUp().ended();
    expect(status).toBe(1);
    expect(err).toMatch(/^lab\/folder-not-a-folder\n/);
  });

  it.skipIf(!isRoot)(
    "says so when its folder is somebody else's (skipped: only root can become nobody)",
    async () => {
      const home = join(folder, "home");
      mkdirSync(home);
      chownSync(home, nobody.uid, nobody.gid);
      mkdirSync(join(folder, "lab"));
      const args = ["lab", "up", "--dir", join(folder, "lab")];
      const { status, err } = await ended({ program: own.file, args, folder: home, account: nobody });
      expect(status).toBe(1);
      expect(err).toMatch(/^lab\/folder-not-writable\n/);
      expect(err).toContain("mend: name a folder of your own with --dir");
    },
  );

  it.skipIf(!isRoot)(
    "names the one folder in it that is somebody else's (skipped: only root can become nobody)",
    async () => {
      const home = join(folder, "home");
      const theirs = join(home, "lab", "regions", "east", "postgres");
      mkdirSync(theirs, { recursive: true });
      for (const made of ["", "lab", "lab/regions", "lab/regions/east"])
        chownSync(join(home, made), nobody.uid, nobody.gid);
      await chmod(theirs, 0o700);
      const args = ["lab", "up", "--dir", "lab"];
      const running = new StartedProgram({ program: own.file, args, folder: home, account: nobody });
      const { status, err } = await running.ended();
      expect(status).toBe(1);
      const [problem = ""] = err.split("\n\n").filter((text) => text.includes("mend:"));
      expect(inOneLine(problem)).toContain(
        `lab/folder-not-writable this user may not read and write ${theirs}`,
      );
      expect(inOneLine(problem)).toContain(
        "mend: name a folder of your own with --dir, or have this one given to you",
      );
      expect(await running.leftRunning()).toEqual([]);
    },
  );

  it("tells at once why a part of it gave up, and leaves nothing running", async () => {
    mkdirSync(join(folder, "lab", "keys"), { recursive: true });
    const key = join(folder, "lab", "keys", "controller-west.pem");
    writeFileSync(key, "", { mode: 0o644 });
    const running = labUp();
    const { status, err } = await running.ended();
    expect(status).toBe(1);
    expect(err).toContain("\nevidence/key-readable-by-others\n");
    expect(err).toContain(`chmod 600 ${key}`);
    expect(err).not.toContain("lab/not-ready");
    expect(await running.leftRunning()).toEqual([]);
  });

  it("says so when the name of its folder is too long", async () => {
    const { status, err } = await labUp("--dir", "long".repeat(100)).ended();
    expect(status).toBe(1);
    expect(err).toMatch(/^lab\/folder-name-too-long\n/);
  });
});

const mounts = isRoot && canMount();

/** Whether a file system of our own size can be made here; a container may forbid it. */
function canMount(): boolean {
  const at = join(tmpdir(), `holdfast-mount-${process.pid}`);
  mkdirSync(at);
  const isMounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", at]).status === 0;
  if (isMounted) spawnSync("umount", [at]);
  spawnSync("rmdir", [at]);
  return isMounted;
}

describe.skipIf(!mounts)("a lab on a full disk (skipped: only root can mount a small one)", () => {
  let disk = "";

  beforeEach(() => {
    disk = join(folder, "disk");
    mkdirSync(disk);
  });
  afterEach(() => {
    spawnSync("umount", ["-l", disk]);
  });

  function mount(size: string): void {
    const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size},mode=755`, "tmpfs", disk]);
    expect(status).toBe(0);
  }

  it("says so at its start, and leaves nothing running", async () => {
    mount("8m");
    const running = labUp("--dir", disk);
    const { status, err } = await running.ended();
    expect(status).toBe(1);
    expect(err).toMatch(/no space|No space|disk is full/i);
    expect(err).toContain("mend:");
    expect(err).not.toContain("mistake of Holdfast");
    expect(await running.leftRunning()).toEqual([]);
  });

  it("keeps every acknowledged write and its record when the disk fills up under it", async () => {
    mount("700m");
    const lab = RunningLab.in(disk, own.file);
    try {
      const { postgresUrl } = (await lab.up()).edge;
      const writer = new SteadyWriter(postgresUrl);
      await writer.start();
      await writer.untilServed();
      const { bavail, bsize } = statfsSync(disk);
      spawnSync("dd", [
        "if=/dev/zero",
        `of=${join(disk, "ballast")}`,
        "bs=1M",
        `count=${(bavail * bsize) >> 20}`,
      ]);
      spawnSync("dd", ["if=/dev/zero", `of=${join(disk, "ballast2")}`, "bs=4k"]);
      await lab.do("fault", "kill", "east");
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      for (const name of ["ballast", "ballast2"]) await rm(join(disk, name), { force: true });
      await lab.lab("down");
      const port = new URL(postgresUrl).port;
      expect((await lab.lab("up", "--detach", "--sql-port", port)).status).toBe(0);
      await lab.untilReady();
      expect(writer.acknowledged.length).toBeGreaterThan(0);
      expect(await writer.lost()).toEqual([]);
      const verify = ["evidence", "verify", join(disk, "evidence")];
      expect((await ended({ program: own.file, args: verify, folder })).status).toBe(0);
    } finally {
      await lab.lab("down");
    }
    expect(readdirSync(disk)).not.toContain("lab.json");
  });
});
