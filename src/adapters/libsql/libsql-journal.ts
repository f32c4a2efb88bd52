import type Database from "libsql";
import type { Change, Journal, Kept, KeptEntry, KeptLease } from "../../core/failover/coordination.ts";
import type { LeaseId, Revision, StoreAnswer } from "../../core/failover/coordinator.ts";
import { unreachable } from "../../core/problem/problem.ts";
import { later, type MonotonicMs, milliseconds } from "../../core/units/units.ts";

/** The file's own mark, "Hold" in ASCII, by which SQLite's `application_id` tells our files from others. */
export const applicationId = 0x486f6c64;
/** Rises when the tables change; a newer file is refused, never guessed at. */
export const fileFormat = 1;

const tables = `
  CREATE TABLE entries (
    key TEXT PRIMARY KEY, value TEXT NOT NULL, revision INTEGER NOT NULL, lease TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE leases (lease TEXT PRIMARY KEY, ttl_ms REAL NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE counters (
    only INTEGER PRIMARY KEY CHECK (only = 1), revision INTEGER NOT NULL, leases_granted INTEGER NOT NULL
  ) STRICT;
  INSERT INTO counters VALUES (1, 0, 0);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${fileFormat};
`;

interface EntryRow {
  readonly key: string;
  readonly value: string;
  readonly revision: Revision;
  readonly lease: LeaseId | null;
}

interface LeaseRow {
  readonly lease: LeaseId;
  readonly ttl_ms: number;
}

interface CountersRow {
  readonly revision: Revision;
  readonly leases_granted: number;
}

/**
 * Keeps a coordination store in one libSQL file, which this process holds for itself alone while it is open. A change is on
 * the disk (`synchronous = FULL`) when `append` answers. The time of leases is not kept, so keeping one alive writes nothing.
 */
export class LibsqlJournal implements Journal {
  readonly #database: Database.Database;
  readonly #statements: ReturnType<typeof statementsOf>;

  /** Takes over a connection that holds its file exclusively; `openLibsqlJournal` makes one. */
  constructor(database: Database.Database) {
    this.#database = database;
    this.#statements = statementsOf(database);
  }

  load(now: MonotonicMs): Kept {
    // The casts read back what `append` wrote; the tables are strict and the file is ours alone.
    const [counters] = this.#database.prepare("SELECT revision, leases_granted FROM counters").all() as [
      CountersRow,
    ];
    const entries = this.#database
      .prepare("SELECT key, value, revision, lease FROM entries")
      .all() as EntryRow[];
    const leases = this.#database.prepare("SELECT lease, ttl_ms FROM leases").all() as LeaseRow[];
    return {
      revision: counters.revision,
      leasesGranted: counters.leases_granted,
      entries: new Map(
        entries.map(({ lease, ...entry }): [string, KeptEntry] => [entry.key, { entry, lease }]),
      ),
      leases: new Map(
        leases.map(({ lease, ttl_ms }): [LeaseId, KeptLease] => {
          const ttl = milliseconds(ttl_ms);
          return [lease, { ttl, deadline: later(now, ttl) }];
        }),
      ),
    };
  }

  /**
   * A change whose commit failed is not lasting, and not for certain gone: a crash before the next commit may bring it back,
   * which is what `unreachable` says. The next commit overwrites it.
   */
  append(changes: readonly Change[]): StoreAnswer<null> {
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      for (const change of changes) this.#write(change);
      this.#database.exec("COMMIT");
      return { kind: "answered", value: null };
    } catch (cause) {
      // SQLite has rolled back by itself after the graver errors, a full disk among them.
      if (this.#database.inTransaction) this.#database.exec("ROLLBACK");
      return { kind: "unreachable", cause };
    }
  }

  /** Lets go of the file at once, and leaves it whole, without a log beside it. */
  close(): void {
    releaseFile(this.#database);
  }

  #write(change: Change): void {
    const statements = this.#statements;
    switch (change.kind) {
      case "changed": {
        const { key, value, revision } = change.entry;
        statements.setEntry.run([key, value, revision, change.lease]);
        statements.setRevision.run([revision]);
        return;
      }
      case "deleted":
        statements.deleteEntry.run([change.key]);
        statements.setRevision.run([change.revision]);
        return;
      case "lease-granted":
        statements.addLease.run([change.lease, change.ttl]);
        statements.countLease.run([]);
        return;
      case "lease-ended":
        statements.deleteLease.run([change.lease]);
        return;
      case "lease-renewed":
        return;
      default:
        unreachable(change);
    }
  }
}

/** Makes this process the file's one owner, and its commits durable. @throws what the driver throws */
export function claimFile(database: Database.Database): void {
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = FULL");
  database.exec("BEGIN EXCLUSIVE");
  database.exec("COMMIT");
}

/** Writes the tables into an empty file; all of them or none. @throws what the driver throws */
export function createTables(database: Database.Database): void {
  database.exec(`BEGIN IMMEDIATE; ${tables} COMMIT;`);
}

/**
 * The driver finalises statements when they are collected, and a closed connection keeps its lock until then: leaving
 * exclusive mode gives the lock back now. That fails only where the file is already lost, and closing goes on.
 */
export function releaseFile(database: Database.Database): void {
  try {
    database.exec("PRAGMA journal_mode = DELETE");
    database.exec("PRAGMA locking_mode = NORMAL");
    database.prepare("SELECT count(*) FROM sqlite_master").all();
  } finally {
    database.close();
  }
}

function statementsOf(database: Database.Database) {
  return {
    setEntry: database.prepare(
      `INSERT INTO entries VALUES (?, ?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value, revision = excluded.revision, lease = excluded.lease`,
    ),
    deleteEntry: database.prepare("DELETE FROM entries WHERE key = ?"),
    setRevision: database.prepare("UPDATE counters SET revision = ?"),
    addLease: database.prepare("INSERT INTO leases VALUES (?, ?)"),
    countLease: database.prepare("UPDATE counters SET leases_granted = leases_granted + 1"),
    deleteLease: database.prepare("DELETE FROM leases WHERE lease = ?"),
  };
}
