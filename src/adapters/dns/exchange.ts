import { createConnection } from "node:net";
import { within } from "../../waiting/deadline.ts";

export interface Server {
  readonly host: string;
  readonly port: number;
}

export type Exchanged =
  | { readonly kind: "answered"; readonly bytes: Buffer }
  /** Nobody was there to be asked. */
  | { readonly kind: "away"; readonly because: string }
  /** It was not answered in time, or no longer waited for; whether it was read, nobody knows. */
  | { readonly kind: "silent"; readonly because: string }
  /** The connection ended before a whole answer had come; whether the question was read, nobody knows. */
  | { readonly kind: "cut"; readonly because: string };

/** Of the length that goes before each message, RFC 1035 section 4.2.2. */
const lengthBytes = 2;

/** Asks one question over a TCP connection of its own. @param question at most 65,535 bytes */
export function exchange(
  question: Buffer,
  server: Server,
  until: { readonly signal: AbortSignal; readonly answerMsMax: number },
): Promise<Exchanged> {
  return within({ signals: [until.signal], ms: until.answerMsMax }, (signal) =>
    exchanged(question, server, signal),
  );
}

function exchanged(question: Buffer, { host, port }: Server, signal: AbortSignal): Promise<Exchanged> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port });
    let [heard, isConnected] = [Buffer.alloc(0), false];
    const end = (outcome: Exchanged): void => {
      signal.removeEventListener("abort", giveUp);
      socket.destroy();
      resolve(outcome);
    };
    const giveUp = (): void => {
      end({ kind: "silent", because: reasonOf(signal.reason) });
    };
    signal.addEventListener("abort", giveUp);
    socket.on("connect", () => {
      isConnected = true;
      const length = Buffer.alloc(lengthBytes);
      length.writeUInt16BE(question.length);
      socket.write(Buffer.concat([length, question]));
    });
    socket.on("data", (chunk: Buffer) => {
      heard = Buffer.concat([heard, chunk]);
      const bytes = wholeIn(heard);
      if (bytes !== null) end({ kind: "answered", bytes });
    });
    socket.on("error", (error) => {
      end({ kind: isConnected ? "cut" : "away", because: error.message });
    });
    socket.on("close", () => {
      end({ kind: "cut", because: `it ended the connection after ${heard.length} bytes` });
    });
    if (signal.aborted) giveUp();
  });
}

/** A message that may come in many pieces; `null`: some are missing yet. */
function wholeIn(heard: Buffer): Buffer | null {
  if (heard.length < lengthBytes) return null;
  const end = lengthBytes + heard.readUInt16BE(0);
  return heard.length < end ? null : heard.subarray(lengthBytes, end);
}

function reasonOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
