import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { milliseconds } from "../../core/units/units.ts";
import {
  followersOf,
  identityOf,
  isAlive,
  type ProcessIdentity,
  processesWithCwd,
  stateOf,
} from "./identity.ts";
import { type Mirror, mirror } from "./mirror.ts";
import { signalGroup, signalProcess, stopAll, waitGone } from "./signals.ts";
import { type ProcessSettings, type StartedProcess, startProcess } from "./start-process.ts";

const hasProc = identityOf(process.pid)?.startedAt !== null;
const patience = (): AbortSignal => AbortSignal.timeout(5_000);

let folder: string;
let logFile: string;
const started: ProcessIdentity[] = [];
const mirrors: Mirror[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-processes-"));
  logFile = join(folder, "process.log");
});
afterEach(async () => {
  for (const one of mirrors.splice(0)) one.close();
  await stopAll([...started.splice(0), ...processesWithCwd(folder)], { gentleMs: milliseconds(0) });
  rmSync(folder, { recursive: true });
});

/** Runs `script` with sh, in the test's folder. */
async function shell(script: string, more: Partial<ProcessSettings> = {}): Promise<StartedProcess> {
  const process = await startProcess({
    command: "/bin/sh",
    args: ["-c", script],
    env: { PATH: "/usr/bin:/bin" },
    cwd: folder,
    logFile,
    ...more,
  });
  if (!process.ok) throw new Error(process.problems[0].what);
  started.push(process.value.identity);
  return process.value;
}

/** Looks again and again until it is so; the test's own limit ends the waiting. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

function linesOf(file: string): readonly string[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "");
}

/** A server whose two children have left its group, as PostgreSQL's do, and the three of them. */
async function serverWithChildren(): Promise<{
  leader: ProcessIdentity;
  children: readonly ProcessIdentity[];
}> {
  const { identity: leader } = await shell("setsid sleep 600 & setsid sleep 600 & wait");
  const others = (): readonly ProcessIdentity[] =>
    processesWithCwd(folder).filter(({ pid }) => pid !== leader.pid);
  await until(() => others().filter(({ pid }) => commandOf(pid).startsWith("sleep")).length === 2);
  return { leader, children: others() };
}

