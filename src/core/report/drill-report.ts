import type { DrillResult } from "../drill/drill.ts";
import type { Judgement, JudgedName } from "../drill/judgement.ts";
import type { WriteAccount } from "../drill/loss.ts";
import { unreachable } from "../problem/problem.ts";
import { countedText, countText, timeText } from "../units/shown.ts";
import { durationText, percentText } from "../units/text.ts";
import type { Seconds } from "../units/units.ts";
import type { Answer, KeyFigure, Labelled, ReportDocument, Section, Table } from "./document.ts";
import { phaseSection, writeSection } from "./drill-charts.ts";
import type { DrillContext } from "./drill-context.ts";
import { declared, measured, plain, sentence, start } from "./text.ts";

/** The report of one drill. */
export function drillReportOf(result: DrillResult, context: DrillContext): ReportDocument {
  return {
    title: context.question,
    subtitle: `Drill: ${context.fault}`,
    at: result.fault.wall,
    answer: answerOf(result, context),
    keyFigures: keyFiguresOf(result),
    sections: [
      objectivesSection(result, context),
      phaseSection(result),
      writeSection(result, context),
      lossSection(result),
      evidenceSection(context),
      environmentSection(context),
    ],
    notes: [
      "Measured: read by this drill, on the machine that this report names, from a client's side unless it says otherwise.",
      "Declared: written by the owner in the manifests.",
      `Completions come from a ${context.modelLabel}: they show that inference is served, not what it says.`,
    ],
  };
}

function answerOf(result: DrillResult, context: DrillContext): Answer {
  if (result.verdict === "missed") {
    const unmet = result.judgements
      .filter(({ isMet }) => !isMet)
      .map(({ because }) => `${sentence(because)}.`);
    return { verdict: "missed", word: "No", text: unmet.join(" ") };
  }
  const outage = result.outageTime.value;
  const successor = context.successor === null ? "" : ` by ${context.successor}`;
  const returned =
    result.outage.kind === "unnoticed" || outage === null
      ? "Clients noticed nothing: no pause stood out."
      : `Writes were acknowledged again${successor} after ${timeText(outage)}, within the ${durationText.print(result.objectives.rto)} accepted.`;
  return { verdict: "met", word: "Yes", text: `${returned} ${keptText(result.writes)}` };
}

function keptText({ acknowledged, loss }: WriteAccount): string {
  if (loss.kind === "unaudited") return "What was lost is not known.";
  const lost = loss.lostIds.length;
  const of = `of ${countedText(acknowledged, "acknowledged write")}`;
  const kept =
    lost === 0 ? `None ${of} was lost.` : `${countText(lost)} ${of} were lost, within what is accepted.`;
  return loss.regions === "agreed" ? kept : `${kept} ${notAgreed}`;
}

const notAgreed = "The surviving regions had not agreed when this was counted.";

function keyFiguresOf({
  outageTime,
  recoveryTime,
  writes,
  completions,
  objectives,
}: DrillResult): readonly KeyFigure[] {
  const figure = (name: string, text: string, note: Labelled): KeyFigure => ({
    name,
    text,
    kind: text === notReached || text === notKnown ? null : "measured",
    note,
  });
  const { acknowledged, loss } = writes;
  const lost = loss.kind === "audited" ? countText(loss.lostIds.length) : notKnown;
  return [
    figure(
      "Outage",
      timeOrNot(outageTime.value),
      declared(`objective ${durationText.print(objectives.rto)} (RTO)`),
    ),
    figure("Writes lost", lost, measured(`of ${countText(acknowledged)} acknowledged`)),
    figure("Verified after", timeOrNot(recoveryTime), plain("from the fault to a real write and completion")),
    figure(
      "Completions failed",
      countText(completions.failed),
      measured(`of ${countText(completions.started)} started`),
    ),
  ];
}

const notKnown = "not known";
const notReached = "not reached";

function timeOrNot(time: Seconds | null): string {
  return time === null ? notReached : timeText(time);
}

const judgedAs: Readonly<Record<JudgedName, string>> = {
  "recovery-time": "Recovery time (RTO)",
  "data-loss": "Data loss (RPO)",
  "one-writer": "One writer at a time",
  verified: "Verified end to end",
  completions: "Completions",
};

