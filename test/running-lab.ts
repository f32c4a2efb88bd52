import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import type { LabStatus } from "../src/runtime/lab.ts";
import { type Ended, projectRoot } from "./built-program.ts";

const askEveryMs = 200;

/** A copy of the built program in a folder of its own, so that a build beside the test cannot take it away. */
export async function ownProgram(): Promise<{ readonly file: string; readonly remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-program-"));
  await chmod(folder, 0o711);
  await cp(join(projectRoot, "dist"), join(folder, "dist"), { recursive: true });
  for (const name of ["node_modules", "package.json", "data", "examples"])
    await symlink(join(projectRoot, name), join(folder, name));
  await mkdir(join(folder, "lab"));
  await symlink(join(projectRoot, "lab", "model"), join(folder, "lab", "model"));
  return {
    file: join(folder, "dist", "main.js"),
    remove: () => rm(folder, { recursive: true }),
  };
}

/** A lab that the built program runs in a folder of its own, driven by its command line alone. */
export class RunningLab {
  readonly root: string;
  readonly #program: string;

  private constructor(root: string, program: string) {
    this.root = root;
    this.#program = program;
  }

  static in(root: string, program: string): RunningLab {
    return new RunningLab(root, program);
  }

  static async inNewFolder(program: string): Promise<RunningLab> {
    const root = await mkdtemp(join(tmpdir(), "holdfast-lab-test-"));
    // PostgreSQL runs as another account when we are root, and must be able to pass.
    await chmod(root, 0o711);
    return new RunningLab(root, program);
  }

  /** Runs `holdfast lab …` for this lab's folder to its end. */
  lab(...args: readonly string[]): Promise<Ended> {
    return this.#run("lab", ...args);
  }

  /** Runs `holdfast failover …` for this lab's folder to its end. */
  failover(...args: readonly string[]): Promise<Ended> {
    return this.#run("failover", ...args);
  }

  async #run(...args: readonly string[]): Promise<Ended> {
    const child = spawn(process.execPath, [this.#program, ...args, "--dir", this.root], {
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"] },
    });
    const [out, err] = [child.stdout, child.stderr].map((stream) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      return (): string => Buffer.concat(chunks).toString();
    }) as [() => string, () => string];
    const [status] = (await once(child, "close")) as [number | null];
    return { status, out: out(), err: err() };
  }

  async up(...options: readonly string[]): Promise<LabStatus> {
    return statusIn(await this.lab("up", "--detach", "--json", ...options));
  }

  async status(): Promise<LabStatus> {
    return statusIn(await this.lab("status", "--json"));
  }

  /** @throws when a verb was refused */
  async do(...args: readonly string[]): Promise<void> {
    const { status, out, err } = await this.lab(...args);
    if (status !== 0) throw new Error(`lab ${args.join(" ")}: ${err}${out}`);
  }

  async until(what: string, isSo: (status: LabStatus) => boolean, msMax = 60_000): Promise<LabStatus> {
    const end = performance.now() + msMax;
    for (;;) {
      const status = await this.status();
      if (isSo(status)) return status;
      if (performance.now() > end) throw new Error(`never ${what}: ${JSON.stringify(status)}`);
      await pause(askEveryMs);
    }
  }

  untilReady(): Promise<LabStatus> {
    return this.until("ready", ({ state }) => state === "ready");
  }

  /** Every process of this machine that has the lab's folder among its arguments or works in it. */
  async processes(): Promise<readonly number[]> {
    const pids = (await readdir("/proc")).map(Number).filter((pid) => pid > 0 && pid !== process.pid);
    const own = await Promise.all(
      pids.map(async (pid) => {
        const args = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
        const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => "");
        return args.includes(this.root) || cwd.startsWith(this.root) ? [pid] : [];
      }),
    );
    return own.flat();
  }

  async untilNothingRuns(msMax = 15_000): Promise<readonly number[]> {
    const end = performance.now() + msMax;
    for (;;) {
      const left = await this.processes();
      if (left.length === 0 || performance.now() > end) return left;
      await pause(askEveryMs);
    }
  }

  /** Files by which a lab, a store or a log says that somebody uses it, and sockets. */
  async locks(): Promise<readonly string[]> {
    const entries = await readdir(this.root, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isSocket() || /\.lock|^postmaster\.pid$|^lab\.json/.test(entry.name))
      .map((entry) => entry.name);
  }

  async daemonPid(): Promise<number> {
    const state = JSON.parse(await readFile(join(this.root, "lab.json"), "utf8")) as {
      daemon: { pid: number };
    };
    return state.daemon.pid;
  }

  async edgePid(): Promise<number> {
    for (const pid of await this.processes()) {
      const args = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");
      if (args[3] === "process" && args[4] === "edge") return pid;
    }
    throw new Error("the lab has no edge");
  }

  /** Ends the lab and removes its folder, whatever state a failed test has left it in. */
  async remove(): Promise<void> {
    await this.lab("down");
    await rm(this.root, { recursive: true, force: true });
  }
}

function statusIn({ status, out, err }: Ended): LabStatus {
  if (status !== 0) throw new Error(`the lab said: ${err}${out}`);
  return JSON.parse(out) as LabStatus;
}

/** The leader of a process's group, by the kernel. */
export async function groupOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8");
  return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[2]);
}

export function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}

const writeMsMax = 3_000;
const writeEveryMs = 20;

/** A client that goes on writing rows with ids of its own, through a fault, and remembers which were acknowledged. */
export class SteadyWriter {
  readonly acknowledged: number[] = [];
  readonly #url: string;
  #isOver = false;
  #running: Promise<void> = Promise.resolve();
  #client: pg.Client | null = null;

  constructor(url: string) {
    this.#url = url;
  }

  async start(): Promise<void> {
    await sql(this.#url, "create table if not exists written (id bigint primary key)");
    const rows = await sql(this.#url, "select coalesce(max(id), 0)::int as last from written");
    this.#running = this.#run(Number(rows[0]?.["last"]));
  }

  /** Waits until writes are acknowledged again after this moment. */
  async untilServed(msMax = 30_000): Promise<void> {
    const before = this.acknowledged.length;
    const end = performance.now() + msMax;
    while (this.acknowledged.length < before + 3) {
      if (performance.now() > end) throw new Error(`no write was acknowledged for ${msMax} ms`);
      await pause(askEveryMs);
    }
  }

  /** Which of the rows that were acknowledged until now are not there, asked through the edge or where `url` leads. */
  async lost(url: string = this.#url): Promise<readonly number[]> {
    const acknowledged = [...this.acknowledged];
    const rows = await sql(url, "select id::int from written");
    const present = new Set(rows.map((row) => Number(row["id"])));
    return acknowledged.filter((id) => !present.has(id));
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  async #run(last: number): Promise<void> {
    for (let id = last + 1; !this.#isOver; id += 1) {
      try {
        this.#client ??= await connected(this.#url);
        await this.#client.query("insert into written (id) values ($1)", [id]);
        this.acknowledged.push(id);
      } catch {
        await this.#client?.end().catch(() => undefined);
        this.#client = null;
      }
      await pause(writeEveryMs);
    }
    await this.#client?.end();
  }
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: writeMsMax,
    query_timeout: writeMsMax,
  });
  // A connection that breaks shows in the query that it carried.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

/** One statement on a connection of its own. */
export async function sql(url: string, text: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = await connected(url);
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