/** Empty when the process has ended since it was seen. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

describe("a started process", () => {
  it("leads a group of its own, writes to its log and tells how it ended", async () => {
    const { identity, ended } = await shell("echo out; echo err >&2; exit 7");
    expect(await ended).toEqual({ kind: "exited", status: 7 });
    expect(linesOf(logFile)).toEqual(["out", "err"]);
    expect(stateOf(identity)).toBe("gone");
  });

  it("adds to a log that is there, which its owner alone can read", async () => {
    await (await shell("echo first")).ended;
    await (await shell("echo second")).ended;
    expect(linesOf(logFile)).toEqual(["first", "second"]);
    expect(statSync(logFile).mode & 0o777).toBe(0o600);
  });

  it("is given the environment that was named, and nothing of ours", async () => {
    await (await shell("env", { env: { PATH: "/usr/bin:/bin", REGION: "east" } })).ended;
    expect(linesOf(logFile)).toContain("REGION=east");
    expect(linesOf(logFile).filter((line) => /^(HOME|VITEST)/.test(line))).toEqual([]);
  });

  it("can be spoken with through a pipe", async () => {
    const { pipes, ended } = await shell("read line <&3; echo heard $line >&3", { pipes: 1 });
    const [pipe] = pipes;
    pipe?.write("hello\n");
    const [answer] = (await once(pipe ?? process.stdin, "data")) as [Buffer];
    expect(answer.toString()).toBe("heard hello\n");
    await ended;
  });

  it("names the command that cannot be started", async () => {
    const missing = await startProcess({ command: "/none/such", args: [], env: {}, cwd: folder, logFile });
    expect(missing).toMatchObject({ ok: false, problems: [{ code: "process/cannot-start" }] });
  });

  it("names the folder whose log cannot be written", async () => {
    const settings = {
      command: "/bin/sh",
      args: [],
      env: {},
      cwd: folder,
      logFile: join(folder, "none", "log"),
    };
    expect(await startProcess(settings)).toMatchObject({
      ok: false,
      problems: [{ code: "process/cannot-start" }],
    });
  });

  it.skipIf(process.geteuid?.() !== 0)("runs as the user that was named (skipped without root)", async () => {
    await (await shell("id -u; id -G", { account: { uid: 65_534, gid: 65_534 } })).ended;
    expect(linesOf(logFile)).toEqual(["65534", "65534"]);
  });
});

describe("a process's identity", () => {
  it.skipIf(!hasProc)(
    "is not that of a later process with the same number (skipped where /proc is missing)",
    async () => {
      const { identity } = await shell("sleep 600");
      const earlier = { ...identity, startedAt: "1" };
      expect(stateOf(earlier)).toBe("gone");
      expect(signalProcess(earlier, "SIGKILL")).toEqual({ kind: "gone" });
      expect(signalGroup(earlier, "SIGKILL")).toEqual({ kind: "gone" });
      expect(stateOf(identity)).toBe("running");
    },
  );

  it("is null for a number that nobody has", () => {
    expect(identityOf(2 ** 22 + 1)).toBeNull();
  });

  it.skipIf(!hasProc)(
    "shows a stop, a thaw, and an end of which nobody has asked yet (skipped where /proc is missing)",
    async () => {
      const parent: ChildProcess = spawn("/bin/sh", ["-c", "sleep 600 & echo $!; exec sleep 600"], {
        stdio: ["ignore", "pipe", "ignore"],
        cwd: folder,
      });
      const [line] = (await once(parent.stdout ?? process.stdin, "data")) as [Buffer];
      const identity = identityOf(Number(line.toString())) ?? { pid: 0, startedAt: null };
      started.push(identity);
      signalProcess(identity, "SIGSTOP");
      await until(() => stateOf(identity) === "stopped");
      expect(isAlive(identity)).toBe(true);
      signalProcess(identity, "SIGCONT");
      await until(() => stateOf(identity) === "running");
      // While it is still a shell, the parent asks for its children's ends.
      await until(() => readFileSync(`/proc/${String(parent.pid)}/comm`, "utf8") === "sleep\n");
      signalProcess(identity, "SIGKILL");
      await until(() => stateOf(identity) === "zombie");
      expect(isAlive(identity)).toBe(false);
      parent.kill("SIGKILL");
    },
  );

  it.skipIf(!hasProc)(
    "is read rightly when the command's name is made to mislead (skipped where /proc is missing)",
    async () => {
      const { identity } = await shell(
        `printf '#!/bin/sh\\nread x' > ') R 1 (' && chmod +x ') R 1 (' && exec ./') R 1 (' <&3`,
        {
          pipes: 1,
        },
      );
      await until(() => readFileSync(`/proc/${identity.pid}/comm`, "utf8").includes(") R 1 ("));
      signalProcess(identity, "SIGSTOP");
      await until(() => stateOf(identity) === "stopped");
      expect(identityOf(identity.pid)).toEqual(identity);
    },
  );
});

describe.skipIf(!hasProc)("the processes around a server (skipped where /proc is missing)", () => {
  it("are found as its followers though they left its group, and by the folder in which they stand", async () => {
    const { leader, children } = await serverWithChildren();
    const pids = (identities: readonly ProcessIdentity[]): readonly number[] =>
      identities.map(({ pid }) => pid).sort((one, other) => one - other);
    expect(pids(followersOf(leader))).toEqual(pids(children));
    expect(pids(processesWithCwd(folder))).toEqual(pids([leader, ...children]));
  });

  it("are not reached by a signal to its group, which is why a mirror is needed", async () => {
    const { leader, children } = await serverWithChildren();
    signalGroup(leader, "SIGSTOP");
    await until(() => stateOf(leader) === "stopped");
    expect(children.map(stateOf)).toEqual(["running", "running"]);
  });

  it("are found by their folder after it was taken away", async () => {
    const place = join(folder, "data");
    mkdirSync(place);
    const { identity } = await shell("sleep 600", { cwd: place });
    rmSync(place, { recursive: true });
    expect(processesWithCwd(place).map(({ pid }) => pid)).toContain(identity.pid);
    await stopAll([identity], { gentleMs: milliseconds(0) });
  });
});

describe.skipIf(!hasProc)("a mirror (skipped where /proc is missing)", () => {
  const mirrored = (leader: ProcessIdentity): Mirror => {
    const made = mirror({ leader, children: () => processesWithCwd(folder) });
    mirrors.push(made);
    return made;
  };

  it("stops a server's children when it is stopped and thaws them when it is thawed", async () => {
    const { leader, children } = await serverWithChildren();
    mirrored(leader);
    process.kill(leader.pid, "SIGSTOP");
    await until(() => children.every((child) => stateOf(child) === "stopped"));
    process.kill(leader.pid, "SIGCONT");
    await until(() => children.every((child) => stateOf(child) === "running"));
  });

  it("kills a server's children when it is killed, frozen ones too", async () => {
    const { leader, children } = await serverWithChildren();
    const { ended } = mirrored(leader);
    process.kill(leader.pid, "SIGSTOP");
    await until(() => children.every((child) => stateOf(child) === "stopped"));
    process.kill(leader.pid, "SIGKILL");
    await ended;
    expect([leader, ...children].filter(isAlive)).toEqual([]);
  });

  it("spares a server that was started in the same place after the old one ended", async () => {
    const { leader, children } = await serverWithChildren();
    const { ended } = mirrored(leader);
    await until(() => stateOf(leader) === "running");
    // In one turn, so that the mirror sees the death only after the successor is there.
    process.kill(leader.pid, "SIGKILL");
    const successor = (await shell("sleep 600")).identity;
    await ended;
    await waitGone(children, patience());
    expect(stateOf(successor)).toBe("running");
  });

  it("signals nobody once it is closed", async () => {
    const { leader, children } = await serverWithChildren();
    const closed = mirrored(leader);
    const witness = await shell("sleep 600");
    const open = mirror({ leader, children: () => [witness.identity] });
    mirrors.push(open);
    closed.close();
    process.kill(leader.pid, "SIGSTOP");
    await until(() => stateOf(witness.identity) === "stopped");
    expect(children.map(stateOf)).toEqual(["running", "running"]);
  });
});

describe("stopping processes", () => {
  it("lets them end by themselves when they do so in time", async () => {
    const { identity, ended } = await shell(
      "trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.02; done",
    );
    await until(() => linesOf(logFile).includes("up"));
    expect(await stopAll([identity], { gentleMs: milliseconds(4_000) })).toEqual([]);
    expect(await ended).toEqual({ kind: "exited", status: 3 });
    expect(linesOf(logFile)).toContain("bye");
  });

  it("kills those that do not listen", async () => {
    const { identity, ended } = await shell("trap '' TERM; echo up; while :; do sleep 0.02; done");
    await until(() => linesOf(logFile).includes("up"));
    expect(await stopAll([identity], { gentleMs: milliseconds(30) })).toEqual([]);
    expect(await ended).toEqual({ kind: "killed", signal: "SIGKILL" });
  });

  it.skipIf(!hasProc)(
    "ends frozen ones gently, without letting them do anything else first (skipped where /proc is missing)",
    async () => {
      const { identity, ended } = await shell("echo up; while :; do echo work; done > work");
      await until(() => linesOf(logFile).includes("up"));
      signalGroup(identity, "SIGSTOP");
      await until(() => stateOf(identity) === "stopped");
      const before = statSync(join(folder, "work")).size;
      expect(await stopAll([identity], { gentleMs: milliseconds(4_000) })).toEqual([]);
      expect(await ended).toEqual({ kind: "killed", signal: "SIGTERM" });
      expect(statSync(join(folder, "work")).size).toBe(before);
    },
  );

  it.skipIf(!hasProc)(
    "kills frozen followers in groups of their own without thawing them (skipped where /proc is missing)",
    async () => {
      const { identity } = await shell("setsid sh -c 'while :; do echo work; done > work' & wait");
      const workers = (): readonly ProcessIdentity[] =>
        processesWithCwd(folder).filter(({ pid }) => commandOf(pid).startsWith("sh -c"));
      await until(() => workers().length === 1 && existsSync(join(folder, "work")));
      const frozen = workers();
      for (const worker of frozen) signalProcess(worker, "SIGSTOP");
      await until(() => frozen.every((worker) => stateOf(worker) === "stopped"));
      const before = statSync(join(folder, "work")).size;
      expect(await stopAll([identity], { gentleMs: milliseconds(50) })).toEqual([]);
      expect(frozen.filter(isAlive)).toEqual([]);
      expect(statSync(join(folder, "work")).size).toBe(before);
    },
  );

  it.skipIf(!hasProc)(
    "reaches members of the group whose parent is gone (skipped where /proc is missing)",
    async () => {
      const { identity } = await shell("(trap '' TERM; sleep 600 & sleep 600 &) & wait; exec sleep 600");
      const sleepers = (): readonly ProcessIdentity[] =>
        processesWithCwd(folder).filter(({ pid }) => commandOf(pid).startsWith("sleep"));
      await until(() => sleepers().length === 3);
      const all = sleepers();
      expect(await stopAll([identity], { gentleMs: milliseconds(30) })).toEqual([]);
      expect(all.filter(isAlive)).toEqual([]);
    },
  );

  it.skipIf(!hasProc)(
    "reaches descendants that have left the group (skipped where /proc is missing)",
    async () => {
      const { leader, children } = await serverWithChildren();
      expect(await stopAll([leader], { gentleMs: milliseconds(50) })).toEqual([]);
      expect([leader, ...children].filter(isAlive)).toEqual([]);
    },
  );

  it("takes those that are gone already for stopped", async () => {
    const { identity, ended } = await shell("exit 0");
    await ended;
    expect(await stopAll([identity], { gentleMs: milliseconds(1_000) })).toEqual([]);
  });

  it("tells who is still there when the waiting is ended", async () => {
    const { identity } = await shell("sleep 600");
    expect(await waitGone([identity], AbortSignal.timeout(20))).toEqual([identity]);
  });
});
