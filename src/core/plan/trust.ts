import { durationText } from "../units/text.ts";
import type { InstantMs, Seconds } from "../units/units.ts";
import { type ForeseenPlan, standingOf } from "./foreseen.ts";
import type { Proof } from "./proofs.ts";
import type { Rehearsal } from "./rehearsal.ts";
import type { TrustState } from "./trust-state.ts";

export interface Trust {
  readonly state: TrustState;
  /** Why it is no higher; `null`: it is as high as can be. */
  readonly because: string | null;
  /** What it rests on that was done for real; `null`: nothing, or nothing any more. */
  readonly proof: Proof | null;
  /** When that is too old; `null`: there is none. */
  readonly until: InstantMs | null;
}

export interface TrustGrounds {
  /** Of the plan as it is foretold today, `sha256:` and hexadecimal. */
  readonly hash: string;
  readonly rehearsal: Rehearsal;
  /** Of this plan in this scenario, in the order in which they were had. */
  readonly proofs: readonly Proof[];
  /** What of the evidence proves nothing, and why: what is lacking may have stood there. */
  readonly doubts: readonly string[];
  /** A drill carries out what the failover engine does, and nothing else: whether that is all of the plan. */
  readonly isDrillWhole: boolean;
  readonly proofValidFor: Seconds;
  readonly now: InstantMs;
}

export function trustOf(plan: ForeseenPlan, grounds: TrustGrounds): Trust {
  const unproven = { proof: null, until: null };
  const stops = plan.obstacles.filter(({ effect }) => effect === "stops").map(({ what }) => what);
  if (standingOf(plan) === "stops") {
    const because = stops.length === 0 ? "a journey that it covers does not come back" : stops.join("; ");
    return { state: "DECLARED", because, ...unproven };
  }
  const [broken] = grounds.rehearsal.broken;
  if (broken !== undefined)
    return { state: "CHECKED", because: `carried out on paper, ${broken}`, ...unproven };
  const hole = plan.obstacles.find(({ effect }) => effect === "unproven");
  if (hole !== undefined)
    return { state: "SIMULATED", because: `${hole.what}; mend: ${hole.mend}`, ...unproven };
  const proven = provenBy(grounds);
  if ("because" in proven) {
    const because = [proven.because, ...grounds.doubts].join("; ");
    return { state: "SIMULATED", because, ...unproven };
  }
  if (standingOf(plan) === "goes") return { state: "ARMED", because: null, ...proven };
  const asks = plan.obstacles.map(({ what }) => what).join("; ");
  return { state: "DRILLED", because: asks, ...proven };
}

function nobodyText({ isDrillWhole, doubts }: TrustGrounds): string {
  const what = isDrillWhole ? "no drill, and no run" : noRunText;
  return doubts.length === 0
    ? `nobody has carried it out: ${what}`
    : `no evidence that holds shows that it was carried out: ${what}`;
}

const noRunText = "no run, and a drill carries out the failover engine's part alone";

/** The newest proof of this very plan counts, and nothing before it: what failed last is not proven, however often it was. */
function provenBy(
  grounds: TrustGrounds,
): { readonly proof: Proof; readonly until: InstantMs } | { readonly because: string } {
  const { hash, isDrillWhole, proofValidFor, now } = grounds;
  const proofs = grounds.proofs.filter(({ kind }) => kind === "run" || isDrillWhole);
  const proof = proofs.findLast((each) => each.hash === hash) ?? proofs.at(-1);
  if (proof === undefined) return { because: nobodyText(grounds) };
  const called = `the ${proof.kind} of ${new Date(proof.at).toISOString().slice(0, 10)} (${proof.entry})`;
  if (!proof.isPassed) return { because: `${called} did not end well` };
  if (proof.hash === null) return { because: `${called} does not say which plan it carried out` };
  if (proof.hash !== hash) return { because: `it has changed since ${called}` };
  const until = (proof.at + 1_000 * proofValidFor) as InstantMs;
  return now < until
    ? { proof, until }
    : { because: `${called} is older than ${durationText.print(proofValidFor)}` };
}
