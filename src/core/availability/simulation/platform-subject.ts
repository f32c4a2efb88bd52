import type { Component } from "../../model/component.ts";
import { coverageFactors, coverageOf } from "../../model/coverage.ts";
import type { Maintenance } from "../../model/maintenance.ts";
import { type Model, the } from "../../model/model.ts";
import { ratio, type Seconds, seconds } from "../../units/units.ts";
import type { PlatformEvent } from "../graph-builder.ts";
import { type PlatformGraph, platformGraph, type SwitchoverTimes } from "../platform-graph.ts";
import { type Cascade, type MaintenanceWindow, noConditions, type Recovery } from "./conditions.ts";
import type { Span } from "./span.ts";
import type { Output, Subject } from "./subject.ts";

/**
 * What a workspace declares: each journey, and each region by itself, in the graph that the exact engine solves, with what that engine
 * does not know: maintenance, regions that take others along, and the two lengths that a switch-over has.
 */
export function platformSubject(model: Model, switchoverTimes: SwitchoverTimes): Subject {
  const graph = platformGraph(model, switchoverTimes);
  return {
    graph: plain(graph),
    outputs: outputsOf(graph, model),
    conditions: {
      ...noConditions,
      maintenance: graph.events.flatMap((event, at) => windowOf(model, event, at)),
      cascades: cascadesOf(model, graph.events),
      recoveries: graph.events.flatMap((event, at) => recoveryOf(model, { event, at, switchoverTimes })),
    },
  };
}

/** Of the events what is simulated: the rest of them would tell equal simulations apart. */
function plain({ events, gates }: PlatformGraph): Subject["graph"] {
  return { events: events.map(({ name, law }) => ({ name, law })), gates };
}

function outputsOf({ journeys }: PlatformGraph, model: Model): readonly Output[] {
  return journeys.flatMap(({ journey, users, regions }) => {
    const rtos = the(model.journeys, journey).objectives.map((objective) => objective.rto);
    const rto = rtos.length === 0 ? null : seconds(Math.min(...rtos));
    return [
      ...users.map(({ cell, fails }) => ({
        name: cell === null ? journey : `${journey}, cell ${cell}`,
        node: fails,
        rto,
      })),
      ...regions.map(({ region, fails }) => ({
        name: `${journey}, ${region} alone`,
        node: fails,
        rto: null,
      })),
    ];
  });
}

/** A place is out of service while whichever of its replicas' events counts just then is. */
function windowOf(model: Model, { subject }: PlatformEvent, event: number): readonly MaintenanceWindow[] {
  switch (subject.kind) {
    case "region": {
      const region = model.platform.regions.find(({ name }) => name === subject.region);
      return windows(event, region?.maintenance ?? null);
    }
    case "replicas":
      return windows(event, subject.placement.maintenance);
    case "zone":
    case "fate":
    case "switch-over":
    case "design":
      return [];
  }
}

function windows(event: number, maintenance: Maintenance | null): readonly MaintenanceWindow[] {
  return maintenance === null ? [] : [{ event, ...maintenance }];
}

function cascadesOf({ platform }: Model, events: readonly PlatformEvent[]): readonly Cascade[] {
  const eventOf = (region: string): number =>
    events.findIndex(({ subject }) => subject.kind === "region" && subject.region === region);
  return platform.regions.flatMap(({ name, takesAlong }) =>
    takesAlong
      .map(({ region, likelihood }) => ({
        from: eventOf(name),
        to: [eventOf(region)],
        probability: likelihood,
      }))
      // A region in which nothing stands that a journey needs is no event.
      .filter(({ from, to }) => from >= 0 && to.every((event) => event >= 0)),
  );
}

interface Switching {
  readonly event: PlatformEvent;
  readonly at: number;
  readonly switchoverTimes: SwitchoverTimes;
}

/** A switch that works takes its time, and one that does not waits for a person: the law knows only the mean of both. */
function recoveryOf(model: Model, { event, at, switchoverTimes }: Switching): readonly Recovery[] {
  const { law, subject } = event;
  if (subject.kind !== "switch-over" || law.kind !== "alternating") return [];
  const component = the(model.components, subject.component);
  const coverage = coverageOf(coverageFactors(component, subject.target));
  return [{ event: at, phases: [switchSpan(component, coverage, switchoverTimes(component.name))] }];
}

function switchSpan({ standby }: Component, coverage: number, works: Seconds): Span {
  const { manual, manualSigma } = standby;
  return {
    kind: "either",
    likelihood: ratio(coverage),
    one: { kind: "fixed", seconds: works },
    other: { kind: "log-normal", mean: manual, sigma: manualSigma },
  };
}
