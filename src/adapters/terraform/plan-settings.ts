import type { Settings } from "../../core/plan/actuator.ts";
import {
  type Change,
  drifted,
  outputChanges,
  type PlanDocument,
  type ResourceChange,
  resourceChanges,
} from "./plan-document.ts";
import { hiding, sensitive } from "./secrets.ts";

const absent = "(absent)";
const unknown = "(known after apply)";

export interface NowAndWanted {
  readonly now: Settings;
  readonly wanted: Settings;
}

/**
 * What a plan changes, by address and attribute, as in `aws_route53_record.api ttl`. An address alone tells what becomes of the
 * resource. What was changed by others since Terraform last looked is told too, whether or not the plan changes it back.
 */
export function settingsOf(plan: PlanDocument): NowAndWanted {
  const [now, wanted] = [new Map<string, string>(), new Map<string, string>()];
  const put = (key: string, is: string, willBe: string): void => {
    now.set(key, is);
    wanted.set(key, willBe);
  };
  for (const resource of resourceChanges(plan)) {
    const key = keyOf(resource);
    put(key, beforeIt(resource), afterIt(resource));
    // What becomes of each attribute of a resource that is deleted is said by that.
    if (resource.change.actions.join() === "delete") continue;
    for (const { path, is, willBe } of differences(resource.change)) put(`${key} ${path}`, is, willBe);
  }
  for (const [name, change] of outputChanges(plan))
    for (const { path, is, willBe } of differences(change)) put(outputKey(name, path), is, willBe);
  for (const resource of drifted(plan))
    for (const [key, is, willBe] of driftOf(resource, plan)) put(key, is, willBe);
  return { now: shown(now, [plan]), wanted: shown(wanted, [plan]) };
}

/**
 * How that stands which a plan has changed, by a later plan of the same, which knows every value.
 *
 * @param changed the plan that was applied
 */
export function settingsAfter(changed: PlanDocument, later: PlanDocument): Settings {
  const settings = new Map<string, string>();
  for (const resource of resourceChanges(changed)) {
    const key = keyOf(resource);
    const found = later.resource_changes.find((each) => keyOf(each) === key)?.change;
    const attributes = isThere(found) ? differences(resource.change) : [];
    settings.set(key, isThere(found) ? "there" : absent);
    for (const { path, steps } of attributes) settings.set(`${key} ${path}`, shownAt(found, "before", steps));
  }
  for (const [name, change] of outputChanges(changed)) {
    const found = later.output_changes[name];
    for (const { path, steps } of differences(change))
      settings.set(outputKey(name, path), shownAt(found, "before", steps));
  }
  return shown(settings, [changed, later]);
}

function shown(settings: ReadonlyMap<string, string>, plans: readonly PlanDocument[]): Settings {
  const hide = hiding(plans);
  return Object.fromEntries([...settings].map(([key, text]) => [key, hide(text)]));
}

function keyOf({ address, deposed }: ResourceChange): string {
  return deposed === undefined ? address : `${address} (deposed ${deposed})`;
}

function outputKey(name: string, path: string): string {
  return path === "" || path.startsWith("[") ? `output.${name}${path}` : `output.${name}.${path}`;
}

const becomes: Readonly<Record<string, string>> = {
  "no-op": "there",
  create: "+ created",
  update: "~ updated in place",
  delete: "- deleted",
  "delete,create": "-/+ deleted, then created anew",
  "create,delete": "+/- created anew, then the old one deleted",
  forget: "forgotten, not deleted",
  "create,forget": "created anew, the old one forgotten and not deleted",
};

function beforeIt({ change: { actions, importing }, previous_address }: ResourceChange): string {
  if ((importing ?? null) !== null) return "there, unknown to the state";
  if (previous_address !== undefined) return `there, as ${previous_address}`;
  return actions.join() === "create" ? absent : "there";
}

function afterIt({ change: { actions } }: ResourceChange): string {
  return becomes[actions.join()] ?? actions.join(", ");
}

function driftOf(
  resource: ResourceChange,
  plan: PlanDocument,
): readonly (readonly [string, string, string])[] {
  const key = keyOf(resource);
  const planned = plan.resource_changes.find((each) => keyOf(each) === key)?.change;
  if (resource.change.actions.join() === "delete")
    return [[`${key} (drifted)`, `${absent}, was there`, planned === undefined ? absent : "there"]];
  return differences(resource.change).map(({ path, steps, is, willBe }) => {
    const end = planned === undefined ? willBe : shownAt(planned, "after", steps);
    return [`${key} ${path} (drifted)`, `${willBe}, was ${is}`, end];
  });
}

type Step = string | number;

interface Difference {
  readonly steps: readonly Step[];
  /** As Terraform writes it, `input.ports[0]`. */
  readonly path: string;
  readonly is: string;
  readonly willBe: string;
}

/** By the leaves, or by the whole where one side has no such parts. */
function differences(change: Change): readonly Difference[] {
  return leaves(change, []).flatMap((steps) => {
    const [is, willBe] = [shownAt(change, "before", steps), shownAt(change, "after", steps)];
    const isEqual = isSame(at(change.before, steps), at(change.after, steps)) && willBe !== unknown;
    return isEqual ? [] : [{ steps, path: pathOf(steps), is, willBe }];
  });
}

function leaves(change: Change, steps: readonly Step[]): readonly (readonly Step[])[] {
  const isHidden = [at(change.before_sensitive, steps), at(change.after_sensitive, steps)].includes(true);
  if (isHidden || at(change.after_unknown, steps) === true) return [steps];
  const [before, after] = [at(change.before, steps), at(change.after, steps)];
  const names = new Set([before, after, at(change.after_unknown, steps)].flatMap(stepsIn));
  const isApart = [before, after].every((value) => value === null || value === undefined || isGroup(value));
  if (!isApart || names.size === 0) return [steps];
  return [...names].flatMap((step) => leaves(change, [...steps, step]));
}

function isGroup(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function stepsIn(value: unknown): readonly Step[] {
  if (Array.isArray(value)) return value.map((_, index) => index);
  return isGroup(value) ? Object.keys(value) : [];
}

/** `true` at a part marks all that is in it. */
function at(value: unknown, steps: readonly Step[]): unknown {
  let found = value;
  for (const step of steps) {
    if (found === true) return true;
    if (!isGroup(found) || !Object.hasOwn(found, step)) return undefined;
    found = (found as Readonly<Record<Step, unknown>>)[step];
  }
  return found;
}

function pathOf(steps: readonly Step[]): string {
  const parts = steps.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`));
  return parts.join("").replace(/^\./, "");
}

function isThere(change: Change | undefined): boolean {
  return (change?.before ?? null) !== null;
}

function shownAt(change: Change | undefined, side: "before" | "after", steps: readonly Step[]): string {
  if (change === undefined) return absent;
  const marks = side === "before" ? change.before_sensitive : change.after_sensitive;
  const value = at(change[side], steps) ?? null;
  if (side === "after" && at(change.after_unknown, steps) === true) return unknown;
  if (value === null) return absent;
  return hasMark(at(marks, steps)) ? sensitive : JSON.stringify(value);
}

function hasMark(marks: unknown): boolean {
  return marks === true || (isGroup(marks) && Object.values(marks).some(hasMark));
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}
