import { unreachable } from "../problem/problem.ts";
import type { Figure } from "../units/figure.ts";
import { countedText, countText, timeText } from "../units/shown.ts";
import { durationText, percentText } from "../units/text.ts";
import { type Ratio, ratio, type Seconds } from "../units/units.ts";
import type { CompletionAccount } from "./completions.ts";
import type { Loss, WriteAccount } from "./loss.ts";

/** What the owner accepts, as declared. */
export interface DrillObjectives {
  readonly rto: Seconds;
  readonly rpo: Seconds;
  /** Share of completions that may fail; `null`: told, not judged. */
  readonly completionsFailedMax: Ratio | null;
}

/** What must hold for a drill to have met its objectives. */
export type JudgedName = "recovery-time" | "data-loss" | "one-writer" | "verified" | "completions";

/** Whether one thing held, and why that is said. */
export interface Judgement {
  readonly name: JudgedName;
  readonly isMet: boolean;
  /** One sentence without a full stop, with the number that decided. */
  readonly because: string;
}

export interface JudgedFacts {
  readonly outageTime: Figure<Seconds | null>;
  readonly recoveryTime: Seconds | null;
  readonly writes: WriteAccount;
  readonly completions: CompletionAccount;
  readonly lateAcknowledgements: number;
}

export function judgementsOf(facts: JudgedFacts, objectives: DrillObjectives): readonly Judgement[] {
  const names: readonly JudgedName[] = ["recovery-time", "data-loss", "one-writer", "verified"];
  const judged = objectives.completionsFailedMax === null ? names : [...names, "completions" as const];
  return judged.map((name) => ({ name, ...judgementOf(name, facts, objectives) }));
}

function judgementOf(
  name: JudgedName,
  facts: JudgedFacts,
  objectives: DrillObjectives,
): Omit<Judgement, "name"> {
  switch (name) {
    case "recovery-time":
      return recoveryTimeJudgement(facts.outageTime, objectives.rto);
    case "data-loss":
      return dataLossJudgement(facts.writes, objectives.rpo);
    case "one-writer":
      return oneWriterJudgement(facts);
    case "verified":
      return facts.recoveryTime === null
        ? { isMet: false, because: "no real write and completion came through the edge to prove a recovery" }
        : {
            isMet: true,
            because: "a real write and a real completion came through the edge after the failover",
          };
    case "completions":
      return completionsJudgement(facts.completions, objectives.completionsFailedMax);
    default:
      return unreachable(name);
  }
}

function recoveryTimeJudgement(outage: Figure<Seconds | null>, rto: Seconds): Omit<Judgement, "name"> {
  if (outage.value === null) return { isMet: false, because: outage.because };
  const isMet = outage.value <= rto;
  const relation = isMet ? "within" : "longer than";
  return {
    isMet,
    because: `the outage of ${timeText(outage.value)} is ${relation} the ${durationText.print(rto)} accepted`,
  };
}

function dataLossJudgement({ acknowledged, loss }: WriteAccount, rpo: Seconds): Omit<Judgement, "name"> {
  switch (loss.kind) {
    case "unaudited":
      return {
        isMet: false,
        because: "nobody could read the surviving store, so what was lost is not known",
      };
    case "audited":
      return auditedJudgement({ ...loss, acknowledged }, rpo);
    default:
      return unreachable(loss);
  }
}

/** An RPO of 0 accepts no lost write at all, however short the span between them. */
function auditedJudgement(
  {
    acknowledged,
    lostIds,
    dataLoss,
    regions,
  }: Extract<Loss, { readonly kind: "audited" }> & Pick<WriteAccount, "acknowledged">,
  rpo: Seconds,
): Omit<Judgement, "name"> {
  const lost = lostIds.length;
  const of = `of ${countedText(acknowledged, "acknowledged write")}`;
  const when = regions === "agreed" ? "" : ", counted before the surviving regions agreed";
  if (lost === 0) return { isMet: true, because: `none ${of} was lost${when}` };
  return {
    isMet: rpo > 0 && dataLoss <= rpo,
    because: `${countText(lost)} ${of} ${lost === 1 ? "was" : "were"} lost over ${timeText(dataLoss)}${when}; ${durationText.print(rpo)} is accepted`,
  };
}

/** Where no other one was proven to serve, two writers at once could not be seen, and no number of them is told. */
function oneWriterJudgement({ lateAcknowledgements, recoveryTime }: JudgedFacts): Omit<Judgement, "name"> {
  if (lateAcknowledgements === 0 && recoveryTime === null) {
    return { isMet: true, because: "no second writer was seen, for no new primary was proven to serve" };
  }
  return {
    isMet: lateAcknowledgements === 0,
    because: `the old primary acknowledged ${countedText(lateAcknowledgements, "write")} after the new one could`,
  };
}

function completionsJudgement(
  { started, failed }: CompletionAccount,
  failedMax: Ratio | null,
): Omit<Judgement, "name"> {
  const accepted = failedMax ?? 1;
  return {
    isMet: started > 0 && failed <= accepted * started,
    because: `${countText(failed)} of ${countedText(started, "completion")} failed; ${percentText.print(ratio(accepted))} is accepted`,
  };
}
