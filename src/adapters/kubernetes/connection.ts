import { readFile } from "node:fs/promises";
import type { RequestOptions } from "node:https";
import { dirname, join, resolve } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { parse } from "yaml";
import type { ClusterAccess } from "../../core/model/kubernetes-wish.ts";
import { type Failed, failed } from "../../core/plan/actuator.ts";
import type { PassedOn } from "../../core/plan/passed-on.ts";
import { noConnection } from "./problems.ts";

/** Where a cluster's API answers, and what it is asked with. */
export interface Connection {
  readonly server: URL;
  /** How the server is known, and who we are where a certificate says so. */
  readonly options: RequestOptions;
  readonly headers: Readonly<Record<string, string>>;
  /** What is not told, by name. */
  readonly hidden: PassedOn;
}

export interface AccessSettings {
  /** Ours, which tells a pod where its cluster is. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where a pod finds who it is. */
  readonly serviceAccountFolder: string;
}

/** Reads who we are and whom we talk to, when it is needed and not before: a token is written anew every hour. */
export async function connectionTo(
  access: ClusterAccess,
  settings: AccessSettings,
): Promise<{ readonly kind: "connected"; readonly connection: Connection } | Failed> {
  const { KubeConfig: Configuration } = await import("@kubernetes/client-node");
  const config = new Configuration();
  const trouble = access.kind === "in-cluster" ? fromPod(config, settings) : await fromFile(config, access);
  if (trouble !== null) return failed(trouble.of);
  const refused = refusalOf(config);
  if (refused !== null) return failed(noConnection(shown(access), refused.because, refused.mend));
  try {
    return { kind: "connected", connection: await connection(config) };
  } catch (cause) {
    const because = `what it names cannot be read (${cause instanceof Error ? cause.message : String(cause)})`;
    return failed(noConnection(shown(access), because, "see that the files are there and may be read"));
  }
}

function shown(access: ClusterAccess): string {
  return access.kind === "in-cluster"
    ? "the pod's service account"
    : `the context ${access.context} of ${access.file}`;
}

interface Trouble {
  readonly of: Failed["problem"];
}

function trouble(access: ClusterAccess, because: string, mend: string): Trouble {
  return { of: noConnection(shown(access), because, mend) };
}

