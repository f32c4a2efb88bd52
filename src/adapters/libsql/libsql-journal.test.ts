import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  answered,
  coordinatorContract,
  patience,
  revisionOf,
  writeOf,
} from "../../../test/coordinator-contract.ts";
import { ManualClock } from "../../../test/manual-clock.ts";
import type { Problem } from "../../core/problem/problem.ts";
import { milliseconds } from "../../core/units/units.ts";
import { MemoryCoordinator } from "../memory/memory-coordinator.ts";
import type { LibsqlJournal } from "./libsql-journal.ts";
import { openLibsqlJournal } from "./open-journal.ts";

function opened(file: string): LibsqlJournal {
  const journal = openLibsqlJournal(file);
  if (!journal.ok) throw new Error(journal.problems[0].what);
  return journal.value;
}

function problemOf(file: string): Problem {
  const journal = openLibsqlJournal(file);
  if (journal.ok) throw new Error("the store opened");
  return journal.problems[0];
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-store-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

coordinatorContract("libsql", () => {
  const clock = new ManualClock();
  const journal = opened(join(folder, "store.db"));
  const store = new MemoryCoordinator({ clock, journal });
  return Promise.resolve({
    one: store,
    other: store,
    advance: (span) => {
      clock.advance(span);
      return Promise.resolve();
    },
    close: () => {
      store.close();
      journal.close();
      return Promise.resolve();
    },
  });
});

describe("a libsql journal", () => {
  it("keeps keys, the revision and the names of leases over a restart", async () => {
    const file = join(folder, "store.db");
    const first = opened(file);
    const before = new MemoryCoordinator({ clock: new ManualClock(), journal: first });
    const reign = await revisionOf(before.compareAndSet(writeOf("reign", "east"), patience()));
    const gone = await revisionOf(before.compareAndSet(writeOf("gone", "1"), patience()));
    const deletion = await revisionOf(
      before.compareAndSet(writeOf("gone", null, { expected: gone }), patience()),
    );
    const lease = answered(await before.grantLease(milliseconds(1_000), patience()));
    await before.revokeLease(lease, patience());
    before.close();
    first.close();

    const second = opened(file);
    const after = new MemoryCoordinator({ clock: new ManualClock(), journal: second });
    expect(answered(await after.get("reign", patience()))).toEqual({
      key: "reign",
      value: "east",
      revision: reign,
    });
    expect(answered(await after.get("gone", patience()))).toBeNull();
    expect(await revisionOf(after.compareAndSet(writeOf("b", "1"), patience()))).toBeGreaterThan(deletion);
    expect(answered(await after.grantLease(milliseconds(1_000), patience()))).not.toBe(lease);
    second.close();
  });

  it("starts the time of leases again after a restart, so that no holder is cut short", async () => {
    const file = join(folder, "store.db");
    const first = opened(file);
    const before = new MemoryCoordinator({ clock: new ManualClock(), journal: first });
    const lease = answered(await before.grantLease(milliseconds(1_000), patience()));
    await revisionOf(before.compareAndSet(writeOf("leader", "east", { lease }), patience()));
    before.close();
    first.close();

    const clock = new ManualClock();
    clock.advance(milliseconds(50_000));
    const second = opened(file);
    const after = new MemoryCoordinator({ clock, journal: second });
    clock.advance(milliseconds(900));
    expect(answered(await after.keepAlive(lease, patience()))).toBe(true);
    clock.advance(milliseconds(1_100));
    expect(answered(await after.get("leader", patience()))).toBeNull();
    second.close();
  });

  it("makes a file that its owner alone can read, and leaves no log beside it", () => {
    const file = join(folder, "store.db");
    const journal = opened(file);
    expect(statSync(`${file}-wal`).mode & 0o777).toBe(0o600);
    journal.close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["store.db"]);
  });
});

