import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { NewEntry } from "../../core/evidence/evidence.ts";
import { problemOf } from "../../core/evidence/fault.ts";
import type { EvidenceLog } from "../../core/evidence/ports.ts";
import { type VerifiedEvidence, verifyEvidence } from "../../core/evidence/verify.ts";
import { instantMs, monotonicMs } from "../../core/units/units.ts";
import { cryptography } from "./evidence-cryptography.ts";
import { type Disk, realDisk } from "./evidence-disk.ts";
import { type EvidenceLogSettings, openEvidenceLog } from "./evidence-log.ts";
import { evidenceReader } from "./evidence-reader.ts";

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;
const { signal } = new AbortController();
const event = (index: number): NewEntry => ({ kind: "observed", body: { index } });

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-evidence-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function settings(log = "drill"): EvidenceLogSettings {
  return {
    directory: join(folder, "evidence"),
    log,
    keyPath: join(folder, "keys", "signing-key.pem"),
    software: "holdfast 0.1.0",
    clock: () => ({ at: instantMs(1_790_000_000_000), monotonic: monotonicMs(1) }),
  };
}

async function opened(given = settings(), disk?: Disk): Promise<EvidenceLog> {
  const log = await openEvidenceLog(given, disk);
  if (!log.ok) throw new Error(JSON.stringify(log.problems));
  return log.value;
}

async function refusal(given = settings()): Promise<string> {
  const log = await openEvidenceLog(given);
  if (!log.ok) return `${log.problems[0].code}: ${log.problems[0].what}; ${log.problems[0].mend}`;
  await log.value.close();
  return "opened";
}

async function verified(directory = settings().directory): Promise<VerifiedEvidence> {
  const files = await evidenceReader.logs(directory, signal);
  if (!files.ok) throw new Error(JSON.stringify(files.problems));
  return verifyEvidence(files.value, { kind: "beside" }, cryptography);
}

async function expectWhole(entriesMin: number): Promise<void> {
  const { logs, faults } = await verified();
  expect(faults.map((fault) => problemOf(fault).what)).toEqual([]);
  expect(logs[0]?.strays).toEqual([]);
  expect(logs[0]?.unsealed).toBe(0);
  expect(logs[0]?.entries.length).toBeGreaterThanOrEqual(entriesMin);
}

const inLog = (...names: readonly string[]): string => join(folder, "evidence", "drill", ...names);

describe("an evidence log", () => {
  it("keeps entries in order, whole and sealed, and goes on after it was closed", async () => {
    const first = await opened();
    const answers = await Promise.all([1, 2, 3].map((index) => first.append(event(index))));
    expect(answers.map((answer) => answer.kind)).toEqual(["sealed", "sealed", "sealed"]);
    await first.close();
    const second = await opened();
    expect(second.head()).toEqual(first.head());
    await second.append(event(4));
    await second.close();
    const { logs, faults } = await verified();
    expect(faults).toEqual([]);
    expect(logs[0]?.entries.map(({ entry }) => entry.body["index"])).toEqual([1, 2, 3, 4]);
    expect(second.head()).toMatchObject({ log: "drill", size: 4, root: logs[0]?.roots[4] });
    expect(readdirSync(inLog())).toEqual(["checkpoint", "entries", "public-key.pem"]);
  });

  it("refuses an entry that is too large to verify, and takes the next", async () => {
    const log = await opened();
    const large = await log.append({ kind: "dump", body: { text: "x".repeat(1024 * 1024) } });
    expect(large).toMatchObject({ kind: "failed", problem: { code: "evidence/entry-too-large" } });
    expect(await log.append(event(1))).toMatchObject({ kind: "sealed", entry: { sequence: 1 } });
    await log.close();
  });

  it("goes on after a mistake of ours in one entry", async () => {
    const log = await opened();
    await expect(log.append({ kind: "bad", body: { lagSeconds: Number.NaN } })).rejects.toThrow(/lagSeconds/);
    expect(await log.append(event(1))).toMatchObject({ kind: "sealed", entry: { sequence: 1 } });
    await log.close();
  });

  it("does not continue a log that was touched, and names the entry", async () => {
    const log = await opened();
    for (const index of [1, 2, 3]) await log.append(event(index));
    await log.close();
    rmSync(inLog("entries", "00000002.json"));
    expect(await refusal()).toMatch(/^evidence\/entry-missing: drill\/2/);
  });

  it("does not continue a log with another key", async () => {
    await (await opened()).close();
    const other = { ...settings(), keyPath: join(folder, "other.pem") };
    expect(await refusal(other)).toMatch(/^evidence\/other-key/);
  });

  it("refuses a name that is no plain folder", async () => {
    expect(await refusal(settings("../elsewhere"))).toMatch(/^evidence\/log-name/);
  });
});

