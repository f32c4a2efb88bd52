import { timingSafeEqual } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Parsed, Problem } from "../src/core/problem/problem.ts";
import type { ProcessIdentity } from "../src/adapters/processes/identity.ts";
import type { LabDetails, LabFault, LabStatus } from "../src/runtime/lab.ts";
import type { RegionId } from "../src/core/failover/member.ts";

/** How the lab that runs in a folder is reached; kept in its state file. */
export interface LabState {
  readonly formatVersion: 1;
  readonly daemon: ProcessIdentity;
  readonly controlPort: number;
  readonly token: string;
  /** Every process that the lab has started, so that a lab whose daemon was killed can be cleaned away. */
  readonly processes: readonly ProcessIdentity[];
  readonly dataFolders: readonly string[];
}

/** What the lab's daemon can be asked. */
export type LabRequest =
  | { readonly ask: "status" }
  | { readonly ask: "fault"; readonly fault: LabFault; readonly region: RegionId }
  | { readonly ask: "restore"; readonly region: RegionId }
  | { readonly ask: "details" }
  | { readonly ask: "down" };

export type LabAnswer =
  | { readonly kind: "status"; readonly status: LabStatus }
  | { readonly kind: "details"; readonly details: LabDetails }
  | { readonly kind: "done" }
  | { readonly kind: "problem"; readonly problem: Problem };

export async function readLabState(path: string): Promise<LabState | null> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as LabState;
  } catch {
    return null;
  }
}

const bodyBytesMax = 4_096;

/** Answers requests of this user's own commands, on loopback, to whoever knows the token. */
export async function serveControl(
  token: string,
  answer: (request: LabRequest) => Promise<LabAnswer>,
): Promise<{ readonly port: number; readonly close: () => void }> {
  const server: Server = createServer((incoming, outgoing) => {
    void bodyOf(incoming).then(async (body) => {
      if (!isKnown(incoming, token) || body === null) {
        outgoing.writeHead(401).end();
        return;
      }
      const said = await answer(JSON.parse(body) as LabRequest);
      outgoing.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(said));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  // A TCP server that listens has a port.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function isKnown({ headers }: IncomingMessage, token: string): boolean {
  const given = Buffer.from(headers.authorization ?? "");
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function bodyOf(incoming: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Asks the lab that runs in a folder. */
export async function askLab(
  state: LabState,
  request: LabRequest,
  signal: AbortSignal,
): Promise<Parsed<LabAnswer>> {
  try {
    const answer = await fetch(`http://127.0.0.1:${state.controlPort}/`, {
      method: "POST",
      headers: { authorization: `Bearer ${state.token}`, "content-type": "application/json" },
      body: JSON.stringify(request),
      signal,
    });
    return { ok: true, value: (await answer.json()) as LabAnswer };
  } catch (cause) {
    return { ok: false, problems: [noAnswer(cause)] };
  }
}

function noAnswer(cause: unknown): Problem {
  return {
    code: "lab/no-answer",
    what: `the lab does not answer: ${cause instanceof Error ? cause.message : String(cause)}`,
    where: null,
    why: "Its daemon holds the lab's network and starts and stops its processes.",
    mend: "run `holdfast lab down` to clean up what is left of it, then `holdfast lab up`",
  };
}