function fromPod(config: KubeConfig, { environment, serviceAccountFolder }: AccessSettings): Trouble | null {
  const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "443" } = environment;
  if (host === "") {
    const mend = "run the plan in a pod with a service account, or name a kubeconfig and a context";
    return trouble({ kind: "in-cluster" }, "KUBERNETES_SERVICE_HOST is not set, so this is no pod", mend);
  }
  const server = `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const caFile = join(serviceAccountFolder, "ca.crt");
  const tokenFile = join(serviceAccountFolder, "token");
  config.loadFromClusterAndUser(
    { name: "pod", server, caFile, skipTLSVerify: false },
    { name: "pod", authProvider: { name: "tokenFile", config: { tokenFile } } },
  );
  return null;
}

type KubeconfigAccess = Extract<ClusterAccess, { readonly kind: "kubeconfig" }>;

async function fromFile(config: KubeConfig, access: KubeconfigAccess): Promise<Trouble | null> {
  const { file, context } = access;
  let text: string;
  try {
    text = await readFile(file, "utf8");
    config.loadFromFile(file);
  } catch (cause) {
    // What a parser says shows the line at fault, which may be a token.
    const code = (cause as NodeJS.ErrnoException).code ?? "it is no kubeconfig";
    return trouble(
      access,
      `it cannot be read (${code})`,
      `see that kubectl reads it: kubectl --kubeconfig ${file} config view`,
    );
  }
  if (config.getContextObject(context) === null) {
    const names = config.getContexts().map(({ name }) => name);
    return trouble(access, "there is no such context", `name one of ${names.join(", ")}`);
  }
  config.setCurrentContext(context);
  const user = config.getCurrentUser();
  const tokenFile = user === null ? null : tokenFileOf(text, user.name);
  if (user === null || tokenFile === null || user.token !== undefined) return null;
  // The field of a kubeconfig that the client does not know by this name.
  const whole = resolve(dirname(file), tokenFile);
  config.users = [{ ...user, authProvider: { name: "tokenFile", config: { tokenFile: whole } } }];
  return null;
}

interface WrittenUsers {
  readonly users?: readonly {
    readonly name?: unknown;
    readonly user?: { readonly tokenFile?: unknown } | null;
  }[];
}

function tokenFileOf(text: string, user: string): string | null {
  const written = parse(text) as WrittenUsers | null;
  const tokenFile = written?.users?.find(({ name }) => name === user)?.user?.tokenFile;
  return typeof tokenFile === "string" && tokenFile !== "" ? tokenFile : null;
}

interface Refusal {
  readonly because: string;
  readonly mend: string;
}

/** Why we do not go that way; `null`: we do. */
function refusalOf(config: KubeConfig): Refusal | null {
  const [cluster, user] = [config.getCurrentCluster(), config.getCurrentUser()];
  if (cluster === null || user === null) {
    const because = `it names no ${cluster === null ? "cluster" : "user"} that is there`;
    return { because, mend: "see its contexts: kubectl config get-contexts" };
  }
  return serverRefusal(cluster) ?? userRefusal(user);
}

function serverRefusal({
  skipTLSVerify,
  server,
  proxyUrl,
}: NonNullable<ReturnType<KubeConfig["getCurrentCluster"]>>): Refusal | null {
  if (skipTLSVerify) {
    const because = "insecure-skip-tls-verify lets whoever stands in between be the cluster";
    return { because, mend: "take it out, and give certificate-authority or certificate-authority-data" };
  }
  if (!URL.canParse(server) || new URL(server).protocol !== "https:") {
    const because = "its server is no address of https, and what we are known by would be told to everybody";
    return { because, mend: "give the server's address as in https://10.1.0.1:6443" };
  }
  const { username, password, search, hash } = new URL(server);
  if ([username, password, search, hash].some((part) => part !== "")) {
    const because =
      "its server has a name, a password, a query or a fragment in its address, which nobody would be told";
    return { because, mend: "give the address alone, as in https://10.1.0.1:6443" };
  }
  if (proxyUrl === undefined) return null;
  return { because: "it goes by a proxy (proxy-url)", mend: "give an address that is reached without one" };
}

const tokenMend =
  "make a service account for Holdfast, and give its token as tokenFile or token, or a client certificate";

function userRefusal(user: NonNullable<ReturnType<KubeConfig["getCurrentUser"]>>): Refusal | null {
  const { username, token, certData, certFile } = user;
  const { exec, authProvider } = user as { readonly exec?: unknown; readonly authProvider?: unknown };
  if (isGiven(exec)) {
    return { because: "it would run a program (exec) that may need what has failed", mend: tokenMend };
  }
  if (isGiven(authProvider) && (authProvider as { readonly name: string }).name !== "tokenFile")
    return { because: "it signs in by a provider (auth-provider)", mend: tokenMend };
  if (isGiven(username)) return { because: "it has a user and a password", mend: tokenMend };
  const isSomebody = [authProvider, token, certData, certFile].some(isGiven);
  return isSomebody ? null : { because: "it says not who we are", mend: tokenMend };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

async function connection(config: KubeConfig): Promise<Connection> {
  // Said outright, so that NODE_TLS_REJECT_UNAUTHORIZED in our environment takes nothing back.
  const options: RequestOptions = { rejectUnauthorized: true };
  await config.applyToHTTPSOptions(options);
  const server = new URL(config.getCurrentCluster()?.server ?? "");
  const { headers: own, ...rest } = options;
  const headers: Readonly<Record<string, string>> = Object.fromEntries(
    Object.entries(own ?? {}).map(([name, value]) => [name, String(value)]),
  );
  // A file with a token often ends in a new line, which no header may hold.
  const authorization = headers["Authorization"]?.trim();
  if (authorization === undefined) return { server, options: rest, headers, hidden: {} };
  const token = authorization.replace(/^Bearer /, "");
  return {
    ...{ server, options: rest, hidden: { token } },
    headers: { ...headers, Authorization: authorization },
  };
}
