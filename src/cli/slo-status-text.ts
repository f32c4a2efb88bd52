import { type Known, objectiveName, type ObjectiveStatus, type Unknown } from "../core/slo/status/status.ts";
import type { Exhaustion } from "../core/slo/status/exhaustion.ts";
import type { Forecast } from "../core/slo/status/forecast.ts";
import { windowText } from "../core/slo/prometheus.ts";
import { countedText, countText, roughText, roughTimeText } from "../core/units/shown.ts";
import { type InstantMs, seconds } from "../core/units/units.ts";
import { ledBy, table, wrapped } from "./layout.ts";

interface Shown {
  /** Worst first. */
  readonly statuses: readonly ObjectiveStatus[];
  readonly at: InstantMs;
  /** Of how many all is told. */
  readonly details: number;
}

/** How objectives stand, for people: all of them in a table, and all that is known of the worst. */
export function statusText({ statuses, at, details }: Shown, columns: number): string {
  const rows = statuses.map((status) => rowOf(status, at));
  const head = ["OBJECTIVE", "TARGET", "ATTAINED", "LEFT", "THE BUDGET"];
  const known = statuses.filter(({ known: { kind } }) => kind === "known");
  return [
    table([head, ...rows], { columns, indent: 0 }),
    ...known.slice(0, details).map((status) => detailText(status, at, columns)),
    `\n${tallyText(statuses)}\n`,
  ].join("");
}

function tallyText(statuses: readonly ObjectiveStatus[]): string {
  const count = (is: (status: ObjectiveStatus) => boolean): string => countText(statuses.filter(is).length);
  const isKept = ({ known }: ObjectiveStatus): boolean => known.kind === "known" && known.budgetLeft > 0;
  const isMissed = ({ known }: ObjectiveStatus): boolean => known.kind === "known" && known.budgetLeft <= 0;
  const isUnknown = ({ known }: ObjectiveStatus): boolean => known.kind === "unknown";
  return `${countedText(statuses.length, "objective")}: ${count(isKept)} met, ${count(isMissed)} missed, ${count(isUnknown)} unknown (measured)`;
}

function rowOf({ known, target, maintenance, ...named }: ObjectiveStatus, at: InstantMs): readonly string[] {
  const name = objectiveName(named);
  const promised = target === null ? "-" : percentText(target, target);
  const meanwhile = maintenanceText(maintenance);
  if (known.kind === "unknown")
    return [name, promised, "?", "?", `${unknownWords[known.because]}${meanwhile}`];
  return [
    ...[name, promised, attainedText(known, target), leftText(known.budgetLeft)],
    `${exhaustionText(known.exhaustion, at)}${coverageText(known)}${nowText(known)}${meanwhile}`,
  ];
}

/** Why nothing counts now. */
function maintenanceText(maintenance: ObjectiveStatus["maintenance"]): string {
  return maintenance === null ? "" : `; in maintenance until ${momentText(maintenance.until)}`;
}

/** Less than this share of a period that is measured is told beside what it says. */
const coverageMin = 0.95;

function coverageText({ coverage }: Known): string {
  return coverage < coverageMin ? `; measured for ${Math.round(coverage * 100)} % of its period` : "";
}

function nowText({ isMeasured }: Known): string {
  return isMeasured ? "" : "; nothing is measured now";
}

const unknownWords: Readonly<Record<Unknown["because"], string>> = {
  "no-rules": "unknown: nobody records it; load what `holdfast slo rules` makes",
  "no-data": "unknown: its rules find no data; does what they read have another name?",
  "no-events": "unknown: it is measured, and nothing happened in its period",
  "not-yet": "unknown: it is measured, and its budget is worked out within two minutes",
  "not-begun": "unknown: its first period is still to begin",
  "no-probes": "unknown: no built-in probe has attempted it in its period",
};

function attainedText({ attained }: Known, target: number | null): string {
  return attained === null ? "-" : percentText(attained, target);
}

/** Two digits more than the target has, and never rounded up to what was not attained. */
function percentText(share: number, target: number | null): string {
  const percent = Number(((target ?? 0) * 100).toFixed(9));
  const digits = (String(percent).split(".")[1] ?? "").length;
  if (share === target) return `${percent} %`;
  const scale = 10 ** (digits + 2);
  return `${Number((Math.floor(share * 100 * scale + 1e-6) / scale).toFixed(digits + 2))} %`;
}

function leftText(left: number): string {
  const percent = left * 100;
  // Sums are off in their last digits: half of a budget is not 49 %.
  const floor = (value: number): number => Math.floor(value + 1e-6);
  const rounded = Math.abs(percent) < 10 ? floor(percent * 10) / 10 : floor(percent);
  return `${rounded < 0 ? "-" : ""}${roughText(Math.abs(rounded))} %`;
}

