import type { AddressInfo, Server } from "node:net";
import type { Problem } from "../../core/problem/problem.ts";

/** Where a TCP service is reached. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** What opening something on a port answers. */
export type Opened<Value> =
  | { readonly kind: "open"; readonly value: Value }
  | { readonly kind: "refused"; readonly problem: Problem };

/** Starts to listen and tells the real address; port 0 lets the system choose a free one. */
export async function listen(server: Server, at: Endpoint, purpose: string): Promise<Opened<Endpoint>> {
  return await new Promise((resolve) => {
    const failed = (cause: NodeJS.ErrnoException): void => {
      resolve({ kind: "refused", problem: listenProblem(cause, at, purpose) });
    };
    server.once("error", failed);
    server.listen(at.port, at.host, () => {
      server.off("error", failed);
      // A TCP server that listens has an address with a port; only pipes and closed servers have none.
      const { port } = server.address() as AddressInfo;
      resolve({ kind: "open", value: { host: at.host, port } });
    });
  });
}

/** Ends when no connection is left; connections must be ended by their owner. */
export async function stopListening(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}

function listenProblem(cause: NodeJS.ErrnoException, at: Endpoint, purpose: string): Problem {
  if (cause.code === "EADDRINUSE") {
    return {
      code: "relay/port-in-use",
      what: `port ${at.port} on ${at.host}, wanted for ${purpose}, is in use`,
      where: null,
      why: "Two programs cannot listen on one port, and clients would reach the wrong one.",
      mend: `stop the program that listens there (\`ss -ltnp 'sport = :${at.port}'\` names it), or choose another port; 0 lets the system choose`,
    };
  }
  if (cause.code === "EACCES") {
    return {
      code: "relay/port-forbidden",
      what: `port ${at.port} on ${at.host}, wanted for ${purpose}, may not be opened by this user`,
      where: null,
      why: "Ports below 1024 need root or the capability CAP_NET_BIND_SERVICE.",
      mend: "choose a port above 1023; 0 lets the system choose",
    };
  }
  return {
    code: "relay/cannot-listen",
    what: `cannot listen on ${at.host}:${at.port} for ${purpose}: ${cause.message}`,
    where: null,
    why: "Nobody can connect until somebody listens.",
    mend: "listen on 127.0.0.1, or on another address that `ip address` shows, with a port of 0 to let the system choose",
  };
}
