import type { Model, Risk } from "../../model/model.ts";
import { roughText } from "../../units/shown.ts";
import { dateText } from "../../units/text.ts";
import { moneyText as moneyOf } from "./amounts.ts";
import type { InstantMs } from "../../units/units.ts";
import type { Labelled, Section } from "../document.ts";
import { declared, plain, start } from "../text.ts";

/** What could go wrong, what it costs a year, what is done about it, and who lives with it. */
export function riskSection({ risks }: Model, at: InstantMs): Section {
  const all = [...risks.values()].toSorted((a, b) => perYearMicros(b) - perYearMicros(a));
  if (all.length === 0) {
    const lead =
      "No risk is declared. A document of kind Risk says what could go wrong, who answers for it and what is done about it.";
    return { heading: "Risk register", lead, blocks: [] };
  }
  return {
    heading: "Risk register",
    lead: "Rated by what each costs in a year: how often it happens times what it costs once. The dearest first.",
    blocks: [
      {
        kind: "table",
        table: {
          caption: "Likelihood, impact and rating",
          columns: ["Risk", "A year", "Once", "Rating", "Owner"].map(start),
          rows: all.map(ratingRow),
        },
      },
      {
        kind: "table",
        table: {
          caption: "Treatment and acceptance",
          columns: ["Risk", "Treatment", "What is done", "Accepted"].map(start),
          rows: all.map((risk) => treatmentRow(risk, at)),
        },
      },
    ],
  };
}

function perYearMicros({ perYear, impact }: Risk): number {
  return perYear * impact.micros;
}

function ratingRow(risk: Risk): readonly Labelled[] {
  const { name, statement, perYear, impact, owner } = risk;
  return [
    plain(`${name}: ${statement}`),
    declared(`${roughText(perYear)} times`),
    declared(moneyOf(impact.currency, impact.micros)),
    declared(`${moneyOf(impact.currency, perYearMicros(risk))} a year`),
    plain(owner),
  ];
}

function treatmentRow(
  { name, treatment, controls, acceptance, scenarios }: Risk,
  at: InstantMs,
): readonly Labelled[] {
  const linked = scenarios.length === 0 ? [] : [`scenarios ${scenarios.join(", ")}`];
  const done = [...controls, ...linked].join("; ");
  return [
    plain(name),
    plain(treatment),
    plain(done === "" ? "nothing is stated" : done),
    acceptanceOf(acceptance, at),
  ];
}

function acceptanceOf(acceptance: Risk["acceptance"], at: InstantMs): Labelled {
  if (acceptance === null) return plain("by nobody");
  const { owner, until } = acceptance;
  const day = dateText.print(until);
  return declared(until < at ? `✗ by ${owner}; it expired on ${day}` : `by ${owner} until ${day}`);
}
