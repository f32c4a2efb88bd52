import { Socket } from "node:net";
import pg from "pg";

/** Where to knock, and as whom. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** What the server shows this session as. */
  readonly applicationName: string;
  /** Settings of the session, as the server's `-c` options; none when empty. */
  readonly options: string;
}

/** What came of one statement. The world's failures are told apart by what they say about the server. */
export type Answer<Row> =
  | { readonly kind: "rows"; readonly rows: readonly Row[] }
  /** Nothing listens there, or what listened has gone. */
  | { readonly kind: "refused"; readonly cause: string }
  /** Nothing was heard before the signal. */
  | { readonly kind: "silent" }
  /** The server lives and says no; `code` as in the manual's appendix "PostgreSQL Error Codes". */
  | { readonly kind: "error"; readonly code: string; readonly cause: string };

/** The server says that its process is about to end: by command, by a crash beside it. */
const goodbyeCodes: readonly string[] = ["57P01", "57P02"];

/**
 * A way to ask one server, which keeps one connection open between questions. A kept connection that turns out to be dead is
 * replaced once, within the same question: so a statement must be harmless when done twice.
 */
export class Session {
  readonly #connection: Connection;
  #idle: Link | null = null;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Asks one statement; ends at `signal` at the latest. `Row` is what the caller's own statement selects. */
  async ask<Row>(
    text: string,
    values: readonly (string | number)[],
    signal: AbortSignal,
  ): Promise<Answer<Row>> {
    const kept = this.#idle;
    this.#idle = null;
    if (kept !== null) {
      const answer = await this.#askOver<Row>(kept, { text, values }, signal);
      if (answer.kind !== "refused") return answer;
    }
    const opened = await openLink(this.#connection, signal);
    return opened.kind === "open" ? this.#askOver<Row>(opened.link, { text, values }, signal) : opened;
  }

  /** Lets go of the connection; the next question opens another. */
  close(): void {
    this.#idle?.socket.destroy();
    this.#idle = null;
  }

  async #askOver<Row>(link: Link, statement: Statement, signal: AbortSignal): Promise<Answer<Row>> {
    const ended = await untilAborted(link, signal, async () =>
      // The rows have the columns that the statement names: its writer is the one who says what `Row` is.
      link.client.query(statement.text, [...statement.values]).then((result) => result.rows as Row[]),
    );
    const answer: Answer<Row> = ended.kind === "done" ? { kind: "rows", rows: ended.value } : ended;
    const isUsable = answer.kind === "rows" || answer.kind === "error";
    if (isUsable && this.#idle === null && !link.socket.destroyed) this.#idle = link;
    else link.socket.destroy();
    return answer;
  }
}

interface Statement {
  readonly text: string;
  readonly values: readonly (string | number)[];
}

/** An open connection with its socket, which alone can end it when the server is frozen. */
export interface Link {
  readonly client: pg.Client;
  readonly socket: Socket;
}

export type Unanswered = Exclude<Answer<never>, { kind: "rows" }>;

export async function openLink(
  connection: Connection,
  signal: AbortSignal,
  replication: "replication" | "queries" = "queries",
): Promise<{ readonly kind: "open"; readonly link: Link } | Unanswered> {
  const socket = new Socket();
  const settings = {
    host: connection.host,
    port: connection.port,
    user: connection.user,
    password: connection.password,
    database: connection.database,
    application_name: connection.applicationName,
    stream: () => socket,
    ...(connection.options === "" ? {} : { options: connection.options }),
    // The driver passes it on in the start-up message; its declared settings do not know it.
    ...(replication === "replication" ? { replication: "true" } : {}),
  };
  const client = new pg.Client(settings);
  // A connection that breaks while it is idle shows in its destroyed socket, at the next question.
  client.on("error", () => socket.destroy());
  const link = { client, socket };
  const ended = await untilAborted(link, signal, async () => client.connect());
  if (ended.kind === "done") return { kind: "open", link };
  socket.destroy();
  return ended;
}

/** Runs what talks over a link, and cuts the link at the signal: the driver itself cannot be called off. */
export async function untilAborted<Value>(
  link: Link,
  signal: AbortSignal,
  talk: () => Promise<Value>,
): Promise<{ readonly kind: "done"; readonly value: Value } | Unanswered> {
  const cut = (): void => {
    link.socket.destroy();
  };
  signal.addEventListener("abort", cut, { once: true });
  try {
    signal.throwIfAborted();
    return { kind: "done", value: await talk() };
  } catch (cause) {
    if (!signal.aborted) return unanswered(cause);
    cut();
    return { kind: "silent" };
  } finally {
    signal.removeEventListener("abort", cut);
  }
}

function unanswered(cause: unknown): Unanswered {
  const said = cause instanceof pg.DatabaseError ? cause : null;
  const code = said?.code;
  if (said === null || code === undefined || goodbyeCodes.includes(code)) {
    return { kind: "refused", cause: cause instanceof Error ? cause.message : String(cause) };
  }
  return { kind: "error", code, cause: said.message };
}

/** What an answer without rows says, in words for a `Deed`. */
export function causeOf(answer: Unanswered): string {
  switch (answer.kind) {
    case "refused":
    case "error":
      return answer.cause;
    case "silent":
      return "no answer in time";
  }
}
