import { z } from "zod";

/** A change of one thing. The marks (`…_unknown`, `…_sensitive`) have the shape of the value, or are `true` for all of it. */
const change = z.object({
  actions: z.array(z.string()),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
  importing: z.unknown().optional(),
});

const resourceChange = z.object({
  address: z.string(),
  previous_address: z.string().optional(),
  deposed: z.string().optional(),
  mode: z.string(),
  change,
});

const planForm = z.object({
  /** Minor versions only add. https://developer.hashicorp.com/terraform/internals/json-format */
  format_version: z.string().regex(/^1\./),
  resource_changes: z.array(resourceChange).default([]),
  resource_drift: z.array(resourceChange).default([]),
  output_changes: z.record(z.string(), change).default({}),
  /** Those that the plan was made with, secret ones as they are. */
  variables: z.record(z.string(), z.unknown()).default({}),
  configuration: z.object({
    root_module: z.object({ variables: z.record(z.string(), z.unknown()).default({}) }),
  }),
});

export type Change = z.infer<typeof change>;
export type ResourceChange = z.infer<typeof resourceChange>;

/** What `terraform show -json` tells of a saved plan, as far as it is read here. */
export type PlanDocument = z.infer<typeof planForm>;

/** @returns `null`: it is no such text, or of a version that is not known */
export function planIn(text: string): PlanDocument | null {
  try {
    const read = planForm.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

/** The variable, the output and the resource (`terraform_data`) that hold the epoch, in a module that has them. */
export const epochName = "holdfast_epoch";
const epochAddress = `terraform_data.${epochName}`;

export function takesEpoch(plan: PlanDocument): boolean {
  return Object.hasOwn(plan.configuration.root_module.variables, epochName);
}

/** Whether the module has a place in its state for the epoch. */
export function hasEpochPlace(plan: PlanDocument): boolean {
  return plan.resource_changes.some(({ address }) => address === epochAddress);
}

/** The epoch that stands in the state; `null`: none does. */
export function epochInState(plan: PlanDocument): number | null {
  const own = plan.resource_changes.find(({ address }) => address === epochAddress);
  const read = z.object({ input: z.int().nonnegative() }).safeParse(own?.change.before);
  return read.success ? read.data.input : null;
}

/** The changes that the plan makes to resources, but for the epoch's. Reading a data source is none. */
export function resourceChanges(plan: PlanDocument): readonly ResourceChange[] {
  return plan.resource_changes.filter(
    ({ address, mode, previous_address, change: { actions, importing } }) =>
      address !== epochAddress &&
      mode === "managed" &&
      (isChange(actions) || previous_address !== undefined || (importing ?? null) !== null),
  );
}

export function outputChanges(plan: PlanDocument): readonly (readonly [string, Change])[] {
  return Object.entries(plan.output_changes).filter(
    ([name, { actions }]) => name !== epochName && isChange(actions),
  );
}

/** What was changed by somebody else since it was last written into the state. */
export function drifted(plan: PlanDocument): readonly ResourceChange[] {
  return plan.resource_drift.filter(
    ({ address, change: { actions } }) => address !== epochAddress && isChange(actions),
  );
}

export function hasChanges(plan: PlanDocument): boolean {
  return resourceChanges(plan).length + outputChanges(plan).length > 0;
}

function isChange(actions: readonly string[]): boolean {
  return !actions.every((action) => action === "no-op" || action === "read");
}

/** Equal for two plans that change the same in the same way, the epoch aside. */
export function fingerprint(plan: PlanDocument): string {
  return JSON.stringify([resourceChanges(plan), outputChanges(plan)]);
}
