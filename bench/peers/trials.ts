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

/** All trials, on one subject, or on a new one after a trial that came to no end. */
export async function madeTrials(series: Series, signal: AbortSignal): Promise<Parsed<MadeTrials>> {
  const trials: Made[] = [];
  let [server, subject] = ["", null as Subject | null];
  const planned = series.faults.flatMap((fault) =>
    Array.from({ length: series.runs }, (_, at) => ({ fault, run: at + 1 })),
  );
  try {
    for (const { fault, run } of planned) {
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
