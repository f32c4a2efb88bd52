import type pg from "pg";
import type { Answer, Link } from "./session.ts";
import { untilAborted } from "./session.ts";

/** The function of the server that warns (`syncrep.c`); the field names it whatever the language of messages is. */
const warningRoutine = "SyncRepWaitForLSN";

/** What of a NoticeResponse tells; the driver hands on every field as text. */
export interface Notice {
  readonly severity?: string | undefined;
  readonly routine?: string | undefined;
}

/**
 * Whether the server warns that it stopped waiting for its standbys. It then reports *success* all the same: the row stands on
 * the primary, and perhaps nowhere else. Any cancel does it, so any driver that cancels on a timeout (measured on PostgreSQL
 * 15.18 and 18.4).
 */
export function isCancelledSynchronousWait(notice: Notice): boolean {
  return notice.severity === "WARNING" && notice.routine === warningRoutine;
}

/**
 * One writing statement of our own, whose success counts only when the standbys confirmed it.
 *
 * @returns `error` with code 40003 (statement completion unknown) when the wait was cancelled
 */
export async function guardedQuery<Row>(
  link: Link,
  statement: pg.QueryConfig,
  signal: AbortSignal,
): Promise<Answer<Row>> {
  const warnings: Notice[] = [];
  const listen = (notice: Notice): void => {
    if (isCancelledSynchronousWait(notice)) warnings.push(notice);
  };
  link.client.on("notice", listen);
  try {
    const ended = await untilAborted(link, signal, async () => link.client.query(statement));
    if (ended.kind !== "done") return ended;
    if (warnings.length > 0) {
      return { kind: "error", code: "40003", cause: "the wait for the standbys was cancelled" };
    }
    return { kind: "rows", rows: ended.value.rows as Row[] };
  } finally {
    link.client.off("notice", listen);
  }
}
