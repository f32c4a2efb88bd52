import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isAlive, type ProcessIdentity } from "../src/adapters/processes/identity.ts";
import { stopAll } from "../src/adapters/processes/signals.ts";
import { startProcess } from "../src/adapters/processes/start-process.ts";
import { milliseconds } from "../src/core/units/units.ts";
import { labVerbs } from "./lab.ts";

let root = "";
let started: ProcessIdentity[] = [];
const lab = labVerbs("no program is run");

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "holdfast-state-"));
  started = [];
});
afterEach(async () => {
  await stopAll(started, { gentleMs: milliseconds(1_000) });
  await rm(root, { recursive: true });
});

const idle = "setInterval(() => undefined, 1000);";
/** A daemon that ends in good order takes the state file with it. */
const orderly = `import { rmSync, writeFileSync } from "node:fs";
process.on("SIGTERM", () => { rmSync("lab.json", { force: true }); process.exit(); });
writeFileSync("ready", "");
setInterval(() => undefined, 1000);`;

/** A process that stands in the lab's folder and runs a command line with these words. */
function running(...words: readonly string[]): Promise<ProcessIdentity> {
  return runningIn(root, words);
}

async function runningIn(cwd: string, words: readonly string[], program = idle): Promise<ProcessIdentity> {
  await writeFile(join(root, "wait.mjs"), program);
  const begun = await startProcess({
    command: process.execPath,
    args: [join(root, "wait.mjs"), ...words],
    env: {},
    cwd,
    logFile: join(root, "wait.log"),
  });
  if (!begun.ok) throw new Error(begun.problems[0].what);
  started.push(begun.value.identity);
  return begun.value.identity;
}

const broken = [
  ["empty", ""],
  ["no JSON", '{"formatVersion": 1, "dae'],
  ["nothing", "null"],
  ["a number", "0"],
  ["a list", "[]"],
  ["a record without anything", "{}"],
  [
    "a record that would end everybody's processes",
    '{"formatVersion":1,"daemon":{"pid":-1,"startedAt":null},"controlPort":1,"token":"t","processes":[],"dataFolders":[]}',
  ],
] as const;

describe("a folder whose lab.json broke", () => {
  it.each(broken)("is told as such by every verb when the file is %s", async (_what, text) => {
    const path = join(root, "lab.json");
    await writeFile(path, text);
    const refusal = {
      ok: false,
      problems: [
        {
          code: "lab/state-unreadable",
          what: expect.stringContaining(path) as string,
          mend: expect.stringContaining(`holdfast lab down --dir ${root}`) as string,
        },
      ],
    };
    const ports = { sql: null, http: null };
    const signal = AbortSignal.timeout(10_000);
    expect(await lab.status(root)).toMatchObject(refusal);
    expect(await lab.restore(root, "east")).toMatchObject(refusal);
    expect(
      await lab.start(
        {
          root,
          ports,
          leaves: "data",
          watchedBy: "nothing",
          coordinator: null,
          network: null,
          workspace: null,
          onProgress: () => undefined,
        },
        signal,
      ),
    ).toMatchObject(refusal);
  });

  it("is cleaned up all the same: what runs there ends, and the file is put aside", async () => {
    await writeFile(join(root, "lab.json"), "{}");
    const parts = [
      await running("lab", "daemon", "--dir", root),
      await running("lab", "process", "agent", "region.json"),
    ];
    const other = await running("lab-notes", "daemon");
    expect(await lab.stop(root)).toEqual({ ok: true, value: "stopped" });
    expect(parts.filter(isAlive)).toEqual([]);
    expect(isAlive(other)).toBe(true);
    expect(await readFile(join(root, "lab.json.unreadable"), "utf8")).toBe("{}");
    expect(await lab.stop(root)).toEqual({ ok: true, value: "none-ran" });
  });

  it("is cleaned up when its daemon takes the file with it", async () => {
    await writeFile(join(root, "lab.json"), "{");
    const daemon = await runningIn(root, ["lab", "daemon", "--dir", root], orderly);
    await expect.poll(() => existsSync(join(root, "ready"))).toBe(true);
    expect(await lab.stop(root)).toEqual({ ok: true, value: "stopped" });
    expect(isAlive(daemon)).toBe(false);
    expect(await readFile(join(root, "lab.json.unreadable"), "utf8")).toBe("{");
  });
});

