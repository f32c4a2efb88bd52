import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Epoch } from "../../core/failover/reign.ts";
import type { Problem } from "../../core/problem/problem.ts";
import { unreachable } from "../../core/problem/problem.ts";
import type { OrderAnswer, EdgeVerbs } from "./edge-verbs.ts";
import { type Endpoint, listen, type Opened, stopListening } from "./listening.ts";
import { answerProblem } from "./problem-document.ts";
import { statusPage } from "./status-page.ts";
import { bodyOf, recordIn } from "./request-body.ts";

/** An order is a line of JSON. */
const bodyBytesMax = 4_096;
const requestMsMax = 5_000;

export interface AdminDoor {
  readonly address: Endpoint;
  close(): Promise<void>;
}

/** Opens the port on which controllers command the edge and people look at it. */
export async function openAdminDoor(at: Endpoint, edge: EdgeVerbs): Promise<Opened<AdminDoor>> {
  const server = createServer((incoming, answer) => {
    // The edge carries every client: a mistake in what one of its watchers asked ends that answer, and not the edge.
    serve(incoming, answer, edge).catch((cause: unknown) => {
      answerProblem(answer, 500, { problem: mistake(incoming, cause) });
    });
  });
  server.requestTimeout = requestMsMax;
  const opened = await listen(server, at, "the edge's administration");
  if (opened.kind === "refused") return opened;
  const close = async (): Promise<void> => {
    const stopped = stopListening(server);
    server.closeAllConnections();
    await stopped;
  };
  return { kind: "open", value: { address: opened.value, close } };
}

async function serve(incoming: IncomingMessage, answer: ServerResponse, edge: EdgeVerbs): Promise<void> {
  if (!isFromHere(incoming)) {
    answerProblem(answer, 403, { problem: foreignPage });
    return;
  }
  const pathname = pathOf(incoming);
  switch (`${incoming.method ?? ""} ${pathname}`) {
    case "GET /":
      answerPage(answer);
      return;
    case "GET /view":
      answerJson(answer, { formatVersion: 1, ...edge.view() });
      return;
    case "GET /status":
      answerJson(answer, { formatVersion: 1, ...edge.status() });
      return;
    case "POST /route":
    case "POST /hold":
      await obey({ incoming, answer, edge }, pathname);
      return;
    default:
      answerProblem(answer, 404, { problem: unknownDoor(`${incoming.method ?? ""} ${pathname}`) });
  }
}

/** Compared as it came: no part of it is looked up anywhere, and not every path is a URL's. */
function pathOf({ url = "/" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? url;
}

/** A page of somewhere else, open in a browser on this machine, must not command the edge. */
function isFromHere({ headers, method, socket }: IncomingMessage): boolean {
  const host = (headers.host ?? "").replace(/:\d+$/, "");
  // A page that names an address and not a name was loaded from that very address.
  const isOwnAddress = host === socket.localAddress;
  const isLoopback = host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
  const isJson = (headers["content-type"] ?? "").startsWith("application/json");
  return (isLoopback || isOwnAddress) && (method === "GET" || isJson);
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly answer: ServerResponse;
  readonly edge: EdgeVerbs;
}

async function obey({ incoming, answer, edge }: Exchange, pathname: string): Promise<void> {
  const order = orderIn(await bodyOf(incoming, bodyBytesMax), pathname);
  if (order === null) {
    answerProblem(answer, 400, { problem: unreadableOrder });
    return;
  }
  answerOrder(answer, await (order.kind === "route" ? edge.route(order) : edge.hold(order)));
}

type AdminOrder =
  | ({ readonly kind: "route" } & Parameters<EdgeVerbs["route"]>[0])
  | ({ readonly kind: "hold" } & Parameters<EdgeVerbs["hold"]>[0]);

function orderIn(body: string | null, pathname: string): AdminOrder | null {
  const { epoch, active, streams = "cut" } = recordIn(body);
  if (typeof epoch !== "number" || !Number.isSafeInteger(epoch) || epoch < 0) return null;
  // The store gave the number; here it comes back as text.
  const given = epoch as Epoch;
  if (pathname === "/route")
    return typeof active === "string" ? { kind: "route", epoch: given, active } : null;
  return streams === "cut" || streams === "drain" ? { kind: "hold", epoch: given, streams } : null;
}

function answerOrder(answer: ServerResponse, outcome: OrderAnswer): void {
  switch (outcome.kind) {
    case "applied":
    case "unchanged":
      answerJson(answer, { formatVersion: 1, ...outcome });
      return;
    case "stale":
      answerProblem(answer, 409, { problem: staleEpoch(outcome.seen), members: { seenEpoch: outcome.seen } });
      return;
    case "contradicts":
      answerProblem(answer, 409, {
        problem: contradiction(outcome.seen, outcome.active),
        members: { seenEpoch: outcome.seen, active: outcome.active },
      });
      return;
    case "unknown-region":
      answerProblem(answer, 422, { problem: unknownRegion(outcome.known) });
      return;
    default:
      unreachable(outcome);
  }
}

function answerJson(answer: ServerResponse, value: unknown): void {
  answer.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
  answer.end(`${JSON.stringify(value)}\n`);
}

function answerPage(answer: ServerResponse): void {
  answer.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy":
      "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
  });
  answer.end(statusPage);
}

