import { randomUUID } from "node:crypto";

/** What an object says, as it stands in the store. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  [key: string]: unknown;
}

interface Metadata {
  name: string;
  namespace?: string;
  generation?: number;
  resourceVersion?: string;
  annotations?: Record<string, string>;
  deletionTimestamp?: string;
  managedFields?: unknown[];
  [key: string]: unknown;
}

export interface KubeKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly isNamespaced: boolean;
  readonly isScalable: boolean;
  /** What may stand in `spec`: another key is unknown. */
  readonly specKeys: readonly string[];
}

const route = ["parentRefs", "hostnames", "rules"];
const workload = ["replicas", "paused", "selector", "template", "serviceName", "minReadySeconds"];

export const kinds: readonly KubeKind[] = [
  scaled(kind("apps/v1 Deployment", "deployments", workload)),
  scaled(kind("apps/v1 StatefulSet", "statefulsets", workload)),
  kind("apps/v1 DaemonSet", "daemonsets", workload),
  kind("autoscaling/v1 HorizontalPodAutoscaler", "horizontalpodautoscalers", [
    ...["scaleTargetRef", "minReplicas", "maxReplicas"],
  ]),
  kind("gateway.networking.k8s.io/v1 HTTPRoute", "httproutes", route),
  kind("gateway.networking.k8s.io/v1 GRPCRoute", "grpcroutes", route),
  kind("kustomize.toolkit.fluxcd.io/v1 Kustomization", "kustomizations", [
    ...["suspend", "interval", "path", "prune", "sourceRef"],
  ]),
  kind("argoproj.io/v1alpha1 Application", "applications", ["project", "source", "syncPolicy"]),
  scaled(kind("example.com/v1 Fleet", "fleets", ["size"])),
  { ...kind("v1 Namespace", "namespaces", ["finalizers"]), isNamespaced: false },
  kind("v1 Secret", "secrets", []),
];

function kind(named: string, plural: string, specKeys: readonly string[]): KubeKind {
  const [apiVersion = "", name = ""] = named.split(" ");
  const [group = "", version = apiVersion] = apiVersion.includes("/") ? apiVersion.split("/") : [];
  return { group, version, kind: name, plural, isNamespaced: true, isScalable: false, specKeys };
}

function scaled(own: KubeKind): KubeKind {
  return { ...own, isScalable: true };
}

export interface Refused {
  readonly status: number;
  readonly reason: string;
  readonly message: string;
}

export interface Written {
  readonly by: string;
  /** Unknown fields are refused, and otherwise left out. */
  readonly isStrict: boolean;
}

/**
 * Objects as an API server keeps them, by the conventions that Kubernetes documents: a version that each write raises and that a write may
 * name; a generation that a change of what is wished for raises; a status that only controllers write; who has set which field.
 */
export class KubeObjects {
  readonly #objects = new Map<string, KubeObject>();
  readonly #owners = new Map<string, Map<string, string>>();
  #version = 100;
  /** From Kubernetes 1.25 a write may ask that unknown fields be refused; before, that is not heard, and they are left out. */
  isStrictKnown = true;

  /** As a client that has made it. */
  make(object: KubeObject, by = "kubectl-create"): KubeObject {
    const key = keyOf(object);
    const whole = structuredClone(object);
    const generation = groupOf(object.apiVersion) === "" ? {} : { generation: 1 };
    whole.metadata = { uid: randomUUID(), ...generation, ...whole.metadata };
    this.#owners.set(key, new Map(leavesOf(whole).map((leaf) => [leaf, by])));
    this.#write(key, whole);
    return whole;
  }

  remove(object: Pick<KubeObject, "apiVersion" | "kind" | "metadata">): void {
    this.#objects.delete(keyOf(object));
  }

  of({ group, version, kind: name }: KubeKind, namespace: string, name2: string): KubeObject | null {
    const apiVersion = group === "" ? version : `${group}/${version}`;
    return this.#objects.get(keyOf({ apiVersion, kind: name, metadata: { name: name2, namespace } })) ?? null;
  }

