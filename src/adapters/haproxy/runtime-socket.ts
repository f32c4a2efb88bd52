import { createConnection, type Socket } from "node:net";
import type { ProxySocket } from "../../core/model/wishes.ts";
import { within } from "../../waiting/deadline.ts";

export type Told =
  | { readonly kind: "told"; readonly text: string }
  /** Nobody was there to be told. */
  | { readonly kind: "away"; readonly cause: NodeJS.ErrnoException }
  /** It did not answer in time, was no longer waited for, or broke off; what it has done, nobody knows. */
  | { readonly kind: "silent"; readonly because: string };

/** What a proxy says of itself fits in many times. */
const answerCharactersMax = 4 * 1024 * 1024;

/**
 * Tells HAProxy commands over one connection, all in one write, so that it carries them out one right after the other. An answer
 * ends where HAProxy ends the connection. https://docs.haproxy.org/2.6/management.html#9.3
 */
export function tell(
  commands: readonly string[],
  socket: ProxySocket,
  until: { readonly signal: AbortSignal; readonly answerMsMax: number },
): Promise<Told> {
  return within({ signals: [until.signal], ms: until.answerMsMax }, (signal) =>
    told(`${commands.join(";")}\n`, socket, signal),
  );
}

function told(line: string, to: ProxySocket, signal: AbortSignal): Promise<Told> {
  return new Promise((resolve) => {
    const socket = connected(to);
    socket.setEncoding("utf8");
    let [text, isConnected] = ["", false];
    const end = (outcome: Told): void => {
      signal.removeEventListener("abort", giveUp);
      socket.destroy();
      resolve(outcome);
    };
    const giveUp = (): void => {
      const reason: unknown = signal.reason;
      end({ kind: "silent", because: reason instanceof Error ? reason.message : String(reason) });
    };
    signal.addEventListener("abort", giveUp);
    socket.on("connect", () => {
      isConnected = true;
      socket.write(line);
    });
    socket.on("data", (chunk: string) => {
      text += chunk;
      if (text.length > answerCharactersMax) end({ kind: "silent", because: "its answer does not end" });
    });
    socket.on("end", () => {
      end({ kind: "told", text });
    });
    socket.on("error", (cause) => {
      end(isConnected ? { kind: "silent", because: cause.message } : { kind: "away", cause });
    });
    if (signal.aborted) giveUp();
  });
}

function connected(to: ProxySocket): Socket {
  return to.kind === "unix"
    ? createConnection({ path: to.path })
    : createConnection({ host: to.host, port: to.port });
}
