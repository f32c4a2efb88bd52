import type { PatroniState, PatroniWish } from "../../core/model/patroni-wish.ts";
import type { Epoch } from "../../core/plan/actuator.ts";
import { type Problem, unreachable } from "../../core/problem/problem.ts";
import { type ClusterView, isSameStandby, newestOf, type Standby } from "./cluster-view.ts";
import { paused, unknownMember } from "./problems.ts";

/** What is asked of Patroni next. */
export type Ask =
  | { readonly kind: "done" }
  /** A newer attempt has left its epoch. */
  | { readonly kind: "outdated"; readonly epoch: Epoch }
  /** The dynamic configuration is changed, or just the epoch in it. */
  | { readonly kind: "configure"; readonly patch: Patch }
  | { readonly kind: "switch-over"; readonly leader: string; readonly candidate: string }
  /** It was asked for, and is not so yet. */
  | { readonly kind: "wait"; readonly until: string }
  | { readonly kind: "cannot"; readonly problem: Problem };

/** As `PATCH /config` takes it: merged key by key, and what is `null` is taken out. */
export type Patch = Readonly<Record<string, unknown>>;

/** What brings the cluster nearer to what is wished for, under this epoch. */
export function nextAsk(view: ClusterView, wish: PatroniWish, epoch: Epoch): Ask {
  const { shallBe } = wish;
  const newest = newestOf(view.kept);
  if (newest !== null && newest.epoch > epoch) return { kind: "outdated", epoch: newest.epoch };
  const isRecorded = newest?.epoch === epoch;
  if (isAsWished(view, shallBe))
    return isRecorded ? { kind: "done" } : { kind: "configure", patch: patchFor(view, shallBe, epoch) };
  const hindrance = hindranceTo(view, shallBe);
  if (hindrance !== null) return { kind: "cannot", problem: hindrance };
  return isRecorded && isConfigured(view.standby, shallBe)
    ? leaderAsk(view, shallBe)
    : { kind: "configure", patch: patchFor(view, shallBe, epoch) };
}

/** What is left to ask for once the configuration is as wished. */
function leaderAsk({ leader, standby }: ClusterView, shallBe: PatroniState): Ask {
  if (leader === null) return { kind: "wait", until: "somebody leads" };
  if (shallBe.kind === "led-by" && leader !== shallBe.member)
    return { kind: "switch-over", leader, candidate: shallBe.member };
  const word = standby === null ? "takes writes" : "follows the primary elsewhere";
  return { kind: "wait", until: `${leader} says that it ${word}` };
}

function hindranceTo(view: ClusterView, shallBe: PatroniState): Problem | null {
  // A paused Patroni does not promote, and whoever leads lets go of the lock when its role is taken away.
  if (view.isPaused) return paused(view.scope);
  const isUnknown =
    shallBe.kind === "led-by" && !view.members.some((member) => member.name === shallBe.member);
  return isUnknown ? unknownMember(view, shallBe.member) : null;
}

function isAsWished(view: ClusterView, shallBe: PatroniState): boolean {
  return isConfigured(view.standby, shallBe) && isLedAs(view, shallBe) && isSettled(view);
}

function isLedAs({ leader }: ClusterView, shallBe: PatroniState): boolean {
  return shallBe.kind !== "led-by" || leader === shallBe.member;
}

/** The lock and the configuration say at once what PostgreSQL becomes a moment later. */
export function isSettled({ standby, leaderIs }: ClusterView): boolean {
  return leaderIs === (standby === null ? "primary" : "standby");
}

/** Names of what Patroni's `standby_cluster` says, as we have them. */
const fields = [
  ["host", "host"],
  ["port", "port"],
  ["primary_slot_name", "slot"],
  ["restore_command", "restoreCommand"],
] as const;

function isConfigured(standby: Standby | null, shallBe: PatroniState): boolean {
  switch (shallBe.kind) {
    case "led-by":
      return true;
    case "independent":
      return standby === null;
    case "standby-of":
      // People write ports as texts too, and Patroni takes either.
      return (
        standby !== null &&
        fields.every(([theirs, ours]) => textOf(standby[theirs]) === textOf(shallBe[ours]))
      );
    default:
      return unreachable(shallBe);
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** The cluster's standby configuration as it will be. What we have no name for stays while it is a standby. */
function standbyAfter(standby: Standby | null, shallBe: PatroniState): Standby | null {
  switch (shallBe.kind) {
    case "led-by":
      return standby;
    case "independent":
      return null;
    case "standby-of": {
      const own: readonly string[] = fields.map(([theirs]) => theirs);
      const others = Object.entries(standby ?? {}).filter(([key]) => !own.includes(key));
      const wished = fields.flatMap(([theirs, ours]) =>
        shallBe[ours] === null ? [] : [[theirs, shallBe[ours]] as const],
      );
      return Object.fromEntries([...others, ...wished]);
    }
    default:
      return unreachable(shallBe);
  }
}

/**
 * The change and its epoch in one, so that nobody sees the one without the other. Each epoch has a key of its own: Patroni compares
 * nothing for us, and merges what two attempts send, so the lower one finds the higher one's key in what it is answered.
 */
function patchFor(view: ClusterView, shallBe: PatroniState, epoch: Epoch): Patch {
  const after = standbyAfter(view.standby, shallBe);
  const older = view.kept.filter((each) => each.epoch < epoch).map((each) => [each.epoch, null] as const);
  const holdfast = { ...Object.fromEntries(older), [epoch]: JSON.stringify(after) };
  return {
    ...(isSameStandby(after, view.standby) ? {} : { standby_cluster: patchTo(view.standby, after) }),
    holdfast,
  };
}

function patchTo(now: Standby | null, after: Standby | null): Patch | null {
  if (after === null) return null;
  const gone = Object.keys(now ?? {}).filter((key) => !Object.hasOwn(after, key));
  return { ...Object.fromEntries(gone.map((key) => [key, null])), ...after };
}

/** What an attempt that came too late takes back of what it has just written, so that it is as the newest wants it. */
export function patchBack(config: Pick<ClusterView, "standby" | "kept">, epoch: Epoch): Patch {
  const newest = newestOf(config.kept);
  const holdfast = { [epoch]: null };
  if (newest === null || newest.standby === "untold") return { holdfast };
  return isSameStandby(newest.standby, config.standby)
    ? { holdfast }
    : { holdfast, standby_cluster: patchTo(config.standby, newest.standby) };
}
