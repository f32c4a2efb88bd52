import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Lsn, Position } from "../../core/failover/member.ts";

/** Where the fields stand in `global/pg_control`, and since which version of it: pg_control.h, PostgreSQL 11 and later. */
const layout = { version: 8, state: 16, checkpoint: 32, timeline: 48, end: 52 } as const;
const versionMin = 1100;
/** `DB_SHUTDOWNED`: ended in order, and not as a standby. */
const shutDown = 1;

/**
 * Where the checkpoint begins that a store wrote last when it was shut down in order as a primary; `null` when it was not, or when that is
 * not known. Its data may have been touched since only by a PostgreSQL that says so here.
 */
export async function closedAt(data: string): Promise<Position | null> {
  const bytes = await readFile(join(data, "global", "pg_control")).catch(() => null);
  if (bytes === null || bytes.length < layout.end) return null;
  if (bytes.readUInt32LE(layout.version) < versionMin || bytes.readInt32LE(layout.state) !== shutDown) {
    return null;
  }
  return {
    timeline: bytes.readUInt32LE(layout.timeline),
    lsn: Number(bytes.readBigUInt64LE(layout.checkpoint)) as Lsn,
  };
}
