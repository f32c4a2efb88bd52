import { activated, placeTitle, unitsOf } from "../model/activation.ts";
import { type Component, type Placement, startsMachines } from "../model/component.ts";
import { outsideSteps } from "../model/arming.ts";
import { the } from "../model/model.ts";
import type { Step } from "../model/recovery-plan.ts";
import { isStuck } from "../model/survival.ts";
import { countedText } from "../units/shown.ts";
import type { Found } from "./finding.ts";
import { arithmetic, type Rule } from "./rule.ts";
import type { Survey } from "./survey.ts";
import { eachStep, type StepOf, type Tried } from "./survivor.ts";

// Places that a plan starts, and makes ready: whether they are there, large enough, and not forgotten.

/** Whether it is for a region that cannot serve in this scenario. */
function isForAnother({ outside }: Step, standing: readonly Placement[]): boolean {
  const serving = outside?.serving ?? null;
  return serving !== null && !standing.some(({ region }) => region === serving);
}

function activationsOfNothing(survey: Survey): readonly Found[] {
  return eachStep(survey, ["scale", "warm"], (step, { scenario }) => {
    const { model } = survey;
    const component = the(model.components, step.component);
    const standing = survey.standing(scenario, component);
    const left = activated(standing, step);
    // A run goes on without it.
    if (step.outside?.onFailure === "go-on" || isForAnother(step, standing)) return [];
    const mend = `${step.phase} it where ${scenario.name} leaves it, or say serving: which region it is for`;
    if (left.length === 0)
      return [{ what: `step ${step.phase} acts on ${placeTitle(step)}, which ${scenario.name} takes`, mend }];
    if (
      step.phase === "warm" ||
      left.some((placement) => canStart({ survey, scenario }, component, placement))
    )
      return [];
    const what = `step scale needs machines for ${placeTitle(step)}, of which ${scenario.name} leaves none to be had`;
    return [{ what, mend }];
  });
}

function canStart(
  { survey: { model }, scenario }: Pick<Tried, "survey" | "scenario">,
  component: Component,
  placement: Placement,
): boolean {
  const isShort = scenario.failures.some(
    (failure) =>
      failure.how === "short-of-capacity" && failure.kind === "region" && failure.region === placement.region,
  );
  return !isShort && !isStuck(model, { component, placement }, scenario);
}

/** Of several steps that scale the same place the last one counts: those before it are on the way. */
function scaledTooSmall(survey: Survey): readonly Found[] {
  return eachStep(survey, ["scale"], (step, { scenario, steps }) => {
    const component = the(survey.model.components, step.component);
    if (isForAnother(step, survey.standing(scenario, component))) return [];
    const same = steps.filter((each) => each.phase === "scale" && placeTitle(each) === placeTitle(step));
    if (same.at(-1) !== step) return [];
    const places = activated(component.placements, step);
    const units = unitsOf(step.to, places);
    const needed = places.reduce((sum, { required }) => sum + required, 0);
    if (units >= needed) return [];
    const all = places.reduce((sum, { replicas }) => sum + replicas, 0);
    const of = step.to.kind === "share" ? ` (${step.to.share * 100} % of ${all})` : "";
    const what = `step scale leaves ${countedText(units, "machine")} of ${placeTitle(step)}${of}, and ${needed} must work for it to serve`;
    return [{ what, mend: `write to: ${needed} or more` }];
  });
}

interface Cold {
  readonly what: string;
  readonly mend: string;
}

/** Steps of which some come too late for a place: machines must run before it is promoted, and weights be there before clients come. */
interface InTime {
  readonly scale: readonly Step[];
  readonly warm: readonly Step[];
}

function inTime(steps: readonly Step[], promotion: Step): InTime {
  const promoted = steps.indexOf(promotion);
  const led = steps.findIndex((step, at) => at > promoted && step.phase === "route");
  return { scale: steps.slice(0, promoted), warm: led < 0 ? steps : steps.slice(0, led) };
}

/** What keeps a place from serving at once, and no step brings about in time. */
function coldness(steps: InTime, component: Component, place: Placement): readonly Cold[] {
  const { name, pattern, weights } = component;
  const isDone = (phase: "scale" | "warm"): boolean =>
    steps[phase].some(
      (step) => step.phase === phase && step.component === name && activated([place], step).length > 0,
    );
  const step = (phase: string): string =>
    `{ phase: ${phase}, component: ${name}, region: ${place.region}, … }`;
  const isOff = startsMachines(pattern) && pattern !== "warm-standby";
  const isLoaded = weights === null || weights.locality === "resident";
  return [
    ...(isOff && !isDone("scale")
      ? [
          {
            what: `no machine of ${name} runs in ${place.region}, where it is promoted, and no step starts any`,
            mend: `add a step before it: ${step("scale")}`,
          },
        ]
      : []),
    ...(!isLoaded && !isDone("warm")
      ? [
          {
            what: `${name} holds no weights in ${place.region}, where it is promoted, and no step shows that it has loaded them`,
            mend: `add a step: ${step("warm")}`,
          },
        ]
      : []),
  ];
}

/** A plan that people run; one that goes by itself carries out no step of this kind. */
function coldTargets(survey: Survey): readonly Found[] {
  return eachStep(survey, ["promote"], (step: StepOf<"promote">, { plan, scenario, steps }) => {
    const component = the(survey.model.components, step.component);
    const standing = survey.standing(scenario, component);
    const isLed = outsideSteps(plan).some(
      ({ phase }) => phase === "scale" || phase === "warm" || phase === "route",
    );
    if (!isLed || standing.length === component.placements.length) return [];
    const [place] = step.candidates.flatMap((region) => standing.filter((each) => each.region === region));
    return place === undefined ? [] : coldness(inTime(steps, step), component, place);
  });
}

export const activationRules: readonly Rule[] = [
  {
    id: "HF095",
    code: "activation/nothing-there",
    title: "a step starts or warms what a scenario has taken",
    severity: "error",
    why: "no recovery step may need what has failed, and the run would stop at it",
    mend: "act where the scenario leaves the component, with machines that can be had there",
    source: {
      title: "AWS, summary of the event in us-east-1: throttled EC2 launches",
      date: "2025-10",
    },
    find: activationsOfNothing,
  },
  {
    id: "HF096",
    code: "activation/too-small",
    title: "a place that is scaled to less than it needs to serve",
    severity: "error",
    why: "the run would lead clients to a place that cannot carry them, and it would fail under them",
    mend: "scale it to what is required there, or more",
    source: arithmetic,
    find: scaledTooSmall,
  },
  {
    id: "HF097",
    code: "activation/cold-target",
    title: "clients are led to a place that nothing has started",
    severity: "warning",
    why: "who promotes and routes by steps of their own must start machines and load weights by such steps too: what is left to chance is missing on the day",
    mend: "add a scale step, and a warm step, before clients are led there",
    source: {
      title: "AWS, Disaster Recovery of Workloads on AWS: pilot light and warm standby",
      date: "2021-02",
    },
    find: coldTargets,
  },
];
