import type { DegradedMode, Journey, Model, Objective, ObjectiveField } from "../../model/model.ts";
import { priceText } from "../../units/money-text.ts";
import { durationText, percentText } from "../../units/text.ts";
import type { Labelled, Section } from "../document.ts";
import { declared, plain, start } from "../text.ts";

/** What the business asks for, and where each value comes from. */
export function objectivesSection(model: Model): Section {
  const journeys = [...model.journeys.values()];
  return {
    heading: "Objectives and continuity",
    lead: "What the owners accept, by how widely something fails. An objective of a scope counts failures of narrower scopes, too.",
    blocks: [
      {
        kind: "table",
        table: {
          caption: "Objectives, and the document that each comes from",
          columns: ["Journey", "Scope", "RTO", "RPO", "Availability", "Longest tolerable", "From"].map(start),
          rows: journeys.flatMap((journey) => [
            ...journey.objectives.map((objective) => objectiveRow(journey, objective)),
            ...journey.degradedModes.flatMap((mode) => modeRows(journey, mode)),
          ]),
        },
      },
      {
        kind: "table",
        table: {
          caption: "What an outage means to the business",
          columns: ["Journey", "Owner", "An hour costs", "Meanwhile"].map(start),
          rows: journeys.map(({ name, owner, impact, continuity }) => [
            plain(name),
            plain(owner),
            impact === null ? plain("not stated") : declared(priceText.print(impact)),
            plain(continuity ?? "no continuity requirement is stated"),
          ]),
        },
      },
    ],
  };
}

function objectiveRow(journey: Journey, objective: Objective): readonly Labelled[] {
  const { scope, rto, rpo, availability, maximumTolerableOutage: longest } = objective;
  return [
    plain(journey.name),
    plain(scope),
    declared(durationText.print(rto)),
    declared(durationText.print(rpo)),
    availability === null ? plain("not set") : declared(percentText.print(availability)),
    longest === null ? plain("not set") : declared(durationText.print(longest)),
    plain(originText(journey, objective)),
  ];
}

/** How soon it is to serve at least so. */
function modeRows({ name }: Journey, { name: mode, rto }: DegradedMode): readonly (readonly Labelled[])[] {
  return Object.entries(rto).map(([scope, time]) => [
    ...[plain(`${name}, in ${mode}`), plain(scope), declared(durationText.print(time))],
    ...[plain("–"), plain("–"), plain("–"), plain(`journey ${name}`)],
  ]);
}

/** `journey chat`, or which values the policy gave: `policy tier-1 (rpo, availability)`. */
function originText({ name }: Journey, { sources }: Objective): string {
  const fields = Object.entries(sources) as [ObjectiveField, NonNullable<Objective["sources"]["rto"]>][];
  const origins = new Map<string, string[]>();
  for (const [field, source] of fields) {
    const origin = source.kind === "policy" ? `policy ${source.policy}` : `journey ${name}`;
    origins.set(origin, [...(origins.get(origin) ?? []), fieldText[field]]);
  }
  if (origins.size === 1) return [...origins.keys()].join("");
  return [...origins].map(([origin, given]) => `${origin} (${given.join(", ")})`).join(", ");
}

const fieldText: Readonly<Record<ObjectiveField, string>> = {
  rto: "RTO",
  rpo: "RPO",
  availability: "availability",
  maximumTolerableOutage: "longest tolerable",
};
