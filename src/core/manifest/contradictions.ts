import type { Problem } from "../problem/problem.ts";
import { unreachable } from "../problem/problem.ts";
import { manifestProblem, type Path } from "./document.ts";
import { type SubjectDocument, shownPath } from "./issues.ts";
import type { Kind, ReadDocument } from "./schema.ts";

/** A document that its schema has read. */
export type ReadSubject = {
  readonly [Of in Kind]: {
    readonly kind: Of;
    readonly document: SubjectDocument;
    readonly read: ReadDocument<Of>;
  };
}[Kind];

/** What each document says by itself and cannot be true, or cannot be true beside another. */
export function contradictions(subjects: readonly ReadSubject[]): readonly Problem[] {
  return subjects.flatMap((subject): readonly Problem[] => {
    switch (subject.kind) {
      case "Component":
        return ofComponent(subject);
      case "RecoveryPlan":
        return [...stepsOutOfOrder(subject), ...foreignCandidates(subject, subjects)];
      case "Drill":
        return [...outsideOfPlan(subject, subjects), ...needlessThaw(subject, subjects)];
      case "Platform":
      case "Journey":
      case "Scenario":
        return [];
      default:
        return unreachable(subject);
    }
  });
}

type Subject<Of extends Kind> = Extract<ReadSubject, { readonly kind: Of }>;

function named<Of extends Kind>(
  subjects: readonly ReadSubject[],
  kind: Of,
  name: string,
): Subject<Of> | null {
  const isWanted = (subject: ReadSubject): subject is Subject<Of> =>
    subject.kind === kind && subject.read.metadata.name === name;
  return subjects.find(isWanted) ?? null;
}

interface Said {
  readonly path: Path;
  readonly what: string;
  readonly mend: string;
}

function contradiction(
  { document }: { readonly document: SubjectDocument },
  { path, what, mend }: Said,
): Problem {
  return manifestProblem("manifest/contradiction", {
    what: `${document.subject}: ${shownPath(path)} ${what}`,
    where: document.locate(path, "value"),
    mend,
  });
}

function ofComponent(subject: Subject<"Component">): readonly Problem[] {
  const { placements, replication } = subject.read.spec;
  const short = placements.flatMap(({ required, replicas }, at) => {
    if (required === undefined || required <= replicas) return [];
    const what = `is ${required}, which is more than its ${replicas} replicas`;
    return [
      contradiction(subject, {
        path: ["spec", "placements", at, "required"],
        what,
        mend: `write at most ${replicas}, or raise replicas`,
      }),
    ];
  });
  const others = placements.length - 1;
  if (replication?.mode !== "synchronous" || replication.confirmations <= others) return short;
  const what = `is ${replication.confirmations}, and there are ${others} other places to confirm a write`;
  const mend =
    others === 0 ? "add a second place, or leave replication out" : `write at most ${others}, or add places`;
  return [...short, contradiction(subject, { path: ["spec", "replication", "confirmations"], what, mend })];
}

const phaseOrder = ["fence", "promote", "route", "verify"] as const;

/** Promoting before the fence is closed is how two primaries come to be, so the order of phases is no matter of taste. */
function stepsOutOfOrder(subject: Subject<"RecoveryPlan">): readonly Problem[] {
  const phases = subject.read.spec.steps.map((step) => step.phase);
  return phases.flatMap((phase, at) => {
    const earlier = at === 0 ? undefined : phases[at - 1];
    if (earlier === undefined || phaseOrder.indexOf(phase) >= phaseOrder.indexOf(earlier)) return [];
    return [
      contradiction(subject, {
        path: ["spec", "steps", at, "phase"],
        what: `is ${phase}, after a step of ${earlier}`,
        mend: `order the steps: ${phaseOrder.join(", ")}`,
      }),
    ];
  });
}

function foreignCandidates(
  subject: Subject<"RecoveryPlan">,
  subjects: readonly ReadSubject[],
): readonly Problem[] {
  return subject.read.spec.steps.flatMap((step, at) => {
    if (step.phase !== "promote") return [];
    const component = named(subjects, "Component", step.component);
    if (component === null) return [];
    const places = component.read.spec.placements.map((placement) => placement.region);
    return (step.candidates ?? []).flatMap((candidate, index) =>
      places.includes(candidate)
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

function outsideOfPlan(subject: Subject<"Drill">, subjects: readonly ReadSubject[]): readonly Problem[] {
  const { spec } = subject.read;
  const plan = named(subjects, "RecoveryPlan", spec.plan);
  if (plan === null) return [];
  const { journeys, scenarios } = plan.read.spec.covers;
  const uncovered = (key: "scenario" | "journey", covered: readonly string[]): readonly Problem[] =>
    covered.includes(spec[key])
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

function needlessThaw(subject: Subject<"Drill">, subjects: readonly ReadSubject[]): readonly Problem[] {
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
          what: `is missing, and the scenario ${name} freezes a region`,
          mend: "say how long after service is back it is thawed: add thawAfter: 2 s",
        }),
      ]
    : [
        contradiction(subject, {
          path,
          what: `is set, and the scenario ${name} freezes nothing`,
          mend: "delete thawAfter, or name a scenario that freezes a region",
        }),
      ];
}
