import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer, type ServerResponse } from "node:http";
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePorts } from "../lab/free-ports.ts";

/** Whether Debian's package haproxy is here, and what the name of a test that needs it says where it is not. */
export const isHaproxyHere = spawnSync("haproxy", ["-v"]).status === 0;
export const skipped = isHaproxyHere ? "" : " (skipped: Debian's package haproxy is not here)";

/** What a server behind the proxy has begun, and how to end it. */
export interface Place {
  readonly name: string;
  readonly port: number;
  /** Answers that were begun at `/stream` and are open. */
  readonly streams: ServerResponse[];
  readonly sockets: Set<Socket>;
  stop(): void;
}

/** Answers its name, by HTTP (at `/stream` only a beginning), and to a plain connection at once. */
async function place(name: string, kind: "http" | "plain"): Promise<Place> {
  const streams: ServerResponse[] = [];
  const sockets = new Set<Socket>();
  const server: Server =
    kind === "plain"
      ? createServer((socket) => socket.write(name))
      : createHttpServer((request, answer) => {
          if (request.url !== "/stream") {
            answer.end(name);
            return;
          }
          answer.write(`${name} begins\n`);
          streams.push(answer);
        });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { name, port: (server.address() as AddressInfo).port, streams, sockets, stop };
}

/** HAProxy on loopback before two web servers (backend `web`) and two others that speak without being asked (`plain`). */
export class RunningHaproxy {
  readonly folder: string;
  readonly ports: { readonly web: number; readonly plain: number; readonly api: number };
  readonly web: readonly Place[];
  readonly plain: readonly Place[];
  #child: ChildProcess;

  constructor(folder: string, ports: RunningHaproxy["ports"], places: readonly Place[]) {
    [this.folder, this.ports] = [folder, ports];
    [this.web, this.plain] = [places.slice(0, 2), places.slice(2)];
    this.#child = this.#started();
  }

  #started(): ChildProcess {
    return spawn("haproxy", ["-db", "-f", join(this.folder, "haproxy.cfg")], { stdio: "ignore" });
  }

  get url(): string {
    return `http://127.0.0.1:${this.ports.web}`;
  }

  socket(level: "admin" | "operator"): string {
    return join(this.folder, `${level}.sock`);
  }

  /** What HAProxy says to a command, by another client than ours. */
  async ask(command: string): Promise<string> {
    const socket = createConnection({ path: this.socket("admin") }).setEncoding("utf8");
    let text = "";
    socket.on("data", (chunk: string) => (text += chunk)).write(`${command}\n`);
    await once(socket, "end");
    socket.destroy();
    return text;
  }

  async ready(): Promise<void> {
    for (let tries = 0; tries < 400; tries += 1) {
      const isReady = await fetch(this.url).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isReady) return;
      await pause(50);
    }
    throw new Error("HAProxy does not get ready");
  }

  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#child.kill(signal);
  }

  /** As its configuration has it: what was changed since is gone. */
  async restart(): Promise<void> {
    await this.#kill();
    this.#child = this.#started();
    await this.ready();
  }

  async #kill(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  async stop(): Promise<void> {
    await this.#kill();
    for (const each of [...this.web, ...this.plain]) each.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function runningHaproxy(): Promise<RunningHaproxy> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-haproxy-"));
  const found = await freePorts(3);
  if (!found.ok) throw new Error("no ports are free");
  const [web = 0, plain = 0, api = 0] = found.value;
  const places = await Promise.all(
    (["http", "plain"] as const).flatMap((kind) => ["east", "west"].map((name) => place(name, kind))),
  );
  const [webEast, webWest, plainEast, plainWest] = places.map(({ port }) => `127.0.0.1:${port}`);
  writeFileSync(
    join(folder, "haproxy.cfg"),
    `global
  stats socket ${join(folder, "admin.sock")} mode 600 level admin
  stats socket ${join(folder, "operator.sock")} mode 600 level operator
  stats socket ipv4@127.0.0.1:${api} level admin
defaults
  timeout connect 2s
  timeout client 60s
  timeout server 60s
listen web
  mode http
  bind 127.0.0.1:${web}
  server east ${webEast ?? ""}
  server west ${webWest ?? ""} disabled
listen plain
  mode tcp
  bind 127.0.0.1:${plain}
  server east ${plainEast ?? ""}
  server west ${plainWest ?? ""} disabled
listen sick
  mode tcp
  bind ${join(folder, "sick.sock")}
  server east ${plainEast ?? ""}
  server west 127.0.0.1:1 check inter 50ms fall 1 rise 1
`,
  );
  const running = new RunningHaproxy(folder, { web, plain, api }, places);
  await running.ready();
  return running;
}
