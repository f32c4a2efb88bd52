import {
  type BackendWeight,
  epochAnnotation,
  type KubernetesWish,
  objectText,
  type ObjectState,
} from "../../core/model/kubernetes-wish.ts";
import { settingPath } from "../../core/model/setting-path.ts";
import { type Epoch, type Failed, failed, type Settings } from "../../core/plan/actuator.ts";
import { unreachable } from "../../core/problem/problem.ts";
import { at, type Json, type JsonMap, listAt, numberAt, textAt } from "./json.ts";
import { type Edit, type Step, valueAt } from "./merge-patch.ts";
import { lastPlace, noField, notScalable, unreadableEpoch } from "./problems.ts";

/** What of an object is to be otherwise. */
export interface Change {
  readonly kind: "change";
  readonly now: Settings;
  readonly wanted: Settings;
  /** Those that are not made yet. */
  readonly edits: readonly Edit[];
}

/** How an object is and how it will be, or why it cannot be had there. @param isScalable whether it has the subresource `scale` */
export function changeOf(wish: KubernetesWish, object: JsonMap, isScalable: boolean): Change | Failed {
  const { shallBe } = wish;
  switch (shallBe.kind) {
    case "scale": {
      // Where a kind keeps them elsewhere, its scale says so, and this field is not there.
      const isThere = isScalable && numberAt(object, "spec", "replicas") !== null;
      if (!isThere) return failed(notScalable(wish.object));
      const path: readonly Step[] = ["spec", "replicas"].map((key) => ({ kind: "key", key }));
      return compared(wish, object, [{ path, value: shallBe.replicas, shown: "spec.replicas" }]);
    }
    case "patch": {
      const edits = shallBe.set.map(({ path, value }) => ({
        path: settingPath(path) ?? [],
        value,
        shown: path,
      }));
      return compared(wish, object, edits);
    }
    case "weights":
      return weightsOf(wish, shallBe, object);
    default:
      return unreachable(shallBe);
  }
}

interface ShownEdit extends Edit {
  readonly shown: string;
}

function compared(wish: KubernetesWish, object: JsonMap, edits: readonly ShownEdit[]): Change | Failed {
  const [now, wanted] = [new Map<string, string>(), new Map<string, string>()];
  const open: Edit[] = [];
  for (const { path, value, shown } of edits) {
    const found = valueAt(object, path);
    if (found.kind === "fault") return failed(noField(wish.object, shown, found.because));
    const is = found.kind === "value" ? found.value : null;
    const key = `${objectText(wish.object)} ${shown}`;
    const isSame = JSON.stringify(is) === JSON.stringify(value);
    const isSecret = wish.object.kind === "Secret";
    now.set(key, isSecret ? shownSecret(is, isSame ? "as wished" : "otherwise") : shownValue(is));
    wanted.set(key, isSecret ? shownSecret(value, "as wished") : shownValue(value));
    if (!isSame) open.push({ path, value });
  }
  return { kind: "change", now: Object.fromEntries(now), wanted: Object.fromEntries(wanted), edits: open };
}

/** A longer value is cut off. */
const shownMax = 300;

function shownValue(value: Json): string {
  const text = value === null ? "not there" : JSON.stringify(value);
  return text.length > shownMax ? `${text.slice(0, shownMax)}…` : text;
}

/** What is seen may be told and kept: of a Secret, only whether it is as wished. */
function shownSecret(value: Json, how: string): string {
  return value === null ? "not there" : `(sensitive, ${how})`;
}

type Weights = Extract<ObjectState, { readonly kind: "weights" }>;

/** Of a backend whose weight is not said (Gateway API, BackendRef). */
const weightByDefault = 1;

function weightsOf(wish: KubernetesWish, weights: Weights, route: JsonMap): Change | Failed {
  const rules = listAt(route, "spec", "rules");
  const index = ruleIn(rules, weights.rule);
  if (typeof index !== "number") return failed(noField(wish.object, "the rule", index.because));
  const backends = listAt(rules[index], "backendRefs");
  const edits: ShownEdit[] = [];
  for (const { name, weight } of weights.backends) {
    const place = placeOf(backends, name);
    if (typeof place !== "number") return failed(noField(wish.object, `backend ${name}`, place.because));
    const path: readonly Step[] = [
      { kind: "key", key: "spec" },
      { kind: "key", key: "rules" },
      { kind: "at", index },
      { kind: "key", key: "backendRefs" },
      { kind: "at", index: place },
      { kind: "key", key: "weight" },
    ];
    edits.push({ path, value: weight, shown: `backend ${name} weight` });
  }
  if (weights.lastPlace === "stays" && totalAfter(backends, weights.backends) === 0)
    return failed(lastPlace(wish.object));
  return compared(wish, route, edits);
}

interface Missing {
  readonly because: string;
}

function ruleIn(rules: readonly Json[], rule: Weights["rule"]): number | Missing {
  switch (rule.kind) {
    case "named": {
      const index = rules.findIndex((each) => textAt(each, "name") === rule.name);
      return index < 0 ? { because: `none is named ${rule.name}` } : index;
    }
    case "at":
      return rule.index < rules.length
        ? rule.index
        : { because: `there is none at ${rule.index}, counted from 0` };
    case "only":
      return rules.length === 1 ? 0 : { because: `there are ${rules.length}, and the step names none` };
    default:
      return unreachable(rule);
  }
}

function placeOf(backends: readonly Json[], name: string): number | Missing {
  const places = backends.flatMap((each, place) => (textAt(each, "name") === name ? [place] : []));
  const [place, ...others] = places;
  if (place === undefined) {
    const names = backends.map((each) => textAt(each, "name") ?? "");
    return { because: `the rule has ${names.length === 0 ? "none" : names.join(", ")}` };
  }
  return others.length === 0 ? place : { because: `${places.length} of the rule have this name` };
}

function totalAfter(backends: readonly Json[], wished: readonly BackendWeight[]): number {
  const after = backends.map((each) => {
    const own = wished.find(({ name }) => name === textAt(each, "name"));
    return own?.weight ?? numberAt(each, "weight") ?? weightByDefault;
  });
  return after.reduce((sum, weight) => sum + weight, 0);
}

/** The last epoch under which it was changed; `null`: never by a plan. */
export function epochOf(
  wish: KubernetesWish,
  object: JsonMap,
): { readonly kind: "kept"; readonly epoch: Epoch | null } | Failed {
  const kept = at(object, "metadata", "annotations", epochAnnotation);
  if (kept === undefined) return { kind: "kept", epoch: null };
  const epoch = typeof kept === "string" && /^\d{1,15}$/.test(kept) ? Number(kept) : null;
  return epoch === null
    ? failed(unreadableEpoch(wish.object, JSON.stringify(kept)))
    : { kind: "kept", epoch };
}
