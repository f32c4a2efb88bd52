import pg from "pg";
import type { Parsed, Problem } from "../../core/problem/problem.ts";
import { isCancelledSynchronousWait } from "./synchronous-wait.ts";

/** The server ended the session: what the session had committed and was waiting to have confirmed stays visible. */
const sessionEnded = ["57P01", "57P02"];

/** How long a client waits for a connection, and for an answer. */
const clientMsMax = 1_000;
const table = "drill_writes";

export type WriteKind = "acknowledged" | "failed" | "unknown";

/** Makes the table that a drill's clients write to, unless it is there. */
export function prepareWrites(url: string): Promise<Parsed<null>> {
  return withClient(url, async (client) => {
    await client.query(
      `create table if not exists ${table} (id text primary key, written_at timestamptz not null default now())`,
    );
    return null;
  });
}

export function heldIds(url: string, prefix: string): Promise<Parsed<ReadonlySet<string>>> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ id: string }>(`select id from ${table} where starts_with(id, $1)`, [
      prefix,
    ]);
    return new Set(rows.map((row) => row.id));
  });
}

/** How long whoever prepares or audits waits for the store, in milliseconds: for a connection, and for an answer. */
const auditorMsMax = 10_000;

async function withClient<Answer>(
  url: string,
  run: (client: pg.Client) => Promise<Answer>,
): Promise<Parsed<Answer>> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: auditorMsMax,
    query_timeout: auditorMsMax,
  });
  // A connection that breaks shows in the query that it carried.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return { ok: true, value: await run(client) };
  } catch (cause) {
    return { ok: false, problems: [noAnswer(cause)] };
  } finally {
    void client.end().catch(() => undefined);
  }
}

function noAnswer(cause: unknown): Problem {
  return {
    code: "postgres/no-answer",
    what: `the store gives no answer through the edge: ${cause instanceof Error ? cause.message : String(cause)}`,
    where: null,
    why: "What clients were told is compared with what the store holds, and nobody else can tell that.",
    mend: "see who serves with `holdfast lab status`, bring regions back with `holdfast lab restore REGION`, and run it again",
  };
}

/** A client that writes one row at a time and gives up a connection that does not answer, as a patient application would. */
export class RowWriter {
  readonly #url: string;
  #client: pg.Client | null = null;
  /** Writes whose wait for the standbys was cancelled; at most the one under way. */
  readonly #unconfirmed = new Set<string>();
  #underWay = "";

  constructor(url: string) {
    this.#url = url;
  }

  async write(id: string): Promise<WriteKind> {
    const client = await this.#connected();
    if (client === null) return "failed";
    this.#unconfirmed.clear();
    this.#underWay = id;
    try {
      await client.query(`insert into ${table} (id) values ($1)`, [id]);
      return this.#unconfirmed.size > 0 ? "unknown" : "acknowledged";
    } catch (error) {
      this.close();
      // With a code the server has said no; without one nobody knows what became of the write.
      const saidNo = error instanceof pg.DatabaseError && !sessionEnded.includes(error.code ?? "");
      return saidNo ? "failed" : "unknown";
    }
  }

  close(): void {
    const client = this.#client;
    this.#client = null;
    void client?.end().catch(() => undefined);
  }

  async #connected(): Promise<pg.Client | null> {
    if (this.#client !== null) return this.#client;
    const client = new pg.Client({
      connectionString: this.#url,
      connectionTimeoutMillis: clientMsMax,
      query_timeout: clientMsMax,
    });
    client.on("error", () => undefined);
    client.on("notice", (notice) => {
      if (isCancelledSynchronousWait(notice)) this.#unconfirmed.add(this.#underWay);
    });
    try {
      await client.connect();
      this.#client = client;
      return client;
    } catch {
      void client.end().catch(() => undefined);
      return null;
    }
  }
}
