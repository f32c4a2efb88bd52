import type {
  FailureScope,
  Journey,
  Named,
  Objective,
  ObjectiveField,
  Policy,
  PolicyObjective,
} from "../model/model.ts";
import type { Source } from "../model/reliability.ts";
import { declared } from "./build.ts";
import type { ReadDocument } from "./schema.ts";

// Objectives are inherited value by value: what a journey says holds, then what its policy says, then what that one inherits.

export const scopes: readonly FailureScope[] = ["zone", "region", "provider", "dependency"];
const fields: readonly ObjectiveField[] = ["rto", "rpo", "availability", "maximumTolerableOutage"];

type Written = ReadDocument<"Policy">["spec"]["objectives"];

/** Every policy with what it inherits. A circle of policies, which is a problem by itself, inherits nothing from where it closes. */
export function policiesOf(documents: readonly ReadDocument<"Policy">[]): Named<Policy> {
  const written = new Map(documents.map((each) => [each.metadata.name, each]));
  const effective = (name: string, above: readonly string[]): readonly PolicyObjective[] => {
    const policy = written.get(name);
    if (policy === undefined || above.includes(name)) return [];
    const { inherits, objectives } = policy.spec;
    const parent = inherits === undefined ? [] : effective(inherits, [...above, name]);
    return overlaid(objectives, { kind: "policy", policy: name }, parent);
  };
  const policies = documents.map(({ metadata, spec }): readonly [string, Policy] => [
    metadata.name,
    {
      ...declared(metadata),
      inherits: spec.inherits ?? null,
      objectives: effective(metadata.name, []),
    },
  ]);
  return new Map(policies.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What a journey needs by its own word and its policy's; a value that neither gives is `null`. */
export function effectiveObjectives(
  spec: Pick<ReadDocument<"Journey">["spec"], "objectives" | "policy">,
  policies: Named<Policy>,
): readonly PolicyObjective[] {
  const inherited = spec.policy === undefined ? [] : (policies.get(spec.policy)?.objectives ?? []);
  return overlaid(spec.objectives, { kind: "declared" }, inherited);
}

export function journeyOf({ metadata, spec }: ReadDocument<"Journey">, policies: Named<Policy>): Journey {
  return {
    ...declared(metadata),
    entry: spec.entry,
    owner: spec.owner,
    objectives: effectiveObjectives(spec, policies).flatMap(whole),
    impact: spec.impact ?? null,
    policy: spec.policy ?? null,
    continuity: spec.continuity ?? null,
    requestsPerMonth: spec.requestsPerMonth ?? null,
  };
}

/** One without an RTO or an RPO is a problem that reading tells. */
function whole({ rto, rpo, ...rest }: PolicyObjective): readonly Objective[] {
  return rto === null || rpo === null ? [] : [{ ...rest, rto, rpo }];
}

function overlaid(
  written: Written,
  source: Source,
  inherited: readonly PolicyObjective[],
): readonly PolicyObjective[] {
  return scopes.flatMap((scope) => {
    const own = written[scope];
    const parent = inherited.find((each) => each.scope === scope);
    if (own === undefined) return parent === undefined ? [] : [parent];
    return [overlaidOne({ scope, own, source, parent: parent ?? nothing(scope) })];
  });
}

interface Overlay {
  readonly scope: FailureScope;
  readonly own: NonNullable<Written[FailureScope]>;
  readonly source: Source;
  readonly parent: PolicyObjective;
}

function nothing(scope: FailureScope): PolicyObjective {
  return { scope, rto: null, rpo: null, availability: null, maximumTolerableOutage: null, sources: {} };
}

function overlaidOne({ scope, own, source, parent }: Overlay): PolicyObjective {
  const sources = fields.flatMap((field): readonly (readonly [ObjectiveField, Source])[] => {
    const from = own[field] === undefined ? parent.sources[field] : source;
    return from === undefined ? [] : [[field, from]];
  });
  return {
    scope,
    rto: own.rto ?? parent.rto,
    rpo: own.rpo ?? parent.rpo,
    availability: own.availability ?? parent.availability,
    maximumTolerableOutage: own.maximumTolerableOutage ?? parent.maximumTolerableOutage,
    sources: Object.fromEntries(sources),
  };
}
