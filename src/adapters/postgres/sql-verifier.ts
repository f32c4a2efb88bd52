import { Socket } from "node:net";
import pg from "pg";
import type { SqlWish } from "../../core/model/verify-wish.ts";
import { lastLines, namedIn } from "../../core/plan/passed-on.ts";
import {
  cannotFor,
  cannotWithout,
  notSo,
  type Tried,
  unmet,
  type Verifier,
} from "../../core/plan/verifier.ts";
import { within } from "../../waiting/deadline.ts";
import { causeOf, type Link, untilAborted } from "./session.ts";
import { guardedQuery } from "./synchronous-wait.ts";

/** Shows by a committed write, or by the answer to a question, that a database is back. @param environment ours, which holds its address */
export function sqlVerifier(environment: Readonly<Record<string, string | undefined>>): Verifier<SqlWish> {
  return {
    async try(wish, signal) {
      const named = namedIn(environment, [wish.urlFrom]);
      if (named.kind === "missing") return cannotWithout(named.name);
      const url = named.values[wish.urlFrom] ?? "";
      const link = linkTo(url);
      if (link === null) return cannotWithout(wish.urlFrom);
      try {
        const bounds = { signals: [signal], ms: 1_000 * wish.timeoutSeconds };
        const tried = await within(bounds, async (deadline) => tryOver(link, wish, deadline));
        return tried.kind === "so"
          ? tried
          : {
              ...tried,
              because: lastLines(tried.because, {
                ...named.values,
                password: passwordIn(url),
              }),
            };
      } finally {
        link.socket.destroy();
      }
    },
  };
}

/** As the server is told it; as it stands there, where it is not written as an address has it. */
function passwordIn(url: string): string {
  const { password } = new URL(url);
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}

/** `null`: it is no address of a database. */
function linkTo(url: string): Link | null {
  if (!/^postgres(?:ql)?:\/\//.test(url) || !URL.canParse(url)) return null;
  const socket = new Socket();
  try {
    const client = new pg.Client({
      connectionString: url,
      application_name: "holdfast verify",
      stream: () => socket,
      // A write that nobody else holds shows nothing.
      options: "-c synchronous_commit=on",
      types: { getTypeParser: () => (text: string) => text },
    });
    client.on("error", () => socket.destroy());
    return { client, socket };
  } catch {
    // A certificate that it names is not there. Told without the cause, which may hold the address with its password.
    return null;
  }
}

async function tryOver(link: Link, { write, read }: SqlWish, signal: AbortSignal): Promise<Tried> {
  const opened = await untilAborted(link, signal, async () => link.client.connect());
  if (opened.kind !== "done") return notSo(`the database is not reached: ${causeOf(opened)}`);
  if (write !== null) {
    const written = await guardedQuery(link, { text: write }, signal);
    if (written.kind !== "rows") return notSo(`${write} is not committed: ${causeOf(written)}`);
  }
  return read === null ? { kind: "so" } : looked(link, read, signal);
}

type Row = readonly (string | null)[];

async function looked(
  link: Link,
  { query, expected }: NonNullable<SqlWish["read"]>,
  signal: AbortSignal,
): Promise<Tried> {
  // The driver makes a list of each row then.
  const statement = { text: query, rowMode: "array" } as pg.QueryConfig;
  const answer = await guardedQuery<Row>(link, statement, signal);
  if (answer.kind !== "rows") return notSo(`${query} is not answered: ${causeOf(answer)}`);
  // The driver answers several statements with several results, and has no rows then.
  const rows = answer.rows as readonly Row[] | undefined;
  if (rows === undefined)
    return cannotFor({ what: `${query} is more than one statement`, mend: "ask one thing at a time" });
  const value = rows[0]?.[0] ?? null;
  if (value === null) return notSo(`${query} finds nothing`);
  const because = unmet(value, expected, query);
  return because === null ? { kind: "so" } : notSo(because);
}
