import { chmod, mkdir, mkdtemp, readlink, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunAs } from "./account.ts";
import { installationFrom, type PlatformPackage } from "./installation.ts";
import { ownUid, reachableFolder } from "./owned-folder.ts";

let root: string;
let carrier: PlatformPackage;
const oneself: RunAs = { kind: "oneself" };
/** Somebody who is neither we nor in our group. */
const stranger: RunAs = { kind: "account", account: { name: "stranger", uid: 54_321, gid: 54_321 } };

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "holdfast-installation-"));
  await chmod(root, 0o755);
  const native = join(root, "home/node_modules/native");
  await mkdir(join(native, "bin"), { recursive: true });
  await mkdir(join(native, "lib"));
  await writeFile(join(native, "bin/postgres"), "#!/bin/sh\n", { mode: 0o700 });
  await writeFile(join(native, "lib/libpq.so.5.18"), "", { mode: 0o600 });
  const links = [{ source: "native/lib/libpq.so.5.18", target: "native/lib/libpq.so.5" }];
  await writeFile(join(native, "pg-symlinks.json"), JSON.stringify(links));
  carrier = { native, version: "18.4.0" };
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}

describe("an installation", () => {
  it("is used in place when it can be reached, with the links that an install script was not allowed to make", async () => {
    const found = await installationFrom(carrier, oneself, root);
    expect(found).toMatchObject({ value: { postgres: join(carrier.native, "bin/postgres") } });
    expect(await readlink(join(carrier.native, "lib/libpq.so.5"))).toBe("libpq.so.5.18");
  });

  it("is copied to where another account can run it when a private home is in the way", async () => {
    await chmod(join(root, "home"), 0o700);
    const found = await installationFrom(carrier, stranger, root);
    const copy = join(root, `holdfast-postgres-18.4.0-uid${ownUid()}`);
    expect(found).toMatchObject({ value: { postgres: join(copy, "bin/postgres") } });
    expect(await modeOf(copy)).toBe(0o755);
    expect(await modeOf(join(copy, "bin/postgres"))).toBe(0o755);
    expect(await modeOf(join(copy, "lib/libpq.so.5.18"))).toBe(0o644);
    expect(await readlink(join(copy, "lib/libpq.so.5"))).toBe("libpq.so.5.18");
  });

  it("is copied once", async () => {
    await chmod(join(root, "home"), 0o700);
    await installationFrom(carrier, stranger, root);
    const copy = join(root, `holdfast-postgres-18.4.0-uid${ownUid()}`);
    const before = await stat(copy);
    await installationFrom(carrier, stranger, root);
    expect((await stat(copy)).ctimeMs).toBe(before.ctimeMs);
  });

  it("is never run from a copy that somebody else could have written", async () => {
    await chmod(join(root, "home"), 0o700);
    const copy = join(root, `holdfast-postgres-18.4.0-uid${ownUid()}`);
    await mkdir(join(copy, "bin"), { recursive: true });
    await chmod(copy, 0o777);
    expect(await installationFrom(carrier, stranger, root)).toMatchObject({
      ok: false,
      problems: [{ code: "postgres/folder-not-ours" }],
    });
  });

  it("is never run through a link that stands in place of the copy", async () => {
    await chmod(join(root, "home"), 0o700);
    await mkdir(join(root, "elsewhere"));
    await symlink(join(root, "elsewhere"), join(root, `holdfast-postgres-18.4.0-uid${ownUid()}`));
    expect((await installationFrom(carrier, stranger, root)).ok).toBe(false);
  });
});

describe("the folder of a member", () => {
  it("is the one asked for when PostgreSQL's account can reach it", async () => {
    const wanted = join(root, "lab/east");
    expect(await reachableFolder(wanted, stranger, root)).toEqual({ ok: true, value: wanted });
  });

  it("is another, always the same, when a private home is in the way", async () => {
    await chmod(join(root, "home"), 0o700);
    const wanted = join(root, "home/lab/east");
    const chosen = await reachableFolder(wanted, stranger, root);
    expect(chosen).toMatchObject({ ok: true });
    expect(await reachableFolder(wanted, stranger, root)).toEqual(chosen);
    expect(JSON.stringify(chosen)).not.toContain("home/lab");
    expect(await reachableFolder(join(root, "home/lab/west"), stranger, root)).not.toEqual(chosen);
  });

  it("is the one asked for whatever is in the way when PostgreSQL runs as oneself", async () => {
    await chmod(join(root, "home"), 0o700);
    const wanted = join(root, "home/lab/east");
    expect(await reachableFolder(wanted, oneself, root)).toEqual({ ok: true, value: wanted });
  });

  it("can be gone through although we keep our files to ourselves", async () => {
    const before = process.umask(0o077);
    try {
      await reachableFolder(join(root, "lab/east"), stranger, root);
    } finally {
      process.umask(before);
    }
    expect(await modeOf(join(root, "lab"))).toBe(0o711);
    expect(await modeOf(join(root, "lab/east"))).toBe(0o711);
  });

  it("is a problem when a file is in the way", async () => {
    await writeFile(join(root, "file"), "");
    expect(await reachableFolder(join(root, "file/east"), oneself, root)).toMatchObject({
      ok: false,
      problems: [{ code: "postgres/folder-not-writable" }],
    });
  });
});
