import type { Parsed, Problem } from "../../src/core/problem/problem.ts";
import { makeTable, serverVersion } from "../sequential-writer.ts";
import type { Subject, TrialFault } from "../subject.ts";
import { type Trial, tried } from "../trial.ts";

/** One trial of a subject. */
export type Made =
  | { readonly kind: "measured"; readonly fault: TrialFault; readonly member: string; readonly trial: Trial }
  /** It could not be made, or did not come to an end: the subject is not whole again, or refuses. */
  | { readonly kind: "not-measured"; readonly fault: TrialFault; readonly problem: Problem };

export interface Series {
  /** A subject in which nothing has happened yet. */
  readonly start: () => Promise<Parsed<Subject>>;
  readonly faults: readonly TrialFault[];
  /** How many of each fault are to be measured. */
  readonly runs: number;
  /** Begins the ids of its writes. */
  readonly name: string;
  readonly onTrial: (made: Made, run: number) => void;
}

export interface MadeTrials {
  readonly trials: readonly Made[];
  /** The version of PostgreSQL that they were made with. */
  readonly server: string;
}

/** How often a trial that could not be measured is made anew: as many trials again as are to be measured. */
const triesPerRunMax = 2;

/** The most trials of one fault, however many of them were measured. */
function triesMax(runs: number): number {
  return triesPerRunMax * runs;
}

/** Whether one more trial of a fault is to be made: too few were measured, and it was not tried too often. */
export function isAnotherToMake(made: readonly Pick<Made, "kind">[], runs: number): boolean {
  const measured = made.filter(({ kind }) => kind === "measured").length;
  return measured < runs && made.length < triesMax(runs);
}

/** All trials, on one subject, or on a new one after a trial that came to no end. */
export async function madeTrials(series: Series, signal: AbortSignal): Promise<Parsed<MadeTrials>> {
  const trials: Made[] = [];
  let [server, subject] = ["", null as Subject | null];
  const next = (): TrialFault | undefined =>
    series.faults.find((fault) =>
      isAnotherToMake(
        trials.filter((made) => made.fault === fault),
        series.runs,
      ),
    );
  try {
    for (let fault = next(); fault !== undefined; fault = next()) {
      const run = trials.filter((made) => made.fault === fault).length + 1;
      const started = subject === null ? await series.start() : { ok: true as const, value: subject };
      if (!started.ok) return started;
      subject = started.value;
      const made = await trialOf(subject, { fault, name: `${series.name}-${fault}-${run}` }, signal);
      series.onTrial(made, run);
      trials.push(made);
      if (made.kind === "measured") server = await serverVersion(subject.frontUrl);
      else {
        await subject.end("keep");
        subject = null;
      }
    }
    return { ok: true, value: { trials, server } };
  } finally {
    await subject?.end("remove");
  }
}

async function trialOf(
  subject: Subject,
  { fault, name }: { readonly fault: TrialFault; readonly name: string },
  signal: AbortSignal,
): Promise<Made> {
  const whole = await subject.untilWhole(signal);
  if (!whole.ok) return { kind: "not-measured", fault, problem: whole.problems[0] };
  await makeTable(subject.frontUrl);
  const member = whole.value.active;
  const made = await tried(subject, { fault, member, name }, signal);
  return made.ok
    ? { kind: "measured", fault, member, trial: made.value }
    : { kind: "not-measured", fault, problem: made.problems[0] };
}
