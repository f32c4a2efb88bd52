import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CoordinatorKind } from "../../src/runtime/lab.ts";
import { layoutOf } from "../layout.ts";
import { openStore } from "./open-store.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "holdfast-store-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

function opened(wanted: CoordinatorKind | null): ReturnType<typeof openStore> {
  return openStore(
    wanted,
    { layout: layoutOf(root), onProgress: () => undefined },
    new AbortController().signal,
  );
}

describe("the store of a lab", () => {
  it("is built in where nothing is there and nothing is said, and again after that", async () => {
    for (const wanted of [null, null, "built-in"] as const) {
      const store = await opened(wanted);
      if (!store.ok) throw new Error(store.problems[0].what);
      expect(store.value).toMatchObject({ kind: "built-in", place: join(root, "coordination.db") });
      await store.value.stop();
    }
  });

  it.each<[CoordinatorKind, () => Promise<unknown>]>([
    ["built-in", () => mkdir(join(root, "etcd"))],
    ["etcd", () => writeFile(join(root, "coordination.db"), "")],
  ])("is not %s where another one is there", async (wanted, make) => {
    await make();
    expect(await opened(wanted)).toMatchObject({ ok: false, problems: [{ code: "lab/other-coordinator" }] });
  });

  it("says what to install, and leaves nothing behind, where there is no etcd to run", async () => {
    vi.stubEnv("PATH", root);
    expect(await opened("etcd")).toMatchObject({ ok: false, problems: [{ code: "lab/etcd-not-installed" }] });
    expect((await opened(null)).ok).toBe(true);
  });
});