describe("opening a libsql journal", () => {
  it("says that the store is in use while another owner has it, and opens once that one is done", () => {
    const file = join(folder, "store.db");
    const owner = opened(file);
    expect(problemOf(file).code).toBe("store/in-use");
    owner.close();
    opened(file).close();
  });

  it.skipIf(process.platform !== "linux")(
    "names who else has the store open (skipped where there is no /proc)",
    async () => {
      const file = join(folder, "store.db");
      const owner = opened(file);
      const opens =
        "require('fs').openSync(process.argv[1]); console.log('open'); setInterval(() => 0, 1000)";
      const child = spawn(process.execPath, ["-e", opens, file], { stdio: ["ignore", "pipe", "inherit"] });
      try {
        await once(child.stdout, "data");
        const { what, mend } = problemOf(file);
        expect(what).toContain(`open in another process: ${child.pid ?? 0} (${process.execPath} -e `);
        expect(mend).toContain(`end that process first (\`kill ${child.pid ?? 0}\`)`);
      } finally {
        child.kill();
        owner.close();
      }
    },
  );

  it("leaves a file that is not a database as it was", () => {
    const file = join(folder, "notes.txt");
    writeFileSync(file, "not a database ".repeat(500));
    expect(problemOf(file).code).toBe("store/not-a-store");
    expect(readFileSync(file, "utf8")).toBe("not a database ".repeat(500));
  });

  it("leaves another program's database as it was", () => {
    const file = join(folder, "theirs.db");
    const theirs = new Database(file);
    theirs.exec("CREATE TABLE invoices (id INTEGER)");
    theirs.close();
    const before = readFileSync(file);
    expect(problemOf(file)).toMatchObject({
      code: "store/not-a-store",
      what: `${file} is a database of another program, not a coordination store`,
    });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it("refuses a file that a newer version wrote", () => {
    const file = join(folder, "store.db");
    opened(file).close();
    const newer = new Database(file);
    newer.exec("PRAGMA user_version = 2");
    newer.close();
    expect(problemOf(file).code).toBe("store/newer-format");
  });

  it("refuses a damaged file", () => {
    const file = join(folder, "store.db");
    opened(file).close();
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 4_096);
    writeFileSync(file, bytes);
    expect(problemOf(file).code).toBe("store/damaged");
  });

  it("names the folder that is missing", () => {
    expect(problemOf(join(folder, "none", "store.db"))).toMatchObject({
      code: "store/no-folder",
      mend: `make it: \`mkdir -p ${join(folder, "none")}\``,
    });
  });

  it("refuses a folder in the file's place", () => {
    mkdirSync(join(folder, "store.db"));
    expect(problemOf(join(folder, "store.db")).code).toBe("store/not-a-store");
  });

  it.skipIf(process.geteuid?.() !== 0)(
    "says whose the file and its folder are when they are somebody else's (skipped: only root can become somebody else)",
    () => {
      const file = join(folder, "store.db");
      opened(file).close();
      const refusal = asOrdinaryUser(() => problemOf(file));
      expect(refusal.code).toBe("store/unreadable");
      expect(refusal.what).toContain(`writing by user ${ordinaryUser}: `);
      expect(refusal.what).toContain(`${file} is user 0's, ${folder} is user 0's`);
      chownSync(file, ordinaryUser, ordinaryUser);
      chmodSync(file, 0o400);
      const ownFile = asOrdinaryUser(() => problemOf(file));
      expect(ownFile.what).toMatch(new RegExp(`; ${folder} is user 0's$`));
      expect(ownFile.mend).toContain("have these given to you");
    },
  );

  it("says how one's own file can be written when it may not be", () => {
    const file = join(folder, "store.db");
    opened(file).close();
    chmodSync(file, 0o400);
    if (process.geteuid?.() === 0)
      for (const path of [file, folder]) chownSync(path, ordinaryUser, ordinaryUser);
    const refusal = asOrdinaryUser(() => problemOf(file));
    expect(refusal.code).toBe("store/unreadable");
    expect(refusal.what).not.toContain("is user");
    expect(refusal.mend).toContain(`chmod u+rw ${file}`);
  });
});

const ordinaryUser = 65_534;

/** Root may write anything: this has it look as somebody else for as long as `run` takes. */
function asOrdinaryUser<Value>(run: () => Value): Value {
  if (process.geteuid?.() !== 0) return run();
  chmodSync(folder, 0o755);
  process.seteuid?.(ordinaryUser);
  try {
    return run();
  } finally {
    process.seteuid?.(0);
  }
}
