import { unreachable } from "../problem/problem.ts";
import type { DrillResult } from "../drill/drill.ts";
import { type Phase, phaseNames, type PhaseName } from "../drill/phases.ts";
import { countText, signedText, timeText } from "../units/shown.ts";
import { durationText } from "../units/text.ts";
import { elapsed, inSeconds } from "../units/units.ts";
import type { PhaseChart, Section, Table, WriteChart } from "./document.ts";
import type { DrillContext } from "./drill-context.ts";
import { measured, plain, sentence } from "./text.ts";

/** Of a phase without an end: one that others have followed did end, though nobody wrote down when. */
function unendedText(after: readonly Phase[]): string {
  return after.some(({ duration }) => duration !== null) ? "not known" : "did not end";
}

const phaseMeaning: Readonly<Record<PhaseName, string>> = {
  detect: "enough vantage points had evidence of the failure",
  decide: "the intent stood in the store under a new epoch",
  fence: "the old primary could acknowledge nothing any more",
  promote: "the new primary took a write",
  route: "the edge sent its traffic there",
  verify: "a real write and a real completion came through",
};

/** Where the time went, against the objective. */
export function phaseSection({ phases, fault, recoveryTime, objectives }: DrillResult): Section {
  const ended = phases.flatMap(({ name, duration }) => (duration === null ? [] : [{ name, duration }]));
  const longest = ended.toSorted((a, b) => b.duration - a.duration)[0];
  const chart: PhaseChart = {
    kind: "phases",
    meaning: `Time of each phase of the recovery, on the scale of the objective of ${durationText.print(objectives.rto)}`,
    objective: objectives.rto,
    total: recoveryTime === null ? null : `${timeText(recoveryTime)} in all`,
    phases: phases.flatMap(({ name, from, duration }) =>
      duration === null ? [] : [{ name, from: inSeconds(elapsed(fault.monotonic, from)), duration }],
    ),
  };
  const table: Table = {
    caption: "The phases of the recovery, each from the end of the one before",
    columns: [
      { name: "Phase", align: "start" },
      { name: "Time", align: "end" },
      { name: "Over when", align: "start" },
    ],
    rows: phases.map(({ name, duration }, at) => [
      plain(name),
      measured(duration === null ? unendedText(phases.slice(at + 1)) : timeText(duration)),
      plain(phaseMeaning[name]),
    ]),
  };
  const whole =
    recoveryTime === null
      ? `The recovery was not verified; ${countText(ended.length)} of ${phaseNames.length} phases ended.`
      : `From the fault to the verification took ${timeText(recoveryTime)}.`;
  const most =
    longest === undefined ? "" : ` The longest phase was ${longest.name}, ${timeText(longest.duration)}.`;
  return {
    heading: "Where the time went",
    lead: `${whole}${most}`,
    blocks: [{ kind: "chart", chart, table, tableUse: "beside" }],
  };
}

/** What a client that writes all the time saw. */
export function writeSection(result: DrillResult, context: DrillContext): Section {
  const { width, buckets } = result.series;
  const widthText = `${countText(width)} ms`;
  const outage = shadedOutage(result);
  const recovery = outage?.toMs ?? null;
  const chart: WriteChart = {
    kind: "writes",
    meaning: `Writes per ${widthText} around the fault: acknowledged above the line, failed below it`,
    width,
    buckets,
    outage,
    marks: [
      { atMs: 0, label: "fault" },
      ...(recovery === null ? [] : [{ atMs: recovery, label: "recovery" }]),
      ...context.moments.map(({ name, after }) => ({ atMs: after * 1_000, label: name })),
    ],
  };
  const table: Table = {
    caption: `Writes per ${widthText}, counted from the fault`,
    columns: ["From", "Acknowledged", "Failed"].map((name) => ({ name, align: "end" })),
    rows: buckets.map(({ startMs, acknowledged, failed }) => [
      measured(`${signedText(startMs / 1_000, 1)} s`),
      measured(countText(acknowledged)),
      measured(countText(failed)),
    ]),
  };
  return {
    heading: "What a client saw",
    lead: [clientLead(result), ...context.moments.map(momentText)].join(" "),
    blocks: [{ kind: "chart", chart, table, tableUse: "on-demand" }],
  };
}

function shadedOutage({ outage, fault }: DrillResult): WriteChart["outage"] {
  switch (outage.kind) {
    case "interrupted":
      return {
        fromMs: outage.from - fault.monotonic,
        toMs: outage.to - fault.monotonic,
        label: `outage ${timeText(outage.duration)}`,
      };
    case "not-restored":
      return { fromMs: outage.from - fault.monotonic, toMs: null, label: "not restored" };
    case "unnoticed":
    case "unmeasured":
      return null;
    default:
      return unreachable(outage);
  }
}

function clientLead({ outage, outageTime }: DrillResult): string {
  if (outage.kind !== "interrupted") return `${sentence(outageTime.because)}.`;
  const lead = `From the last acknowledged write before the outage to the first after it: ${timeText(outage.duration)}.`;
  if (outage.others.length === 0) return lead;
  const others = outage.others.map(({ duration }) => timeText(duration)).join(", ");
  return `${lead} Shorter interruptions after the fault: ${others}.`;
}

function momentText({ name, after }: DrillContext["moments"][number]): string {
  return `${sentence(name)} ${timeText(after)} after the fault.`;
}
