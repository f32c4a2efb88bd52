import { approvalRules } from "../lint/approvals.ts";
import type { Locate } from "../lint/finding.ts";
import { lint } from "../lint/lint.ts";
import { activationRules } from "../lint/activation.ts";
import { drainedCellsRules } from "../lint/drained-cells.ts";
import { ownPlacesRules } from "../lint/own-places.ts";
import { survivorRules } from "../lint/survivor.ts";
import { isGated, outsideSteps, undrilledOf } from "../model/arming.ts";
import { type RecoveryPlan, titleOf } from "../model/recovery-plan.ts";
import { unsaidSteps } from "../model/unsaid-needs.ts";
import type { InstantMs } from "../units/units.ts";
import { comesBack, type JourneyForecast } from "./forecasts.ts";
import { candidatesNow, neededBy, neededByPlan, placesText, type PlanAtWork, plightOf } from "./struck.ts";

/** What would keep a plan from being carried out, or from being so without a person. */
export interface Obstacle {
  /** `unproven`: it is trusted no further than what was carried out on paper, and so is never armed. */
  readonly effect: "stops" | "asks" | "unproven";
  readonly what: string;
  readonly mend: string;
}

/** What stops a plan: by these lint finds it too. */
const stoppingRules = [
  ...survivorRules,
  ...ownPlacesRules,
  ...approvalRules,
  ...activationRules,
  ...drainedCellsRules,
];

/** Nothing of a plan needs to be looked up in a file: where it was written is told by `lint`. */
const nowhere: Locate = () => null;

/** @param now accepted risks and validity of proofs count as of then */
export function obstaclesOf(
  day: PlanAtWork,
  forecasts: readonly JourneyForecast[],
  now: InstantMs,
): readonly Obstacle[] {
  return [
    ...unsurvived(day, now),
    ...leftToNobody(day, forecasts),
    ...asking(day, forecasts),
    ...unsaid(day),
  ];
}

/** Steps that need what the scenario takes, by the rules that lint goes by. */
function unsurvived({ model, plan, scenario }: PlanAtWork, now: InstantMs): readonly Obstacle[] {
  const alone = new Map([[plan.name, { ...plan, scenarios: [scenario.name] }]]);
  const findings = lint({ ...model, plans: alone }, { locate: nowhere, now }, stoppingRules);
  const own = `RecoveryPlan "${plan.name}": `;
  return findings
    .filter(({ severity }) => severity === "error")
    .map(({ what, mend }) => ({
      effect: "stops",
      what: what.startsWith(own) ? what.slice(own.length) : what,
      mend,
    }));
}

/** What is left standing and cannot take over, and what is gone though no step names it and a journey does not come back without. */
function leftToNobody(day: PlanAtWork, forecasts: readonly JourneyForecast[]): readonly Obstacle[] {
  const { plan, scenario } = day;
  const stuck = forecasts.filter((forecast) => !comesBack(forecast)).map(({ journey }) => journey);
  const missed = neededBy(day, stuck);
  const promoted = new Map(
    plan.steps.flatMap((step) =>
      step.phase === "promote" ? [[step.component, step.candidates] as const] : [],
    ),
  );
  return neededByPlan(day).flatMap((component): readonly Obstacle[] => {
    const { consequence, left } = plightOf(day, component);
    const candidates = promoted.get(component.name);
    if (consequence.kind === "gone") {
      if (!missed.includes(component)) return [];
      const what =
        left.length === 0
          ? `${scenario.name} leaves no place of ${component.name}, which its journeys need`
          : `${component.name} stands in ${placesText(component, left)}, and none of these can take over in ${scenario.name}`;
      const mend = `place ${component.name} where ${scenario.name} does not reach, with machines that are there`;
      return [{ effect: "stops", what, mend }];
    }
    if (consequence.kind !== "taken-over" || candidates === undefined) return [];
    if (candidatesNow(day, component, candidates).length > 0) return [];
    const idle = candidates.filter((region) => left.some((place) => place.region === region));
    if (idle.length === 0) return [];
    const what = `${component.name} cannot be promoted in ${idle.join(", ")} during ${scenario.name}`;
    const mend =
      "let it stand by with machines that run, or under a provider whose control plane is not down";
    return [{ effect: "stops", what, mend }];
  });
}

interface OnlyRun {
  readonly because: string;
  readonly mend: string;
}

/** Why the failover engine carries it out under no automation; `null`: it may. */
function onlyRunByPeople(plan: RecoveryPlan): OnlyRun | null {
  if (outsideSteps(plan).length > 0) {
    const names = outsideSteps(plan).map(titleOf);
    return {
      because: `the failover engine carries out no ${names.join(", ")}`,
      mend: "run it with `failover run` on the day; or leave these steps to something that needs no plan",
    };
  }
  if (!isGated(plan)) return null;
  const { blocked, gates } = plan.interlocks;
  const names = [...blocked, ...gates].map(({ name }) => name);
  return {
    because: `the failover engine does not look at ${names.join(", ")}`,
    mend: "run it with `failover run` on the day; or leave blocked and gates to plans that people run",
  };
}

function asking(
  { model, plan, scenario }: PlanAtWork,
  forecasts: readonly JourneyForecast[],
): readonly Obstacle[] {
  const asks: Obstacle[] = [];
  const onlyRun = onlyRunByPeople(plan);
  if (plan.automation.failover === "ask") {
    asks.push({
      effect: "asks",
      what: "a person decides: automation.failover is ask",
      mend:
        onlyRun === null
          ? "automation.failover: when-armed, and a drill that proves it"
          : `${onlyRun.mend}; when-armed alone changes nothing, for ${onlyRun.because}`,
    });
  } else if (onlyRun !== null) {
    asks.push({ effect: "asks", what: `a person runs it: ${onlyRun.because}`, mend: onlyRun.mend });
  } else if (plan.automation.failover === "when-armed" && undrilledOf(model, plan).includes(scenario.name)) {
    asks.push({
      effect: "asks",
      what: `a person decides: no drill carries it out against ${scenario.name}, so that it is never armed for it`,
      mend: `declare a Drill with plan: ${plan.name} and scenario: ${scenario.name}, and run it`,
    });
  }
  const losing = forecasts.filter(({ loss }) => loss !== null && loss.p95Seconds !== 0);
  if (losing.length > 0 && plan.interlocks.dataLoss === "ask") {
    asks.push({
      effect: "asks",
      what: `a person decides: acknowledged data of ${losing.map(({ journey }) => journey).join(", ")} would be lost, and interlocks.dataLoss is ask`,
      mend: "replicate synchronously, or accept the loss: interlocks.dataLoss: accept",
    });
  }
  return asks;
}

/** The proof that no step needs what has failed has a hole where a step does not say what it needs: no run on a good day closes it. */
function unsaid({ plan, scenario }: PlanAtWork): readonly Obstacle[] {
  const names = unsaidSteps(plan).map(titleOf);
  if (names.length === 0) return [];
  const [does, it] = names.length === 1 ? ["does", "it needs"] : ["do", "they need"];
  const what = `nothing proves that no step needs what ${scenario.name} takes: ${names.join(", ")} ${does} not say what ${it}`;
  const mend = `name under needs what ${names.join(", ")} cannot do without, or write needs: [] where that is nothing`;
  return [{ effect: "unproven", what, mend }];
}
