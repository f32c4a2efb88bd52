import type { Problem } from "../problem/problem.ts";
import { regionOf } from "./build-component.ts";
import { contradiction, named, type ReadSubject, type Subject } from "./contradiction.ts";
import type { Path } from "./document.ts";

export function foreignCandidates(
  subject: Subject<"RecoveryPlan">,
  subjects: readonly ReadSubject[],
): readonly Problem[] {
  const platforms = subjects.filter((each) => each.kind === "Platform");
  const cells = platforms.flatMap((each) => each.read.spec.cells);
  const regions = platforms.flatMap((each) => each.read.spec.regions.map(({ name }) => name));
  return subject.read.spec.steps.flatMap((step, at) => {
    if (step.phase !== "promote") return [];
    const component = named(subjects, "Component", step.component);
    if (component === null) return [];
    const places = component.read.spec.placements.flatMap((placement) => regionOf(placement, cells) ?? []);
    // Regions that are not declared are told as that.
    if (!places.every((place) => regions.includes(place))) return [];
    return (step.candidates ?? []).flatMap((candidate, index) =>
      places.includes(candidate) || !regions.includes(candidate)
        ? []
        : [
            contradiction(subject, {
              path: ["spec", "steps", at, "candidates", index],
              what: `is ${candidate}, where ${step.component} does not stand`,
              mend: `write one of ${places.join(", ")}, or place ${step.component} in ${candidate}`,
            }),
          ],
    );
  });
}

/** A mode that its journey does not have. */
export function unknownModes(
  subject: Subject<"RecoveryPlan">,
  subjects: readonly ReadSubject[],
): readonly Problem[] {
  return subject.read.spec.steps.flatMap((step, at) => {
    if (step.phase !== "verify" || step.mode === undefined) return [];
    const modes = named(subjects, "Journey", step.journey)?.read.spec.degradedModes.map(({ name }) => name);
    if (modes === undefined || modes.includes(step.mode)) return [];
    return [
      contradiction(subject, {
        path: ["spec", "steps", at, "mode"],
        what: `is ${step.mode}, which is no degraded mode of ${step.journey}`,
        mend:
          modes.length === 0
            ? `delete it, or add ${step.mode} to the degradedModes of ${step.journey}`
            : `write one of ${modes.join(", ")}, or add it to the degradedModes of ${step.journey}`,
      }),
    ];
  });
}

export function outsideOfPlan(
  subject: Subject<"Drill">,
  subjects: readonly ReadSubject[],
): readonly Problem[] {
  const { spec } = subject.read;
  const plan = named(subjects, "RecoveryPlan", spec.plan);
  if (plan === null) return [];
  const { journeys, scenarios } = plan.read.spec.covers;
  const kindOf = { scenario: "Scenario", journey: "Journey" } as const;
  const uncovered = (key: "scenario" | "journey", covered: readonly string[]): readonly Problem[] =>
    covered.includes(spec[key]) || named(subjects, kindOf[key], spec[key]) === null
      ? []
      : [
          contradiction(subject, {
            path: ["spec", key],
            what: `is ${spec[key]}, which the plan ${spec.plan} does not cover`,
            mend: `write one of ${covered.join(", ")}, or add it to what ${spec.plan} covers`,
          }),
        ];
  return [...uncovered("scenario", scenarios), ...uncovered("journey", journeys)];
}

export function needlessThaw(
  subject: Subject<"Drill">,
  subjects: readonly ReadSubject[],
): readonly Problem[] {
  const { thawAfter, scenario: name } = subject.read.spec;
  const scenario = named(subjects, "Scenario", name);
  if (scenario === null) return [];
  const isFreeze = scenario.read.spec.failures.some((failure) => failure.how === "frozen");
  if (isFreeze === (thawAfter !== undefined)) return [];
  const path: Path = ["spec", "thawAfter"];
  return isFreeze
    ? [
        contradiction(subject, {
          path,
          what: `is missing, and the scenario ${name} freezes something`,
          mend: "say how long after service is back it is thawed: add thawAfter: 2 s",
        }),
      ]
    : [
        contradiction(subject, {
          path,
          what: `is set, and the scenario ${name} freezes nothing`,
          mend: "delete thawAfter, or name a scenario that freezes something",
        }),
      ];
}
