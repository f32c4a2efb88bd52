import { placeTitle } from "../model/activation.ts";
import { type Component, type Placement, startsMachines } from "../model/component.ts";
import { the } from "../model/model.ts";
import { modeTitle, type Step } from "../model/recovery-plan.ts";
import { unreachable } from "../problem/problem.ts";
import { countedText, roughText } from "../units/shown.ts";
import { dataText, durationText } from "../units/text.ts";
import { activationOf } from "../recovery/activation.ts";
import type { PlannedChange } from "./change.ts";
import { outsideChanges } from "./outside-changes.ts";
import { scaleChanges } from "./capacities.ts";
import { candidatesNow, neededByPlan, placesText, type PlanAtWork, plightOf } from "./struck.ts";

export interface PlannedStep {
  readonly phase: Step["phase"];
  /** The plan whose step it is; empty: the plan's own. */
  readonly part: readonly string[];
  /** Longest that it may take; `null`: no bound of its own. */
  readonly withinSeconds: number | null;
  readonly changes: readonly PlannedChange[];
}

/** What each step of a plan changes on the day of a scenario, in the order in which they are carried out. */
export function plannedSteps(day: PlanAtWork): readonly PlannedStep[] {
  return day.plan.steps.map((step) => ({
    phase: step.phase,
    part: step.part,
    withinSeconds: step.within,
    changes: changesOf(day, step).map((change) => ({ ...change, what: inPart(step, change.what) })),
  }));
}

/** Of another plan's step with its name before it. */
function inPart({ part }: Step, what: string): string {
  return part.length === 0 ? what : `${part.join("/")}: ${what}`;
}

function changesOf(day: PlanAtWork, step: Step): readonly PlannedChange[] {
  const { model } = day;
  switch (step.phase) {
    case "fence":
      return fenceOf(day, the(model.components, step.component), step.method);
    case "promote":
      return promotionOf(day, the(model.components, step.component), step.candidates);
    case "route":
      return step.outside === null
        ? [routeOf(day, the(model.components, step.component))]
        : outsideChanges(step.outside, step.component);
    case "verify": {
      if (step.outside !== null) return outsideChanges(step.outside, modeTitle(step.journey, step.mode));
      const { entry } = the(model.journeys, step.journey);
      const what = `${step.journey}: a real write and a real answer pass through ${entry}`;
      return [{ sign: "?", what, because: "what answers wrongly has not recovered" }];
    }
    case "scale":
      return step.outside === null ? [] : scaleChanges(day, step, step.outside);
    case "warm":
      return step.outside === null ? [] : outsideChanges(step.outside, placeTitle(step));
    case "gitops":
    case "kubernetes":
    case "patroni":
    case "terraform":
    case "run":
    case "notify":
    case "approve":
    case "wait":
      return step.outside === null ? [] : outsideChanges(step.outside, step.name);
    default:
      return unreachable(step);
  }
}

function goesOn(component: Component, places: readonly Placement[]): PlannedChange {
  const what = `${component.name} goes on in ${placesText(component, places)}`;
  return { sign: "=", what, because: "the scenario takes no place of it that serves" };
}

function fenceOf(
  day: PlanAtWork,
  component: Component,
  method: Extract<Step, { phase: "fence" }>["method"],
): readonly PlannedChange[] {
  const { consequence, served, lost, left } = plightOf(day, component);
  if (consequence.kind === "untouched") return [goesOn(component, left)];
  const places = consequence.kind === "rerouted" || served === null ? lost : [served];
  const what = `${component.name} in ${placesText(component, places)} acknowledges nothing more`;
  return [{ sign: "-", what, because: fenceReason(component, method, places) }];
}

function fenceReason(
  component: Component,
  method: Extract<Step, { phase: "fence" }>["method"],
  places: readonly Placement[],
): string {
  const { replication } = component;
  switch (method) {
    case "far-side": {
      const others = component.placements.filter((each) => !places.includes(each));
      if (replication.kind !== "synchronous") return "it cannot be: its writes wait for no standby";
      // Of n standbys of which any k confirm, n − k + 1 that do not confirm leave fewer than k.
      const needed = others.length - replication.confirmations + 1;
      return `${needed} of ${placesText(component, others)} stop confirming, and a commit waits for any ${replication.confirmations}`;
    }
    case "near-side":
      return "it is stopped where it stands";
    case "lease":
      return "its right to serve runs out and is not given again";
    default:
      return unreachable(method);
  }
}

function promotionOf(
  day: PlanAtWork,
  component: Component,
  candidates: readonly string[],
): readonly PlannedChange[] {
  const { consequence, left } = plightOf(day, component);
  if (consequence.kind === "untouched") return [goesOn(component, left)];
  if (consequence.kind === "rerouted") return [reroutedOf(day, component)];
  const [first, ...others] = candidatesNow(day, component, candidates);
  if (first === undefined) {
    const what = `${component.name} is promoted nowhere`;
    return [{ sign: "=", what, because: `of ${candidates.join(", ")} none can take over` }];
  }
  const elsewhere = new Set(others.map(({ region }) => region).filter((region) => region !== first.region));
  const or = elsewhere.size === 0 ? "" : `, or in ${[...elsewhere].join(", ")}`;
  const what = `${component.name} serves in ${first.region}${or}`;
  const most = others.length === 0 ? "" : "whoever holds the most is taken; ";
  const promoted: PlannedChange = { sign: "+", what, because: `${most}${holdsText(component)}` };
  return [...startedIn(day, component, first), promoted];
}

