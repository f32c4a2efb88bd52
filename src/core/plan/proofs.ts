import type { Entry } from "../evidence/evidence.ts";
import { logsOf } from "../evidence/fault.ts";
import type { VerifiedEvidence } from "../evidence/verify.ts";
import { drillsIn } from "../trace/drills.ts";
import type { InstantMs } from "../units/units.ts";

/** A plan that was carried out for real, as evidence tells it. */
export interface Proof {
  readonly kind: "drill" | "run";
  readonly plan: string;
  readonly scenario: string;
  /** Of the plan as it was then, `sha256:` and hexadecimal; `null`: it was not written down. */
  readonly hash: string | null;
  /** When it ended. */
  readonly at: InstantMs;
  readonly isPassed: boolean;
  /** The entry that says how it ended: `drill/12`. */
  readonly entry: string;
}

/** What an entry that begins a drill or a run of a plan names it by among its subjects. */
export function planSubject(plan: string, hash: string): { readonly name: string; readonly sha256: string } {
  return { name: `plan ${plan}`, sha256: hash.replace("sha256:", "") };
}

/** All that evidence holds, in the order in which they ended; what has not ended proves nothing. @param entries of every log of a folder */
export function proofsIn(entries: readonly Entry[]): readonly Proof[] {
  return [...drillProofs(entries), ...runProofs(entries)].toSorted((a, b) => a.at - b.at);
}

/** The same of a folder as it was verified. A log with a fault proves nothing: what it lacks may be a run that did not end well. */
export function provenIn({ logs, faults }: VerifiedEvidence): readonly Proof[] {
  const faulty = new Set(faults.flatMap(logsOf));
  const whole = logs.filter(({ log }) => !faulty.has(log));
  return proofsIn(whole.flatMap((log) => log.entries.map(({ entry }) => entry)));
}

function drillProofs(entries: readonly Entry[]): readonly Proof[] {
  return drillsIn(entries).flatMap(({ started, last }): readonly Proof[] => {
    if (last.kind !== "drill-finished" && last.kind !== "drill-broken-off") return [];
    const isPassed = last.kind === "drill-finished" && last.body["verdict"] === "met";
    return proof("drill", { started, last, isPassed });
  });
}

function runProofs(entries: readonly Entry[]): readonly Proof[] {
  return entries.flatMap((last): readonly Proof[] => {
    if (last.kind !== "plan-run-ended") return [];
    const started = entries.find(
      ({ log, kind, body }) =>
        log === last.log && kind === "plan-run-carried" && body["run"] === last.body["run"],
    );
    if (started === undefined) return [];
    const { end, notShown } = last.body;
    const isAllShown = !Array.isArray(notShown) || notShown.length === 0;
    return proof("run", { started, last, isPassed: end === "done" && isAllShown });
  });
}

function proof(
  kind: Proof["kind"],
  { started, last, isPassed }: { readonly started: Entry; readonly last: Entry; readonly isPassed: boolean },
): readonly Proof[] {
  const { plan, scenario } = started.body;
  if (typeof plan !== "string" || typeof scenario !== "string") return [];
  const subject = started.subjects.find(({ name }) => name === planSubject(plan, "").name);
  const hash = subject === undefined ? null : `sha256:${subject.sha256}`;
  const entry = `${last.log}/${last.sequence}`;
  return [{ kind, plan, scenario, hash, at: last.at, isPassed, entry }];
}
