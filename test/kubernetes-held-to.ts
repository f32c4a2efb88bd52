import { readFileSync } from "node:fs";
import { request } from "node:https";
import { epochAnnotation } from "../src/core/model/kubernetes-wish.ts";
import { at, type KubeObject, kindOf } from "./kubernetes-objects.ts";
import {
  answerIn,
  type Discovery,
  type OthersExchange,
  type OwnExchange,
  type Recording,
  tokenOf,
  type WholeAnswer,
} from "./kubernetes-recording.ts";
import type { KubernetesStandIn } from "./kubernetes-stand-in.ts";

/** A server that writes a quantity in its shortest form is not stood in for. */
const notStoodInFor = ["patch-written-otherwise"];

/** Asks a stand-in what a real API server was asked. @returns where it answers otherwise in what the adapter reads, a line each */
export async function heldTo(
  recording: Recording,
  discovery: Discovery,
  standIn: KubernetesStandIn,
): Promise<readonly string[]> {
  if (notStoodInFor.includes(recording.story)) return [];
  const asking = new SameAgain(standIn);
  standIn.controllers = "asleep";
  standIn.objects.isStrictKnown = Number(recording.version.split(".")[1]) >= 25;
  standIn.objects.make({ apiVersion: "v1", kind: "Namespace", metadata: { name: recording.story } });
  const found: string[] = [];
  let hasFallen = false;
  for (const [index, exchange] of recording.exchanges.entries()) {
    if (exchange.by === "others") {
      asking.others(exchange);
      continue;
    }
    const recorded = answerIn(exchange, discovery);
    hasFallen ||= recorded === "connection lost";
    // A stand-in never falls, and never forgets who may what.
    if (recorded === "connection lost" || (hasFallen && recorded.status === 403)) continue;
    const [is, was] = await asking.both(exchange, recorded);
    const [told, real] = [JSON.stringify(is), JSON.stringify(was)];
    if (told !== real)
      found.push(`${index} ${exchange.method} ${exchange.path}: ${told}, and really ${real}`);
  }
  return found;
}

class SameAgain {
  readonly #standIn: KubernetesStandIn;
  /** Versions there by versions that were recorded. */
  readonly #versions = new Map<string, string>();
  #isUntouched = false;

  constructor(standIn: KubernetesStandIn) {
    this.#standIn = standIn;
  }

  others({ method, path, body }: OthersExchange): void {
    const { objects } = this.#standIn;
    const by = new URL(path, "https://any").searchParams.get("fieldManager") ?? "somebody";
    this.#isUntouched = false;
    if (method === "POST") {
      objects.make(body as KubeObject, by);
      return;
    }
    const object = this.#there(path);
    if (object === null) throw new Error(`${path} is not there`);
    if (path.endsWith("/status")) objects.tell(object, at(body, "status") as Record<string, unknown>);
    else if (method === "PATCH") objects.patched(object, body, { by, isStrict: false });
    else this.#deleted(object);
  }

  /** It waits for its finalizer. That it is to go is wished for anew. */
  #deleted(object: KubeObject): void {
    const generation = (object.metadata.generation ?? 1) + 1;
    const deletionTimestamp = "2026-11-29T09:00:00Z";
    this.#standIn.objects.make({
      ...object,
      metadata: { ...object.metadata, generation, deletionTimestamp },
    });
  }

  async both(exchange: OwnExchange, recorded: WholeAnswer): Promise<readonly [unknown, unknown]> {
    this.#bringAbout(exchange, recorded);
    const answer = await this.#asked(exchange);
    const [here, there] = [versionOf(answer.body), versionOf(recorded.body)];
    if (here !== undefined && there !== undefined) this.#versions.set(there, here);
    this.#isUntouched = exchange.method === "GET";
    return [readOf(answer, recorded), readOf(recorded, recorded)];
  }

  /** What controllers had done by then, who are not stood in for here. */
  #bringAbout({ method, path }: OwnExchange, { status, body }: WholeAnswer): void {
    const object = this.#there(path);
    if (object === null) return;
    const told = at(body, "status");
    const isTold = method === "GET" && typeof told === "object" && told !== null;
    const isOvertaken = status === 409 && this.#isUntouched;
    if (isTold || isOvertaken) this.#standIn.objects.tell(object, isTold ? { ...told } : {});
  }

  #there(path: string): KubeObject | null {
    const parts = /^\/apis?\/.*?([^/?]+)\/([^/?]+)(?:\/status)?(?:\?.*)?$/.exec(path);
    const namespace = /\/namespaces\/([^/]+)\//.exec(path)?.[1] ?? "";
    const [, plural, name = ""] = parts ?? [];
    const found = this.#standIn.objects.all(null, namespace).find((each) => {
      return kindOf(each).plural === plural && each.metadata.name === name;
    });
    return found ?? null;
  }

  #asked({ as, method, path, body }: OwnExchange): Promise<WholeAnswer> {
    const text = body === undefined ? "" : JSON.stringify(this.#withVersion(body));
    const headers = {
      authorization: `Bearer ${tokenOf[as] ?? ""}`,
      ...(text === "" ? {} : { "content-type": "application/merge-patch+json" }),
    };
    const ca = readFileSync(this.#standIn.authority);
    return new Promise((resolve, reject) => {
      const asked = request(
        `${this.#standIn.url}${path}`,
        { method, headers, ca, agent: false },
        (incoming) => {
          let told = "";
          incoming.setEncoding("utf8").on("data", (chunk: string) => (told += chunk));
          incoming.once("end", () => {
            const { statusCode: status = 0, headers: own } = incoming;
            const type = String(own["content-type"]);
            resolve({ status, type, body: type.startsWith("application/json") ? JSON.parse(told) : told });
          });
        },
      );
      asked.once("error", reject);
      asked.end(text);
    });
  }

  #withVersion(body: unknown): unknown {
    const metadata = at(body, "metadata") as object;
    const named = String(at(metadata, "resourceVersion"));
    const resourceVersion = this.#versions.get(named) ?? named;
    return { ...(body as object), metadata: { ...metadata, resourceVersion } };
  }
}