function objectivesSection({ judgements, objectives }: DrillResult, context: DrillContext): Section {
  const accepted: Readonly<Record<JudgedName, Labelled>> = {
    "recovery-time": declared(durationText.print(objectives.rto)),
    "data-loss": declared(durationText.print(objectives.rpo)),
    "one-writer": plain("always"),
    verified: plain("always"),
    completions: declared(
      objectives.completionsFailedMax === null
        ? ""
        : `${percentText.print(objectives.completionsFailedMax)} failed`,
    ),
  };
  const rowOf = ({ name, isMet, because }: Judgement): readonly Labelled[] => [
    plain(judgedAs[name]),
    accepted[name],
    measured(sentence(because)),
    plain(isMet ? "✓ met" : "✗ missed"),
  ];
  const met = judgements.filter(({ isMet }) => isMet).length;
  return {
    heading: "Against the objectives",
    lead: `${met} of ${judgements.length} held. The objectives are those of ${context.objectiveSource}.`,
    blocks: [
      {
        kind: "table",
        table: {
          caption: "What had to hold, and whether it did",
          columns: [start("What"), start("Accepted"), start("Found"), start("Verdict")],
          rows: judgements.map(rowOf),
        },
      },
    ],
  };
}

function lossSection({ writes, completions, lateAcknowledgements }: DrillResult): Section {
  const audit = auditTextOf(writes.loss);
  const counts: readonly (readonly [string, number | null, string])[] = [
    ["Writes acknowledged", writes.acknowledged, "the client was told that they are safe"],
    ["Acknowledged and lost", audit.lost, audit.lostMeaning],
    ["Writes refused", writes.failed, "the client was told that they were not made"],
    [
      "Writes of unknown outcome",
      writes.unknown,
      `the connection broke before an answer; ${audit.unknownKept}`,
    ],
    [
      "Acknowledged by both",
      lateAcknowledgements,
      "by the old primary after the new one could: two writers at once",
    ],
    ["Completions started", completions.started, "streamed through the edge"],
    [
      "Completions failed",
      completions.failed,
      `${countText(completions.cut)} were cut in the middle of their text`,
    ],
  ];
  const running = completions.started - completions.finished - completions.failed;
  const runningNote = running === 0 ? "" : ` ${countedText(running, "completion")} still ran at the end.`;
  return {
    heading: "What was lost",
    lead: `${audit.lead}${runningNote}`,
    blocks: [
      {
        kind: "table",
        table: {
          caption: "What became of every write and completion",
          columns: [start("What"), { name: "Count", align: "end" }, start("Meaning")],
          rows: counts.map(([name, count, meaning]) => [
            plain(name),
            measured(count === null ? notKnown : countText(count)),
            plain(meaning),
          ]),
        },
      },
    ],
  };
}

/** What the audit lets one say of the writes. */
interface AuditText {
  readonly lead: string;
  /** `null`: not known. */
  readonly lost: number | null;
  readonly lostMeaning: string;
  readonly unknownKept: string;
}

function auditTextOf(loss: WriteAccount["loss"]): AuditText {
  switch (loss.kind) {
    case "unaudited":
      return {
        lead: `Nobody could read the surviving store, so the client's own record could not be compared with it: ${loss.because}.`,
        lost: null,
        lostMeaning: "nobody could read the surviving store",
        unknownKept: "whether the store holds them is not known",
      };
    case "audited": {
      const compared = "The client's own record was compared with the surviving store, id by id.";
      const isAgreed = loss.regions === "agreed";
      return {
        lead: isAgreed ? compared : `${compared} ${notAgreed}`,
        lost: loss.lostIds.length,
        lostMeaning: `not in the surviving store ${isAgreed ? "after it converged" : "before its regions agreed"}`,
        unknownKept: `the store holds ${countText(loss.unknownKept)} of them`,
      };
    }
    default:
      return unreachable(loss);
  }
}

function evidenceSection({ evidence }: DrillContext): Section {
  return {
    heading: "Evidence",
    lead: "Each step was signed and written to an append-only log before the next began. Whoever has the log can check it offline: one changed byte is found and named.",
    blocks: [
      { kind: "code", label: "Head of the log", text: evidence.head },
      { kind: "code", label: "Check it", text: evidence.verifyCommand },
    ],
  };
}

function environmentSection({ environment }: DrillContext): Section {
  const table: Table = {
    caption: "The machine and the versions",
    columns: [start("What"), start("Value")],
    rows: environment.map(({ name, value }) => [plain(name), plain(value)]),
  };
  return {
    heading: "Where this was measured",
    lead: "Times depend on the machine; they are true of this one.",
    blocks: [{ kind: "table", table }],
  };
}
