import type { JourneyAvailability } from "../core/availability/availability.ts";
import {
  type Causes,
  type Cut,
  type JourneyWhy,
  type ScopeWhy,
  whyJourney,
} from "../core/prediction/why-journey.ts";
import { minutesPerYearOf } from "../core/prediction/why-event.ts";
import { ninesBetween, ninesText, perYearText, roughText, roughTimeText } from "../core/units/shown.ts";
import { percentText } from "../core/units/text.ts";
import { ratio, seconds } from "../core/units/units.ts";
import { placesText } from "./explain-places.ts";
import type { Explaining, Explanation, UnknownName } from "./explanation.ts";
import { figureLine, minutesText, part, valueText } from "./figure-text.ts";
import { table, wrapped } from "./layout.ts";
import { stepsMax } from "./predict.ts";

const eventsMax = 20;

/** Why a journey is as available as it is predicted to be. */
export function explainJourney(
  name: string,
  { model, prediction, catalogue, places }: Explaining,
): Explanation | UnknownName {
  if (!model.journeys.has(name)) return { unknown: name, what: "journey", known: model.journeys.keys() };
  const why = whyJourney(model, prediction, { name, rows: catalogue.failures, stepsMax });
  const shown = (why.causes?.events ?? []).slice(0, eventsMax).map(({ subject }) => subject);
  const written = places.ofJourney(name, shown);
  return {
    data: () => ({ ...journeyData(why), writtenAt: written }),
    text: (columns) => `${journeyText(why, columns)}${placesText(written, columns)}`,
  };
}

function journeyData({ prediction, causes, training }: JourneyWhy): Readonly<Record<string, unknown>> {
  const { journey, availability } = prediction;
  const base = { journey: journey.name, kind: "estimated", training };
  if (availability.run === null) {
    return { ...base, availability: null, unavailabilityBounds: availability.unavailability };
  }
  const { run, outages, lessThanWhole, users, regions } = availability;
  return {
    ...base,
    availability: {
      availabilityRatio: run.availability,
      unavailabilityRatio: run.unavailability,
      downMinutesPerYear: outages.minutesPerYear,
      outagesPerYear: outages.perYear,
      outageMeanSeconds: outages.meanHours === null ? null : outages.meanHours * 3_600,
      lessThanWholeMinutesPerYear: minutesPerYearOf(lessThanWhole.unavailability),
      uncertainty: causes?.uncertainty ?? null,
    },
    ...causesData(causes),
    cells: users.flatMap(({ cell, share, run: of }) =>
      cell === null ? [] : [{ cell, usersRatio: share, unavailabilityRatio: of.unavailability }],
    ),
    regions: regions.map(({ region, run: of }) => ({ region, unavailabilityRatio: of.unavailability })),
  };
}

/** `null`: a diagram that tells causes apart would take more work than is allowed. */
function causesData(causes: Causes | null): Readonly<Record<string, unknown>> {
  if (causes === null) return { objectives: null, singlePoints: null, cuts: null, events: null };
  const { scopes, singlePoints, cuts, events } = causes;
  const objectives = scopes.map(({ verdict, ...minutes }) => ({
    scope: verdict.scope,
    objectiveRatio: verdict.objective,
    verdict: verdict.verdict,
    ...minutes,
  }));
  return { objectives, singlePoints, cuts, events: events.map(eventData) };
}

/** Without the whole placement that an event is of: its name says which. */
function eventData({ subject, ...event }: Causes["events"][number]): object {
  return { of: subject.kind, ...event };
}

function journeyText(why: JourneyWhy, columns: number): string {
  const { prediction, causes, training } = why;
  const { journey, availability } = prediction;
  const jobs = part(
    "training",
    training.map((figure) => figureLine(figure, valueText(figure), columns)),
  );
  if (availability.run === null) {
    const because =
      "These are bounds: its fault graph would take more work than is allowed; fewer components, or fewer that share fates, make it smaller.";
    const between = ninesBetween(availability.unavailability);
    return `journey ${journey.name}: up ${between} of the time (estimated)\n\n${wrapped(because, { columns, indent: 2 })}\n${jobs}`;
  }
  const { run } = availability;
  return [
    `journey ${journey.name}: up ${ninesText(run.unavailability)} of the time (estimated)\n`,
    part("the sum", sumLines(availability, causes, columns)),
    causes === null ? part("what takes it down", causesUnknown(columns)) : causeParts(causes, columns),
    part("each region by itself", regionLines(availability)),
    part("each cell", cellLines(availability)),
    jobs,
    causes === null ? "" : eventParts(causes, columns),
  ].join("");
}

function causesUnknown(columns: number): readonly string[] {
  const why = "A diagram that tells causes apart would take more work than is allowed.";
  return [wrapped(why, { columns, indent: 2 })];
}

