import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freePort } from "../../../test/free-port.ts";
import { newCredentials } from "./credentials.ts";
import { holdsOf, memberFolder } from "./data-folder.ts";
import { postgresMember } from "./member.ts";

let folder = "";
let data = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-data-"));
  ({ data } = memberFolder(folder));
});
afterEach(() => rm(folder, { recursive: true }));

describe("a data folder", () => {
  it("holds nothing where there is none", async () => {
    expect(await holdsOf(data)).toBe("nothing");
  });

  it("holds nothing where a file stands in its place", async () => {
    await writeFile(data, "");
    expect(await holdsOf(data)).toBe("nothing");
  });

  it("holds a primary, or a standby by the file that says so", async () => {
    await mkdir(data);
    await writeFile(join(data, "PG_VERSION"), "18\n");
    expect(await holdsOf(data)).toBe("primary");
    await writeFile(join(data, "standby.signal"), "");
    expect(await holdsOf(data)).toBe("standby");
  });

  it("is not taken for empty when it cannot be looked at", async () => {
    await symlink(data, data);
    await expect(holdsOf(data)).rejects.toThrow("ELOOP");
  });
});

describe("a member whose data cannot be looked at", () => {
  it("is silent, so that nobody seeds it over, and does not start", async () => {
    await symlink(data, data);
    const member = postgresMember({
      installation: { version: "18", initdb: "initdb", postgres: "postgres", runAs: { kind: "oneself" } },
      folder,
      address: { region: "east", host: "127.0.0.1", port: await freePort() },
      credentials: newCredentials(),
    });
    const patience = AbortSignal.timeout(10_000);
    expect(await member.status(patience)).toEqual({ kind: "silent" });
    expect(await member.start({ kind: "standby", upstream: null }, patience)).toMatchObject({
      kind: "failed",
      cause: expect.stringContaining("ELOOP") as string,
    });
    member.close();
  });
});
