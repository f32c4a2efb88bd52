import type { Model } from "../../model/model.ts";
import { notCountedText } from "../../prediction/not-counted.ts";
import type { JourneyPrediction } from "../../prediction/prediction.ts";
import { minutesPerYearOf } from "../../prediction/why-event.ts";
import type { JourneyWhy, Uncertainty } from "../../prediction/why-journey.ts";
import { ninesBetween, ninesText, perYearText, roughText, roughTimeText } from "../../units/shown.ts";
import { percentText } from "../../units/text.ts";
import { ratio, seconds } from "../../units/units.ts";
import type { Block, Labelled, Section } from "../document.ts";
import { end, estimated, labelled, plain, start } from "../text.ts";

const cutsMax = 5;

/** How much of the time each journey is up, and what it is down by. */
export function availabilitySection(model: Model, whys: readonly JourneyWhy[]): Section {
  const verdicts = whys.flatMap(({ prediction }) => verdictRows(prediction));
  const cuts = whys.flatMap(cutRows);
  const training = whys.flatMap(({ training: figures }) => figures);
  const blocks: readonly Block[] = [
    {
      kind: "table",
      table: {
        caption: "For a user taken at random; the band holds 9 of 10 cases, as far as the figures are known",
        columns: [start("Journey"), ...["Up", "Down a year", "Band", "Outages", "Each"].map(end)],
        rows: whys.map(availabilityRow),
      },
    },
    ...tableOf("Against the objectives", ["Journey", "Scope", "Accepted", "Predicted", "Verdict"], verdicts),
    ...tableOf(
      "What takes each journey down, most minutes first",
      ["Journey", "Minutes a year", "What fails together"],
      cuts,
    ),
    ...tableOf(
      "Training jobs",
      ["What", "Value", "Why"],
      training.map((figure) => [
        plain(figure.name),
        labelled(figureText(figure.name, Number(figure.value)), figure.kind),
        plain(figure.because),
      ]),
    ),
  ];
  return {
    heading: "Availability",
    lead: [
      "Exact arithmetic over one fault graph of the whole platform: what journeys share fails for all of them at once. The command holdfast explain journey NAME shows the sum.",
      notCountedText(model) ?? "",
    ]
      .join(" ")
      .trimEnd(),
    blocks,
  };
}

function tableOf(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly Labelled[])[],
): readonly Block[] {
  return rows.length === 0 ? [] : [{ kind: "table", table: { caption, columns: columns.map(start), rows } }];
}

function availabilityRow({ prediction, causes }: JourneyWhy): readonly Labelled[] {
  const { journey, availability } = prediction;
  if (availability.run === null) {
    const known = estimated(ninesBetween(availability.unavailability));
    return [plain(journey.name), known, ...["–", "–", "–", "–"].map(plain)];
  }
  const { run, outages } = availability;
  return [
    plain(journey.name),
    estimated(ninesText(run.unavailability)),
    estimated(`${roughText(outages.minutesPerYear)} min`),
    causes === null ? plain("not known") : estimated(bandText(causes.uncertainty)),
    estimated(outages.perYear === null ? "not known" : perYearText(outages.perYear)),
    estimated(outages.meanHours === null ? "not known" : roughTimeText(seconds(outages.meanHours * 3_600))),
  ];
}

function bandText({ p5MinutesPerYear: low, p95MinutesPerYear: high }: Uncertainty): string {
  return `${roughText(low)} to ${roughText(high)} min`;
}

function verdictRows({ journey, availabilityVerdicts }: JourneyPrediction): readonly (readonly Labelled[])[] {
  return availabilityVerdicts.map(({ scope, objective, unavailability, verdict }) => [
    plain(journey.name),
    plain(scope),
    labelled(percentText.print(ratio(objective)), "declared"),
    estimated(ninesBetween(unavailability)),
    plain(
      { met: "✓ met", missed: "✗ missed", unknown: "not known", "no-objective": "no objective" }[verdict],
    ),
  ]);
}

function cutRows({ prediction, causes }: JourneyWhy): readonly (readonly Labelled[])[] {
  const all = minutesPerYearOf(prediction.availability.run?.unavailability ?? 0);
  return (causes?.cuts ?? [])
    .slice(0, cutsMax)
    .filter(({ minutesPerYear }) => minutesPerYear > all / 1_000)
    .map(({ events, minutesPerYear, cells }) => [
      plain(prediction.journey.name),
      estimated(roughText(minutesPerYear)),
      plain(`${events.join(" while ")}${cells.length === 0 ? "" : `, for ${cells.join(", ")}`}`),
    ]);
}

/** Ratios and times are both numbers; their names tell which. */
function figureText(name: string, value: number): string {
  const isShare = /ratio|efficiency|cost of/.test(name);
  return isShare ? `${roughText(value * 100)} %` : roughTimeText(seconds(value));
}
