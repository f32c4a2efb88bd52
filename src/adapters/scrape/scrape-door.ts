import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expositionType, metricsText } from "../../core/metrics/exposition.ts";
import type { Sample } from "../../core/metrics/metrics.ts";
import type { Parsed, Problem } from "../../core/problem/problem.ts";
import { processSamples } from "./process-samples.ts";

export interface ScrapeDoorSettings {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Of this program. */
  readonly version: string;
  /** Read anew at each scrape; nothing else waits for it. */
  readonly samples: () => Iterable<Sample>;
}

export interface ScrapeDoor {
  readonly url: string;
  close(): void;
}

const path = "/metrics";

/** Opens the port on which Prometheus asks this process. It keeps no process from ending. */
export async function openScrapeDoor(settings: ScrapeDoorSettings): Promise<Parsed<ScrapeDoor>> {
  const { host, port } = settings;
  const server = createServer((incoming, answer) => {
    serve(incoming, answer, settings);
  });
  const refused = await listening(server, settings);
  if (refused !== null) return { ok: false, problems: [notListening({ host, port }, refused)] };
  server.unref();
  // A TCP server that listens has a port.
  const { port: own } = server.address() as AddressInfo;
  return {
    ok: true,
    value: {
      url: `http://${host}:${own}${path}`,
      close: () => {
        server.close();
        server.closeAllConnections();
      },
    },
  };
}

function listening(
  server: Server,
  { host, port }: Pick<ScrapeDoorSettings, "host" | "port">,
): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    server.once("error", resolve);
    server.listen(port, host, () => {
      server.off("error", resolve);
      resolve(null);
    });
  });
}

function serve(
  { method, url = "/" }: IncomingMessage,
  answer: ServerResponse,
  { version, samples }: ScrapeDoorSettings,
): void {
  const isAsked = method === "GET" && url.split("?", 1)[0] === path;
  if (!isAsked) {
    answer.writeHead(404, plain).end(`only GET ${path} is answered here\n`);
    return;
  }
  try {
    const text = metricsText([...processSamples(version), ...samples()]);
    answer.writeHead(200, { "content-type": expositionType, "cache-control": "no-store" }).end(text);
  } catch (cause) {
    // Whoever is measured goes on with its work: a scrape that fails shows as such.
    answer.writeHead(500, plain).end(`what is to be told could not be put together: ${String(cause)}\n`);
  }
}

const plain = { "content-type": "text/plain; charset=utf-8" };

function notListening({ host, port }: Pick<ScrapeDoorSettings, "host" | "port">, cause: Error): Problem {
  return {
    code: "observe/cannot-listen",
    what: `metrics cannot be told on ${host}:${port}: ${cause.message}`,
    where: null,
    why: "Prometheus asks each process on a port of its own; until it can, this one shows as down.",
    mend: `see who listens there (\`ss -ltnp 'sport = :${port}'\`) and end it, or start the process on another port`,
  };
}
