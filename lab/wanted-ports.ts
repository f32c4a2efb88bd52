import { createServer } from "node:net";
import { listen, stopListening } from "../src/adapters/relay/listening.ts";
import type { Problem } from "../src/core/problem/problem.ts";
import type { EdgePorts } from "../src/runtime/lab.ts";

/** Why the lab cannot have the ports that were asked for; `null` when it can. Asked before anything is made. */
export async function wantedPortsProblem({ sql, http }: EdgePorts): Promise<Problem | null> {
  if (sql !== null && sql === http) return onePortTwice(sql);
  return (
    (await doorProblem("--sql-port", sql, "SQL")) ?? (await doorProblem("--http-port", http, "the model"))
  );
}

async function doorProblem(option: string, port: number | null, purpose: string): Promise<Problem | null> {
  if (port === null) return null;
  const server = createServer();
  const opened = await listen(server, { host: "127.0.0.1", port }, purpose);
  await stopListening(server);
  if (opened.kind === "open") return null;
  const { code } = opened.problem;
  const look =
    code === "relay/port-in-use" ? `see who listens there (\`ss -ltnp 'sport = :${port}'\`), ` : "";
  const other = code === "relay/port-forbidden" ? "a port above 1023" : "another port";
  return {
    ...opened.problem,
    mend: `${look}give ${other} with ${option}, or leave ${option} out to have a free one chosen`,
  };
}

function onePortTwice(port: number): Problem {
  return {
    code: "lab/one-port-twice",
    what: `port ${port} is wanted for SQL and for the model`,
    where: null,
    why: "Two services cannot listen on one port.",
    mend: "give different ports with --sql-port and --http-port, or leave one out to have a free one chosen",
  };
}
