import { groupOf, type KubernetesWish } from "../../core/model/kubernetes-wish.ts";
import { unreachable } from "../../core/problem/problem.ts";
import { at, type Json, type JsonMap, listAt, numberAt, textAt } from "./json.ts";

/** Why an object that says what it shall be is not so yet; `null`: it is so. */
export function notYetSo({ shallBe, object: name }: KubernetesWish, object: JsonMap): string | null {
  switch (shallBe.kind) {
    case "scale":
      return replicasNotYet(object, shallBe.replicas, isCounted(name));
    case "patch":
      // Whether anybody acts by it is another question, which a verify step asks.
      return null;
    case "weights":
      return parentsNotYet(object);
    default:
      return unreachable(shallBe);
  }
}

/** Kinds that tell how many replicas are ready, and leave it out when none is. */
function isCounted(name: KubernetesWish["object"]): boolean {
  return groupOf(name) === "apps" || name.kind === "ReplicationController";
}

/** Why what an object tells of itself is not of what it is to be now; `null`: it is, or it never says of what it is. */
export function unobserved(object: JsonMap): string | null {
  const [generation, observed] = [
    numberAt(object, "metadata", "generation"),
    numberAt(object, "status", "observedGeneration"),
  ];
  if (generation === null || observed === null || observed >= generation) return null;
  return `its controller has seen generation ${observed} of ${generation}`;
}

function replicasNotYet(object: JsonMap, wanted: number, isReadyCounted: boolean): string | null {
  const unseen = unobserved(object);
  if (unseen !== null) return unseen;
  if (isReadyCounted && numberAt(object, "status", "observedGeneration") === null)
    return "its controller has told nothing yet";
  const there = numberAt(object, "status", "replicas") ?? 0;
  const told = numberAt(object, "status", "readyReplicas");
  const ready = told ?? (isReadyCounted ? 0 : there);
  return ready === wanted && there === wanted
    ? null
    : `${ready} of ${wanted} replicas are ready, and ${there} are there`;
}

/** Every gateway that a route is attached to tells whether it takes the route as it is now. */
function parentsNotYet(route: JsonMap): string | null {
  const generation = numberAt(route, "metadata", "generation") ?? 0;
  const told = listAt(route, "status", "parents");
  const refs = listAt(route, "spec", "parentRefs");
  if (refs.length === 0) return "it is attached to no gateway";
  const own = textAt(route, "metadata", "namespace") ?? "";
  const silent = refs.find((ref) => !told.some((each) => isSameParent(at(each, "parentRef"), ref, own)));
  if (silent !== undefined) return `${parentText(silent)} has not told whether it takes the route`;
  const [first] = told.flatMap((parent) => parentNotYet(parent, generation) ?? []);
  return first ?? null;
}

function parentNotYet(parent: Json, generation: number): string | null {
  const name = parentText(at(parent, "parentRef"));
  const conditions = listAt(parent, "conditions");
  const accepted = conditions.find((each) => textAt(each, "type") === "Accepted");
  if (accepted === undefined || !isOf(accepted, generation))
    return `${name} has not told whether it takes the route as it is now`;
  const resolved = conditions.find((each) => textAt(each, "type") === "ResolvedRefs");
  const refused = [accepted, ...(resolved === undefined ? [] : [resolved])].find(
    (each) => textAt(each, "status") !== "True",
  );
  if (refused === undefined) return null;
  const [type, reason, message] = ["type", "reason", "message"].map((key) => textAt(refused, key) ?? "");
  return `${name} says that the route is not ${type}: ${reason}, ${message}`;
}

function isOf(condition: Json, generation: number): boolean {
  return (numberAt(condition, "observedGeneration") ?? 0) >= generation;
}

const parentDefaults = { group: "gateway.networking.k8s.io", kind: "Gateway" };

function isSameParent(told: unknown, ref: Json, own: string): boolean {
  const keyOf = (parent: unknown): string =>
    JSON.stringify([
      textAt(parent, "group") ?? parentDefaults.group,
      textAt(parent, "kind") ?? parentDefaults.kind,
      textAt(parent, "namespace") ?? own,
      textAt(parent, "name"),
      textAt(parent, "sectionName"),
      numberAt(parent, "port"),
    ]);
  return keyOf(told) === keyOf(ref);
}

function parentText(parent: unknown): string {
  const section = textAt(parent, "sectionName");
  const name = `${textAt(parent, "kind") ?? parentDefaults.kind} ${textAt(parent, "name") ?? ""}`;
  return section === null ? name : `${name} (${section})`;
}
