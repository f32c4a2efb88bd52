import { readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { TestAuthority } from "./certificates.ts";
import { tokenOf, type WholeAnswer } from "./kubernetes-recording.ts";

export interface Request {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly type: string | undefined;
  readonly text: string;
}

export type Answering = (request: Request) => Promise<WholeAnswer | "connection lost">;

/** What the adapter takes for an API server: https on loopback, which answers as it is told to. */
export class InBetween {
  readonly #folder: string;
  readonly #authority: TestAuthority;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #answering: Answering = () => Promise.resolve("connection lost");

  constructor(folder: string) {
    this.#folder = folder;
    this.#authority = new TestAuthority(folder);
    const { key, certificate } = this.#authority.signed("in-between");
    this.#server = createServer(
      { key: readFileSync(key), cert: readFileSync(certificate) },
      (request, response) => void this.#serve(request, response),
    );
    this.#server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  static async start(folder: string): Promise<InBetween> {
    const own = new InBetween(folder);
    await new Promise<void>((resolve) => own.#server.listen(0, "127.0.0.1", resolve));
    return own;
  }

  answerBy(answering: Answering): void {
    this.#answering = answering;
  }

  /** @returns a kubeconfig by which it is asked as somebody, with the one context `west` */
  kubeconfig(as: string): string {
    const file = join(this.#folder, `kubeconfig-${as}`);
    const { port } = this.#server.address() as AddressInfo;
    const cluster = {
      server: `https://127.0.0.1:${port}`,
      "certificate-authority": this.#authority.certificate,
    };
    const config = {
      ...{ apiVersion: "v1", kind: "Config" },
      clusters: [{ name: "west", cluster }],
      users: [{ name: as, user: { token: tokenOf[as] } }],
      contexts: [{ name: "west", context: { cluster: "west", user: as } }],
    };
    writeFileSync(file, JSON.stringify(config));
    return file;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", url: path = "", headers } = request;
    const { authorization, "content-type": type } = headers;
    const text = Buffer.concat(chunks).toString("utf8");
    const answer = await this.#answering({ method, path, authorization, type, text });
    if (answer === "connection lost") {
      request.socket.destroy();
      return;
    }
    const { status, type: own, retryAfter, body } = answer;
    response.writeHead(status, {
      "content-type": own,
      ...(retryAfter === undefined ? {} : { "retry-after": retryAfter }),
    });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  }
}