/** What of a component's data the place that takes over holds. */
function holdsText({ replication }: Component): string {
  switch (replication.kind) {
    case "none":
      return "its data is not copied";
    case "synchronous":
      return `${replication.confirmations} of the others ${replication.confirmations === 1 ? "has" : "have"} every acknowledged write`;
    case "asynchronous":
      return `the others are ${durationText.print(replication.lag)} behind`;
    case "snapshot":
      return `from a copy made every ${durationText.print(replication.every)}`;
    default:
      return unreachable(replication);
  }
}

/** Machines and weights that must be there before a place can serve, and that no step brings about. */
function startedIn(
  { plan: { steps } }: PlanAtWork,
  component: Component,
  place: Placement,
): readonly PlannedChange[] {
  const { pattern, weights } = component;
  const { isScaled, isWarmed } = activationOf(steps, component, place);
  const machines: PlannedChange = {
    sign: "+",
    what: `up to ${countedText(place.replicas, "machine")} of ${component.name} start in ${place.region}`,
    because: `${pattern}; capacity is ${place.capacity}, there ${roughText(place.capacityLikelihood.value * 100)} times of 100`,
  };
  const started = startsMachines(pattern) && !isScaled ? [machines] : [];
  if (isWarmed || weights === null || weights.locality === "resident") return started;
  const loaded: PlannedChange = {
    sign: "+",
    what: `weights of ${component.name} are loaded in ${place.region}`,
    because: `${dataText.print(weights.size)} each, ${weights.locality === "local" ? "from the machine's disk" : "to be fetched"}`,
  };
  return [...started, loaded];
}

function routeOf(day: PlanAtWork, router: Component): PlannedChange {
  const { model, plan } = day;
  const targets = plan.steps.flatMap((step) => {
    if (step.phase !== "promote") return [];
    const component = the(model.components, step.component);
    if (plightOf(day, component).consequence.kind !== "taken-over") return [];
    const regions = candidatesNow(day, component, step.candidates).map(({ region }) => region);
    return regions.length === 0 ? [] : [`${component.name} in ${[...new Set(regions)].join(" or ")}`];
  });
  const to = targets.length === 0 ? placesText(router, plightOf(day, router).left) : targets.join(" and ");
  const what =
    to === ""
      ? `${router.name} has no place left to send clients to`
      : `${router.name} sends clients to ${to}`;
  return { sign: "~", what, because: routingText(router) };
}

function routingText({ routing }: Component): string {
  if (routing === null) return "as it is set up to";
  switch (routing.kind) {
    case "dns":
      return `by DNS: clients ask again after ${durationText.print(routing.ttl)}`;
    case "anycast":
      return "by anycast: clients keep one address";
    case "proxy":
      return "by its own routing: clients keep one address";
    default:
      return unreachable(routing);
  }
}

/** What happens beside the plan, to what its journeys need and its steps do not name. */
export function changesBeside(day: PlanAtWork): readonly PlannedChange[] {
  const { plan, strike } = day;
  const named = new Set(
    plan.steps.flatMap((step) =>
      step.phase === "fence" || step.phase === "promote" ? [step.component] : [],
    ),
  );
  const needed = neededByPlan(day);
  const struck = needed.filter(({ name }) => !named.has(name)).flatMap((each) => byItself(day, each));
  const turned = strike.replacedFor(needed).map(
    ({ caller, need, by }): PlannedChange => ({
      sign: "~",
      what: `${caller.name} turns from ${need.component} to ${by}`,
      because: `${need.component} has no place left`,
    }),
  );
  return [...struck, ...turned];
}

function byItself(day: PlanAtWork, component: Component): readonly PlannedChange[] {
  const { consequence, lost } = plightOf(day, component);
  switch (consequence.kind) {
    case "untouched":
      return [];
    case "rerouted":
      return [reroutedOf(day, component)];
    case "taken-over": {
      const what = `${component.name} takes over in ${consequence.target.region} by itself`;
      return [
        ...startedIn(day, component, consequence.target),
        { sign: "+", what, because: component.pattern },
      ];
    }
    case "gone": {
      const what = `${component.name} has too few places left to serve`;
      return [{ sign: "-", what, because: `the scenario takes ${placesText(component, lost)}` }];
    }
    default:
      return unreachable(consequence);
  }
}

function reroutedOf(day: PlanAtWork, component: Component): PlannedChange {
  const { lost, left } = plightOf(day, component);
  const what = `${component.name} goes on in ${placesText(component, left)}, without ${placesText(component, lost)}`;
  return { sign: "~", what, because: component.pattern };
}
