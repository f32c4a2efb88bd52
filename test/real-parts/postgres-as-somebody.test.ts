import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { accountToRunAs, traversableBy } from "../../src/adapters/postgres/account.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));

describe("an ordinary user", () => {
  it("runs members, fails over and seeds anew without any right of root", async (context) => {
    if (process.getuid?.() !== 0)
      context.skip("not root: every other test here runs as an ordinary user already");
    const chosen = accountToRunAs(0, await readFile("/etc/passwd", "utf8"));
    if (!chosen.ok || chosen.value.kind !== "account") return context.skip("no account to become");
    const { account } = chosen.value;
    const canReach = await traversableBy(account, repository);
    if (!canReach) context.skip(`${account.name} cannot reach this checkout`);

    // Beside the packages that it imports, which are found by walking up from it.
    const folder = await mkdtemp(join(repository, "node_modules/.holdfast-"));
    const program = join(folder, "program.mjs");
    try {
      await build({
        entryPoints: [join(repository, "test/real-parts/postgres-as-somebody.ts")],
        outfile: program,
        bundle: true,
        platform: "node",
        format: "esm",
        packages: "external",
      });
      await chmod(folder, 0o755);
      const { stdout } = await promisify(execFile)(process.execPath, [program], {
        uid: account.uid,
        gid: account.gid,
        cwd: "/",
        env: {},
      });
      expect(JSON.parse(stdout)).toEqual({
        uid: account.uid,
        missing: [],
        status: "standby",
        processesLeft: [],
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
