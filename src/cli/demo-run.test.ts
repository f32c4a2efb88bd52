import { sampleCatalogue } from "../../test/sample-catalogue.ts";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { projectRoot } from "../../test/built-program.ts";
import { makeFolder } from "../adapters/files/make-folder.ts";
import { lockOutcome } from "../adapters/files/outcome-lock.ts";
import { readFolder } from "../adapters/files/workspace.ts";
import type { Problem } from "../core/problem/problem.ts";
import type { LabVerbs } from "../runtime/lab.ts";
import { runDemo } from "./demo-run.ts";
import type { Parts } from "./parts.ts";
import type { Shell } from "./shell.ts";

const problem: Problem = {
  code: "lab/will-not-stop",
  what: "processes of the lab do not end: 4711",
  where: null,
  why: "A process that cannot be ended waits for a disk or is traced.",
  mend: "look at them",
};
const refused = { ok: false, problems: [problem] } as const;

let folder = "";
let begun: string[] = [];
let said = { out: "", err: "" };
let interruption = new AbortController();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-demo-run-"));
  begun = [];
  said = { out: "", err: "" };
  interruption = new AbortController();
  vi.stubEnv("TMPDIR", folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** A platform that is interrupted while it starts, and ends when it is asked to. */
const lab: LabVerbs = {
  start: ({ root }) => {
    begun.push(root);
    interruption.abort();
    return Promise.resolve(refused);
  },
  status: () => Promise.resolve(refused),
  details: () => Promise.resolve(refused),
  inject: () => Promise.resolve(refused),
  harm: () => Promise.resolve(refused),
  restore: () => Promise.resolve(refused),
  order: () => Promise.resolve(refused),
  runStore: () => {
    throw new Error("no plan is run here");
  },
  stop: () => Promise.resolve({ ok: true, value: "stopped" }),
  remove: (root) => rm(root, { recursive: true }),
};

function demo(verbs: LabVerbs = lab): Promise<number> {
  const terminal = { isInteractive: false, columns: 80, hasColor: false };
  const shell: Shell = {
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
    cwd: folder,
    env: {},
    terminal,
    output: terminal,
    signal: interruption.signal,
  };
  // No drill is carried out: of all outside systems, the example and the lab alone are asked for.
  const parts = {
    readExample: (name: string, signal: AbortSignal) => readFolder(`examples/${name}`, projectRoot, signal),
    readCatalogue: () => Promise.resolve({ ok: true, value: { ...sampleCatalogue } }),
    makeFolder,
    lab: () => Promise.resolve(verbs),
    lockOutcome,
  } as unknown as Parts;
  return runDemo({ out: "out", scenario: "kill" }, { shell, parts });
}

/** What was said on standard error, wherever its lines are broken. */
function words(): string {
  return said.err.replaceAll(/\s+/g, " ");
}

async function platforms(): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith("holdfast-demo-"));
}

describe("a demo", () => {
  it("leaves nothing when it is interrupted", async () => {
    expect(await demo()).toBe(130);
    expect(begun).toHaveLength(1);
    expect(await readdir(folder)).toEqual([]);
  });

  it("starts nothing while another one writes its outcome to the same folder", async () => {
    await mkdir(join(folder, "out"));
    const first = await lockOutcome(join(folder, "out"));
    expect(await demo()).toBe(1);
    expect(said.err).toMatch(/^drill\/out-in-use\n/);
    expect(begun).toEqual([]);
    expect(await readdir(folder, { recursive: true })).toEqual(["out", "out/writer.lock"]);
    if (first.ok) await first.value.release();
  });

  it("says so when there is no place for its platform, and starts nothing", async () => {
    vi.stubEnv("TMPDIR", join(folder, "nowhere"));
    expect(await demo()).toBe(1);
    expect(said.err).toContain("demo/no-temporary-folder\n");
    expect(words()).toContain(`the platform cannot be put into ${folder}/nowhere: ENOENT`);
    expect(said.err).toContain("TMPDIR=/var/tmp holdfast demo");
    expect(begun).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it("says so when there is no place for its record, and starts nothing", async () => {
    await mkdir(join(folder, "out", "evidence"), { recursive: true });
    await writeFile(join(folder, "out", "earlier"), "a file where earlier outcomes go");
    expect(await demo()).toBe(1);
    expect(said.err).toContain("demo/record-has-no-place\n");
    expect(words()).toContain(`the record of the demo cannot be kept in ${folder}/out/evidence`);
    expect(words()).toContain("--out for the record, TMPDIR for the platform");
    expect(begun).toEqual([]);
    expect(await platforms()).toEqual([]);
  });

  it("keeps the data of a platform that does not end, and says so", async () => {
    expect(await demo({ ...lab, stop: () => Promise.resolve(refused) })).toBe(1);
    const [platform = ""] = await platforms();
    expect(said.err).toContain("lab/will-not-stop");
    expect(said.err).toContain(`What is left of the platform stays in ${join(folder, platform)}\n`);
    expect(said.err).not.toContain("has ended");
    expect(platform).not.toBe("");
  });

  it("keeps the logs of a platform that failed, and says where", async () => {
    const fails: LabVerbs = {
      ...lab,
      start: ({ root }) => {
        begun.push(root);
        return Promise.resolve(refused);
      },
      remove: (root, { keepLogs }) => {
        said.err += `removed, ${keepLogs ? "but the logs" : "and the logs"}`;
        return rm(root, { recursive: true });
      },
    };
    expect(await demo(fails)).toBe(1);
    expect(said.err).toContain("removed, but the logs");
    expect(said.err).toContain(`The platform has ended; its logs stay in ${begun[0] ?? "?"}\n`);
  });

  it("says how to remove data that it could not remove", async () => {
    const cannot = new Error("EBUSY: resource busy or locked");
    expect(await demo({ ...lab, remove: () => Promise.reject(cannot) })).toBe(1);
    expect(said.err).toContain("demo/data-not-removed");
    expect(said.err).toContain(`rm -rf -- ${begun[0] ?? "?"}`);
  });
});
