import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { bodyOf, recordIn } from "../src/adapters/relay/request-body.ts";
import type { Parsed, Problem } from "../src/core/problem/problem.ts";
import {
  type LabDetails,
  type LabEffect,
  type LabFault,
  labFaults,
  type LabStatus,
  type LabWish,
} from "../src/runtime/lab.ts";
import type { Revision, StoreAnswer, StoredEntry, WriteOutcome } from "../src/core/failover/coordinator.ts";
import type { RegionId } from "../src/core/failover/member.ts";
import { orderKinds } from "../src/core/failover/order.ts";
import type { OrderOutcome } from "../src/runtime/give-order.ts";
import { labCommand } from "../src/runtime/lab-command.ts";
import { harmIn, type NetworkHarm } from "../src/runtime/network-harm.ts";
import { folderProblem, isSystemRefusal } from "./folder-problem.ts";
import type { LabState } from "./state-file.ts";

/** What the lab's daemon can be asked. */
export type LabRequest =
  | { readonly ask: "status" }
  | { readonly ask: "fault"; readonly fault: LabFault; readonly region: RegionId }
  | { readonly ask: "harm"; readonly harm: NetworkHarm; readonly region: RegionId }
  | { readonly ask: "restore"; readonly region: RegionId }
  | { readonly ask: "details" }
  | { readonly ask: "order"; readonly wish: LabWish }
  /** The run of a plan, as it stands in the coordination store. */
  | { readonly ask: "read-run" }
  | { readonly ask: "write-run"; readonly text: string; readonly expected: Revision }
  /** What a lab that is to leave nothing leaves all the same. */
  | { readonly ask: "down"; readonly keepLogs: boolean };

export type LabAnswer =
  | { readonly kind: "status"; readonly status: LabStatus }
  | { readonly kind: "details"; readonly details: LabDetails }
  | { readonly kind: "done"; readonly effect: LabEffect }
  | { readonly kind: "order"; readonly outcome: OrderOutcome }
  | { readonly kind: "run-read"; readonly answer: StoreAnswer<StoredEntry | null> }
  | { readonly kind: "run-written"; readonly answer: StoreAnswer<WriteOutcome> }
  | { readonly kind: "problem"; readonly problem: Problem };

/** A run of a plan with hundreds of steps fits. */
const bodyBytesMax = 256 * 1_024;

export interface ControlSettings {
  /** The lab's folder. */
  readonly root: string;
  readonly token: string;
  /** A socket that listens already; `null`: a free port of loopback. */
  readonly door: Server | null;
  readonly answer: (request: LabRequest) => Promise<LabAnswer>;
}

/**
 * Answers requests of this user's own commands, on loopback, to whoever knows the token. Whatever becomes of a request, the lab
 * goes on: what the world refused, and a mistake of ours too, is told to whoever asked.
 */
export async function serveControl(
  settings: ControlSettings,
): Promise<{ readonly port: number; readonly close: () => void }> {
  const server = createServer((incoming, outgoing) => {
    void serve(incoming, outgoing, settings);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    if (settings.door === null) server.listen(0, "127.0.0.1", resolve);
    else server.listen(settings.door, resolve);
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

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  settings: ControlSettings,
): Promise<void> {
  if (!isKnown(incoming, settings.token)) {
    outgoing.writeHead(401, { connection: "close" }).end();
    return;
  }
  const request = requestIn(await bodyOf(incoming, bodyBytesMax));
  const status = request === null ? 400 : 200;
  const said: LabAnswer =
    request === null ? { kind: "problem", problem: unreadableRequest } : await answered(request, settings);
  outgoing.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(said));
}

async function answered(request: LabRequest, { root, answer }: ControlSettings): Promise<LabAnswer> {
  try {
    return await answer(request);
  } catch (cause) {
    const problem = isSystemRefusal(cause) ? folderProblem(root, cause) : mistake(request, cause);
    return { kind: "problem", problem };
  }
}

function isKnown({ headers }: IncomingMessage, token: string): boolean {
  const given = Buffer.from(headers.authorization ?? "");
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function requestIn(text: string | null): LabRequest | null {
  const { ask, fault, harm, region, keepLogs, wish, text: run, expected } = recordIn(text);
  switch (ask) {
    case "status":
    case "details":
    case "read-run":
      return { ask };
    case "write-run":
      // A revision is a whole number that the store itself has told.
      return typeof run === "string" && typeof expected === "number"
        ? { ask, text: run, expected: expected as Revision }
        : null;
    case "down":
      return { ask, keepLogs: keepLogs !== false };
    case "order": {
      const wished = wishIn(wish);
      return wished === null ? null : { ask, wish: wished };
    }
    case "restore":
      return typeof region === "string" ? { ask, region } : null;
    case "fault": {
      const known = labFaults.find((each) => each === fault);
      return known !== undefined && typeof region === "string" ? { ask, fault: known, region } : null;
    }
    case "harm": {
      const known = harmIn(harm);
      return known !== null && typeof region === "string" ? { ask, harm: known, region } : null;
    }
    default:
      return null;
  }
}

const byCharactersMax = 200;

function wishIn(given: unknown): LabWish | null {
  if (typeof given !== "object" || given === null) return null;
  const { kind, to, by } = given as Readonly<Record<string, unknown>>;
  const known = orderKinds.find((each) => each === kind);
  if (known === undefined || typeof by !== "string" || by.length > byCharactersMax) return null;
  const wanted = wantedIn(to);
  return wanted === undefined ? null : { kind: known, to: wanted, by };
}

/** `undefined`: it is none. */
function wantedIn(to: unknown): LabWish["to"] | undefined {
  if (to === null || to === "preferred") return to;
  const region = typeof to === "object" && "region" in to ? to.region : undefined;
  return typeof region === "string" ? { region } : undefined;
}

const unreadableRequest: Problem = {
  code: "lab/unreadable-request",
  what: `the request is not one that this lab knows, in JSON of at most ${bodyBytesMax} bytes`,
  where: null,
  why: "A request that is half understood must not harm a region.",
  mend: "use the commands of the version of Holdfast that started the lab, such as `holdfast lab status`",
};

function mistake({ ask }: LabRequest, cause: unknown): Problem {
  return {
    code: "lab/mistake",
    what: `the lab could not answer "${ask}": ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`,
    where: null,
    why: "This is a mistake of Holdfast, not of yours; the lab goes on, for its regions do not depend on it.",
    mend: "please tell it in the project's issue tracker, with the lines above",
  };
}

/** Asks the lab that runs in a folder. */
export async function askLab(
  { root, controlPort, token }: Pick<LabState, "controlPort" | "token"> & { readonly root: string },
  request: LabRequest,
  signal: AbortSignal,
): Promise<Parsed<LabAnswer>> {
  try {
    const answer = await fetch(`http://127.0.0.1:${controlPort}/`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(request),
      signal,
    });
    return { ok: true, value: (await answer.json()) as LabAnswer };
  } catch (cause) {
    return { ok: false, problems: [noAnswer(root, cause)] };
  }
}

function noAnswer(root: string, cause: unknown): Problem {
  return {
    code: "lab/no-answer",
    what: `the lab does not answer: ${cause instanceof Error ? cause.message : String(cause)}`,
    where: null,
    why: "Its daemon holds the lab's network and starts and stops its processes.",
    mend: `run \`${labCommand("down", root)}\` to clean up what is left of it, then \`${labCommand("up", root)}\``,
  };
}
