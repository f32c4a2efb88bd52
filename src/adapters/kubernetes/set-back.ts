import { groupOf, type ObjectName } from "../../core/model/kubernetes-wish.ts";
import { isMap, type JsonMap, listAt, parsedMap, textAt, textOf, at } from "./json.ts";
import type { Step } from "./merge-patch.ts";

/** Argo CD's and Flux's names for themselves, as fields are kept under them. */
const reconcilers = /^(?:argocd|flux|kustomize-controller|helm-controller)/;

/** The reconciler that has set this field, and will again; `null`: none has. */
export function reconcilerOf(object: JsonMap, path: readonly Step[]): string | null {
  for (const entry of listAt(object, "metadata", "managedFields")) {
    const manager = textAt(entry, "manager") ?? "";
    const isStatus = textAt(entry, "subresource") !== null;
    if (!isStatus && reconcilers.test(manager) && owns(at(entry, "fieldsV1"), path)) return manager;
  }
  return null;
}

/** A field is held by its own name, or by a list or a map around it that is held as a whole: there the names end. */
function owns(fields: unknown, path: readonly Step[]): boolean {
  let held: unknown = fields;
  for (const step of path) {
    if (!isMap(held)) return false;
    if (Object.keys(held).length === 0) return true;
    held = heldAt(held, step);
  }
  return isMap(held);
}

function heldAt(held: JsonMap, step: Step): unknown {
  switch (step.kind) {
    case "key":
      return held[`f:${step.key}`];
    case "at":
      // Which of the names is that of this item is not told: whoever holds some of them is taken to hold it.
      return {};
    case "item": {
      const name = Object.keys(held).find((each) => {
        const key = each.startsWith("k:") ? parsedMap(each.slice(2)) : null;
        return key !== null && textOf(key[step.key]) === step.is;
      });
      return name === undefined ? undefined : held[name];
    }
  }
}

/** Of these autoscalers the one that says how many replicas an object has; `null`: none does. */
export function autoscalerOf(list: JsonMap, object: ObjectName): string | null {
  const own = listAt(list, "items").find((each) => {
    const target = at(each, "spec", "scaleTargetRef");
    const group = groupOf({ apiVersion: textAt(target, "apiVersion") ?? "" });
    return (
      textAt(target, "kind") === object.kind &&
      textAt(target, "name") === object.name &&
      group === groupOf(object)
    );
  });
  return textAt(own, "metadata", "name");
}
