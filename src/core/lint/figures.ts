import type { Component } from "../model/component.ts";
import { type Model, the } from "../model/model.ts";
import type { Reliability } from "../model/reliability.ts";
import { type Found, type Spot, spot } from "./finding.ts";
import { arithmetic, type Rule } from "./rule.ts";
import { regionsOf, type Survey } from "./survey.ts";
import { listed, percentOf } from "./wording.ts";

function assumedFigures(survey: Survey): readonly Found[] {
  const { components, journeys } = survey.model;
  const assumed = new Set(
    [...components.values()].filter(({ placements }) =>
      placements.some(({ failure }) => failure.source.kind === "assumed"),
    ),
  );
  return [...journeys.values()].flatMap((journey): readonly Found[] => {
    if (!journey.objectives.some(({ availability }) => availability !== null)) return [];
    const needed = survey.needed(the(components, journey.entry));
    const resting = needed.filter((component) => assumed.has(component)).map(({ name }) => name);
    if (resting.length === 0) return [];
    const what = `Journey "${journey.name}" promises an availability, and of ${resting.length} of the ${needed.length} components that it cannot work without the failure figures are assumed: ${listed(resting)}`;
    return [{ what, at: spot("Journey", journey, "objectives") }];
  });
}

interface Figured {
  /** `Component "a"`, `region east`. */
  readonly whose: string;
  readonly figures: readonly Reliability[];
  readonly at: Spot;
}

/** Everything that figures of failure are written of. */
function figured({ platform, components }: Model): readonly Figured[] {
  return [
    ...platform.regions.map(({ name, failure, zoneFailure }, index) => ({
      whose: `region ${name}`,
      figures: [failure, zoneFailure],
      at: spot("Platform", platform, "regions", index),
    })),
    ...platform.fates.map(({ name, failure }, index) => ({
      whose: `the fate ${name}`,
      figures: [failure],
      at: spot("Platform", platform, "fates", index),
    })),
    ...[...components.values()].map((component) => ({
      whose: `Component "${component.name}"`,
      figures: component.placements.map(({ failure }) => failure),
      at: spot("Component", component, "failure", "errorFactor"),
    })),
  ];
}

function certainFigures({ model }: Survey): readonly Found[] {
  return figured(model)
    .filter(({ figures }) =>
      figures.some(({ errorFactor, source }) => errorFactor === 1 && source.kind !== "assumed"),
    )
    .map(({ whose, at }) => ({ what: `${whose}: its errorFactor is 1, as if its figures were certain`, at }));
}

function fullCoverage({ model }: Survey): readonly Found[] {
  return [...model.components.values()]
    .filter((component) => {
      const { pattern, standby } = component;
      const isDeclared = [standby.sources.detected, standby.sources.switched, standby.sources.able].every(
        ({ kind }) => kind === "declared",
      );
      const isSure = standby.detected * standby.switched * standby.able === 1;
      return pattern !== "active-active" && regionsOf(component).length > 1 && isDeclared && isSure;
    })
    .map((component) => ({
      what: `Component "${component.name}": every failure is detected, every switch succeeds and every standby is able, 100 % of the time`,
      at: spot("Component", component, "standby"),
    }));
}

function slaAsAvailability({ model }: Survey): readonly Found[] {
  return [...model.components.values()].flatMap((component): readonly Found[] => {
    const { sla } = component;
    if (sla === null || !isTakenFrom(sla, component)) return [];
    const what = `Component "${component.name}": its figures of failure give ${percentOf(sla)}, which is its contract`;
    return [{ what, at: spot("Component", component, "failure") }];
  });
}

function isTakenFrom(sla: number, { placements }: Component): boolean {
  return placements.some(({ failure: { mtbf, mttr, source } }) => {
    return source.kind === "declared" && Math.abs(mtbf / (mtbf + mttr) - sla) < 1e-9;
  });
}

export const figuresRules: readonly Rule[] = [
  {
    id: "HF082",
    code: "figures/assumed",
    title: "a promise that rests on assumed figures",
    severity: "note",
    why: "an assumed figure is a judgement of this project about the kind of thing, and yours may fail ten times as often",
    mend: "write failure: with what you measured, or with a row of the catalogue that you take as yours",
    source: arithmetic,
    find: assumedFigures,
  },
  {
    id: "HF083",
    code: "figures/certain",
    title: "figures of failure that are said to be certain",
    severity: "note",
    why: "a rate seen in a few years of a few machines is known to a factor of two or three, and every result that rests on it no better",
    mend: "leave errorFactor out (3), or write the one of your counts",
    source: {
      title: "NUREG/CR-6823, Handbook of Parameter Estimation for Probabilistic Risk Assessment",
      date: "2003-09",
    },
    find: certainFigures,
  },
  {
    id: "HF084",
    code: "figures/full-coverage",
    title: "a failover that is said always to succeed",
    severity: "warning",
    why: "the share of failovers that fail decides the availability of a standby more than any nine of its parts, and none has never failed",
    mend: "leave them out to have what is assumed, or write what your drills measured, (passed + 1) / (drills + 2)",
    source: { title: "Dugan and Trivedi, Coverage modeling for dependability analysis", date: "1989" },
    find: fullCoverage,
  },
  {
    id: "HF085",
    code: "figures/sla-as-availability",
    title: "a contract taken for an availability",
    severity: "warning",
    why: "a contract is the threshold of a credit on a bill: us-east-1 lost about 6 h a year to broad events, where 99.99 % suggests 52 min",
    mend: "write mttr with mtbf or perYear as you have seen them, or leave failure out to have what is assumed",
    source: { title: "AWS post-event summaries of us-east-1, 2017 to 2025", date: "2025-10" },
    find: slaAsAvailability,
  },
];
