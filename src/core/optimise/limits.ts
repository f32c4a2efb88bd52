import type { Component } from "../model/component.ts";
import type { FailureScope, Journey, Model, Scenario } from "../model/model.ts";
import { judged, type PredictionSettings } from "../prediction/prediction.ts";
import { recoveries } from "../recovery/recovery.ts";
import { consequenceOf, Strike } from "../recovery/strike.ts";
import { durationText, percentText } from "../units/text.ts";
import type { Downtime } from "./downtime.ts";
import type { Picks } from "./front.ts";
import type { Partial } from "./search.ts";
import type { Chosen } from "./weighing.ts";

/** An objective that a design meets or not. */
export interface Limit {
  /** Such as `chat after us-east-lost: RTO 30 s`. */
  readonly name: string;
  /** `null`: what it depends on is still open. */
  readonly isMet: (picks: Partial) => boolean | null;
  /** Designs that between them show every answer: one for each way in which components can matter to it. */
  readonly kinds: () => Iterable<Picks>;
}

/** Recovery objectives, for every journey and scenario: predicted time and loss at the 95th percentile within RTO and RPO. */
export function recoveryLimits(
  model: Model,
  chosen: readonly Chosen[],
  { detection }: Pick<PredictionSettings, "detection">,
): readonly Limit[] {
  return [...model.scenarios.values()].flatMap((scenario) => {
    const classes = chosen.map((each) => classesOf(model, scenario, each));
    return [...model.journeys.values()].flatMap((journey) =>
      limitsOf({
        model,
        scenario,
        journey,
        chosen,
        classes: reached({ model, journey, chosen }, classes),
        detection,
      }),
    );
  });
}

/** Of each variant, the number of the kind it is of: those of one kind are one to a recovery. */
type Classes = readonly number[];

/**
 * Variants that recovery cannot tell apart: it reads no replicas, prices and failure rates, and of what a scenario does not touch
 * only that it stands.
 */
function classesOf(model: Model, scenario: Scenario, { variants }: Chosen): Classes {
  const kinds = variants.map(({ component }) => {
    const alone: Model = { ...model, components: new Map([[component.name, component]]) };
    const { kind } = consequenceOf(new Strike(alone, scenario), component, null);
    return kind === "untouched" ? kind : JSON.stringify(asRecoverySees(component));
  });
  return kinds.map((kind) => kinds.indexOf(kind));
}

function asRecoverySees(component: Component): unknown {
  const { pattern, placesRequired, placements, standby, recovery, replication, weights, data, routing, job } =
    component;
  return [
    ...[pattern, placesRequired, standby, recovery, replication, weights, data, routing, job],
    placements.map(({ region, cell, zones, capacityLikelihood }) => [
      region,
      cell,
      zones,
      capacityLikelihood,
    ]),
  ];
}

/** A component that the journey cannot come to need is of one kind, however it is built. */
function reached(
  { model, journey, chosen }: Pick<Asked, "model" | "journey" | "chosen">,
  classes: readonly Classes[],
): readonly Classes[] {
  const found = new Set<string>();
  const standIns = journey.degradedModes.flatMap(({ instead }) => instead.map(({ by }) => by));
  const waiting = [journey.entry, ...standIns];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    const hard = model.components.get(next)?.needs.filter(({ strength }) => strength === "hard") ?? [];
    waiting.push(...hard.flatMap((need) => [need.component, ...need.fallbacks]));
  }
  return classes.map((each, at) => (found.has(chosen[at]?.name ?? "") ? each : each.map(() => 0)));
}

interface Asked {
  readonly model: Model;
  readonly scenario: Scenario;
  readonly journey: Journey;
  readonly chosen: readonly Chosen[];
  readonly classes: readonly Classes[];
  readonly detection: PredictionSettings["detection"];
}

interface Answer {
  readonly time: boolean;
  readonly loss: boolean;
  /** Of each degraded mode. */
  readonly modes: readonly boolean[];
}

