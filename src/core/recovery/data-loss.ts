import type { Component } from "../model/component.ts";
import { unreachable } from "../problem/problem.ts";
import { durationText } from "../units/text.ts";
import { type Seconds, seconds } from "../units/units.ts";
import type { Distribution } from "./distribution/distribution.ts";
import { quantile, type RecoveryTimes } from "./chains.ts";
import { meanOf } from "./distribution/quantiles.ts";
import { fixed, uniform } from "./phase.ts";
import type { Strike } from "./strike.ts";

/** How much of what was written last is gone once a component is back. */
export interface Loss {
  readonly component: string;
  /** `null`: all of it, or nobody can say. */
  readonly span: Distribution | null;
  readonly because: string;
  /** What would make it smaller; `null`: nothing need. */
  readonly change: string | null;
}

/** What a journey loses in a scenario. */
export interface LossPrediction {
  /** One loss in twenty is larger; `null`: all of it, or nobody can say. */
  readonly p95: Seconds | null;
  readonly mean: Seconds | null;
  readonly because: string;
  readonly losses: readonly Loss[];
}

const stateful: ReadonlySet<Component["type"]> = new Set([
  "database",
  "vector-index",
  "feature-store",
  "model-registry",
  "queue",
  "object-store",
]);

/** What a component loses when the place that served is gone; `null`: it keeps nothing. */
function lossOf(strike: Strike, component: Component): Loss | null {
  if (component.job !== null) return ofJob(component, component.job);
  const { name, replication } = component;
  const keeps = stateful.has(component.type) || component.data !== null || replication.kind !== "none";
  if (!keeps) return null;
  switch (replication.kind) {
    case "none":
      return {
        component: name,
        span: null,
        because: `${name} keeps data in one place alone`,
        change: `replication of ${name}: asynchronous loses its lag, synchronous nothing`,
      };
    case "synchronous":
      return ofSynchronous(strike, component, replication.confirmations);
    case "asynchronous":
      return {
        component: name,
        span: fixed(replication.lag),
        because: `the other places of ${name} lag by ${durationText.print(replication.lag)}`,
        change: `replication of ${name}: synchronous, which loses nothing`,
      };
    case "snapshot":
      return {
        component: name,
        span: uniform(replication.transfer, replication.transfer + replication.every),
        because: `a copy of ${name} every ${durationText.print(replication.every)}, elsewhere ${durationText.print(replication.transfer)} later`,
        change: `replication of ${name}: more often, or asynchronous, which loses its lag`,
      };
    default:
      return unreachable(replication);
  }
}

/** A write that any k other places hold survives as long as fewer than k of those are lost with the place that served. */
function ofSynchronous(strike: Strike, component: Component, confirmations: number): Loss {
  const { name, placements } = component;
  const lostBesides = placements.length - strike.placesLeft(component).length - 1;
  if (lostBesides < confirmations) {
    const because = `every acknowledged write of ${name} is in ${confirmations} other ${confirmations === 1 ? "place" : "places"}, and fewer of those are lost`;
    return { component: name, span: fixed(0), because, change: null };
  }
  return {
    component: name,
    span: null,
    because: `${lostBesides} other ${lostBesides === 1 ? "place" : "places"} of ${name} are lost too, and may have been the only ones that confirmed`,
    change: `confirmations of ${name}: ${lostBesides + 1}`,
  };
}

/** A job goes on from its last checkpoint: what was computed since is lost. */
function ofJob({ name }: Component, job: NonNullable<Component["job"]>): Loss {
  const { checkpointEvery, checkpointWrite } = job;
  return {
    component: name,
    span: uniform(0, checkpointEvery + checkpointWrite),
    because: `a checkpoint of ${name} every ${durationText.print(checkpointEvery)}, written in ${durationText.print(checkpointWrite)}`,
    change: `checkpointEvery of ${name}: less`,
  };
}

/** @param struck components that have lost a place that served; one beside others loses what it had not yet sent to them */
export function lossesOf(strike: Strike, struck: readonly Component[], times: RecoveryTimes): LossPrediction {
  const losses = struck.flatMap((component) => lossOf(strike, component) ?? []);
  const unbounded = losses.find(({ span }) => span === null);
  if (unbounded !== undefined) return { p95: null, mean: null, because: unbounded.because, losses };
  const spans = losses.flatMap(({ span }) => (span === null ? [] : [span]));
  if (spans.length === 0) {
    return { p95: seconds(0), mean: seconds(0), because: "nothing that keeps data is struck", losses };
  }
  const all = times.slowest(spans);
  const worst = losses.reduce((most, loss) => (p95Of(loss) > p95Of(most) ? loss : most));
  return { p95: quantile(all, 0.95), mean: meanOf(all), because: worst.because, losses };
}

function p95Of({ span }: Loss): number {
  return span === null ? Number.POSITIVE_INFINITY : quantile(span, 0.95);
}