/** A disk that dies, as its process would, at the `count`th deed: before it, halfway through it, or after it. */
function dyingDisk(count: number, when: "before" | "halfway" | "after"): Disk {
  let left = count;
  async function deed(whole: () => Promise<void>, half = whole): Promise<void> {
    left -= 1;
    if (left > 0) {
      await whole();
      return;
    }
    if (left === 0 && when !== "before") await (when === "halfway" ? half() : whole());
    throw new Error("died");
  }
  return {
    write: (path, bytes, mode) =>
      deed(
        () => realDisk.write(path, bytes, mode),
        () => realDisk.write(path, bytes.subarray(0, bytes.length / 2), mode),
      ),
    link: (from, to) => deed(() => realDisk.link(from, to)),
    rename: (from, to) => deed(() => realDisk.rename(from, to)),
    remove: (path) => deed(() => realDisk.remove(path)),
    syncFolder: (path) => deed(() => realDisk.syncFolder(path)),
  };
}

/** A disk on which the `count`th deed that needs room, and that one alone, finds none. */
function fullDiskOnce(count: number): Disk {
  let left = count;
  const deed = async (whole: () => Promise<void>): Promise<void> => {
    left -= 1;
    if (left === 0) throw Object.assign(new Error("no space left"), { code: "ENOSPC", syscall: "write" });
    await whole();
  };
  return {
    write: (path, bytes, mode) => deed(() => realDisk.write(path, bytes, mode)),
    link: (from, to) => deed(() => realDisk.link(from, to)),
    rename: (from, to) => deed(() => realDisk.rename(from, to)),
    // To remove something takes no room.
    remove: (path) => realDisk.remove(path),
    syncFolder: (path) => deed(() => realDisk.syncFolder(path)),
  };
}

/** Opens and appends three entries; answers how many were acknowledged and whether the disk lived to the end. */
async function threeEntries(disk: Disk): Promise<{ acknowledged: number; hasLived: boolean }> {
  let acknowledged = 0;
  try {
    const log = await opened(settings(), disk);
    for (const index of [1, 2, 3]) {
      if ((await log.append(event(index))).kind === "sealed") acknowledged += 1;
    }
    await log.close();
    return { acknowledged, hasLived: true };
  } catch {
    return { acknowledged, hasLived: false };
  }
}

/** Makes every claim left behind look like that of a process that has ended: here nobody really died. */
function buryHolders(): void {
  if (!existsSync(inLog())) return;
  for (const name of readdirSync(inLog()).filter((one) => one.startsWith("writer.lock"))) {
    const text = readFileSync(inLog(name), "utf8");
    rmSync(inLog(name));
    writeFileSync(inLog(name), text.replace(/"started":"\d+"/, '"started":"1"'));
  }
}

describe("a crash", () => {
  it.each(["before", "halfway", "after"] as const)(
    "%s any deed on the disk loses no acknowledged entry and leaves a log that goes on",
    async (when) => {
      let deeds = 0;
      for (let hasLived = false; !hasLived; ) {
        deeds += 1;
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(folder);
        const run = await threeEntries(dyingDisk(deeds, when));
        hasLived = run.hasLived;
        buryHolders();
        const log = await opened();
        expect(log.head().size).toBeGreaterThanOrEqual(run.acknowledged);
        expect(log.head().size).toBeLessThanOrEqual(run.acknowledged + 1);
        await log.append(event(99));
        await log.close();
        await expectWhole(run.acknowledged + 1);
      }
      expect(deeds).toBeGreaterThan(30);
    },
    60_000,
  );
});

describe("a disk that has no room for one deed", () => {
  it("fails that entry with a problem, whichever deed it was, and the log goes on", async () => {
    let refusals = 0;
    for (let deeds = 1; deeds < 50; deeds += 1) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
      const log = await openEvidenceLog(settings(), fullDiskOnce(deeds));
      if (!log.ok) {
        expect(log.problems[0].code).toBe("evidence/disk-full");
        expect(await refusal()).toBe("opened");
        continue;
      }
      const answers = [];
      for (const index of [1, 2, 3, 4]) answers.push(await log.value.append(event(index)));
      await log.value.close();
      const failed = answers.filter((answer) => answer.kind === "failed");
      refusals += failed.length;
      expect(failed.map(({ problem }) => problem.code)).toEqual(failed.map(() => "evidence/disk-full"));
      expect((await verified()).faults).toEqual([]);
      expect(await refusal()).toBe("opened");
      await expectWhole(answers.length - failed.length);
    }
    expect(refusals).toBeGreaterThan(20);
  }, 60_000);
});

