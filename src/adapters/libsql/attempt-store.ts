import { closeSync, existsSync, openSync } from "node:fs";
import Database from "libsql";
import type { Parsed, Problem } from "../../core/problem/problem.ts";
import type { AttemptCount, AttemptStore } from "../../core/slo/ports.ts";

/** "Prob" in ASCII, by which SQLite's `application_id` tells these files from others. */
const applicationId = 0x50726f62;
/** Rises when the tables change. */
const fileFormat = 1;

/** Seconds are kept for so long, in seconds; minutes for more than three periods of a quarter. */
const kept = { seconds: 6 * 3600, minutes: 400 * 86_400 } as const;

const tables = ["seconds", "minutes"].map(
  (name) => `CREATE TABLE IF NOT EXISTS ${name} (
    journey TEXT NOT NULL, at INTEGER NOT NULL, bad INTEGER NOT NULL, total INTEGER NOT NULL,
    PRIMARY KEY (journey, at)
  ) STRICT, WITHOUT ROWID;`,
);

/** One attempt at a journey. */
export interface Attempt {
  readonly journey: string;
  /** When it began, in seconds since 1970. */
  readonly at: number;
  readonly isBad: boolean;
}

export interface AttemptKeeper {
  /** Counts an attempt in its second and in its minute. @throws what the disk refuses */
  keep(attempt: Attempt): void;
  close(): void;
}

/** Opens a file of attempts to add to it, or makes one, readable by its owner alone. @throws what the system or the driver refuses */
export function keepAttempts(file: string): AttemptKeeper {
  closeSync(openSync(file, "a", 0o600));
  const database = new Database(file);
  if (!isOursOrEmpty(database)) {
    database.close();
    throw new Error("it is a database of another program, or of another version");
  }
  // Whoever reads meanwhile waits for nobody; a crash loses the last attempts at most.
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
  database.exec(
    `${tables.join("\n")} PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${fileFormat};`,
  );
  const [seconds, minutes] = [counting(database, "seconds"), counting(database, "minutes")];
  const [oldSeconds, oldMinutes] = [forgetting(database, "seconds"), forgetting(database, "minutes")];
  let forgottenAt = 0;
  const keep = database.transaction(({ journey, at, isBad }: Attempt) => {
    const bad = isBad ? 1 : 0;
    const minute = Math.floor(at / 60) * 60;
    seconds.run(journey, Math.floor(at), bad);
    minutes.run(journey, minute, bad);
    if (minute === forgottenAt) return;
    forgottenAt = minute;
    oldSeconds.run(minute - kept.seconds);
    oldMinutes.run(minute - kept.minutes);
  });
  return {
    keep: (attempt) => {
      keep(attempt);
    },
    close: () => {
      database.close();
    },
  };
}

function isOursOrEmpty(database: Database.Database): boolean {
  const [{ tables: found }] = database.prepare("SELECT count(*) AS tables FROM sqlite_master").all() as [
    { tables: number },
  ];
  return found === 0 || isOurs(database);
}

function isOurs(database: Database.Database): boolean {
  const [{ application_id }] = database.pragma("application_id") as [{ application_id: number }];
  const [{ user_version }] = database.pragma("user_version") as [{ user_version: number }];
  return application_id === applicationId && user_version === fileFormat;
}

function counting(database: Database.Database, table: string): Database.Statement {
  return database.prepare(
    `INSERT INTO ${table} (journey, at, bad, total) VALUES (?1, ?2, ?3, 1)
     ON CONFLICT (journey, at) DO UPDATE SET bad = bad + excluded.bad, total = total + 1`,
  );
}

function forgetting(database: Database.Database, table: string): Database.Statement {
  return database.prepare(`DELETE FROM ${table} WHERE at < ?1`);
}

export interface ReadAttempts extends AttemptStore {
  close(): void;
}

/** Opens a file of attempts to read it, also while they are added to it. */
export function readAttempts(file: string): Parsed<ReadAttempts> {
  if (!existsSync(file)) return refused(notThere(file));
  let database: Database.Database | null = null;
  try {
    database = new Database(file);
    if (!isOurs(database)) {
      database.close();
      return refused(notOurs(file, "it holds no attempts, or those of another version"));
    }
    const [{ quick_check }] = database.pragma("quick_check") as [{ quick_check: string }];
    if (quick_check === "ok") return { ok: true, value: storeOf(database) };
    database.close();
    return refused(notOurs(file, `it is damaged: ${quick_check}`));
  } catch (cause) {
    database?.close();
    return refused(notOurs(file, cause instanceof Error ? cause.message : String(cause)));
  }
}

function storeOf(database: Database.Database): ReadAttempts {
  const asked = (table: string): Database.Statement =>
    database.prepare(
      `SELECT at, bad, total FROM ${table} WHERE journey = ?1 AND at >= ?2 AND at < ?3 ORDER BY at`,
    );
  const [seconds, minutes] = [asked("seconds"), asked("minutes")];
  const first = database.prepare("SELECT min(at) AS at FROM seconds");
  return {
    since: (journey, from) => {
      // The first minute whose seconds are all kept; before it, minutes tell.
      const oldest = (first.get() as { readonly at: number | null }).at ?? 0;
      const cut = Math.ceil(oldest / 60) * 60;
      return [
        ...(minutes.all(journey, from, cut) as AttemptCount[]),
        ...(seconds.all(journey, Math.max(from, cut), Number.MAX_SAFE_INTEGER) as AttemptCount[]),
      ];
    },
    close: () => {
      database.close();
    },
  };
}

function refused(problem: Problem): { readonly ok: false; readonly problems: readonly [Problem] } {
  return { ok: false, problems: [problem] };
}

function notThere(file: string): Problem {
  return {
    code: "slo/no-attempts",
    what: `${file} is not there: no probes have run in that lab`,
    where: null,
    why: "How an objective stands is told by what probes or a Prometheus have counted.",
    mend: "start the lab with `holdfast lab up --probes`, or ask a Prometheus with --prometheus",
  };
}

function notOurs(file: string, because: string): Problem {
  return {
    code: "slo/attempts-unreadable",
    what: `${file} cannot be read as attempts at journeys: ${because}`,
    where: null,
    why: "What is misread would be told as fact.",
    mend: "name the folder of a lab whose probes this version of Holdfast has run",
  };
}