  /** @param kind `null`: of every one. @param namespace empty: in whichever */
  all(kind: KubeKind | null, namespace: string): readonly KubeObject[] {
    return [...this.#objects.values()].filter(
      (each) =>
        (kind === null || (each.kind === kind.kind && groupOf(each.apiVersion) === kind.group)) &&
        (namespace === "" || each.metadata.namespace === namespace),
    );
  }

  /** As a JSON merge patch does it (RFC 7396). */
  patched(object: KubeObject, patch: unknown, { by, isStrict }: Written): KubeObject | Refused {
    const after = merged(object, patch) as KubeObject;
    const named = at(patch, "metadata", "resourceVersion");
    if (named !== undefined && named !== object.metadata.resourceVersion) return conflict(object);
    const { specKeys } = kindOf(object);
    const keys = Object.keys(after.spec ?? {});
    const unknown = keys.find((key) => !specKeys.includes(key));
    if (unknown !== undefined && isStrict && this.isStrictKnown) return unknownField(unknown);
    const invalid = invalidIn(after);
    if (invalid !== null) return invalid;
    const known = Object.entries(after.spec ?? {}).filter(([key]) => specKeys.includes(key));
    // A status is its controller's, and is written by another way.
    const { status } = object;
    return this.#changed(
      object,
      { ...after, spec: Object.fromEntries(known), ...(status && { status }) },
      by,
    );
  }

  /** As a controller does it, by the subresource `status`. */
  tell(object: KubeObject, status: Record<string, unknown>): void {
    const now = this.#objects.get(keyOf(object));
    if (now === undefined) return;
    this.#write(keyOf(object), { ...now, status: { ...now.status, ...status } });
  }

  #changed(before: KubeObject, after: KubeObject, by: string): KubeObject {
    const key = keyOf(before);
    if (textOf(before) === textOf(after)) return before;
    const generation = generationAfter(before, after);
    const owners = this.#owners.get(key) ?? new Map<string, string>();
    const values = new Map(leavesOf(before).map((leaf) => [leaf, valueOf(before, leaf)]));
    for (const leaf of leavesOf(after))
      if (values.get(leaf) !== valueOf(after, leaf) || !owners.has(leaf)) owners.set(leaf, by);
    this.#owners.set(key, owners);
    return this.#write(key, { ...after, metadata: { ...after.metadata, ...generation } });
  }

  #write(key: string, object: KubeObject): KubeObject {
    this.#version += 1;
    const { managedFields } = object.metadata;
    const fields = this.#owners.get(key) ?? new Map<string, string>();
    const written = structuredClone(object);
    written.metadata.resourceVersion = String(this.#version);
    written.metadata.managedFields = this.#isGiven(managedFields) ? managedFields : managed(fields);
    this.#objects.set(key, written);
    return written;
  }

  /** What a test has said of lists whose items have owners of their own, which are not worked out here. */
  #isGiven(managedFields: unknown[] | undefined): managedFields is unknown[] {
    return (managedFields ?? []).some((each) => at(each, "time") === "given");
  }
}

/** The core group counts none. What a Deployment is annotated with counts as what is wished for; of other kinds it does not. */
function generationAfter(before: KubeObject, after: KubeObject): { readonly generation?: number } {
  const { generation } = before.metadata;
  if (generation === undefined) return {};
  const wishedFor = ({ metadata, ...rest }: KubeObject): string =>
    textOf({ ...rest, annotations: rest.kind === "Deployment" ? (metadata.annotations ?? {}) : {} });
  return { generation: generation + (wishedFor(before) === wishedFor(after) ? 0 : 1) };
}

export function isRefused(written: KubeObject | Refused): written is Refused {
  return "message" in written;
}

export function kindOf({ apiVersion, kind: name }: Pick<KubeObject, "apiVersion" | "kind">): KubeKind {
  const found = kinds.find((each) => each.kind === name && each.group === groupOf(apiVersion));
  if (found === undefined) throw new Error(`no kind ${apiVersion} ${name}`);
  return found;
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}

