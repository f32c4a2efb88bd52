import { readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { TestAuthority } from "./certificates.ts";
import {
  at,
  isRefused,
  type KubeKind,
  type KubeObject,
  KubeObjects,
  kinds,
  type Refused,
} from "./kubernetes-objects.ts";

/** What happens to the next requests of a method instead of an answer. */
interface Fault {
  readonly method: string;
  times: number;
  readonly does:
    | "resets"
    | "breaks-off"
    | "hangs"
    /** It is done, and nobody is told. */
    | "forgets-to-answer"
    | { readonly status: number; readonly text: string; readonly headers?: Readonly<Record<string, string>> };
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly type: string;
  readonly user: string;
}

/** Who is believed by a token, and what they may. */
const users: Readonly<Record<string, { readonly name: string; readonly verbs: readonly string[] }>> = {
  "token-of-holdfast": { name: "holdfast", verbs: ["get", "list", "patch", "update"] },
  "token-of-a-reader": { name: "reader", verbs: ["get", "list"] },
  "token-without-lists": { name: "listless", verbs: ["get", "patch"] },
};

/**
 * Stands in for a Kubernetes API server where no cluster is to be had: https with tokens and client certificates, and of the API what is
 * asked here. What it does, Kubernetes documents (API concepts, API conventions); `kubectl` finds it so too. It is no proof of what a real
 * cluster does.
 */
export class KubernetesStandIn {
  readonly objects = new KubeObjects();
  readonly asked: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #faults: Fault[] = [];
  readonly folder: string;
  readonly #authority: TestAuthority;
  /** `asleep`: nobody brings about what is wished for. A number: as many replicas become ready, and no more. */
  controllers: "awake" | "asleep" | number = "awake";
  /** Told of each request before it is answered. */
  onAsked: (asked: string) => void = () => undefined;
  /** Done once, right before the next write. */
  beforeWrite: (() => void) | null = null;
  /** Done after each write. */
  afterWrite: (() => void) | null = null;

  private constructor(folder: string) {
    this.folder = folder;
    this.#authority = new TestAuthority(folder);
    const { key, certificate } = this.#authority.signed("server");
    this.#server = createServer(
      {
        key: readFileSync(key),
        cert: readFileSync(certificate),
        ca: readFileSync(this.#authority.certificate),
        requestCert: true,
        rejectUnauthorized: false,
      },
      (request, response) => void this.#serve(request, response),
    );
    this.#server.on("secureConnection", (socket: TLSSocket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
      socket.on("error", () => undefined);
    });
  }

  static async start(folder: string): Promise<KubernetesStandIn> {
    const standIn = new KubernetesStandIn(folder);
    await new Promise<void>((resolve) => standIn.#server.listen(0, "127.0.0.1", resolve));
    return standIn;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  get authority(): string {
    return this.#authority.certificate;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Another instead of an answer, so many times. */
  order(method: string, does: Fault["does"], times = 1): void {
    this.#faults.push({ method, does, times });
  }

  /** A kubeconfig with these in place of what is usual. @returns its path */
  kubeconfig(user: object = { token: "token-of-holdfast" }, cluster: object = {}): string {
    const file = join(this.folder, `kubeconfig-${Math.random().toString(36).slice(2)}`);
    const config = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "other",
      clusters: [
        {
          name: "west",
          cluster: { server: this.url, "certificate-authority": this.#authority.certificate, ...cluster },
        },
      ],
      users: [{ name: "holdfast", user }],
      contexts: [
        { name: "west", context: { cluster: "west", user: "holdfast" } },
        { name: "other", context: { cluster: "none", user: "nobody" } },
      ],
    };
    writeFileSync(file, JSON.stringify(config));
    return file;
  }

  /** A client certificate of the cluster's authority. */
  clientCertificate(): { readonly "client-certificate": string; readonly "client-key": string } {
    const { key, certificate } = this.#authority.signed("a-client");
    return { "client-certificate": certificate, "client-key": key };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await wholeText(request);
    const { method = "", url = "" } = request;
    const { pathname: path, searchParams: query } = new URL(url, this.url);
    this.asked.push(`${method} ${path}`);
    this.onAsked(`${method} ${path}`);
    const fault = this.#faults.find((each) => each.method === method && each.times > 0);
    if (fault !== undefined) fault.times -= 1;
    if (fault !== undefined && fault.does !== "forgets-to-answer") {
      fail(fault.does, request, response);
      return;
    }
    const type = request.headers["content-type"] ?? "";
    const body: unknown = text === "" ? null : JSON.parse(text);
    const answer = this.#answer({ method, path, query, body, type, user: this.#userOf(request) });
    if (fault !== undefined) {
      request.socket.destroy();
      return;
    }
    tell(answer, response);
  }

  /** Empty: nobody whom we know. */
  #userOf(request: IncomingMessage): string {
    const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? "")?.[1];
    if (token !== undefined) return token in users ? token : "";
    return Reflect.get(request.socket, "authorized") === true ? "token-of-holdfast" : "";
  }

  /** A text: of no kind of the API. */
  #answer(asked: Asked): object | string {
    if (asked.user === "") return status({ status: 401, reason: "Unauthorized", message: "Unauthorized" });
    if (isOfNobody(asked.path)) return "404 page not found\n";
    const found = discovered(asked.path);
    if (found !== null) return found;
    const named = namedIn(asked.path);
    if (named === null) return status(notFound("the server could not find the requested resource"));
    const denied = denial(asked, named);
    if (denied !== null) return status(denied);
    const { kind, namespace, name } = named;
    if (name === null) {
      const items = this.objects.all(kind, namespace);
      return { ...typeOf(kind), kind: `${kind.kind}List`, metadata: {}, items };
    }
    const object = this.objects.of(kind, namespace, name);
    if (object === null) return status(notFound(`${kind.plural}${dotted(kind)} "${name}" not found`));
    if (asked.method === "GET") return named.isScale ? scaleOf(object) : object;
    return this.#written(asked, named, object);
  }

  #written(asked: Asked, { kind, namespace, isScale }: Named, object: KubeObject): object {
    const { beforeWrite } = this;
    this.beforeWrite = null;
    beforeWrite?.();
    const present = this.objects.of(kind, namespace, object.metadata.name) ?? object;
    if (asked.method === "PATCH" && !asked.type.startsWith("application/merge-patch+json"))
      return status({ status: 415, reason: "UnsupportedMediaType", message: `${asked.type} is not taken` });
    const written = this.objects.patched(present, patchOf(asked, isScale), {
      by: asked.query.get("fieldManager") ?? "unknown",
      isStrict: asked.query.get("fieldValidation") === "Strict",
    });
    if (isRefused(written)) return status(written);
    this.#control(written);
    this.afterWrite?.();
    return isScale ? scaleOf(written) : written;
  }

  /** As controllers do a moment later. */
  #control(object: KubeObject): void {
    const { controllers } = this;
    if (controllers === "asleep") return;
    const observedGeneration = object.metadata.generation;
    setTimeout(() => {
      const { replicas } = object.spec ?? {};
      if (typeof replicas === "number") {
        const ready = controllers === "awake" ? replicas : Math.min(controllers, replicas);
        // As Kubernetes does it: none is left out.
        const counted = ready === 0 ? { readyReplicas: undefined } : { readyReplicas: ready };
        this.objects.tell(object, { observedGeneration, replicas, ...counted });
      }
      if (object.spec?.["rules"] !== undefined) this.accept(object, "True");
    }, 20);
  }

  /** As a gateway does it, for each parent of a route. */
  accept(route: KubeObject, is: "True" | "False", observedGeneration = route.metadata.generation): void {
    const parents = (route.spec?.["parentRefs"] as readonly object[]).map((parentRef) => ({
      parentRef,
      controllerName: "example.com/gateway",
      conditions: ["Accepted", "ResolvedRefs"].map((type) => ({
        ...{ type, status: is, observedGeneration },
        ...(is === "True"
          ? { reason: type, message: "" }
          : { reason: "NotAllowed", message: "not from here" }),
      })),
    }));
    this.objects.tell(route, { parents });
  }
}