function staleEpoch(seen: Epoch): Problem {
  return {
    code: "edge/stale-epoch",
    what: `the order's epoch is lower than ${seen}, the highest that the edge has seen`,
    where: null,
    why: "A newer reign has spoken; an order of an older one could send clients to a region that no longer serves.",
    mend: "read the newest reign from the coordination store and act on that",
  };
}

function contradiction(seen: Epoch, active: string): Problem {
  return {
    code: "edge/contradicting-order",
    what: `epoch ${seen} has already sent clients to ${active}`,
    where: null,
    why: "One epoch has one ruler: a second region under the same epoch would be a split brain.",
    mend: "begin a new reign, with a higher epoch, to choose another region",
  };
}

function unknownRegion(known: readonly string[]): Problem {
  return {
    code: "edge/unknown-region",
    what: `the edge knows ${known.join(", ")}, and not the region that was asked for`,
    where: null,
    why: "It cannot send clients to a region whose address it does not have.",
    mend: "name one of the known regions",
  };
}

const unreadableOrder: Problem = {
  code: "edge/unreadable-order",
  what: `the order is not JSON of at most ${bodyBytesMax} bytes with the members that it needs`,
  where: null,
  why: "An order that is half understood must not move clients.",
  mend: `send {"epoch": 7, "active": "east"} to /route, or {"epoch": 7, "streams": "cut"} (or "drain") to /hold, as application/json`,
};

const foreignPage: Problem = {
  code: "edge/foreign-request",
  what: "the request names a host that is not this machine, or posts something else than JSON",
  where: null,
  why: "A page of another site, open in a browser here, could command the edge that way.",
  mend: "call the edge by a loopback address, and post with content-type application/json",
};

function mistake(incoming: IncomingMessage, cause: unknown): Problem {
  return {
    code: "edge/mistake",
    what: `the edge's administration could not answer ${incoming.method ?? ""} ${pathOf(incoming)}: ${String(cause)}`,
    where: null,
    why: "This is a mistake of Holdfast, not of yours; the edge goes on serving.",
    mend: "please tell it in the project's issue tracker, with the line above",
  };
}

function unknownDoor(asked: string): Problem {
  return {
    code: "edge/unknown-path",
    what: `the edge's administration has no ${asked.slice(0, 200)}`,
    where: null,
    why: "It takes orders and tells how things stand, and nothing else.",
    mend: "use GET /, GET /status, GET /view, POST /route or POST /hold",
  };
}
