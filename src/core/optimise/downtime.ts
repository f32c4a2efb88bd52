import { type Design, ruledOutName } from "../availability/designs.ts";
import type { PlatformEvent } from "../availability/graph-builder.ts";
import { type PlatformGraph, platformGraph } from "../availability/platform-graph.ts";
import { eventRun, runsWithin } from "../availability/event-run.ts";
import type { Component } from "../model/component.ts";
import { type FailureScope, failureScopes, type Model, the, widestScope } from "../model/model.ts";
import type { PredictionSettings } from "../prediction/prediction.ts";
import type { Parsed, Problem } from "../problem/problem.ts";
import { switchoverTimes } from "../recovery/switchover.ts";
import type { Seconds } from "../units/units.ts";
import { DesignRuns, type RuledOut } from "./design-runs.ts";
import type { Partial } from "./search.ts";
import type { Chosen } from "./weighing.ts";

/** How much of the time each journey is down, by design: one fault graph, of which each design is one pass. */
export interface Downtime {
  /**
   * Share of time, in the order of the journeys. Where a component is open (`null`) it is one that no design under it goes below.
   *
   * @param scope failures that strike more widely never come; "dependency" counts all
   */
  readonly of: (picks: Partial, scope?: FailureScope) => readonly number[];
}

/** @returns a problem where the graph would take more work than `stepsMax` allows */
export function downtimeOf(
  model: Model,
  chosen: readonly Chosen[],
  settings: PredictionSettings,
): Parsed<Downtime> {
  const { stepsMax } = settings;
  const graph = graphOf(model, chosen, settings);
  const ruledOut = ruledOutEvents(graph.events, chosen);
  const runs = graph.events.map(eventRun);
  const tops = graph.journeys.flatMap(({ users }) => users.map(({ fails }) => fails));
  const designRuns = new DesignRuns(graph, { tops, ruledOut, statesMax: stepsMax });
  const byScope = new Map(
    failureScopes.map((scope) => [scope, designRuns.answering(runsWithin(scope, graph.events, runs))]),
  );
  const answers = (picks: Partial, scope: FailureScope) => the(byScope, scope)(picks);
  const open = answers(
    chosen.map(() => null),
    widestScope,
  );
  const hard = graph.journeys.find(({ users }) => users.some(({ fails }) => open.get(fails) === null));
  if (hard !== undefined) return { ok: false, problems: [tooHard(hard.journey)] };
  return {
    ok: true,
    value: {
      of: (picks, scope = widestScope) => {
        const down = answers(picks, scope);
        return graph.journeys.map(({ users }) =>
          users.reduce((sum, { share, fails }) => sum + share * (down.get(fails) ?? 1), 0),
        );
      },
    },
  };
}

/** The graph of the platform with every design of every component in it. */
function graphOf(model: Model, chosen: readonly Chosen[], { detection }: PredictionSettings): PlatformGraph {
  const alone = (component: Component): Seconds =>
    switchoverTimes(
      { ...model, components: new Map([[component.name, component]]) },
      detection,
    )(component.name);
  const designs = new Map(
    chosen.map(({ name, variants }): readonly [string, readonly Design[]] => [
      name,
      variants.map(({ component }) => ({ component, switchover: alone(component) })),
    ]),
  );
  return platformGraph(model, switchoverTimes(model, detection), { designs, causes: "added-up" });
}

function ruledOutEvents(events: readonly PlatformEvent[], chosen: readonly Chosen[]): RuledOut {
  const numbers = new Map(events.map(({ name }, at) => [name, at]));
  return chosen.map(({ name, variants }) => variants.map((_, at) => numbers.get(ruledOutName(name, at))));
}

function tooHard(journey: string): Problem {
  return {
    code: "optimise/too-hard",
    what: `the fault graph of journey "${journey}" with all alternatives takes more work than is allowed`,
    where: null,
    why: "designs are weighed by one graph that holds them all, and a guess in its place would rank them wrongly",
    mend: "list fewer alternatives about components that the journey needs, or places in fewer zones",
  };
}
