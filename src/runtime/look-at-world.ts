import type { RegionId } from "../core/failover/member.ts";
import {
  seenIn,
  type SeenOutside,
  type SeenServing,
  type SeenWorld,
  unseen,
} from "../core/plan/seen-world.ts";
import type { StagedStep } from "../core/plan/stages.ts";
import type { Parsed } from "../core/problem/problem.ts";
import { within } from "../waiting/deadline.ts";
import { changesOutside, outsideChange, type OutsideParts, type OutsideWish } from "./outside-change.ts";

/** Longest that a look may take, or as long as an attempt at its step where that is less: Terraform may ask many providers. */
export const lookMsMax = 120_000;

export interface WorldToLookAt extends OutsideParts {
  /** Which region serves, `null`: nobody does; itself `null`: no platform was named. */
  readonly serving: Parsed<RegionId | null> | null;
}

/** How everything stands that the steps of a plan change outside. All are looked at at once, and nothing is changed. */
export async function lookAtWorld(
  stages: readonly (readonly StagedStep[])[],
  world: WorldToLookAt,
  signal: AbortSignal,
): Promise<SeenWorld> {
  const looks = stages.flat().flatMap((step) => {
    const look = lookOf(step, world, signal);
    return look === null ? [] : [{ step: step.name, look }];
  });
  const steps = await Promise.all(looks.map(async ({ step, look }) => ({ step, outside: await look })));
  return { serving: servingSeen(world.serving), steps };
}

/** `null`: the step changes nothing that an actuator knows. */
function lookOf(
  { deed, within: msMax }: StagedStep,
  world: WorldToLookAt,
  signal: AbortSignal,
): Promise<SeenOutside> | null {
  if (!changesOutside(deed)) return null;
  const { look } = outsideChange(apart(deed), world);
  if (look === null) return Promise.resolve(unseen("it has no check that tells how it is"));
  const ms = Math.min(msMax ?? lookMsMax, lookMsMax);
  return within({ signals: [signal], ms }, async (bounded) => seenIn(await look(bounded)));
}

/** With a file of its own for the plan of Terraform that is looked at: a run may be about to apply the one that it has looked at. */
function apart(deed: OutsideWish): OutsideWish {
  if (deed.kind !== "terraform") return deed;
  return { ...deed, wish: { ...deed.wish, epochFile: `${deed.wish.epochFile}.look` } };
}

function servingSeen(serving: WorldToLookAt["serving"]): SeenServing {
  if (serving === null) return { kind: "not-asked" };
  return serving.ok ? { kind: "seen", region: serving.value } : unseen(serving.problems[0].what);
}
