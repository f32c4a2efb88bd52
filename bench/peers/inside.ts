import { parseArgs } from "node:util";
import { type TrialFault, trialFaults } from "../subject.ts";
import { trialLine } from "./result.ts";
import { madeTrials } from "./trials.ts";
import { type PatroniKind, PatroniSubject } from "./patroni-subject.ts";

/** What the bench hands to its process that stands in the peer's network, as JSON. */
export interface InsideRequest {
  readonly prefix: string;
  readonly name: string;
  readonly kind: PatroniKind;
  readonly faults: readonly TrialFault[];
  readonly runs: number;
}

// Runs where members and proxy are reached, as nobody of the platform: it makes the trials of a peer, tells of each, and prints them all as JSON.
const { positionals } = parseArgs({ allowPositionals: true });
// The bench that starts it says what it is to do.
const request = JSON.parse(positionals[0] ?? "") as InsideRequest;
const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    interruption.abort(new Error(`interrupted by ${signal}`));
  });
}
const made = await madeTrials(
  {
    start: async () => ({ ok: true, value: await PatroniSubject.start(request.prefix, request.kind) }),
    faults: trialFaults.filter((fault) => request.faults.includes(fault)),
    runs: request.runs,
    name: request.name,
    onTrial: (trial, run) =>
      process.stderr.write(`${trialLine(`${request.name}, ${trial.fault} ${run}/${request.runs}`, trial)}\n`),
  },
  interruption.signal,
);
if (!made.ok) throw new Error(made.problems[0].what);
process.stdout.write(`${JSON.stringify(made.value)}\n`);
