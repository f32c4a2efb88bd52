import type { Entry } from "../evidence/evidence.ts";
import type { Automation } from "../model/recovery-plan.ts";
import type { Warrant } from "../model/warrant.ts";
import { drillsIn } from "../trace/drills.ts";
import { type InstantMs, instantMs } from "../units/units.ts";
import { type ForeseenPlan, standingOf } from "./foreseen.ts";
import { planSubject, proofsIn } from "./proofs.ts";
import type { LookedAt } from "./today.ts";
import type { Rehearsal } from "./rehearsal.ts";
import { trustOf } from "./trust.ts";

/** The plan that controllers go by, in one of the scenarios that it covers. */
export interface GoneBy {
  readonly foreseen: ForeseenPlan;
  readonly hash: string;
  readonly rehearsal: Rehearsal;
  /** The command that runs the drill which proves it there; `null`: none is declared. */
  readonly drill: string | null;
}

/** A drill arms the plan that it proves for so long, counted from its first entry, and no longer than until its last. */
const drillMsMax = 600_000;

/**
 * Whether controllers may go by a plan without a person: it is ARMED by what evidence holds in every scenario that it covers, for nobody
 * knows beforehand which comes; or a drill of this very plan is under way, for that is what proves it.
 *
 * @param entries of every log that holds whole
 */
export function warrantOf(
  { failover, proofValidFor }: Automation,
  cases: readonly GoneBy[],
  { entries, now }: { readonly entries: readonly Entry[]; readonly now: InstantMs },
): Warrant {
  if (failover === "always") {
    const gated = cases.find(({ foreseen: { lookedAt } }) => namesOf(lookedAt).length > 0);
    return gated === undefined
      ? { kind: "armed", until: null }
      : { kind: "held", because: gatedText(gated.foreseen) };
  }
  if (failover === "ask") return { kind: "held", because: "a person decides: automation.failover is ask" };
  const asking = cases.find(({ foreseen }) => standingOf(foreseen) === "asks");
  if (asking !== undefined) return { kind: "held", because: askingText(asking.foreseen) };
  const proofs = proofsIn(entries);
  const trusted = cases.map(({ foreseen, hash, rehearsal, drill }) => {
    const { plan, scenario } = foreseen;
    const own = proofs.filter((proof) => proof.plan === plan && proof.scenario === scenario);
    return {
      plan,
      scenario,
      drill,
      trust: trustOf(foreseen, {
        ...{ hash, rehearsal, proofs: own, doubts: [], isDrillWhole: true },
        ...{ proofValidFor, now },
      }),
    };
  });
  const unproven = trusted.find(({ trust }) => trust.state !== "ARMED");
  if (unproven === undefined) {
    const ends = trusted.flatMap(({ trust: { until } }) => until ?? []);
    return { kind: "armed", until: instantMs(Math.min(...ends)) };
  }
  const until = drilledUntil(cases, entries);
  if (until !== null && now < until) return { kind: "armed", until };
  const { plan, scenario, drill, trust } = unproven;
  const mend = drill === null ? "declare a Drill of it" : `run \`${drill}\``;
  return {
    kind: "held",
    because: `no fresh drill of ${plan} against ${scenario} proves it (${trust.because ?? ""}); ${mend}`,
  };
}

function namesOf({ blocked, gates }: LookedAt): readonly string[] {
  return [...blocked, ...gates].map(({ name }) => name);
}

/** Whoever declared when a failover does more harm than good is not overheard by those who do not look. */
function gatedText({ plan, lookedAt }: ForeseenPlan): string {
  return `controllers do not look at ${namesOf(lookedAt).join(", ")} of ${plan}; leave blocked and gates to plans that people run`;
}

/** No proof arms what a person has to decide or to run. */
function askingText({ plan, scenario, obstacles }: ForeseenPlan): string {
  const why = obstacles.map(({ what, mend }) => `${what}; mend: ${mend}`).join("; ");
  return `${plan} does not go by itself against ${scenario}: ${why}`;
}

/** Until when the drill arms it that is under way; `null`: none is. */
function drilledUntil(cases: readonly GoneBy[], entries: readonly Entry[]): InstantMs | null {
  const last = drillsIn(entries).at(-1);
  if (last === undefined || last.last.kind === "drill-finished" || last.last.kind === "drill-broken-off")
    return null;
  const { body, subjects, at } = last.started;
  const isOfIt = cases.some(({ foreseen: { plan, scenario }, hash }) => {
    const subject = planSubject(plan, hash);
    const isNamed = subjects.some(({ name, sha256 }) => name === subject.name && sha256 === subject.sha256);
    return isNamed && body["scenario"] === scenario;
  });
  return isOfIt ? instantMs(at + drillMsMax) : null;
}