describe("a signing key", () => {
  it("is made on first use, for its owner alone", async () => {
    await (await opened()).close();
    expect(statSync(settings().keyPath).mode & 0o777).toBe(0o600);
    expect(readFileSync(settings().keyPath, "utf8")).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  });

  it("is taken as given", async () => {
    const keyPath = join(folder, "mine.pem");
    execFileSync("openssl", ["genpkey", "-algorithm", "ed25519", "-out", keyPath]);
    chmodSync(keyPath, 0o600);
    const before = readFileSync(keyPath, "utf8");
    await (await opened({ ...settings(), keyPath })).close();
    expect(readFileSync(keyPath, "utf8")).toBe(before);
    const beside = execFileSync("openssl", ["pkey", "-in", keyPath, "-pubout"], { encoding: "utf8" });
    expect(readFileSync(inLog("public-key.pem"), "utf8")).toBe(beside);
  });

  it("that others can read is refused, with the command that mends it", async () => {
    await (await opened()).close();
    chmodSync(settings().keyPath, 0o640);
    const told = await refusal();
    expect(told).toMatch(/^evidence\/key-readable-by-others: .* mode 640/);
    const command = /`(.*)`$/.exec(told)?.[1] ?? "";
    expect(command).toBe(`chmod 600 ${settings().keyPath}`);
    execFileSync("sh", ["-c", command]);
    expect(await refusal()).toBe("opened");
  });

  it.each([
    ["is no key", () => "hello"],
    [
      "is of another kind",
      () => execFileSync("openssl", ["genpkey", "-algorithm", "x25519"], { encoding: "utf8" }),
    ],
  ])("that %s is refused", async (_, text) => {
    const keyPath = join(folder, "key.pem");
    writeFileSync(keyPath, text(), { mode: 0o600 });
    expect(await refusal({ ...settings(), keyPath })).toMatch(/^evidence\/key-unusable/);
  });

  it("made by two logs at once is one key", async () => {
    const logs = await Promise.all(["east", "west"].map((name) => opened(settings(name))));
    for (const log of logs) await log.close();
    const keys = (await verified()).logs.map(({ key }) => key?.fingerprint);
    expect(new Set(keys).size).toBe(1);
  });
});

describe("reading evidence back", () => {
  it("says that a folder holds none, is missing or is a file", async () => {
    const codes = [];
    writeFileSync(join(folder, "file"), "");
    for (const path of [folder, join(folder, "missing"), join(folder, "file")]) {
      const read = await evidenceReader.logs(path, signal);
      codes.push(read.ok ? "read" : read.problems[0].code);
    }
    expect(codes).toEqual([
      "evidence/none-found",
      "evidence/folder-unreadable",
      "evidence/folder-unreadable",
    ]);
  });

  it("takes no folder for a log in which a writer could not begin, but one that lost its other files", async () => {
    mkdirSync(join(folder, "kept-out", "entries"), { recursive: true });
    mkdirSync(join(folder, "robbed", "entries"), { recursive: true });
    writeFileSync(join(folder, "robbed", "checkpoint"), "");
    const read = await evidenceReader.logs(folder, signal);
    expect(read.ok && read.value.map(({ log }) => log)).toEqual(["robbed"]);
  });

  it("is stopped by no garbage: folders, pipes, dangling links and giants in the place of files", async () => {
    const log = await opened();
    for (const index of [1, 2, 3, 4, 5]) await log.append(event(index));
    await log.close();
    const replaced = (sequence: number): string => {
      const path = inLog("entries", `0000000${sequence}.json`);
      rmSync(path);
      return path;
    };
    mkdirSync(replaced(2));
    execFileSync("mkfifo", [replaced(3)]);
    symlinkSync("nowhere", replaced(4));
    appendFileSync(inLog("entries", "00000005.json"), Buffer.alloc(2 * 1024 * 1024));
    writeFileSync(inLog("entries", "notes.txt"), "hello");
    writeFileSync(join(folder, "evidence", "README"), "hello");
    const { logs, faults } = await verified();
    expect(faults.map((fault) => problemOf(fault).code)).toEqual(["evidence/entry-unreadable"]);
    expect(logs[0]?.entries).toHaveLength(1);
    expect(logs[0]?.strays).toEqual([join("entries", "notes.txt")]);
  });

  it("reads one log's own folder too", async () => {
    await (await opened()).close();
    expect((await verified(inLog())).logs.map(({ log }) => log)).toEqual(["drill"]);
  });
});

