import { spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectRoot } from "../test/built-program.ts";
import type { Problem } from "../src/core/problem/problem.ts";
import { type LabLayout, layoutOf, memoryFile } from "./layout.ts";
import { openLab } from "./open-lab.ts";

let layout: LabLayout;
beforeEach(async () => {
  layout = layoutOf(await mkdtemp(join(tmpdir(), "holdfast-found-")));
  // PostgreSQL runs as another account when we are root, and must be able to pass.
  await chmod(layout.root, 0o711);
});
afterEach(() => rm(layout.root, { recursive: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** Why the lab does not open. It is refused before anything of it is started. */
async function refusal(): Promise<readonly Problem[]> {
  const opened = await openLab(
    {
      root: layout.root,
      ports: { sql: null, http: null },
      program: "no program is run",
      modelPath: "no model is loaded",
      workspace: join(projectRoot, "examples", "lab"),
      startedWith: null,
      packageFolder: projectRoot,
      watchedBy: "nothing",
      coordinator: null,
      network: "relays",
      doors: new Map(),
      onProgress: () => undefined,
    },
    AbortSignal.timeout(30_000),
  );
  if (opened.ok) throw new Error("the lab opened");
  expect(await readdir(layout.root)).not.toContain("lab.json");
  return opened.problems;
}

describe("a lab whose store is gone", () => {
  it("says at once what remembers it, and how to begin anew", async () => {
    const memory = memoryFile(layout, "east");
    await write(memory, '{"seen": 12, "lineage": 3}');
    const routing = { kind: "routed", epoch: 3, active: "west" };
    await write(layout.edgeFile, JSON.stringify({ formatVersion: 1, routing }));
    const [problem, ...others] = await refusal();
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: "lab/store-gone" });
    expect(problem?.what).toContain(`has run before: ${memory}, ${layout.edgeFile}`);
    expect(problem?.mend).toContain(
      `with --dir; to give up this one's data, with the lab down: \`rm -rf -- `,
    );
  });

  it("remembers it by its data alone", async () => {
    await write(join(layout.regions, "west", "postgres", "data", "PG_VERSION"), "18\n");
    expect(await refusal()).toMatchObject([{ code: "lab/store-gone" }]);
  });

  it("is fresh again once what it names was removed", async () => {
    await write(memoryFile(layout, "central"), '{"seen": 12, "lineage": null}');
    const [problem] = await refusal();
    const command = problem?.mend.split("with the lab down: ")[1] ?? "";
    expect(spawnSync("sh", ["-c", command]).status).toBe(0);
    expect(await readdir(layout.root)).toEqual(["evidence", "keys", "logs"]);
  });
});

describe("a lab with files that broke", () => {
  it("tells every one that its agents and its edge could not read", async () => {
    await write(memoryFile(layout, "west"), "");
    await write(memoryFile(layout, "central"), "{}");
    await write(layout.edgeFile, "");
    expect((await refusal()).map(({ code }) => code)).toEqual([
      "agent/memory-unreadable",
      "agent/memory-unreadable",
      "relay/routing-unreadable",
    ]);
  });

  it("makes no new secrets for data that has others", async () => {
    const data = join(layout.regions, "east", "postgres", "data");
    await write(join(data, "PG_VERSION"), "18\n");
    const [problem] = await refusal();
    expect(problem).toMatchObject({ code: "lab/secrets-gone" });
    expect(problem?.what).toContain(`is missing, and the lab has run before: ${data}`);
    expect(await readdir(layout.root)).not.toContain("secrets.json");
  });

  it("makes no new secrets in place of those that it cannot read", async () => {
    await write(layout.secretsFile, "");
    expect(await refusal()).toMatchObject([{ code: "lab/secrets-unreadable" }]);
  });

  it("does not found a store over data that it cannot look at", async () => {
    const data = join(layout.regions, "east", "postgres", "data");
    await mkdir(dirname(data), { recursive: true });
    await symlink(data, data);
    expect(await refusal()).toMatchObject([
      { code: "lab/system-refused", what: expect.stringContaining("ELOOP") as string },
    ]);
  });
});