describe("a folder whose lab.json is lost", () => {
  it("is told as such by every verb that would reach its lab, with the process that runs", async () => {
    const { pid } = await running("lab", "daemon", "--dir", root);
    const ports = { sql: null, http: null };
    const signal = AbortSignal.timeout(10_000);
    expect(await lab.status(root)).toMatchObject({
      problems: [
        {
          code: "lab/not-reachable",
          what: expect.stringContaining(`(process ${pid})`) as string,
          mend: expect.stringContaining(`holdfast lab down --dir ${root}`) as string,
        },
      ],
    });
    expect(
      await lab.start(
        {
          root,
          ports,
          leaves: "data",
          watchedBy: "nothing",
          coordinator: null,
          network: null,
          workspace: null,
          onProgress: () => undefined,
        },
        signal,
      ),
    ).toMatchObject({
      problems: [{ code: "lab/already-runs", what: expect.stringContaining(`(process ${pid})`) as string }],
    });
  });

  it("is taken down all the same: what is the lab's ends, and nobody else", async () => {
    const parts = [
      await running("lab", "daemon", "--dir", root),
      await running("lab", "process", "agent", "region.json"),
    ];
    const watchers = [
      await running("--config.file=prometheus/prometheus.yml"),
      await running("--config.file=prometheus/alertmanager.yml"),
    ];
    const others = [await running("lab-notes", "daemon"), await running("--config.file=prometheus.yml")];
    expect(await lab.stop(root)).toEqual({ ok: true, value: "stopped" });
    expect([...parts, ...watchers].filter(isAlive)).toEqual([]);
    expect(others.filter(isAlive)).toEqual(others);
    expect(await lab.stop(root)).toEqual({ ok: true, value: "none-ran" });
  });

  it("loses its stores too, wherever they stand, and no other lab's", async () => {
    const stores: ProcessIdentity[] = [];
    for (const [region, told] of [
      ["east", root],
      ["west", "/srv/ada/another-lab"],
    ] as const) {
      const dataFolder = join(root, `elsewhere-${region}`);
      await mkdir(join(dataFolder, "data"), { recursive: true });
      await mkdir(join(root, "regions", region), { recursive: true });
      await writeFile(
        join(root, "regions", region, "region.json"),
        JSON.stringify({ root: told, dataFolder }),
      );
      stores.push(await runningIn(join(dataFolder, "data"), []));
    }
    expect(await lab.stop(root)).toEqual({ ok: true, value: "stopped" });
    expect(stores.map(isAlive)).toEqual([false, true]);
  });
});

describe("a copy of a lab's folder", () => {
  it("does not reach the lab that it was copied from", async () => {
    const daemon = await running("lab", "daemon", "--dir", root);
    const state = { formatVersion: 1, root, daemon, controlPort: 1, token: "t", processes: [daemon] };
    await writeFile(join(root, "lab.json"), JSON.stringify({ ...state, dataFolders: [] }));
    const copy = join(root, "copy");
    await cp(join(root, "lab.json"), join(copy, "lab.json"));
    expect(await lab.status(copy)).toMatchObject({ problems: [{ code: "lab/none-runs" }] });
    expect(await lab.stop(copy)).toEqual({ ok: true, value: "none-ran" });
    expect(isAlive(daemon)).toBe(true);
  });
});

describe("a lab that has lost its daemon", () => {
  it("is not said to run no more while parts of it do", async () => {
    const part = await running("lab", "process", "agent");
    expect(await lab.status(root)).toMatchObject({
      problems: [
        {
          code: "lab/left-behind",
          what: expect.stringContaining(`processes ${part.pid}`) as string,
          mend: expect.stringContaining(`\`holdfast lab down --dir ${root}\``) as string,
        },
      ],
    });
    expect(await lab.stop(root)).toEqual({ ok: true, value: "stopped" });
    expect(await lab.status(root)).toMatchObject({ problems: [{ code: "lab/none-runs" }] });
  });
});

describe("a folder without a lab", () => {
  it("has none to end", async () => {
    expect(await lab.stop(root)).toEqual({ ok: true, value: "none-ran" });
    expect(await lab.stop(join(root, "not", "made"))).toEqual({ ok: true, value: "none-ran" });
    expect(await readdir(root)).toEqual([]);
  });

  it("is left as it was when a port is refused", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const ports = { sql: port, http: null };
    const request = {
      root: join(root, "new"),
      ports,
      leaves: "data",
      watchedBy: "nothing",
      coordinator: null,
      network: null,
      workspace: null,
      onProgress: () => undefined,
    } as const;
    const started = await lab.start(request, AbortSignal.timeout(10_000));
    server.close();
    expect(started).toMatchObject({ problems: [{ code: "relay/port-in-use" }] });
    expect(await readdir(root)).toEqual([]);
  });

  it("says how one is started there", async () => {
    expect(await lab.status(root)).toMatchObject({
      problems: [
        {
          code: "lab/none-runs",
          mend: expect.stringContaining(`\`holdfast lab up --detach --dir ${root}\``) as string,
        },
      ],
    });
  });

  it("says so when a folder stands where its state belongs", async () => {
    await mkdir(join(root, "lab.json"));
    expect(await lab.stop(root)).toMatchObject({ ok: false, problems: [{ code: "lab/system-refused" }] });
  });

  it("says so when its name is too long", async () => {
    const long = join(root, "long".repeat(100));
    expect(await lab.status(long)).toMatchObject({ problems: [{ code: "lab/folder-name-too-long" }] });
  });
});
