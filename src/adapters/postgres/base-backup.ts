import type pg from "pg";
import { Unpack } from "tar";
import type { Deed } from "../../core/failover/member.ts";
import { causeOf, type Connection, openLink, untilAborted } from "./session.ts";

/** Who is to own the files; `null` for oneself. */
export type Owner = { readonly uid: number; readonly gid: number } | null;

/** A source that sends nothing for this long is given up; a copy itself may take as long as it takes. */
const silenceMsMax = 30_000;

/**
 * The log from the beginning to the end of the copy comes along (`WAL`), so the copy can start without the primary; when the
 * primary has recycled it meanwhile, the copy fails here and not later. A checkpoint is made at once and not spread out.
 */
const command = "BASE_BACKUP (LABEL 'holdfast', CHECKPOINT 'fast', WAL true, WAIT false, MANIFEST 'no')";

/**
 * Copies a running server's data into an empty folder, over the replication protocol: nothing but a connection to it is
 * needed (PostgreSQL manual, "Streaming Replication Protocol", BASE_BACKUP as of PostgreSQL 15).
 */
export async function copyData(
  source: Connection,
  into: { readonly folder: string; readonly owner: Owner },
  signal: AbortSignal,
): Promise<Deed<null>> {
  const opened = await openLink(source, signal, "replication");
  if (opened.kind !== "open") return { kind: "failed", cause: causeOf(opened) };
  const { link } = opened;
  link.socket.setTimeout(silenceMsMax, () => link.socket.destroy());
  const ended = await untilAborted(link, signal, async () => {
    const backup = new BaseBackup(into);
    link.client.query(backup);
    return backup.ended;
  });
  link.socket.destroy();
  return ended.kind === "done" ? { kind: "done", value: null } : { kind: "failed", cause: causeOf(ended) };
}

/** A message that carries a piece of a copy, as the driver hands it on. */
interface CopyData {
  readonly chunk: Buffer;
}

/** The first byte of each piece says what the rest is; manifests and reports of progress are not asked for. */
const archiveBegins = "n".charCodeAt(0);
const archiveGoesOn = "d".charCodeAt(0);

/** One BASE_BACKUP as the driver runs it: the driver calls the `handle…` methods as messages arrive. */
class BaseBackup implements pg.Submittable {
  /** Ends when every file is written. */
  readonly ended: Promise<null>;
  readonly #unpack: Unpack;
  #archives = 0;
  #socket: pg.Connection["stream"] | null = null;
  #fail: (cause: Error) => void = () => undefined;

  constructor({ folder, owner }: { readonly folder: string; readonly owner: Owner }) {
    this.#unpack = new Unpack({ cwd: folder, strict: true, noMtime: true, ...(owner ?? {}) });
    this.ended = new Promise((resolve, reject) => {
      this.#fail = reject;
      this.#unpack.on("close", () => {
        resolve(null);
      });
    });
    this.#unpack.on("error", (cause: Error) => {
      this.#fail(cause);
      this.#socket?.destroy();
    });
    this.#unpack.on("drain", () => this.#socket?.resume());
  }

  submit(connection: pg.Connection): void {
    this.#socket = connection.stream;
    connection.query(command);
  }

  handleCopyData({ chunk }: CopyData): void {
    if (chunk[0] === archiveBegins) {
      this.#archives += 1;
      // A tablespace lies outside the data folder, at a path that belongs to the source's machine.
      if (this.#archives > 1) this.handleError(new Error("the source keeps data outside its data folder"));
    } else if (chunk[0] === archiveGoesOn) {
      // The driver reuses its buffer as soon as this returns, and the files are written later.
      const isReadyForMore = this.#unpack.write(Buffer.from(chunk.subarray(1)));
      if (!isReadyForMore) this.#socket?.pause();
    }
  }

  handleError(cause: Error): void {
    this.#fail(cause);
    this.#socket?.destroy();
  }

  handleReadyForQuery(): void {
    this.#unpack.end();
  }

  // Where the copy begins, where it ends, and which tablespaces there are: the copy itself says all of it again.
  handleRowDescription(): void {
    return;
  }
  handleDataRow(): void {
    return;
  }
  handleCommandComplete(): void {
    return;
  }
}
