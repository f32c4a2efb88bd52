import type { Named, Policy, PolicyObjective } from "../model/model.ts";
import type { Problem } from "../problem/problem.ts";
import { durationText } from "../units/text.ts";
import { effectiveObjectives } from "./build-objectives.ts";
import { contradiction, type ReadSubject, type Said, type Subject } from "./contradiction.ts";
import { ofDegradedModes } from "./degraded-mode-contradictions.ts";
import type { Path } from "./document.ts";
import { maintenanceProblems } from "./maintenance-contradictions.ts";
import { ofReliability } from "./reliability-contradictions.ts";

/** Shares that do not add up, a fate that covers nothing, and figures of failure that cannot be. */
export function ofPlatform(subject: Subject<"Platform">): readonly Problem[] {
  const { regions, cells, fates } = subject.read.spec;
  const figures = [
    ...regions.flatMap(({ failure, zoneFailure }, at) => [
      ...ofReliability(subject, ["spec", "regions", at, "failure"], failure),
      ...ofReliability(subject, ["spec", "regions", at, "zoneFailure"], zoneFailure),
    ]),
    ...fates.flatMap(({ failure }, at) => ofReliability(subject, ["spec", "fates", at, "failure"], failure)),
  ];
  const idle = fates.flatMap(({ name, covers }, at) =>
    covers.providers.length + covers.regions.length + covers.components.length > 0
      ? []
      : [
          contradiction(subject, {
            path: ["spec", "fates", at, "covers"],
            what: `names nothing that falls with ${name}`,
            mend: "name providers, regions or components, or delete the fate",
          }),
        ],
  );
  const said = regions.flatMap((region, at) => [
    ...maintenanceProblems(["spec", "regions", at, "maintenance"], region.maintenance),
    ...takesAlongProblems(region, ["spec", "regions", at, "takesAlong"]),
  ]);
  const planned = said.map((each) => contradiction(subject, each));
  const total = cells.reduce((sum, { share }) => sum + share, 0);
  if (cells.length === 0 || Math.abs(total - 1) < 1e-9) return [...figures, ...idle, ...planned];
  const shares = contradiction(subject, {
    path: ["spec", "cells"],
    what: `serve ${Number((total * 100).toPrecision(6))} % of the users between them`,
    mend: "let the shares of all cells add up to 100 %",
  });
  return [...figures, ...idle, ...planned, shares];
}

function takesAlongProblems(
  { name, takesAlong }: Subject<"Platform">["read"]["spec"]["regions"][number],
  path: Path,
): readonly Said[] {
  return takesAlong.flatMap(({ region, likelihood }, at) => {
    if (region === name) {
      return [{ path: [...path, at, "region"], what: `is ${name} itself`, mend: "name another region" }];
    }
    if (likelihood > 0) return [];
    const what = `is 0 %: ${region} never goes along`;
    return [{ path: [...path, at, "likelihood"], what, mend: "write how likely it is, or delete it" }];
  });
}

/** An objective without a time, or with a bound below another, and modes that are none. */
export function ofJourney(
  subject: Subject<"Journey">,
  subjects: readonly ReadSubject[],
  policies: Named<Policy>,
): readonly Problem[] {
  const objectives = effectiveObjectives(subject.read.spec, policies);
  const rtos = objectives.flatMap(({ scope, rto }) => (rto === null ? [] : [[scope, rto] as const]));
  return [
    ...ofObjectives(subject, objectives),
    ...ofDegradedModes(subject, subjects, Object.fromEntries(rtos)),
  ];
}

function ofObjectives(
  subject: Subject<"Journey">,
  objectives: readonly PolicyObjective[],
): readonly Problem[] {
  return objectives.flatMap((objective) => {
    const { scope, rto, rpo, maximumTolerableOutage: bound } = objective;
    const written = subject.read.spec.objectives[scope] !== undefined;
    const path = ["spec", "objectives", ...(written ? [scope] : [])];
    const missing = [rto === null ? "rto" : null, rpo === null ? "rpo" : null].filter(
      (each) => each !== null,
    );
    if (missing.length > 0) {
      const inherited = subject.read.spec.policy === undefined ? "" : ", and no policy gives one";
      return [
        contradiction(subject, {
          path,
          what: `says no ${missing.join(" and no ")} for a failure of ${scope} scope${inherited}`,
          mend: `add ${missing.map((field) => `${field}: 30 s`).join(" and ")} to ${scope}`,
        }),
      ];
    }
    if (bound === null || rto === null || bound >= rto) return [];
    return [
      contradiction(subject, {
        path,
        what: `tolerate at most ${durationText.print(bound)} for a failure of ${scope} scope, less than the rto of ${durationText.print(rto)}`,
        mend: "lower the rto, or raise maximumTolerableOutage",
      }),
    ];
  });
}

/** A failure of nothing, of two things, or of the same thing again. */
export function ofScenario(
  subject: Subject<"Scenario">,
  platform: Subject<"Platform"> | null,
): readonly Problem[] {
  const seen = new Set<string>();
  return subject.read.spec.failures.flatMap((failure, at) => {
    const path = ["spec", "failures", at];
    const keys = Object.keys(failure).filter((key) => key !== "how");
    const named = Object.fromEntries(Object.entries(failure).filter(([key]) => key !== "how"));
    const kind = [...keys].sort().join(" ");
    if (!domains.includes(kind)) {
      return [
        contradiction(subject, {
          path,
          what: whatOf(keys),
          mend: "name one of region, cell, provider, fate and component; a zone with its region, a component with or without one",
        }),
      ];
    }
    if (seen.has(JSON.stringify(named))) {
      const what = `says ${Object.values(named).join(" ")} again`;
      return [contradiction(subject, { path, what, mend: "delete it or name another" })];
    }
    seen.add(JSON.stringify(named));
    return foreignZone(subject, { failure, at }, platform);
  });
}

function whatOf(keys: readonly string[]): string {
  if (keys.length === 0) return "names nothing that fails";
  return keys.length === 1 ? "names a zone without its region" : `names ${keys.join(" and ")} together`;
}

const domains = ["region", "region zone", "cell", "provider", "fate", "component", "component region"];

function foreignZone(
  subject: Subject<"Scenario">,
  {
    failure,
    at,
  }: { readonly failure: Subject<"Scenario">["read"]["spec"]["failures"][number]; readonly at: number },
  platform: Subject<"Platform"> | null,
): readonly Problem[] {
  if (failure.zone === undefined) return [];
  const region = platform?.read.spec.regions.find((each) => each.name === failure.region);
  if (region === undefined || region.zones.includes(failure.zone)) return [];
  return [
    contradiction(subject, {
      path: ["spec", "failures", at, "zone"],
      what: `is ${failure.zone}, which is no zone of ${region.name}`,
      mend:
        region.zones.length === 0
          ? `add zones to ${region.name}, or let all of it fail`
          : `write one of ${region.zones.join(", ")}`,
    }),
  ];
}
