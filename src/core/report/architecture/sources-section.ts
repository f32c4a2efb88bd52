import type { CatalogueRow } from "../../catalogue/whole-catalogue.ts";
import type { Standby } from "../../model/component.ts";
import type { Model } from "../../model/model.ts";
import type { Reliability, Source } from "../../model/reliability.ts";
import { sourceText } from "../../prediction/source-text.ts";
import type { Recovery } from "../../recovery/recovery.ts";
import { roughText, roughTimeText } from "../../units/shown.ts";
import { bandwidthText } from "../../units/text.ts";
import { bytesPerSecond } from "../../units/units.ts";
import type { Section } from "../document.ts";
import { estimated, plain, start } from "../text.ts";
import type { PackContext } from "./pack-context.ts";

/** A value with where it comes from, and whose it is. */
interface Sourced {
  readonly source: Source;
  readonly value: string;
  readonly of: string;
}

/** What is assumed because nothing is written, and why. */
export function assumptionsSection(context: PackContext): Section {
  const assumed = sourcedValues(context.model).filter(({ source }) => source.kind === "assumed");
  const groups = new Map<
    string,
    { readonly value: string; readonly because: string; readonly of: Set<string> }
  >();
  for (const { source, value, of } of assumed) {
    const because = assumedBecause(source, context.rows);
    const key = `${value} ${because}`;
    const group = groups.get(key) ?? { value, because, of: new Set<string>() };
    group.of.add(of);
    groups.set(key, group);
  }
  const times = assumedTimes(context);
  if (groups.size + times.length === 0) {
    return { heading: "Assumptions", lead: "Nothing is assumed: every figure is declared.", blocks: [] };
  }
  return {
    heading: "Assumptions",
    lead: "What holds where the manifests say nothing. One line in a manifest overrules each.",
    blocks: [
      {
        kind: "table",
        table: {
          caption: "Assumed values, whose they are, and why they are assumed",
          columns: ["Value", "Of", "Because"].map(start),
          rows: [
            ...[...groups.values()].map(({ value, because, of }) => [
              estimated(value),
              plain([...of].join(", ")),
              plain(because),
            ]),
            ...times,
          ],
        },
      },
    ],
  };
}

/** Where a row of the catalogue says it, the row's own text: where that stands is told among the sources. */
function assumedBecause(source: Source, rows: PackContext["rows"]): string {
  const row = source.kind === "assumed" ? rows.get(source.row) : undefined;
  if (row !== undefined) return `${row.source.title} (${row.id})`;
  return sourceText(source, rows).replace(/^assumed, for nothing is written: /, "");
}

function assumedTimes({ prediction }: PackContext) {
  const pieces = prediction.journeys.flatMap(({ recoveries }) =>
    recoveries.flatMap(({ recovery }) => piecesOf(recovery)),
  );
  const times = new Map(
    pieces
      .filter(({ because }) => because.startsWith("assumed: "))
      .map(({ what, because, time }) => [`${what} ${because}`, { what, because, time }] as const),
  );
  return [...times.values()].map(({ what, because, time }) => [
    estimated(time.kind === "fixed" ? roughTimeText(time.time) : "a spread"),
    plain(what),
    plain(because.replace(/^assumed: /, "")),
  ]);
}

function piecesOf({ outcome }: Recovery) {
  return outcome.kind === "recovers" ? outcome.time.pieces : [];
}

function reliabilityText({ mtbf, mttr }: Reliability): string {
  return `fails every ${roughTimeText(mtbf)} for ${roughTimeText(mttr)}`;
}

/** Every value of the model that says where it comes from. */
function sourcedValues({ platform, components }: Model): readonly Sourced[] {
  const of = (name: string, failure: Reliability): Sourced => ({
    ...{ source: failure.source, value: reliabilityText(failure), of: name },
  });
  return [
    ...platform.regions.map(({ name, failure }) => of(`region ${name}`, failure)),
    ...platform.regions
      .filter(({ zones }) => zones.length > 0)
      .map(({ name, zoneFailure }) => of(`zones of ${name}`, zoneFailure)),
    ...platform.fates.map(({ name, failure }) => of(`fate ${name}`, failure)),
    ...[...components.values()].flatMap(({ name, placements, standby, weights }): readonly Sourced[] => [
      ...placements.map(({ failure }) => of(`a replica of ${name}`, failure)),
      ...(placements.length < 2 ? [] : standbyValues(name, standby)),
      ...placements
        .filter(({ capacity }) => capacity !== "reserved")
        .map(({ capacity, capacityLikelihood: { value, source } }) => ({
          ...{
            source,
            value: `${roughText(value * 100)} % likely that ${capacity} machines are there`,
            of: name,
          },
        })),
      ...(weights === null || weights.locality === "resident"
        ? []
        : [
            {
              source: weights.bandwidth.source,
              value: `weights load at ${bandwidthText.print(bytesPerSecond(weights.bandwidth.value))}`,
              of: name,
            },
          ]),
    ]),
  ];
}

function standbyValues(name: string, standby: Standby): readonly Sourced[] {
  const { sources, detected, switched, able, manual } = standby;
  const share = (value: number): string => `${roughText(value * 100)} %`;
  return [
    { source: sources.detected, value: `${share(detected)} detected`, of: name },
    { source: sources.switched, value: `${share(switched)} switched`, of: name },
    { source: sources.able, value: `${share(able)} able to take over`, of: name },
    { source: sources.manual, value: `${roughTimeText(manual)} by hand`, of: name },
  ];
}

/** The rows of the catalogue that figures rest on. */
export function sourcesSection({ model, rows }: PackContext): Section {
  const failures = sourcedValues(model).flatMap(({ source }) =>
    source.kind === "catalogue" || source.kind === "assumed" ? (rows.get(source.row) ?? []) : [],
  );
  const machines = [...model.components.values()].flatMap(({ placements }) =>
    placements.flatMap(({ machine }) => machine ?? []),
  );
  const locations = model.platform.regions.flatMap(({ location }) => location ?? []);
  const used = new Map<string, CatalogueRow>(
    [...failures, ...machines, ...locations].map((row) => [`${row.at} ${row.id}`, row]),
  );
  if (used.size === 0) {
    return { heading: "Sources", lead: "No row of the catalogue is used.", blocks: [] };
  }
  return {
    heading: "Sources",
    lead: "Rows of the catalogue that figures rest on. Prices are illustrative, no quotes.",
    blocks: [
      {
        kind: "table",
        table: {
          caption: "Each row, where it stands, who says so and under which licence",
          columns: ["Row", "Where", "Source", "Licence", "Grade"].map(start),
          rows: [...used.values()].map(({ id, at, source: { title, date, licence, grade } }) =>
            [id, at, `${title}; ${date}`, licence, grade].map(plain),
          ),
        },
      },
    ],
  };
}
