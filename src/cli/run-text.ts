import { modeTitle } from "../core/model/recovery-plan.ts";
import { approvalsNow, approversOf, missingApprovals } from "../core/plan/approval.ts";
import { backIn, unshownIn } from "../core/plan/back.ts";
import { type JudgedObjective, judgedIn } from "../core/plan/objectives.ts";
import { noWayBack, type PlanRun, type Setback, standingOf, type StepStanding } from "../core/plan/run.ts";
import { unreachable } from "../core/problem/problem.ts";
import { roughTimeText } from "../core/units/shown.ts";
import { durationText } from "../core/units/text.ts";
import { type Milliseconds, seconds } from "../core/units/units.ts";
import { failoverCommand, labDirDefault } from "../runtime/lab-command.ts";
import { counted } from "./layout.ts";

/** How each step of a run stands, in the order in which they are carried out: what it is called, and how it stands. @param dir the folder of the lab */
export function stepRows(run: PlanRun, dir = labDirDefault): readonly (readonly [string, string])[] {
  return Object.keys(run.steps).map((step) => [step, standingText(run, step, dir)]);
}

/** The steps that stand otherwise than before. @param before `null`: nothing is known of before */
export function changedRows(
  before: PlanRun | null,
  run: PlanRun,
  dir = labDirDefault,
): readonly (readonly [string, string])[] {
  return stepRows(run, dir).filter(([step, text]) =>
    before === null ? standingOf(run, step).kind !== "waiting" : standingText(before, step, dir) !== text,
  );
}

function standingText(run: PlanRun, step: string, dir: string): string {
  const standing = standingOf(run, step);
  if (standing.kind === "waiting" && run.end !== null)
    return standing.wasBegun === true ? "begun before, and not again" : "not begun";
  return run.asks[step] === undefined ? textOf(standing) : askingText(run, step, dir);
}

/** Of a step that asks people: who has said yes, and how many are still to. */
function askingText(run: PlanRun, step: string, dir: string): string {
  const standing = standingOf(run, step);
  const missing = missingApprovals(run, step);
  if (standing.kind === "under-way" && missing > 0) {
    const so = saidText(run, step);
    return `waits for ${counted(missing, "approval")}${so}: \`${failoverCommand(approveVerb(run, step), dir)}\``;
  }
  const said = run.approvals.filter((each) => each.step === step && each.withdrawn === null);
  const by = said.map((each) => each.by).join(", ");
  if (standing.kind === "done" && by !== "") return `approved by ${by}`;
  return standing.kind === "undone" ? "no more approved" : textOf(standing);
}

/** Who has said yes since it asks, and who has taken that back. */
function saidText(run: PlanRun, step: string): string {
  const approvers = approversOf(run, step);
  const withdrawn = approvalsNow(run, step).flatMap((each): readonly string[] => {
    if (each.withdrawn === null || approvers.has(each.by)) return [];
    return [`, that of ${each.by} withdrawn at ${new Date(each.withdrawn.at).toISOString()}`];
  });
  const by = [...approvers].join(", ");
  return `${by === "" ? "" : `, has that of ${by}`}${withdrawn.join("")}`;
}

/** Where approvers are declared each says yes with their key. */
function approveVerb({ asks }: PlanRun, step: string): string {
  return (asks[step]?.approvers ?? []).length > 0 ? "approve --key PRIVATE.pem" : "approve";
}

function textOf(standing: StepStanding): string {
  switch (standing.kind) {
    case "waiting":
      return standing.wasBegun === true ? "to be begun again" : "to come";
    case "under-way":
      return standing.attempt === 1 ? "under way" : `under way, attempt ${standing.attempt}`;
    case "done":
      return "done";
    case "skipped":
      return `not called for: ${standing.because}`;
    case "failed":
      return `failed: ${setbackText(standing)}`;
    case "undoing":
      return "being undone";
    case "undone":
      return "undone";
    case "left":
      return `left as it is: ${setbackText(standing)}`;
    default:
      return unreachable(standing);
  }
}

function setbackText({ because, mend }: Setback): string {
  return mend === undefined ? because : `${because}; mend: ${mend}`;
}

/** How the run as a whole stands, in one line. */
export function runHeadline(run: PlanRun): string {
  const what = `run of ${run.plan.slice(0, digestShown)}… by ${run.by}, under epoch ${run.epoch}`;
  switch (run.end) {
    case "done":
      return `done: ${what}`;
    case "undone":
      return isUndone(run) ? `undone: ${what}` : `undone but for what could not be: ${what}`;
    case "stopped":
      return `stopped: ${what}: ${run.stoppedBecause ?? ""}`;
    case null:
      return run.stoppedBecause === null
        ? `under way, ${run.course === "forward" ? "going on" : "going back"}: ${what}`
        : `stopping, once what is under way has ended: ${what}: ${run.stoppedBecause}`;
    default:
      return unreachable(run.end);
  }
}

/** Whether everything is undone that has a way back. */
export function isUndone({ end, steps }: PlanRun): boolean {
  const failed = Object.values(steps).filter(
    (standing) => standing.kind === "left" && standing.because !== noWayBack,
  );
  return end === "undone" && failed.length === 0;
}

/** What it has shown to be back, once it is over what it has not, and whether that was as soon as declared; of a run that is undone, nothing is. */
export function backLines(run: PlanRun): readonly string[] {
  if (run.end === "undone") return [];
  const back = backIn(run).map(
    ({ journey, mode, after }) => `${modeTitle(journey, mode)} is back, ${afterText(after)}`,
  );
  const unshown = run.end === null ? [] : unshownIn(run);
  return [
    ...back,
    ...unshown.map(({ journey, mode }) => `not shown to be back: ${modeTitle(journey, mode)}`),
    ...objectiveLines(judgedIn(run)),
  ];
}

function afterText(after: Milliseconds | null): string {
  if (after === null) return "and nobody can say since when: a clock was set back, or is behind";
  return `${roughTimeText(seconds(after / 1_000))} after the run began (measured)`;
}

function objectiveLines(judged: readonly JudgedObjective[]): readonly string[] {
  if (judged.length === 0) return [];
  const lines = judged.map((each) => {
    const rto = durationText.print(seconds(each.rto / 1_000));
    return `${modeTitle(each.journey, each.mode)}: RTO ${rto} ${judgedText(each)}`;
  });
  return [...lines, "each RTO is counted from when the run began, by wall clocks; the loss was earlier"];
}

function judgedText({ journey, mode, isVerified, verdict, missedBy, by }: JudgedObjective): string {
  switch (verdict) {
    case "met":
      return by === null || by.mode === mode ? "met" : `met: by then ${modeTitle(journey, by.mode)} was back`;
    case "missed":
      return `missed by ${roughTimeText(seconds((missedBy ?? 0) / 1_000))}`;
    case "unmeasured":
      return "not judged: a clock was set back, or is behind";
    case "open":
      return isVerified ? "not judged yet" : unverified;
    case "not-shown":
      return isVerified ? "not shown to be met" : unverified;
    default:
      return unreachable(verdict);
  }
}

const unverified = "not judged: no step of the plan shows it to be back";

/** Enough of a digest to tell one plan from another. */
const digestShown = "sha256:".length + 12;
