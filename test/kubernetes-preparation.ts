import { setTimeout as pause } from "node:timers/promises";
import type { RunningKubernetes } from "./running-kubernetes.ts";

const groups = {
  rbac: "/apis/rbac.authorization.k8s.io/v1",
  kinds: "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
};

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

function rules(...verbs: readonly string[]): readonly Rule[] {
  return [
    { apiGroups: [""], resources: ["namespaces", "secrets"], verbs },
    { apiGroups: ["apps"], resources: ["deployments", "statefulsets", "daemonsets"], verbs },
    { apiGroups: ["gateway.networking.k8s.io"], resources: ["httproutes"], verbs },
    { apiGroups: ["kustomize.toolkit.fluxcd.io"], resources: ["kustomizations"], verbs },
    { apiGroups: ["example.com"], resources: ["fleets"], verbs },
  ];
}

const autoscalers: Rule = {
  ...{ apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: ["list"] },
};

/** What each of our users may, as the manual says that it is enough. */
const roles: Readonly<Record<string, readonly Rule[]>> = {
  holdfast: [...rules("get", "patch"), autoscalers],
  reader: [...rules("get"), autoscalers],
  listless: rules("get", "patch"),
};

const text = { type: "string" };
const whole = { type: "integer" };
const open = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

function map(properties: Readonly<Record<string, object>>): object {
  return { type: "object", properties };
}

function list(items: object): object {
  return { type: "array", items };
}

const backend = map({
  ...{ name: text, namespace: text, port: whole },
  weight: { type: "integer", minimum: 0, maximum: 1_000_000, default: 1 },
});
const route = map({
  parentRefs: list(map({ name: text, namespace: text, sectionName: text, port: whole })),
  hostnames: list(text),
  rules: list(
    map({
      name: text,
      matches: list(map({ path: map({ type: text, value: text }) })),
      backendRefs: list(backend),
    }),
  ),
});

/** Kinds that are not built in: of each, the fields that we use. What else their projects define is not checked here. */
const kinds = [
  kind("gateway.networking.k8s.io/v1 HTTPRoute httproutes", route),
  kind(
    "kustomize.toolkit.fluxcd.io/v1 Kustomization kustomizations",
    map({ interval: text, suspend: { type: "boolean" } }),
  ),
  kind("example.com/v1 Fleet fleets", map({ size: whole }), {
    scale: { specReplicasPath: ".spec.size", statusReplicasPath: ".status.size" },
  }),
];

/** @param of as in `apps/v1 Deployment deployments` */
function kind(of: string, spec: object, more: object = {}): object {
  const [apiVersion = "", name = "", plural = ""] = of.split(" ");
  const [group = "", version = ""] = apiVersion.split("/");
  const annotations = { "api-approved.kubernetes.io": "unapproved, for a test" };
  const schema = { openAPIV3Schema: { type: "object", properties: { spec, status: open } } };
  const subresources = { status: {}, ...more };
  return {
    ...{ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" },
    metadata: { name: `${plural}.${group}`, annotations },
    spec: {
      ...{ group, scope: "Namespaced", names: { plural, singular: name.toLowerCase(), kind: name } },
      versions: [{ name: version, served: true, storage: true, schema, subresources }],
    },
  };
}

/** Says who may what, and which kinds there are; waits until they are served. */
export async function prepared(cluster: RunningKubernetes): Promise<void> {
  const make = async (path: string, body: object): Promise<void> => {
    const { status, text: told } = await cluster.administer({ method: "POST", path, body });
    if (status !== 201) throw new Error(`${path}: ${status} ${told}`);
  };
  for (const [name, own] of Object.entries(roles)) {
    const apiVersion = "rbac.authorization.k8s.io/v1";
    const role = { apiVersion, kind: "ClusterRole", metadata: { name }, rules: own };
    await make(`${groups.rbac}/clusterroles`, role);
    await make(`${groups.rbac}/clusterrolebindings`, {
      ...{ apiVersion, kind: "ClusterRoleBinding", metadata: { name } },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name }],
    });
  }
  for (const each of kinds) await make(groups.kinds, each);
  for (const path of [
    "/apis/gateway.networking.k8s.io/v1",
    "/apis/kustomize.toolkit.fluxcd.io/v1",
    "/apis/example.com/v1",
  ])
    while ((await cluster.administer({ method: "GET", path })).status !== 200) await pause(100);
}
