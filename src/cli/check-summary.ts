import { plansFor } from "../core/lint/coverage.ts";
import type { Workspace } from "../core/manifest/manifest.ts";
import {
  type Journey,
  type Model,
  objectiveFor,
  type Objective,
  type Scenario,
} from "../core/model/model.ts";
import type { Component } from "../core/model/component.ts";
import { isTouched, scopeOf } from "../core/model/survival.ts";
import { durationText, percentText } from "../core/units/text.ts";
import { counted, table, wrapped } from "./layout.ts";

/** What a workspace declares, for programs. */
export function summaryData({ model, skipped }: Workspace): Readonly<Record<string, unknown>> {
  return {
    platform: model.platform.name,
    regions: model.platform.regions.map((region) => ({
      ...region,
      components: componentsIn(model, region.name),
    })),
    journeys: [...model.journeys.values()].map((journey) => journeyData(model, journey)),
    components: [...model.components.keys()],
    scenarios: [...model.scenarios.keys()],
    plans: [...model.plans.keys()],
    drills: [...model.drills.keys()],
    skippedDocuments: skipped,
  };
}

function journeyData(model: Model, journey: Journey): Readonly<Record<string, unknown>> {
  return {
    name: journey.name,
    entry: journey.entry,
    objectives: journey.objectives.map(({ scope, rto, rpo, availability }) => ({
      scope,
      rtoSeconds: rto,
      rpoSeconds: rpo,
      availabilityRatio: availability,
    })),
    scenarios: touching(model, journey).map((scenario) => {
      const objective = objectiveFor(journey, scopeOf(model, scenario));
      return {
        name: scenario.name,
        scope: scopeOf(model, scenario),
        rtoSeconds: { objective: objective?.rto ?? null },
        rpoSeconds: { objective: objective?.rpo ?? null },
        plans: plansFor(model, journey.name, scenario.name),
        drills: drillsFor(model, journey.name, scenario.name),
      };
    }),
  };
}

function componentsIn(model: Model, region: string): readonly string[] {
  const stands = (component: Component): boolean =>
    component.placements.some((each) => each.region === region);
  return [...model.components.values()].filter(stands).map((component) => component.name);
}

function touching(model: Model, journey: Journey): readonly Scenario[] {
  return [...model.scenarios.values()].filter((scenario) => isTouched(model, journey.entry, scenario));
}

function drillsFor(model: Model, journey: string, scenario: string): readonly string[] {
  return [...model.drills.values()]
    .filter((drill) => drill.journey === journey && drill.scenario === scenario)
    .map((drill) => drill.name);
}

/** What a workspace declares, for people. */
export function summaryText(workspace: Workspace, columns: number): string {
  const { model } = workspace;
  const { regions } = model.platform;
  const counts = [
    counted(regions.length, "region"),
    counted(model.components.size, "component"),
    counted(model.journeys.size, "journey"),
    counted(model.scenarios.size, "scenario"),
    counted(model.plans.size, "plan"),
    counted(model.drills.size, "drill"),
  ];
  const standing = regions.map(({ name, provider }) => [
    name,
    provider,
    componentsIn(model, name).join(", ") || "nothing",
  ]);
  const left = workspace.skipped === 1 ? "left as it is" : "left as they are";
  const skipped =
    workspace.skipped === 0 ? "" : `\n${counted(workspace.skipped, "OpenSLO document")} ${left}\n`;
  return [
    `platform ${model.platform.name}\n`,
    `${wrapped(counts.join(", "), { columns, indent: 2 })}\n`,
    "\nregions\n",
    table(standing, { columns, indent: 2 }),
    "\njourneys\n",
    ...[...model.journeys.values()].map((journey) => journeyText(model, journey, columns)),
    ...(model.journeys.size === 0 ? ["  none\n"] : []),
    skipped,
  ].join("");
}

function journeyText(model: Model, journey: Journey, columns: number): string {
  const objectives = journey.objectives.map((objective) => [
    `${objective.scope} lost`,
    objectiveText(objective),
  ]);
  const answers = touching(model, journey).map((scenario) => [
    scenario.name,
    listed("plan", plansFor(model, journey.name, scenario.name)),
    listed("drill", drillsFor(model, journey.name, scenario.name)),
  ]);
  return [
    `  ${journey.name} (${journey.owner})\n`,
    table(objectives, { columns, indent: 4 }),
    table(answers, { columns, indent: 4 }),
  ].join("");
}

function objectiveText({ rto, rpo, availability }: Objective): string {
  const share = availability === null ? "" : `   availability ${percentText.print(availability)}`;
  return `RTO ${durationText.print(rto)}   RPO ${durationText.print(rpo)}${share}`;
}

function listed(word: string, names: readonly string[]): string {
  return names.length === 0 ? `no ${word}` : `${word} ${names.join(", ")}`;
}