function exhaustionText(exhaustion: Exhaustion, at: InstantMs): string {
  switch (exhaustion.kind) {
    case "gone":
      return "is gone";
    case "lasts":
      return exhaustion.window === null
        ? "lasts: nothing happens now"
        : `lasts, as the last ${windowText(exhaustion.window)} went`;
    case "runs-out": {
      const away = seconds(Math.max(0, exhaustion.at - at / 1000));
      return `gone in ${roughTimeText(away)}, ${momentText(exhaustion.at)}, as the last ${windowText(exhaustion.window)} went`;
    }
  }
}

/** `Mon 30 Nov 14:05 UTC` */
function momentText(at: number): string {
  const [weekday = "", day = "", month = "", , time = ""] = new Date(at * 1000).toUTCString().split(" ");
  return `${weekday.replace(",", "")} ${Number(day)} ${month} ${time.slice(0, 5)} UTC`;
}

function detailText(status: ObjectiveStatus, at: InstantMs, columns: number): string {
  const { service, displayName, known, period } = status;
  if (known.kind === "unknown") return "";
  const called = displayName === null ? "" : `: ${displayName}`;
  const over =
    period.endsAt === null
      ? `over the last ${windowText(period.length)}`
      : `from ${momentText(period.beganAt)} to ${momentText(period.endsAt)}`;
  const lines: readonly (readonly [string, string])[] = [
    ["attained", attainedDetail(status, known)],
    ["left", leftDetail(known, at)],
    ["burns", burnsText(known)],
    ...heldBackLines(known),
    ...(known.forecast === null ? [] : forecastLines(known.forecast, known.budgetLeft <= 0)),
    ["measured", `for ${Math.round(known.coverage * 100)} % of the period${nowText(known)}`],
  ];
  const width = Math.max(...lines.map(([lead]) => lead.length));
  const told = lines.map(([lead, text]) => `${ledBy(`  ${lead.padEnd(width)}  `, text, columns)}\n`);
  return `\n${wrapped(`${objectiveName(status)} (${service})${called}, ${over}`, { columns, indent: 0 })}\n${told.join("")}`;
}

function attainedDetail({ target }: ObjectiveStatus, known: Known): string {
  if (known.attained === null) return "see its parts";
  const events =
    known.events === null
      ? ""
      : `: ${countText(Math.round(known.events.bad))} bad of ${countedText(Math.round(known.events.total), "event")}`;
  const wanted = target === null ? "" : `, where ${percentText(target, target)} is promised`;
  return `${percentText(known.attained, target)}${wanted}${events}`;
}

function leftDetail({ budgetLeft, exhaustion }: Known, at: InstantMs): string {
  return `${leftText(budgetLeft)} of the error budget; ${exhaustionText(exhaustion, at)}`;
}

function burnsText({ burns }: Known): string {
  return burns
    .map(({ window, rate }) => `${windowText(window)} ${rate === null ? "-" : roughText(rate)}`)
    .join(", ");
}

/** Alerts that do not come, and from which traffic on they would. */
function heldBackLines({ heldBack }: Known): readonly (readonly [string, string])[] {
  if (heldBack === null || heldBack.length === 0) return [];
  const told = heldBack.map(
    ({ window, events, eventsMin }) =>
      `over ${windowText(window)} from ${countedText(eventsMin, "event")} on, and there are ${roughText(events)} as a rule`,
  );
  return [["held back", `alerts that one bad event of so few would raise; they work ${told.join("; ")}`]];
}

function forecastLines(forecast: Forecast, isGone: boolean): readonly (readonly [string, string])[] {
  if (forecast.kind === "too-little-history") {
    const { has, needs } = forecast;
    return [
      ["forecast", `none: ${roughTimeText(has)} of the past are known, and it takes ${roughTimeText(needs)}`],
    ];
  }
  const { horizon, budgetLeft, futures, backtest } = forecast;
  const told =
    `in ${roughTimeText(horizon)} ${leftText(budgetLeft.p50)} left (estimated; ${leftText(budgetLeft.p10)} to ${leftText(budgetLeft.p90)} in eight of ten futures); ` +
    `${fateText(forecast, isGone)} of ${countedText(futures, "future")}, each a stretch of the past that happens once more`;
  if (backtest === null) return [["forecast", told]];
  const { origins, meanError, naiveError, insideBand } = backtest;
  const tried =
    `at ${countedText(origins, "day")} of the past: off by ${points(meanError)} of the budget, the line that goes on as the last day went by ${points(naiveError)}; ` +
    `${Math.round(insideBand * 100)} % came within the band`;
  return [
    ["forecast", told],
    ["tried", tried],
  ];
}

function fateText(
  { runsOut, someLeft, futures }: Forecast & { readonly kind: "forecast" },
  isGone: boolean,
): string {
  const count = (share: number): string => countText(Math.round(share * futures));
  return isGone ? `some is left again in ${count(someLeft)}` : `it runs out in ${count(runsOut)}`;
}

function points(share: number): string {
  return `${roughText(share * 100)} %`;
}