describe("a folder that cannot be written", () => {
  it.skipIf(!isRoot)(
    "because somebody else owns it is told in one problem (skipped without root, who may change user)",
    async () => {
      const log = await opened();
      await log.append(event(1));
      await log.close();
      chmodSync(folder, 0o755);
      const child = spawnWriter(["append", settings().directory, "drill", join(programs, "key.pem")], nobody);
      expect(await lineOf(child)).toMatch(/^refused evidence\/not-writable/);
      await expectWhole(1);
    },
  );
});

/** A small file system of its own at `path`; `false` where this user may not mount one. */
function isMounted(path: string): boolean {
  mkdirSync(path);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=192k", "tmpfs", path], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe("a small file system", () => {
  it("that is full ends no log and leaves it verifiable", async ({ skip }) => {
    const small = join(folder, "evidence");
    if (!isMounted(small)) skip("needs the right to mount a small file system");
    try {
      const log = await opened();
      let sealed = 0;
      let answer = await log.append(event(0));
      for (; answer.kind === "sealed" && sealed < 1000; answer = await log.append(event(sealed))) sealed += 1;
      expect(answer).toMatchObject({ kind: "failed", problem: { code: "evidence/disk-full" } });
      expect(sealed).toBeGreaterThan(5);
      expect((await verified()).faults).toEqual([]);
      execFileSync("mount", ["-o", "remount,size=1m", small]);
      expect(await log.append(event(1))).toMatchObject({ kind: "sealed" });
      await log.close();
      await expectWhole(sealed + 1);
    } finally {
      execFileSync("umount", [small]);
    }
  });

  it("that turns read-only ends no log and leaves it verifiable", async ({ skip }) => {
    const small = join(folder, "evidence");
    if (!isMounted(small)) skip("needs the right to mount a small file system");
    try {
      const log = await opened();
      await log.append(event(1));
      execFileSync("mount", ["-o", "remount,ro", small]);
      expect(await log.append(event(2))).toMatchObject({
        kind: "failed",
        problem: { code: "evidence/read-only", mend: "mount it for writing, or name another folder" },
      });
      expect((await verified()).faults).toEqual([]);
      execFileSync("mount", ["-o", "remount,rw", small]);
      expect(await log.append(event(2))).toMatchObject({ kind: "sealed", entry: { sequence: 2 } });
      await log.close();
    } finally {
      execFileSync("umount", [small]);
    }
  });
});

let programs = "";
const children = new Set<ChildProcess>();

beforeAll(async () => {
  programs = mkdtempSync(join(tmpdir(), "holdfast-writer-"));
  chmodSync(programs, 0o777);
  await build({
    stdin: { contents: writerProgram, resolveDir: import.meta.dirname, loader: "ts" },
    outfile: join(programs, "writer.mjs"),
    ...{ bundle: true, format: "esm", platform: "node" },
  });
});
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  children.clear();
});
afterAll(() => {
  rmSync(programs, { recursive: true, force: true });
});

/** A writer of its own process: tells that it was refused, or holds the log and tells each entry once it is acknowledged. */
const writerProgram = `
import { openEvidenceLog } from "./evidence-log.ts";
const [deed, directory, log, keyPath] = process.argv.slice(2);
const clock = () => ({ at: Date.now(), monotonic: performance.now() });
const tell = (line) => process.stdout.write(line + "\\n");
const opened = await openEvidenceLog({ directory, log, keyPath, software: "holdfast 0.1.0", clock });
if (!opened.ok) tell("refused " + opened.problems[0].code + " " + opened.problems[0].what);
else {
  tell("opened " + opened.value.head().size);
  for (let index = 0; deed === "append"; index += 1) {
    const answer = await opened.value.append({ kind: "observed", body: { index } });
    tell(answer.kind === "sealed" ? String(answer.head.size) : answer.problem.code);
  }
  setInterval(() => {}, 1000);
}
`;

function spawnWriter(args: readonly string[], uid?: number): ChildProcess {
  const child = spawn(process.execPath, [join(programs, "writer.mjs"), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    ...(uid === undefined ? {} : { uid }),
  });
  children.add(child);
  return child;
}

function writer(deed: "append" | "hold"): ChildProcess {
  return spawnWriter([deed, settings().directory, "drill", settings().keyPath]);
}

