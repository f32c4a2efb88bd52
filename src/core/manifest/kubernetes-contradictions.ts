import { fieldFault, gatewayGroup, groupOf, objectFaults, weightedRoutes } from "../model/kubernetes-wish.ts";
import { pathMend, settingPath } from "../model/setting-path.ts";
import { objectOf, ruleOf, type WrittenKubernetes } from "./build-kubernetes.ts";
import type { Path } from "./document.ts";

export interface KubernetesSlip {
  readonly path: Path;
  readonly what: string;
  readonly mend: string;
}

type WrittenState = WrittenKubernetes["shallBe"];
type Patch = Extract<WrittenState, { readonly kind: "patch" }>;
type Weights = Extract<WrittenState, { readonly kind: "weights" }>;

/** What cannot be true of a step that changes an object of a cluster. */
export function ofKubernetes(step: WrittenKubernetes): readonly KubernetesSlip[] {
  const { object, shallBe, undo } = step;
  const slips = [
    ...ofObject(object),
    ...ofState(step, shallBe, ["shallBe"]),
    ...(undo === undefined ? [] : ofState(step, undo.shallBe, ["undo", "shallBe"])),
  ];
  // What is held against one another is what was understood.
  return slips.length > 0 || undo === undefined ? slips : ofUndo(shallBe, undo.shallBe);
}

export function ofObject(object: WrittenKubernetes["object"]): readonly KubernetesSlip[] {
  return objectFaults(objectOf(object)).map(({ field, because, mend }) => ({
    ...{ path: ["object", field], what: because, mend },
  }));
}

function ofState(step: WrittenKubernetes, state: WrittenState, path: Path): readonly KubernetesSlip[] {
  switch (state.kind) {
    case "scale":
      return [];
    case "patch":
      return [...ofFields(state, path), ...setTwice(keysOf(state), path)];
    case "weights":
      return [...ofRoute(step, path), ...ofRule(state, path), ...setTwice(keysOf(state), path)];
  }
}

function ofFields({ set }: Patch, from: Path): readonly KubernetesSlip[] {
  return set.flatMap(({ path: written }, index) => {
    const path = [...from, "set", index, "path"];
    const steps = settingPath(written);
    if (steps === null) return [{ path, what: `is ${written}, which is no path`, mend: pathMend }];
    const fault = fieldFault(steps);
    if (fault !== null) {
      const mend = "set what stands in spec, or a label or an annotation";
      return [{ path, what: `is ${written}, which ${fault}`, mend }];
    }
    if (steps.at(-1)?.kind === "key") return [];
    const what = `is ${written}, which leads to an item of a list and to no value of it`;
    return [{ path, what, mend: "go on to a key of the item" }];
  });
}

function ofRoute({ object }: WrittenKubernetes, path: Path): readonly KubernetesSlip[] {
  const isRoute = groupOf(object) === gatewayGroup && weightedRoutes.some((kind) => kind === object.kind);
  if (isRoute) return [];
  const what = `is weights, which a ${object.kind} of ${object.apiVersion} has not`;
  const mend = `name an object of ${gatewayGroup}/v1, of the kind ${weightedRoutes.join(" or ")}`;
  return [{ path: [...path, "kind"], what, mend }];
}

function ofRule({ rule, index }: Weights, path: Path): readonly KubernetesSlip[] {
  if (rule === undefined || index === undefined) return [];
  const what = "is said of a rule that has a name";
  return [{ path: [...path, "index"], what, mend: "keep rule, or keep index" }];
}

interface Put {
  /** What is set, whatever its value. */
  readonly key: string;
  readonly shown: string;
  readonly at: Path;
}

/** Each value that a state sets. */
function keysOf(state: WrittenState): readonly Put[] {
  switch (state.kind) {
    case "scale":
      return [];
    case "patch":
      return state.set.map(({ path }, index) => ({
        ...{ key: JSON.stringify(settingPath(path) ?? path), shown: path, at: ["set", index, "path"] },
      }));
    case "weights":
      return state.backends.map(({ name }, index) => ({
        ...{ key: name, shown: name, at: ["backends", index, "name"] },
      }));
  }
}

function setTwice(puts: readonly Put[], path: Path): readonly KubernetesSlip[] {
  return puts.flatMap(({ key, shown, at }, index) =>
    puts.findIndex((each) => each.key === key) === index
      ? []
      : [{ path: [...path, ...at], what: `sets ${shown} again`, mend: "set it once" }],
  );
}

/** A way back that leaves something as it was set is none. */
function ofUndo(shallBe: WrittenState, back: WrittenState): readonly KubernetesSlip[] {
  const path = ["undo", "shallBe"];
  if (shallBe.kind !== back.kind) {
    const what = `is ${back.kind}, and the step is ${shallBe.kind}`;
    return [{ path: [...path, "kind"], what, mend: `say kind: ${shallBe.kind}` }];
  }
  if (shallBe.kind === "weights" && back.kind === "weights" && ruleText(shallBe) !== ruleText(back))
    return [{ path, what: "is of another rule than the step", mend: "name the rule that the step names" }];
  const [puts, backs] = [keysOf(shallBe), keysOf(back)];
  const left = puts.find(({ key }) => !backs.some((each) => each.key === key));
  const missing: readonly KubernetesSlip[] =
    left === undefined
      ? []
      : [
          {
            path,
            what: `leaves ${left.shown} as the step sets it`,
            mend: "set back all that the step sets, or give no undo",
          },
        ];
  const foreign = backs
    .filter(({ key }) => !puts.some((each) => each.key === key))
    .map(({ shown, at }) => ({
      ...{ path: [...path, ...at], what: `is ${shown}, which the step does not set`, mend: "delete it" },
    }));
  return [...missing, ...foreign];
}

function ruleText(weights: Weights): string {
  return JSON.stringify(ruleOf(weights));
}
