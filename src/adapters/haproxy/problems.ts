import type { ProxySocket, ProxyWish } from "../../core/model/wishes.ts";
import { didYouMean } from "../../core/problem/nearest.ts";
import type { Problem } from "../../core/problem/problem.ts";
import type { ServerState } from "./backend-state.ts";
import type { Told } from "./runtime-socket.ts";

const why =
  "The proxy decides where clients go, and what is not known to be done must not be reported as done.";

function problem(code: Problem["code"], what: string, mend: string): Problem {
  return { code, what, where: null, why, mend };
}

function shownSocket(socket: ProxySocket): string {
  return socket.kind === "unix" ? socket.path : `${socket.host}:${socket.port}`;
}

const socketLine = "stats socket PATH mode 660 level admin";

export function unusableWish(because: string): Problem {
  return problem(
    "proxy/wish-unusable",
    because,
    "mend the wish: it names backend and servers as HAProxy's configuration does",
  );
}

export function untold({ socket }: ProxyWish, outcome: Exclude<Told, { readonly kind: "told" }>): Problem {
  const shown = `HAProxy's socket ${shownSocket(socket)}`;
  if (outcome.kind === "silent")
    return problem(
      "proxy/silent",
      `${shown} did not answer: ${outcome.because}`,
      "see whether HAProxy runs and is not overloaded, look how the servers are now, and apply the step again: twice is as once",
    );
  const { code, message } = outcome.cause;
  return code === "EACCES" || code === "EPERM"
    ? problem(
        "proxy/not-permitted",
        `${shown} may not be opened: ${message}`,
        `give our user the socket, in HAProxy's configuration by: ${socketLine} user NAME`,
      )
    : problem(
        "proxy/away",
        `${shown} cannot be reached: ${message}`,
        `see that HAProxy runs, and that its configuration has: ${socketLine}`,
      );
}

/** Longer answers are cut off. */
const shownMax = 200;

/** What HAProxy answers to what it does not do, or whoever answers in its place. */
export function refusal({ socket, backend }: ProxyWish, text: string): Problem {
  const said = text.trim().replaceAll(/\s+/g, " ").slice(0, shownMax);
  const shown = shownSocket(socket);
  if (/permission denied/i.test(said))
    return problem(
      "proxy/not-permitted",
      `HAProxy lets nobody change servers at ${shown}: ${said}`,
      `raise the level of that socket in HAProxy's configuration, and reload it: ${socketLine}`,
    );
  if (/(can't find|no such) (backend|proxy)/i.test(said))
    return problem(
      "proxy/unknown-backend",
      `HAProxy at ${shown} has no backend ${backend}`,
      "name a backend as HAProxy's configuration does; `show backend` at the socket lists them",
    );
  return problem(
    "proxy/other-answer",
    `${shown} answers what was not expected: ${said === "" ? "nothing" : said}`,
    "name the socket of HAProxy's runtime API (2.6 or newer), and look there by hand: show servers state",
  );
}

export function unknownServer({ backend }: ProxyWish, name: string, found: readonly ServerState[]): Problem {
  const names = found.map((server) => server.name);
  return problem(
    "proxy/unknown-server",
    `the backend ${backend} has no server ${name}; nothing was changed`,
    `${didYouMean(name, names)}its servers are ${names.join(", ")}`,
  );
}

export function lastPlace({ backend }: ProxyWish, found: readonly ServerState[]): Problem {
  const down = found.filter(({ isDown }) => isDown).map(({ name }) => name);
  const checks = down.length === 0 ? "" : ` (HAProxy's own checks find ${down.join(", ")} down)`;
  return problem(
    "proxy/last-place",
    `no server of the backend ${backend} would take requests any more${checks}`,
    'make another server ready first, with a weight above 0; or say in the wish that the last one may go: lastPlace "may-go"',
  );
}

export function notAsWished(given: string): Problem {
  return problem(
    "proxy/not-as-wished",
    `HAProxy took the change, and yet it is: ${given}`,
    "see what else changes these servers: an agent-check, a server that is tracked, or somebody at the socket",
  );
}

export function uncutSessions(given: string): Problem {
  return problem(
    "proxy/sessions-left",
    `sessions go on though they were cut: ${given}`,
    "see who they are (`show sess` at the socket) and whether the backend has `option persist`, which brings clients back; then apply the step again",
  );
}