function keyOf({ apiVersion, kind: name, metadata }: Pick<KubeObject, "apiVersion" | "kind" | "metadata">) {
  return [groupOf(apiVersion), name, metadata.namespace ?? "", metadata.name].join("|");
}

export function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (found, key) => (typeof found === "object" && found !== null ? Reflect.get(found, key) : undefined),
    value,
  );
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function merged(target: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return structuredClone(patch);
  const result = new Map(Object.entries(isMap(target) ? structuredClone(target) : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else result.set(key, merged(result.get(key), value));
  }
  return Object.fromEntries(result);
}

/** What a write may change, and not what the server adds to it. */
function textOf(object: object): string {
  return JSON.stringify(object, (key, value: unknown) =>
    ["resourceVersion", "managedFields", "generation"].includes(key) ? undefined : value,
  );
}

/** Each value by where it stands; a list is held as one. */
function leavesOf({ metadata, spec = {} }: KubeObject): readonly string[] {
  const { labels = {}, annotations = {} } = metadata as { labels?: object; annotations?: object };
  const leaves = (value: unknown, path: readonly string[]): readonly string[] =>
    isMap(value) && Object.keys(value).length > 0
      ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))
      : [JSON.stringify(path)];
  return [...leaves(spec, ["spec"]), ...leaves(labels, ["metadata", "labels"])].concat(
    leaves(annotations, ["metadata", "annotations"]),
  );
}

function valueOf(object: KubeObject, leaf: string): string {
  return JSON.stringify(at(object, ...(JSON.parse(leaf) as string[])) ?? null);
}

function managed(owners: ReadonlyMap<string, string>): unknown[] {
  return [...new Set(owners.values())].map((manager) => {
    const fieldsV1: Record<string, unknown> = {};
    for (const [leaf, owner] of owners) {
      if (owner !== manager) continue;
      let inner = fieldsV1;
      for (const key of JSON.parse(leaf) as string[]) {
        inner = (inner[`f:${key}`] ??= {}) as Record<string, unknown>;
      }
    }
    return { manager, operation: "Update", apiVersion: "v1", fieldsType: "FieldsV1", fieldsV1 };
  });
}

function shownName(object: KubeObject): string {
  const { plural, group } = kindOf(object);
  return `${plural}${group === "" ? "" : `.${group}`} "${object.metadata.name}"`;
}

function conflict(object: KubeObject): Refused {
  const message = `Operation cannot be fulfilled on ${shownName(object)}: the object has been modified; please apply your changes to the latest version and try again`;
  return { status: 409, reason: "Conflict", message };
}

function unknownField(key: string): Refused {
  const message = `${kindless} strict decoding error: unknown field "spec.${key}"`;
  return { status: 400, reason: "BadRequest", message };
}

const kindless = "the object provided is unrecognized or not valid:";

function invalidIn(object: KubeObject): Refused | null {
  const replicas = object.spec?.["replicas"];
  if (replicas !== undefined && !isCount(replicas)) return invalid(object, "spec.replicas", replicas);
  const rules = (object.spec?.["rules"] ?? []) as readonly unknown[];
  const weight = rules
    .flatMap((rule) => (at(rule, "backendRefs") ?? []) as readonly unknown[])
    .map((backend) => at(backend, "weight") ?? 1)
    .find((each) => !isCount(each));
  if (weight !== undefined) return invalid(object, "spec.rules.backendRefs.weight", weight);
  const data = object.kind === "Secret" ? Object.values(object["data"] ?? {}) : [];
  const encoded = /^[A-Za-z0-9+/]*=*$/;
  const odd: unknown = data.find((each) => typeof each !== "string" || !encoded.test(each));
  // The whole object is said again.
  return odd === undefined ? null : invalid(object, "patch", object);
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && value >= 0;
}

function invalid(object: KubeObject, field: string, value: unknown): Refused {
  const { kind: name, group } = kindOf(object);
  const message = `${name}.${group} "${object.metadata.name}" is invalid: ${field}: Invalid value: ${JSON.stringify(value)}: must be greater than or equal to 0`;
  return { status: 422, reason: "Invalid", message };
}