function causeParts({ scopes, singlePoints, cuts }: Causes, columns: number): string {
  return [
    part(
      "against its objectives",
      scopes.flatMap((scope) => scopeLines(scope, columns)),
    ),
    part("what takes it down alone (single points of failure)", cutLines(singlePoints, columns)),
    part("the likeliest minimal cut sets", cutLines(cuts, columns)),
  ].join("");
}

function sumLines(
  { run, outages, lessThanWhole }: JourneyAvailability,
  causes: Causes | null,
  columns: number,
): readonly string[] {
  const { minutesPerYear, perYear, meanHours } = outages;
  const times =
    perYear === null || meanHours === null
      ? []
      : [`= ${perYearText(perYear)}, for ${roughTimeText(seconds(meanHours * 3_600))} each on average`];
  return [
    `${roughText(run.unavailability)} of the time × 525,600 min a year = ${minutesText(minutesPerYear)} a year`,
    ...times,
    `less than whole (a feature missing, or worse answers) or down: ${minutesText(minutesPerYearOf(lessThanWhole.unavailability))} a year`,
    ...(causes === null ? [] : [bandText(causes.uncertainty)]),
  ].map((line) => wrapped(line, { columns, indent: 2 }));
}

function bandText({
  p5MinutesPerYear: low,
  p95MinutesPerYear: high,
  samples,
}: Causes["uncertainty"]): string {
  return `as far as the figures are known: between ${minutesText(low)} and ${minutesText(high)} a year, 9 times in 10 (${samples} seeded samples of the error factors)`;
}

function scopeLines(
  { verdict, minutesAllowed, minutesPredicted, helps }: ScopeWhy,
  columns: number,
): readonly string[] {
  const asked = percentText.print(ratio(verdict.objective));
  const head = `${verdict.scope}, ${asked} (declared): at most ${minutesText(minutesAllowed)} a year, ${minutesText(minutesPredicted)} predicted: ${verdict.verdict}`;
  const help = helps.map(({ event, minutesSaved }) => `${event} (−${minutesText(minutesSaved)})`).join(", ");
  return [
    wrapped(head, { columns, indent: 2 }),
    ...(help === ""
      ? []
      : [wrapped(`would help most, were it never to happen: ${help}`, { columns, indent: 4 })]),
  ];
}

function cutLines(cuts: readonly Cut[], columns: number): readonly string[] {
  const rows = cuts.map(({ events, minutesPerYear, cells }) => [
    minutesText(minutesPerYear),
    `${events.join(" while ")}${cells.length === 0 ? "" : `, for ${cells.join(", ")}`}`,
  ]);
  return rows.length === 0 ? [] : [table(rows, { columns, indent: 2 })];
}

function regionLines({ regions }: JourneyAvailability): readonly string[] {
  return regions.map(({ region, run }) => {
    const minutes = minutesText(minutesPerYearOf(run.unavailability));
    return `  ${region}: could not carry it ${minutes} a year (up ${ninesText(run.unavailability)})`;
  });
}

function cellLines({ users }: JourneyAvailability): readonly string[] {
  return users.flatMap(({ cell, share, run }) =>
    cell === null
      ? []
      : [`  ${cell}: ${percentText.print(ratio(share))} of users, up ${ninesText(run.unavailability)}`],
  );
}

/** Sources are told once, below, and pointed at by number: hundreds of events may rest on one row. */
function eventParts({ events }: Causes, columns: number): string {
  const shown = events.slice(0, eventsMax);
  const sources = [...new Set(shown.flatMap(({ mtbf, mttr }) => [mtbf.because, mttr.because]))];
  const lines = shown.map(({ name, mtbf, mttr, minutesSaved, errorFactor }) => {
    const doubt = errorFactor > 1 ? `, known to a factor of ${roughText(errorFactor)}` : "";
    const marks = [...new Set([mtbf.because, mttr.because])].map((each) => `[${sources.indexOf(each) + 1}]`);
    const times = `every ${roughTimeText(mtbf.value)} for ${roughTimeText(mttr.value)} (${mtbf.kind}${doubt})`;
    return wrapped(`${name}: ${minutesText(minutesSaved)} a year of it; ${times} ${marks.join(" ")}`, {
      ...{ columns, indent: 2 },
    });
  });
  const rest = events.length - shown.length;
  const more = rest > 0 ? [`  and ${rest} more; --json has them all`] : [];
  return [
    part("what can fail, what would help most first", [...lines, ...more]),
    part(
      "where these figures come from",
      sources.map((source, at) => wrapped(`[${at + 1}] ${source}`, { columns, indent: 2 })),
    ),
  ].join("");
}
