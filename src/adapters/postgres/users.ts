import pg from "pg";
import { isCancelledSynchronousWait } from "./synchronous-wait.ts";

/** The server ended the session: what the session had committed and was waiting to have confirmed stays visible. */
const sessionEnded = ["57P01", "57P02"];

/** How long a client waits for a connection, and for an answer. */
const clientMsMax = 1_000;
const table = "drill_writes";

export type WriteKind = "acknowledged" | "failed" | "unknown";

/** Makes the table that a drill's clients write to, unless it is there. */
export async function prepareWrites(url: string): Promise<void> {
  await withClient(url, (client) =>
    client.query(
      `create table if not exists ${table} (id text primary key, written_at timestamptz not null default now())`,
    ),
  );
}

export async function heldIds(url: string, prefix: string): Promise<ReadonlySet<string>> {
  const { rows } = await withClient(url, (client) =>
    client.query<{ id: string }>(`select id from ${table} where starts_with(id, $1)`, [prefix]),
  );
  return new Set(rows.map((row) => row.id));
}

async function withClient<Answer>(url: string, run: (client: pg.Client) => Promise<Answer>): Promise<Answer> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A connection that breaks shows in the query that it carried.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await run(client);
  } finally {
    void client.end().catch(() => undefined);
  }
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
