import { streamCompletion } from "../src/adapters/openai/streamed-completion.ts";
import { type Credentials, databases, roles } from "../src/adapters/postgres/credentials.ts";
import { Session } from "../src/adapters/postgres/session.ts";
import type { Endpoint } from "../src/adapters/relay/listening.ts";
import { milliseconds } from "../src/core/units/units.ts";
import type { JourneyProbe, ProbePace } from "../src/runtime/probes.ts";
import { goldenCompletion } from "./topology.ts";

/** As often as Prometheus asks; a user of a chat does not wait for longer than two seconds. */
export const probePace: ProbePace = { everyMs: milliseconds(1_000), withinMs: milliseconds(2_000) };

/** The edge, as clients reach it. */
export interface ProbedEdge {
  readonly sql: Endpoint;
  readonly http: Endpoint;
  readonly credentials: Pick<Credentials, "application">;
}

export interface JourneyProbes {
  readonly probes: readonly JourneyProbe[];
  close(): void;
}

/** PostgreSQL, appendix "Error Codes": there is no such table. */
const undefinedTable = "42P01";

const table = "create table if not exists probed (journey text primary key, at timestamptz not null)";
const row = `insert into probed (journey, at) values ($1, now())
  on conflict (journey) do update set at = excluded.at`;

/**
 * Attempts at the lab's journeys through the edge, for real: a question is asked, its answer streams in, and that it was is
 * kept. One row is kept for each journey, over and over.
 */
export function journeyProbes(
  journeys: readonly string[],
  { sql, http, credentials }: ProbedEdge,
): JourneyProbes {
  const session = new Session({
    ...sql,
    user: roles.application,
    password: credentials.application,
    database: databases.application,
    applicationName: "journey probe",
    options: "",
  });
  const httpUrl = `http://${http.host}:${http.port}`;
  return {
    probes: journeys.map((journey) => ({
      journey,
      attempt: async (signal) => {
        const isGood = (await isAnswered(httpUrl, signal)) && (await isKept(session, journey, signal));
        return isGood ? "good" : "bad";
      },
    })),
    close: () => {
      session.close();
    },
  };
}

async function isAnswered(httpUrl: string, signal: AbortSignal): Promise<boolean> {
  const { prompt, maxTokens } = goldenCompletion;
  const request = { httpUrl, prompt, tokens: maxTokens, onFirstToken: () => undefined };
  return (await streamCompletion(request, signal)) === "finished";
}

async function isKept(session: Session, journey: string, signal: AbortSignal): Promise<boolean> {
  const first = await session.ask(row, [journey], signal);
  if (first.kind !== "error" || first.code !== undefinedTable) return first.kind === "rows";
  await session.ask(table, [], signal);
  return (await session.ask(row, [journey], signal)).kind === "rows";
}