function limitsOf(asked: Asked): readonly Limit[] {
  const { model, scenario, journey, classes } = asked;
  const one: Model = {
    ...model,
    journeys: new Map([[journey.name, journey]]),
    scenarios: new Map([[scenario.name, scenario]]),
  };
  const today = recoveries(one, asked.detection)[0];
  const objective = today?.objective ?? null;
  const modes = (today?.modes ?? []).flatMap(({ mode, rto }, at) =>
    rto === null ? [] : [{ mode, rto, at }],
  );
  if (objective === null && modes.length === 0) return [];
  const matters = classes.flatMap((each, at) => (each.some((kind) => kind > 0) ? [at] : []));
  const known = new Map<string, Answer>();
  const answerOf = (picks: Partial): Answer | null => {
    const kinds = matters.map((at) => classes[at]?.[picks[at] ?? -1] ?? null);
    if (kinds.includes(null)) return null;
    const key = String(kinds);
    const answer = known.get(key) ?? recoveryOf(one, asked, picks);
    known.set(key, answer);
    return answer;
  };
  const kinds = (): Iterable<Picks> => kindsOf(classes, matters);
  const name = `${journey.name} after ${scenario.name}`;
  const limit = (what: string, of: (answer: Answer) => boolean): Limit => ({
    ...{ name: `${name}${what}`, kinds },
    isMet: (picks) => {
      const answer = answerOf(picks);
      return answer === null ? null : of(answer);
    },
  });
  const whole =
    objective === null
      ? []
      : [
          limit(`: RTO ${durationText.print(objective.rto)}`, ({ time }) => time),
          limit(`: RPO ${durationText.print(objective.rpo)}`, ({ loss }) => loss),
        ];
  return [
    ...whole,
    ...modes.map(({ mode, rto, at }) =>
      limit(`, in ${mode}: RTO ${durationText.print(rto)}`, (answer) => answer.modes[at] ?? true),
    ),
  ];
}

function recoveryOf(one: Model, { chosen, detection }: Asked, picks: Partial): Answer {
  const [recovery] = recoveries(builtBy(one, chosen, picks), detection);
  if (recovery === undefined) return { time: true, loss: true, modes: [] };
  const { time, loss, modes } = judged(recovery);
  return {
    time: time !== "missed",
    loss: loss !== "missed",
    modes: modes.map((mode) => mode.time !== "missed"),
  };
}

/** The platform by a design; what is open is built as today. */
export function builtBy(model: Model, chosen: readonly Chosen[], picks: Partial): Model {
  const components = new Map(model.components);
  for (const [at, { name, variants }] of chosen.entries()) {
    components.set(name, (variants[picks[at] ?? 0] ?? variants[0]).component);
  }
  return { ...model, components };
}

/** One design for each combination of kinds. */
function* kindsOf(classes: readonly Classes[], matters: readonly number[]): Iterable<Picks> {
  const firsts = matters.map((at) =>
    (classes[at] ?? []).flatMap((kind, pick) => (kind === pick ? [pick] : [])),
  );
  const count = firsts.reduce((product, each) => product * each.length, 1);
  for (let number = 0; number < count; number += 1) {
    const picks = classes.map(() => 0);
    let rest = number;
    for (const [index, at] of matters.entries()) {
      const each = firsts[index] ?? [0];
      picks[at] = each[rest % each.length] ?? 0;
      rest = Math.floor(rest / each.length);
    }
    yield picks;
  }
}

/** Objectives of availability, with failures of their scope and of narrower ones counted. */
export function availabilityLimits(
  model: Model,
  downtime: Downtime,
): readonly (Limit & { readonly scope: FailureScope })[] {
  return [...model.journeys.values()].flatMap((journey, at) =>
    journey.objectives.flatMap(({ scope, availability }) =>
      availability === null
        ? []
        : [
            {
              ...{
                name: `${journey.name}: availability ${percentText.print(availability)} (${scope})`,
                scope,
              },
              // Of a partial design this is a bound: what misses by it misses however it is completed.
              isMet: (picks: Partial): boolean | null => {
                const isWithin = (downtime.of(picks, scope)[at] ?? 1) <= 1 - availability;
                return isWithin && picks.includes(null) ? null : isWithin;
              },
              kinds: () => [],
            },
          ],
    ),
  );
}
