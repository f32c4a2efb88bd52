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
import type { Seconds } from "../units/units.ts";
import { declared } from "./build.ts";
import type { ReadDocument } from "./schema.ts";

// Objectives are inherited value by value: what a journey says holds, then what its policy says, then what that one inherits.

const scopes: readonly FailureScope[] = ["zone", "region", "provider", "dependency"];
const fields: readonly ObjectiveField[] = ["rto", "rpo", "availability", "maximumTolerableOutage"];

type Written = ReadDocument<"Policy">["spec"]["objectives"];

/** Every policy with what it inherits. A circle of policies, which is a problem by itself, inherits nothing from where it closes. */
export function policiesOf(documents: readonly ReadDocument<"Policy">[]): Named<Policy> {
  const written = new Map(documents.map((each) => [each.metadata.name, each]));
  const known = new Map<string, readonly PolicyObjective[]>();
  const effective = (name: string): readonly PolicyObjective[] => {
    const line = lineOf(name, (each) => (known.has(each) ? undefined : written.get(each)));
    // From the farthest on, each of the line is overlaid over what it inherits.
    for (const { metadata, spec } of [...line].reverse()) {
      const parent = spec.inherits === undefined ? [] : (known.get(spec.inherits) ?? []);
      known.set(metadata.name, overlaid(spec.objectives, { kind: "policy", policy: metadata.name }, parent));
    }
    return known.get(name) ?? [];
  };
  const policies = documents.map(({ metadata, spec }): readonly [string, Policy] => [
    metadata.name,
    {
      ...declared(metadata),
      inherits: spec.inherits ?? null,
      objectives: effective(metadata.name),
    },
  ]);
  return new Map(policies.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A policy and those that it inherits from, nearest first; it ends where it would begin again. */
function lineOf(
  name: string,
  find: (name: string) => ReadDocument<"Policy"> | undefined,
): readonly ReadDocument<"Policy">[] {
  const line = new Set<ReadDocument<"Policy">>();
  let next = find(name);
  while (next !== undefined && !line.has(next)) {
    line.add(next);
    next = next.spec.inherits === undefined ? undefined : find(next.spec.inherits);
  }
  return [...line];
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
    degradedModes: spec.degradedModes.map(({ description = "", ...mode }) => ({
      ...{ ...mode, description },
      rto: writtenOnly(mode.rto),
    })),
    impact: spec.impact ?? null,
    policy: spec.policy ?? null,
    continuity: spec.continuity ?? null,
    requestsPerMonth: spec.requestsPerMonth ?? null,
  };
}

function writtenOnly(
  rto: Readonly<Partial<Record<FailureScope, Seconds | undefined>>>,
): Readonly<Partial<Record<FailureScope, Seconds>>> {
  return Object.fromEntries(
    scopes.flatMap((scope) => (rto[scope] === undefined ? [] : [[scope, rto[scope]]])),
  );
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