interface Named {
  readonly kind: KubeKind;
  readonly namespace: string;
  /** `null`: all of them. */
  readonly name: string | null;
  readonly isScale: boolean;
}

const pathForm =
  /^\/(?:api|apis\/([^/]+))\/(v[^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?(?:\/(scale))?$/;

function namedIn(path: string): Named | null {
  const [, group = "", version, namespace = "", plural, name = null, sub] = pathForm.exec(path) ?? [];
  const kind = kinds.find(
    (each) => each.group === group && each.version === version && each.plural === plural,
  );
  return kind === undefined ? null : { kind, namespace, name, isScale: sub === "scale" };
}

function denial({ method, user }: Asked, { kind, namespace, name }: Named): Refused | null {
  const verb = { PATCH: "patch", PUT: "update" }[method] ?? (name === null ? "list" : "get");
  const { name: who, verbs } = users[user] ?? { name: "", verbs: [] };
  if (verbs.includes(verb)) return null;
  // A namespace is taken to stand in itself.
  const space = kind.kind === "Namespace" ? (name ?? "") : namespace;
  const what = `${kind.plural}${dotted(kind)}${name === null ? "" : ` "${name}"`}`;
  const message = `${what} is forbidden: User "${who}" cannot ${verb} resource "${kind.plural}" in API group "${kind.group}" in the namespace "${space}"`;
  return { status: 403, reason: "Forbidden", message };
}

async function wholeText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function fail(
  does: Exclude<Fault["does"], "forgets-to-answer">,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (does === "hangs") return;
  if (does === "resets") {
    request.socket.destroy();
    return;
  }
  if (does === "breaks-off") {
    response.writeHead(200, { "content-type": "application/json", "content-length": "5000" });
    response.write('{"kind": "Deploy');
    setTimeout(() => request.socket.destroy(), 20);
    return;
  }
  response.writeHead(does.status, { "content-type": "text/plain", ...does.headers });
  response.end(does.text);
}

function status({ status: code, reason, message }: Refused): object {
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code };
}

function notFound(message: string): Refused {
  return { status: 404, reason: "NotFound", message };
}

function dotted({ group }: KubeKind): string {
  return group === "" ? "" : `.${group}`;
}

function typeOf({ group, version }: KubeKind): { readonly apiVersion: string } {
  return { apiVersion: group === "" ? version : `${group}/${version}` };
}

/** The subresource: without annotations, and with the version of the object. */
function scaleOf({ metadata, spec, status: told }: KubeObject): object {
  const { name, namespace, resourceVersion } = metadata;
  return {
    ...{ apiVersion: "autoscaling/v1", kind: "Scale", metadata: { name, namespace, resourceVersion } },
    spec: { replicas: spec?.["replicas"] },
    status: { replicas: told?.["replicas"] ?? 0 },
  };
}

function patchOf({ method, body }: Asked, isScale: boolean): unknown {
  if (!isScale) return body;
  const [replicas, resourceVersion] = [at(body, "spec", "replicas"), at(body, "metadata", "resourceVersion")];
  const version = method === "PUT" || resourceVersion !== undefined ? { metadata: { resourceVersion } } : {};
  return { ...version, spec: { replicas } };
}

/** Whether it is below a group that nobody serves: there no API answers. */
function isOfNobody(path: string): boolean {
  const group = /^\/apis\/([^/]+)/.exec(path)?.[1];
  return group !== undefined && !kinds.some((each) => each.group === group);
}

function discovered(path: string): object | null {
  const groups = [...new Set(kinds.map(({ group }) => group))].filter((group) => group !== "");
  if (path === "/version") return { major: "1", minor: "30", gitVersion: "v1.30.0" };
  if (path === "/api") return { kind: "APIVersions", versions: ["v1"] };
  if (path === "/apis") {
    const listed = groups.map((name) => {
      const version = kinds.find(({ group }) => group === name)?.version ?? "";
      const preferredVersion = { groupVersion: `${name}/${version}`, version };
      return { name, versions: [preferredVersion], preferredVersion };
    });
    return { kind: "APIGroupList", apiVersion: "v1", groups: listed };
  }
  const [, group = "", version] = /^\/(?:api|apis\/([^/]+))\/(v[^/]+)$/.exec(path) ?? [];
  const own = kinds.filter((each) => each.group === group && each.version === version);
  if (own.length === 0) return null;
  const resources = own.flatMap((each) => {
    const common = { namespaced: each.isNamespaced, singularName: each.kind.toLowerCase() };
    const verbs = ["get", "list", "patch", "update"];
    const scale = { name: `${each.plural}/scale`, group: "autoscaling", version: "v1", kind: "Scale" };
    return [
      { ...common, name: each.plural, kind: each.kind, verbs },
      ...(each.isScalable ? [{ ...common, ...scale, verbs }] : []),
    ];
  });
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: path.replace(/^\/apis?\//, ""),
    resources,
  };
}

/** A text is told of what is no path of the API. */
function tell(answer: object | string, response: ServerResponse): void {
  if (typeof answer === "string") {
    response.writeHead(404, { "content-type": "text/plain; charset=utf-8" });
    response.end(answer);
    return;
  }
  const code = at(answer, "kind") === "Status" ? Number(at(answer, "code")) : 200;
  response.writeHead(code, { "content-type": "application/json" });
  response.end(JSON.stringify(answer));
}