function versionOf(body: unknown): string | undefined {
  const version = at(body, "metadata", "resourceVersion");
  return typeof version === "string" ? version : undefined;
}

/** What the adapter reads of an answer. @param recorded the real one: a stand-in knows fewer kinds, and adds no defaults */
function readOf({ status, type, body }: WholeAnswer, recorded: WholeAnswer): unknown {
  const kind = at(body, "kind");
  const isJson = type.startsWith("application/json");
  if (kind === "Status") return { status, isJson, ...refusalIn(body) };
  if (kind === "APIResourceList") return { status, resources: servedIn(body) };
  if (Array.isArray(at(body, "items"))) return { status, kind, items: at(body, "items", "length") };
  if (at(body, "metadata") === undefined) return { status, isJson };
  return { status, ...objectIn(body), spec: sameKeys(at(body, "spec"), at(recorded.body, "spec")) };
}

function refusalIn(body: unknown): object {
  const [code, reason] = [at(body, "code"), at(body, "reason")];
  // Why a value is not taken is said in many words.
  return { code, reason, message: code === 422 ? "" : at(body, "message") };
}

const stoodIn = [
  "deployments",
  "statefulsets",
  "daemonsets",
  "namespaces",
  "secrets",
  "httproutes",
  "fleets",
];

function servedIn(body: unknown): readonly unknown[] {
  const all = at(body, "resources") as readonly { readonly name: string }[];
  return all
    .filter(({ name }) => stoodIn.includes(name.replace(/\/scale$/, "")))
    .sort((one, other) => one.name.localeCompare(other.name))
    .map((each) => [each.name, at(each, "kind"), at(each, "namespaced")]);
}

function objectIn(body: unknown): object {
  const metadata = (...keys: readonly string[]): unknown => at(body, "metadata", ...keys) ?? null;
  return {
    ...{ apiVersion: at(body, "apiVersion"), kind: at(body, "kind") },
    ...{ name: metadata("name"), namespace: metadata("namespace"), generation: metadata("generation") },
    ...{ epoch: metadata("annotations", epochAnnotation), isDeleted: metadata("deletionTimestamp") !== null },
    size: metadata("annotations", "example.com/size"),
    drained: metadata("labels", "drained"),
    data: at(body, "data") ?? null,
    managers: {
      replicas: managersOf(body, "f:replicas"),
      rules: managersOf(body, "f:rules"),
    },
  };
}

function managersOf(body: unknown, field: string): readonly unknown[] {
  const entries = (at(body, "metadata", "managedFields") ?? []) as readonly unknown[];
  return entries
    .filter((each) => at(each, "fieldsV1", "f:spec", field) !== undefined)
    .map((each) => at(each, "manager"))
    .sort();
}

const read = ["replicas", "paused", "hostname", "replica", "parentRefs", "size", "interval"];

/** Of a spec what a story sets: weights and images by their place. */
function sameKeys(spec: unknown, real: unknown): unknown {
  const own = read.map((key) => [key, at(spec, key)] as const).filter(([key]) => at(real, key) !== undefined);
  const image = at(spec, "template", "spec", "containers", "0", "image");
  const backends = (at(spec, "rules", "1", "backendRefs") ?? []) as readonly unknown[];
  return { own, image, weights: backends.map((each) => [at(each, "name"), at(each, "weight")]) };
}
