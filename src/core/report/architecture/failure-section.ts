import type { EventSubject } from "../../availability/graph-builder.ts";
import type { FailingDomain, Model, Scenario } from "../../model/model.ts";
import { survivingPlacements } from "../../model/survival.ts";
import type { JourneyWhy } from "../../prediction/why-journey.ts";
import { unreachable } from "../../problem/problem.ts";
import { type Recovery, recoveries } from "../../recovery/recovery.ts";
import { roughText, roughTimeText } from "../../units/shown.ts";
import type { Labelled, Section } from "../document.ts";
import { end, estimated, plain, start } from "../text.ts";
import type { PackContext } from "./pack-context.ts";

/** Something that fails as one. */
interface Mode {
  readonly title: string;
  readonly domain: FailingDomain;
}

/** Everything that can fail as one, what falls with it and how each journey comes back. */
export function failureSection(context: PackContext, whys: readonly JourneyWhy[]): Section {
  const { model, detection } = context;
  const modes = modesOf(model).map((mode) => ({ mode, scenario: scenarioFor(model, mode) }));
  const scenarios = new Map(modes.map(({ scenario }) => [scenario.name, scenario]));
  const all = recoveries({ ...model, scenarios }, detection);
  const rows = modes
    .map(({ mode, scenario }) => ({
      minutes: minutesOf(whys, mode.domain),
      row: [
        plain(mode.title),
        plain(fallenWith(model, mode, scenario)),
        plain(affectedText(all.filter((each) => each.scenario === scenario.name))),
      ],
    }))
    .sort((a, b) => b.minutes - a.minutes);
  return {
    heading: "Failure modes",
    lead: "Each region, zone, shared fate and component, lost as a whole. Minutes are those of the journey that it costs most; a zone or a component that others stand in for costs none.",
    blocks: [
      {
        kind: "table",
        table: {
          caption: "Most minutes a year first",
          columns: [
            start("Lost"),
            start("Falls with it"),
            start("Journeys, and how they recover"),
            end("Minutes a year"),
          ],
          rows: rows.map(({ row, minutes }): readonly Labelled[] => [
            ...row,
            estimated(minutes === 0 ? "0" : roughText(minutes)),
          ]),
        },
      },
    ],
  };
}

function modesOf({ platform, components }: Model): readonly Mode[] {
  return [
    ...platform.regions.map(
      ({ name }): Mode => ({
        ...{ title: `region ${name}`, domain: { kind: "region", region: name } },
      }),
    ),
    ...platform.regions.flatMap(({ name, zones }) =>
      zones.map(
        (zone): Mode => ({
          ...{ title: `zone ${name}/${zone}`, domain: { kind: "zone", region: name, zone } },
        }),
      ),
    ),
    ...platform.cells.map(
      ({ name }): Mode => ({ title: `cell ${name}`, domain: { kind: "cell", cell: name } }),
    ),
    ...platform.fates.map(
      ({ name }): Mode => ({ title: `fate ${name}`, domain: { kind: "fate", fate: name } }),
    ),
    ...[...components.keys()].map(
      (name): Mode => ({
        ...{ title: `component ${name}`, domain: { kind: "component", component: name, region: null } },
      }),
    ),
  ];
}

/** The scenario that declares just this, which a plan may cover; or one made for it. */
function scenarioFor({ scenarios }: Model, { title, domain }: Mode): Scenario {
  const failure = { ...domain, how: "lost" } as const;
  const key = JSON.stringify(Object.entries(failure).sort());
  const known = [...scenarios.values()].find(
    ({ failures }) => failures.length === 1 && JSON.stringify(Object.entries(failures[0]).sort()) === key,
  );
  return known ?? { name: title, description: "", failures: [failure], perYear: null, duration: null };
}

const namesMax = 6;

/** Components that lose a place, those that lose all of them first. */
function fallenWith(model: Model, { domain }: Mode, scenario: Scenario): string {
  const struck = [...model.components.values()].flatMap((component) => {
    const left = survivingPlacements(model, component, scenario).length;
    const isOnlyItself = domain.kind === "component" && domain.component === component.name;
    if (left === component.placements.length || isOnlyItself) return [];
    return [{ name: left === 0 ? `${component.name} (everywhere)` : component.name, left }];
  });
  if (struck.length === 0) return domain.kind === "zone" ? "some replicas" : "nothing else";
  return listed(struck.toSorted((a, b) => Number(a.left > 0) - Number(b.left > 0)).map(({ name }) => name));
}

function listed(names: readonly string[]): string {
  const rest = names.length - namesMax;
  return `${names.slice(0, namesMax).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

function affectedText(all: readonly Recovery[]): string {
  const touched = all.filter(({ outcome }) => outcome.kind !== "untouched");
  if (touched.length === 0) return "none: they go on";
  return touched
    .map(({ journey, outcome, plan }) => {
      if (outcome.kind !== "recovers") return `${journey}: does not come back before it does`;
      return `${journey}: back in ${roughTimeText(outcome.time.p95)}, ${plan === null ? "by hand" : `by plan ${plan}`}`;
    })
    .join("; ");
}

/** What the journey that suffers most would be spared, were this never to fail. */
function minutesOf(whys: readonly JourneyWhy[], domain: FailingDomain): number {
  const sums = whys.map(({ causes }) =>
    (causes?.events ?? [])
      .filter(({ subject }) => isOf(subject, domain))
      .reduce((sum, { minutesSaved }) => sum + minutesSaved, 0),
  );
  return Math.max(0, ...sums);
}

function isOf(subject: EventSubject, domain: FailingDomain): boolean {
  switch (subject.kind) {
    case "region":
      return domain.kind === "region" && domain.region === subject.region;
    case "zone":
      return domain.kind === "zone" && domain.region === subject.region && domain.zone === subject.zone;
    case "fate":
      return domain.kind === "fate" && domain.fate === subject.fate;
    case "design":
    case "replicas":
    case "switch-over":
      return domain.kind === "component" && domain.component === subject.component;
    default:
      return unreachable(subject);
  }
}
