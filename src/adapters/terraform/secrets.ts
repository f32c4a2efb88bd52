import { z } from "zod";
import type { Change, PlanDocument } from "./plan-document.ts";

export const sensitive = "(sensitive)";

/** A shorter secret is looked for as a whole value only: within others it would be found by chance. */
const withinLengthMin = 8;

/** A longer text is cut off. */
const shownMax = 300;

/**
 * Hides what is secret, and cuts off what is long.
 *
 * Terraform marks what is sensitive, and some providers give it back unmarked in another attribute (`output` of `terraform_data`), where
 * Terraform itself would show it. So each value that is marked anywhere in the plans is hidden everywhere.
 */
export function hiding(plans: readonly PlanDocument[]): (text: string) => string {
  const secrets = [...new Set(plans.flatMap(secretsIn))];
  const isSecret = (text: string): boolean =>
    secrets.some((secret) => {
      const quoted = JSON.stringify(secret);
      return text.includes(secret.length < withinLengthMin ? quoted : quoted.slice(1, -1));
    });
  return (text) => {
    if (isSecret(text)) return sensitive;
    return text.length > shownMax ? `${text.slice(0, shownMax)}…` : text;
  };
}

const given = z.object({ value: z.unknown() });
const declared = z.object({ sensitive: z.literal(true) });

function secretsIn(plan: PlanDocument): readonly string[] {
  const changes: readonly Change[] = [
    ...plan.resource_changes.map(({ change }) => change),
    ...plan.resource_drift.map(({ change }) => change),
    ...Object.values(plan.output_changes),
  ];
  const marked = changes.flatMap((change) => [
    ...markedIn(change.before, change.before_sensitive),
    ...markedIn(change.after, change.after_sensitive),
  ]);
  const variables = Object.entries(plan.configuration.root_module.variables).flatMap(([name, variable]) => {
    const read = given.safeParse(plan.variables[name]);
    return read.success && declared.safeParse(variable).success ? textsIn(read.data.value) : [];
  });
  return [...marked, ...variables];
}

function markedIn(value: unknown, marks: unknown): readonly string[] {
  if (marks === true) return textsIn(value);
  if (!isGroup(value) || !isGroup(marks)) return [];
  const parts = new Map(Object.entries(marks));
  return Object.entries(value).flatMap(([name, part]) => markedIn(part, parts.get(name)));
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  return isGroup(value) ? Object.values(value).flatMap(textsIn) : [];
}

function isGroup(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
