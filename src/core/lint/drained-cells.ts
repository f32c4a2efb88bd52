import { activated, unitsOf } from "../model/activation.ts";
import type { Component, Placement } from "../model/component.ts";
import { type Cell, the } from "../model/model.ts";
import type { Step } from "../model/recovery-plan.ts";
import { stepsIn } from "../model/step-stages.ts";
import { cellsTaken } from "../model/survival.ts";
import { countedText } from "../units/shown.ts";
import { type Found, spot } from "./finding.ts";
import { arithmetic, type Rule } from "./rule.ts";
import type { Survey } from "./survey.ts";
import { eachTold, type Tried } from "./survivor.ts";
import { shareOf } from "./wording.ts";

/** Cells that serve nobody once a plan has been carried out in a scenario. */
interface Out {
  readonly steps: readonly Step[];
  readonly taken: readonly string[];
  /** Those that the scenario leaves, and the plan drains. */
  readonly drained: readonly string[];
}

function outIn({ survey: { model }, plan, scenario }: Tried): Out {
  const steps = stepsIn(model, plan, scenario);
  const taken = cellsTaken(model, scenario);
  const drains = new Set(steps.flatMap((step) => (step.phase === "route" ? step.drains : [])));
  return { steps, taken: [...taken], drained: [...drains].filter((cell) => !taken.has(cell)) };
}

function tooFewCells(survey: Survey): readonly Found[] {
  return eachTold(survey, (tried) => {
    const { plan } = tried;
    const isBounded = plan.interlocks.cellsDrainedMax !== null;
    const isDraining = plan.steps.some((step) => step.phase === "route" && step.drains.length > 0);
    if (!isBounded && !isDraining) return [];
    const out = outIn(tried);
    const at = isBounded ? boundSpot(tried) : spot("RecoveryPlan", plan, "interlocks");
    return [...beyondBound(tried, out), ...tooSmall(tried, out)].map((wrong) => ({
      ...wrong,
      at,
      parts: plan.parts,
    }));
  });
}

/** Where its bound was written: in itself, or in a part whose bound it goes by. */
function boundSpot({ survey: { model }, plan }: Tried): Found["at"] {
  const bound = plan.interlocks.cellsDrainedMax;
  const isItsOwn = (part: string): boolean => model.plans.get(part)?.interlocks.cellsDrainedMax === bound;
  const name = plan.parts.findLast(isItsOwn) ?? plan.name;
  return spot("RecoveryPlan", { name }, "interlocks", "cellsDrainedMax");
}

type Wrong = Required<Omit<Found, "at">>;

function beyondBound(
  { survey: { model }, plan, scenario }: Tried,
  { taken, drained }: Out,
): readonly Wrong[] {
  const { cellsDrainedMax } = plan.interlocks;
  const out = taken.length + drained.length;
  if (cellsDrainedMax === null || out <= cellsDrainedMax) return [];
  const by = [
    ...(taken.length === 0 ? [] : [`${scenario.name} takes ${taken.join(", ")}`]),
    ...(drained.length === 0 ? [] : [`its steps drain ${drained.join(", ")}`]),
  ];
  const what = `${by.join(", and ")}: ${out} of ${model.platform.cells.length} cells serve nobody, and the interlock allows ${cellsDrainedMax}`;
  return [{ what, mend: "drain fewer cells at a time, or raise cellsDrainedMax" }];
}

/** Components of which the cells that are left carry less than all users. */
function tooSmall(tried: Tried, out: Out): readonly Wrong[] {
  const { survey, plan } = tried;
  const { cells } = survey.model.platform;
  const left = cells.filter(({ name }) => ![...out.taken, ...out.drained].includes(name));
  // That nothing is left is told of the journey.
  if (left.length === 0 || left.length === cells.length) return [];
  const entries = plan.journeys.map((name) =>
    the(survey.model.components, the(survey.model.journeys, name).entry),
  );
  const needed = [...new Set(entries.flatMap((entry) => survey.needed(entry)))];
  return needed
    .filter(({ placements }) => placements.every(({ cell }) => cell !== null))
    .flatMap((component): readonly Wrong[] => {
      const carried = left.map((cell) => ({ name: cell.name, share: carriedBy(component, cell, out.steps) }));
      const all = carried.reduce((sum, { share }) => sum + share, 0);
      // Of shares that are thirds the sum is not 1 to the last digit.
      if (all >= 1 - 1e-9) return [];
      const each = carried.map(({ name, share }) => `${name} ${shareOf(share)}`).join(", ");
      const what = `${component.name} carries ${shareOf(all)} of ${requestsText(tried)} in the cells that are left (${each})`;
      return [{ what, mend: `raise replicas of ${component.name} in these cells, or scale them by a step` }];
    });
}

/**
 * Share of all users that a cell can carry: its own, for which so many machines are required, by as many times as it has these. Once
 * it is scaled, by what runs then.
 */
function carriedBy(component: Component, cell: Cell, steps: readonly Step[]): number {
  const places = component.placements.filter((place) => place.cell === cell.name);
  const required = places.reduce((sum, place) => sum + place.required, 0);
  return required === 0 ? 0 : (cell.share * runningIn(component, places, steps)) / required;
}

function runningIn(component: Component, places: readonly Placement[], steps: readonly Step[]): number {
  const scaled = steps.findLast(
    (step) =>
      step.phase === "scale" && step.component === component.name && activated(places, step).length > 0,
  );
  const declared = replicasIn(places);
  if (scaled?.phase !== "scale") return declared;
  // What a whole region is scaled to is spread over its cells as their machines are.
  const all = activated(component.placements, scaled);
  return (unitsOf(scaled.to, all) * declared) / replicasIn(all);
}

function replicasIn(places: readonly Placement[]): number {
  return places.reduce((sum, { replicas }) => sum + replicas, 0);
}

function requestsText({ survey: { model }, plan }: Tried): string {
  const counts = plan.journeys.flatMap((name) => the(model.journeys, name).requestsPerMonth ?? []);
  if (counts.length < plan.journeys.length) return "all users";
  return `${countedText(
    counts.reduce((sum, each) => sum + each, 0),
    "request",
  )} a month`;
}

export const drainedCellsRules: readonly Rule[] = [
  {
    id: "HF098",
    code: "cells/too-few-left",
    title: "a plan and its scenario leave too few cells, or too small ones",
    severity: "error",
    why: "users of cells that are drained go to those that are left, which fail under them one after another",
    mend: "drain fewer cells at a time, or make those that are left large enough",
    source: arithmetic,
    find: tooFewCells,
  },
];
