import type { PathStep } from "../../core/model/setting-path.ts";
import { isMap, type Json, type JsonMap, textOf } from "./json.ts";

/** One step down into an object: by a path that somebody has written, or to an item that was found at its place. */
export type Step = PathStep | { readonly kind: "at"; readonly index: number };

export interface Edit {
  readonly path: readonly Step[];
  /** `null`: it is not there. */
  readonly value: Json;
}

export type Found =
  | { readonly kind: "value"; readonly value: Json }
  | { readonly kind: "absent" }
  /** Nothing can stand there. */
  | { readonly kind: "fault"; readonly because: string };

export function valueAt(object: Json, path: readonly Step[]): Found {
  let found: Json = object;
  for (const [index, step] of path.entries()) {
    const next = stepInto(found, step);
    // A key can be added where there is none, and an item cannot.
    const isOut = next.kind === "absent" && path.slice(index + 1).some(({ kind }) => kind !== "key");
    if (isOut) return noList;
    if (next.kind !== "value") return next;
    found = next.value;
  }
  return found === null ? { kind: "absent" } : { kind: "value", value: found };
}

function stepInto(parent: Json, step: Step): Found {
  if (step.kind !== "key") {
    const index = placeIn(parent, step);
    return typeof index === "number"
      ? { kind: "value", value: (parent as readonly Json[])[index] ?? null }
      : index;
  }
  if (parent === null) return { kind: "absent" };
  if (!isMap(parent)) return { kind: "fault", because: `${step.key} cannot stand in what is no map` };
  return Object.hasOwn(parent, step.key)
    ? { kind: "value", value: parent[step.key] ?? null }
    : { kind: "absent" };
}

const noList: Found = { kind: "fault", because: "there is no list in which an item could be found" };

function placeIn(list: Json, step: Exclude<Step, { readonly kind: "key" }>): number | Found {
  if (!Array.isArray(list)) return noList;
  const items = list as readonly Json[];
  if (step.kind === "at") {
    return step.index < items.length
      ? step.index
      : { kind: "fault", because: `there is no item ${step.index}` };
  }
  const { key, is } = step;
  const places = items.flatMap((item, index) => (isMap(item) && textOf(item[key]) === is ? [index] : []));
  const [place, ...others] = places;
  if (place === undefined) return { kind: "fault", because: `no item has the ${key} ${is}` };
  return others.length === 0
    ? place
    : { kind: "fault", because: `${places.length} items have the ${key} ${is}` };
}

/**
 * The JSON merge patch (RFC 7396) that makes these edits. It can put no item into a list, so a list is sent as a whole, as it was seen but
 * for the edit: whoever sends the patch says of which version it is.
 *
 * Each edit has been seen to be possible (`valueAt`).
 */
export function mergePatch(object: JsonMap, edits: readonly Edit[]): JsonMap {
  let patch: JsonMap = {};
  for (const { path, value } of edits) {
    const list = path.findIndex(({ kind }) => kind !== "key");
    const towards = list < 0 ? path : path.slice(0, list);
    const sent =
      list < 0 ? value : edited(seen(patch, object, towards), { path: path.slice(list), value }, "goes");
    patch = edited(patch, { path: towards, value: sent }, "is-null") as JsonMap;
  }
  return patch;
}

/** A list, as the patch has it by now, or as it was seen. */
function seen(patch: JsonMap, object: JsonMap, path: readonly Step[]): Json {
  const begun = valueAt(patch, path);
  const found = begun.kind === "value" ? begun : valueAt(object, path);
  return found.kind === "value" ? found.value : [];
}

/** @param absent what becomes of a key whose value is to go: a patch says `null`, and a list is sent without it */
function edited(target: Json, { path, value }: Edit, absent: "goes" | "is-null"): Json {
  const [step, ...further] = path;
  if (step === undefined) return value;
  const rest = { path: further, value };
  if (step.kind !== "key") {
    const place = placeIn(target, step);
    const items: readonly Json[] = Array.isArray(target) ? (target as readonly Json[]) : [];
    return items.map((item, index) => (index === place ? edited(item, rest, absent) : item));
  }
  const map = isMap(target) ? target : {};
  const { [step.key]: now = null, ...others } = map;
  const isGone = further.length === 0 && value === null && absent === "goes";
  return isGone ? others : { ...map, [step.key]: edited(now, rest, absent) };
}