async function lineOf(child: ChildProcess): Promise<string> {
  for await (const line of linesOf(child)) return line;
  return "ended in silence";
}

function linesOf(child: ChildProcess): AsyncIterable<string> {
  if (child.stdout === null) throw new Error("the child has no output");
  return createInterface({ input: child.stdout });
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = once(child, "exit");
  child.kill("SIGKILL");
  await end;
}

describe("one writer per log", () => {
  it("is held against a second process, which is told who writes", async () => {
    const holder = writer("hold");
    expect(await lineOf(holder)).toBe("opened 0");
    expect(await refusal()).toMatch(new RegExp(`^evidence/log-held: .*process ${holder.pid} writes it`));
  });

  it("is held by this process against itself", async () => {
    const log = await opened();
    expect(await refusal()).toMatch(/this very process writes it already/);
    await log.close();
    expect(await refusal()).toBe("opened");
  });

  it("is held by a frozen process, with the commands that wake or end it", async () => {
    const holder = writer("hold");
    await lineOf(holder);
    holder.kill("SIGSTOP");
    expect(await refusal()).toMatch(/is frozen; wake it \(`kill -CONT \d+`\) or end it \(`kill -KILL \d+`\)/);
  });

  it("passes on from a process that was killed", async () => {
    const holder = writer("hold");
    await lineOf(holder);
    await killed(holder);
    expect(existsSync(inLog("writer.lock"))).toBe(true);
    expect(await refusal()).toBe("opened");
    expect(readdirSync(inLog())).toEqual(["checkpoint", "entries", "public-key.pem"]);
  });

  it("passes on when the holder's number was given to another process", async () => {
    const holder = writer("hold");
    await lineOf(holder);
    await killed(holder);
    const text = readFileSync(inLog("writer.lock"), "utf8");
    writeFileSync(inLog("writer.lock"), text.replace(`"pid":${holder.pid}`, `"pid":${process.pid}`));
    expect(await refusal()).toBe("opened");
  });

  it("is not taken from a holder on another machine, which cannot be seen", async () => {
    const holder = writer("hold");
    await lineOf(holder);
    await killed(holder);
    const text = readFileSync(inLog("writer.lock"), "utf8");
    const elsewhere = text.replace(/"host":"[^"]*"/, '"host":"far"').replace(/"boot":"[^"]*"/, '"boot":"b"');
    writeFileSync(inLog("writer.lock"), elsewhere);
    expect(await refusal()).toMatch(/on far, which cannot be seen from here/);
    writeFileSync(inLog("writer.lock"), text.replace(/"boot":"[^"]*"/, '"boot":"before the last boot"'));
    expect(await refusal()).toBe("opened");
  });

  it("asks for a person when a lock says nothing", async () => {
    await (await opened()).close();
    writeFileSync(inLog("writer.lock"), "{");
    expect(await refusal()).toMatch(/^evidence\/lock-unreadable: .* then remove .*writer\.lock$/);
  });

  it("passes to one of many that find the same dead holder, and its claims leave nothing behind", async () => {
    for (let round = 0; round < 5; round += 1) {
      const dead = writer("hold");
      expect(await lineOf(dead)).toBe("opened 0");
      await killed(dead);
      const heirs = Array.from({ length: 4 }, () => writer("hold"));
      const told = await Promise.all(heirs.map(lineOf));
      expect(told.filter((line) => line.startsWith("opened"))).toHaveLength(1);
      for (const heir of heirs) await killed(heir);
    }
    expect(await refusal()).toBe("opened");
    expect(readdirSync(inLog())).toEqual(["checkpoint", "entries", "public-key.pem"]);
  }, 60_000);
});

describe("kill -9 of a writer", () => {
  it("loses no entry that was acknowledged, time after time", async () => {
    let acknowledged = 0;
    for (let round = 1; round <= 20; round += 1) {
      const child = writer("append");
      let lines = 0;
      for await (const line of linesOf(child)) {
        lines += 1;
        if (line.startsWith("opened ")) {
          expect(Number(line.slice("opened ".length))).toBeGreaterThanOrEqual(acknowledged);
        } else {
          acknowledged = Number(line);
        }
        if (lines === 1 + (round % 7)) child.kill("SIGKILL");
      }
    }
    const { logs, faults } = await verified();
    expect(faults).toEqual([]);
    expect(logs[0]?.entries.length).toBeGreaterThanOrEqual(acknowledged);
    expect(acknowledged).toBeGreaterThan(40);
  }, 60_000);
});
