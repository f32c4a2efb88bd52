import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePorts } from "../lab/free-ports.ts";
import { TestAuthority } from "./certificates.ts";
import { type RunningEtcd, runningEtcd } from "./running-etcd.ts";

/** Programs of a real control plane. They are in no package of Debian's: `test/recordings/README.md` tells how they are had. */
const kubernetesPrograms = {
  apiServer: process.env["KUBE_APISERVER"] ?? "",
  controllerManager: process.env["KUBE_CONTROLLER_MANAGER"] ?? "",
};
export const isKubernetesHere = Object.values(kubernetesPrograms).every((each) => each !== "");

export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** What is sent on to an API server as it is. */
export interface Sent {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface Administered {
  readonly method: string;
  readonly path: string;
  readonly body?: object | null;
  /** Of the body; left out: JSON. */
  readonly type?: string;
}

const administrator = "token-of-an-administrator";

/** A token, a user, an id, and groups: as kube-apiserver reads them. */
const tokens = [
  `${administrator},administrator,1,"system:masters"`,
  "token-of-holdfast,holdfast,2",
  "token-of-a-reader,reader,3",
  "token-without-lists,listless,4",
].join("\n");

const minutesMax = 3;

/** A real API server with an etcd of its own, and the controllers of workloads. No node, so no pod ever runs. */
export class RunningKubernetes {
  readonly authority: string;
  readonly port: number;
  readonly #folder: string;
  readonly #etcd: RunningEtcd;
  readonly #serverArgs: readonly string[];
  #server: ChildProcess | null = null;
  #controllers: ChildProcess | null = null;

  private constructor(folder: string, port: number, etcd: RunningEtcd) {
    this.#folder = folder;
    this.port = port;
    this.#etcd = etcd;
    const authority = new TestAuthority(folder);
    this.authority = authority.certificate;
    const [serving, accounts] = [authority.signed("server"), authority.signed("accounts")];
    const tokenFile = join(folder, "tokens.csv");
    writeFileSync(tokenFile, tokens);
    this.#serverArgs = [
      ...["--etcd-servers", etcd.endpoints.join(","), "--bind-address", "127.0.0.1"],
      ...["--secure-port", String(port), "--cert-dir", folder, "--endpoint-reconciler-type=none"],
      ...["--tls-cert-file", serving.certificate, "--tls-private-key-file", serving.key],
      ...["--client-ca-file", this.authority, "--token-auth-file", tokenFile, "--authorization-mode=RBAC"],
      ...["--service-account-issuer=https://accounts.example.com", "--service-cluster-ip-range=10.0.0.0/24"],
      ...["--service-account-key-file", accounts.certificate],
      ...["--service-account-signing-key-file", accounts.key],
      // Without a node nobody needs an account, and pods would wait for one.
      "--disable-admission-plugins=ServiceAccount",
    ];
  }

  static async start(): Promise<RunningKubernetes> {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-cluster-"));
    const free = await freePorts(1);
    if (!free.ok) throw new Error("no port is free");
    const own = new RunningKubernetes(folder, free.value[0] ?? 0, await runningEtcd({ members: 1 }));
    await own.startServer();
    own.#startControllers();
    return own;
  }

  async startServer(): Promise<void> {
    this.#server = spawn(kubernetesPrograms.apiServer, this.#serverArgs, { stdio: this.#output("server") });
    const until = Date.now() + minutesMax * 60_000;
    while ((await this.#readiness()) !== 200) {
      if (Date.now() > until || this.#server.exitCode !== null)
        throw new Error(`kube-apiserver is not ready:\n${this.#lastLines("server")}`);
      await pause(200);
    }
  }

  async killServer(): Promise<void> {
    await killed(this.#server);
  }

  async stop(): Promise<void> {
    await killed(this.#controllers);
    await killed(this.#server);
    await this.#etcd.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** As whoever may do everything. */
  async administer({ method, path, body = null, type = "application/json" }: Administered): Promise<Told> {
    const headers = { authorization: `Bearer ${administrator}`, accept: "application/json" };
    const text = body === null ? "" : JSON.stringify(body);
    const content: Record<string, string> = body === null ? {} : { "content-type": type };
    return this.pass({ method, path, text, headers: { ...headers, ...content } });
  }

  /** Rejects where there is no answer. */
  pass({ method, path, headers, text }: Sent): Promise<Told> {
    return new Promise((resolve, reject) => {
      const ca = readFileSync(this.authority);
      const length = { "content-length": String(Buffer.byteLength(text)) };
      const to = { host: "127.0.0.1", port: this.port, ca, method, path, agent: false };
      const asked = request(
        { ...to, headers: { ...headers, ...(text === "" ? {} : length) } },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
          incoming.once("error", reject);
          incoming.once("end", () => {
            const { statusCode: status = 0, headers: told } = incoming;
            resolve({ status, headers: told, text: Buffer.concat(chunks).toString("utf8") });
          });
        },
      );
      asked.once("error", reject);
      asked.end(text);
    });
  }

  async #readiness(): Promise<number> {
    return this.administer({ method: "GET", path: "/readyz" }).then(
      ({ status }) => status,
      () => 0,
    );
  }

  #startControllers(): void {
    const kubeconfig = join(this.#folder, "controllers.kubeconfig");
    const cluster = { server: `https://127.0.0.1:${this.port}`, "certificate-authority": this.authority };
    const config = {
      ...{ apiVersion: "v1", kind: "Config", "current-context": "own" },
      clusters: [{ name: "own", cluster }],
      users: [{ name: "own", user: { token: administrator } }],
      contexts: [{ name: "own", context: { cluster: "own", user: "own" } }],
    };
    writeFileSync(kubeconfig, JSON.stringify(config));
    const args = [
      ...["--kubeconfig", kubeconfig, "--leader-elect=false", "--port=0", "--secure-port=0"],
      "--controllers=deployment,replicaset,statefulset",
    ];
    const stdio = this.#output("controllers");
    this.#controllers = spawn(kubernetesPrograms.controllerManager, args, { stdio });
  }

  #output(name: string): ["ignore", number, number] {
    const file = openSync(join(this.#folder, `${name}.log`), "a");
    return ["ignore", file, file];
  }

  #lastLines(name: string): string {
    const lines = readFileSync(join(this.#folder, `${name}.log`), "utf8").split("\n");
    return lines.slice(-20).join("\n");
  }
}

async function killed(child: ChildProcess | null): Promise<void> {
  if (child?.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
