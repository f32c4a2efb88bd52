import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** `hang` takes the request and never answers. */
export type ReceiverAnswer =
  | "hang"
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: Uint8Array | string;
    };

/** A server on loopback that keeps what it is sent, and answers as the test says. */
export class HttpReceiver {
  readonly received: ReceivedRequest[] = [];
  /** Without a slash at its end; it stays when the receiver is closed. */
  url = "";
  readonly #server = createServer();
  readonly #answers: ReceiverAnswer[];

  /** @param answers in their order; the last again and again */
  private constructor(answers: readonly [ReceiverAnswer, ...ReceiverAnswer[]]) {
    this.#answers = [...answers];
    this.#server.on("request", (incoming, outgoing) => {
      const parts: Buffer[] = [];
      incoming.on("data", (part: Buffer) => parts.push(part));
      incoming.on("end", () => {
        const { method = "", url: path = "", headers } = incoming;
        this.received.push({ method, path, headers, body: Buffer.concat(parts) });
        const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
        if (answer === undefined || answer === "hang") return;
        outgoing.writeHead(answer.status, answer.headers).end(answer.body);
      });
    });
  }

  static async answering(...answers: readonly [ReceiverAnswer, ...ReceiverAnswer[]]): Promise<HttpReceiver> {
    const receiver = new HttpReceiver(answers);
    receiver.#server.listen(0, "127.0.0.1");
    await once(receiver.#server, "listening");
    // A TCP server that listens has a port.
    receiver.url = `http://127.0.0.1:${(receiver.#server.address() as AddressInfo).port}`;
    return receiver;
  }

  /** From now on. */
  answer(...answers: readonly [ReceiverAnswer, ...ReceiverAnswer[]]): void {
    this.#answers.splice(0, this.#answers.length, ...answers);
    this.received.splice(0, this.received.length);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
