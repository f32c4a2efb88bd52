import { documentNamed, type Named } from "../openslo/references.ts";
import { nominalLength, shortDuration } from "../openslo/duration.ts";
import { mapAt, mapsAt, numberAt, textAt, type Written } from "../openslo/written.ts";
import { exact } from "../units/exact.ts";
import { seconds } from "../units/units.ts";
import type { Told } from "./problems.ts";
import { longestWindow } from "./read-terms.ts";
import type { Alerting, BurnCondition } from "./slo.ts";

/** What the alert policies of an SLO ask for, in place or by name. */
export function policiesOf(
  spec: Written,
  { named, told }: { readonly named: Named; readonly told: Told },
): Pick<Alerting, "conditions" | "noData"> {
  const policies = mapsAt(spec, "alertPolicies").map((each, at) =>
    specOf(
      { part: each, at: ["spec", "alertPolicies", at] },
      { ref: "alertPolicyRef", kind: "AlertPolicy" },
      named,
    ),
  );
  const conditions = policies
    .filter((policy) => policy.spec["alertWhenBreaching"] !== false)
    .flatMap((policy) =>
      mapsAt(policy.spec, "conditions").map((part, at) => ({ part, at: within(policy, "conditions", at) })),
    )
    .map((each) => conditionOf(specOf(each, { ref: "conditionRef", kind: "AlertCondition" }, named), told));
  const wished = policies.map(({ spec: { alertWhenNoData } }) => alertWhenNoData);
  const isUnwanted = wished.includes(false) && !wished.includes(true);
  return { conditions: toldApart(conditions), noData: isUnwanted ? "untold" : "told" };
}

type Path = Parameters<Told>[0];

/** A part of the SLO, and where it stands. */
interface Placed {
  readonly part: Written;
  readonly at: Path;
}

interface Called {
  readonly name: string;
  readonly spec: Written;
  /** Where its `spec` stands in the SLO; of what is named there, its name. */
  readonly at: Path;
  readonly isNamed: boolean;
}

function within({ at, isNamed }: Called, ...keys: Path): Path {
  return isNamed ? at : [...at, ...keys];
}

/** Another document in place, or the one that is named. */
function specOf(
  { part, at }: Placed,
  { ref, kind }: { readonly ref: string; readonly kind: string },
  named: Named,
): Called {
  const name = textAt(part, ref);
  // References have been looked at, and what is named is valid.
  const document = name === null ? part : ((documentNamed(named, kind, name)?.value ?? {}) as Written);
  return {
    name: name ?? textAt(mapAt(part, "metadata"), "name") ?? "",
    spec: mapAt(document, "spec"),
    ...(name === null ? { at: [...at, "spec"], isNamed: false } : { at: [...at, ref], isNamed: true }),
  };
}

const operators = { lt: "<", lte: "<=", gt: ">", gte: ">=" } as const;

function conditionOf(called: Called, told: Told): BurnCondition {
  const { name, spec } = called;
  const condition = mapAt(spec, "condition");
  for (const key of ["lookbackWindow", "alertAfter"] as const) {
    if (lengthAt(condition, key) <= longestWindow) continue;
    const what = `condition "${name}" has ${key}: ${textAt(condition, key) ?? ""}`;
    const mend = "write a length of ten years at most, such as 1h";
    told(within(called, "condition", key), { code: "slo/endless-window", what, mend });
  }
  return {
    name,
    severity: textAt(spec, "severity") ?? "",
    operator: operators[(textAt(condition, "op") ?? "gt") as keyof typeof operators],
    threshold: exact(numberAt(condition, "threshold") ?? 0),
    window: lengthAt(condition, "lookbackWindow"),
    holds: lengthAt(condition, "alertAfter"),
  };
}

function lengthAt(of: Written, key: string): BurnCondition["window"] {
  const duration = shortDuration(textAt(of, key) ?? "");
  return duration === null ? seconds(0) : nominalLength(duration);
}

/** What two policies ask for alike is one; what is called alike and differs has its place in its name. */
function toldApart(conditions: readonly BurnCondition[]): readonly BurnCondition[] {
  const textOf = ({ threshold: { over, under }, ...others }: BurnCondition): string =>
    `${over} ${under} ${JSON.stringify(others)}`;
  const different = [...new Map(conditions.map((each) => [textOf(each), each])).values()];
  return different.map((each) => {
    const alike = different.filter(({ name }) => name === each.name);
    return alike.length === 1 ? each : { ...each, name: `${each.name}-${alike.indexOf(each) + 1}` };
  });
}
