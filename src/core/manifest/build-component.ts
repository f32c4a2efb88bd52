import type { Catalogue, LocationRow, MachineRow } from "../catalogue/catalogue.ts";
import {
  assumptions,
  capacityLikelihood,
  loadingBandwidth,
  standbyFailureShare,
} from "../model/assumptions.ts";
import type {
  CommonCause,
  Component,
  Need,
  Placement,
  RecoveryTimes,
  Replication,
  Standby,
  Weights,
} from "../model/component.ts";
import type { Platform } from "../model/model.ts";
import type { Source } from "../model/reliability.ts";
import { invariant, unreachable } from "../problem/problem.ts";
import { hourlyPrice } from "../units/units.ts";
import { declared } from "./build.ts";
import { reliabilityOf } from "./build-reliability.ts";
import type { ReadDocument } from "./schema.ts";

type Written = ReadDocument<"Component">["spec"];

/** What a component is read beside. */
export interface Surroundings {
  readonly catalogue: Catalogue;
  readonly platform: Platform;
}

export function componentOf(
  { metadata, spec }: ReadDocument<"Component">,
  surroundings: Surroundings,
): Component {
  return {
    ...declared(metadata),
    type: spec.type,
    pattern: spec.pattern,
    placements: spec.placements.map((placement) => placementOf(placement, spec, surroundings)),
    placesRequired: spec.placesRequired,
    crews: spec.crews ?? null,
    commonCause: commonCauseOf(spec.commonCause),
    standby: standbyOf(spec),
    recovery: recoveryOf(spec.recovery),
    replication: replicationOf(spec.replication),
    needs: spec.needs.map(needOf),
    weights: weightsOf(spec.weights),
    data: spec.data ?? null,
    routing: spec.routing ?? null,
    shuffleShard: spec.shuffleShard ?? null,
    job: spec.job === undefined ? null : { ...spec.job, measuredMtbf: spec.job.measuredMtbf ?? null },
    api: apiOf(spec.api),
    sla: spec.sla ?? null,
  };
}

/** The region that a placement names, or that its cell stands in. */
export function regionOf(
  placement: Pick<Written["placements"][number], "region" | "cell">,
  cells: readonly { readonly name: string; readonly region: string }[],
): string | null {
  return placement.region ?? cells.find((cell) => cell.name === placement.cell)?.region ?? null;
}

const declaredSource: Source = { kind: "declared" };

function placementOf(
  written: Written["placements"][number],
  spec: Written,
  { catalogue, platform }: Surroundings,
): Placement {
  const region = regionOf(written, platform.cells);
  invariant(region !== null, "contradictions let no place without a region through");
  const machine = written.machine === undefined ? null : rowOf(catalogue.machines, written.machine);
  const location = platform.regions.find((each) => each.name === region)?.location ?? null;
  return {
    region,
    cell: written.cell ?? null,
    zones: written.zones,
    replicas: written.replicas,
    required: written.required ?? written.replicas,
    spares: written.spares,
    failure: reliabilityOf(written.failure ?? spec.failure, {
      catalogue,
      assumed: `assumed/${spec.type}`,
    }),
    maintenance: written.maintenance ?? null,
    capacity: written.capacity,
    capacityLikelihood: likelihoodOf(written),
    machine,
    price: priceOf(written, machine, location),
    power: powerOf(written, machine),
    utilisation: written.utilisation ?? assumptions.utilisation.value,
  };
}

function rowOf<Row>(rows: ReadonlyMap<string, Row>, id: string): Row {
  const row = rows.get(id);
  invariant(row !== undefined, `the catalogue has a row ${id}`);
  return row;
}

function likelihoodOf({
  capacity,
  capacityLikelihood: written,
}: Written["placements"][number]): Placement["capacityLikelihood"] {
  if (written !== undefined) return { value: written, source: declaredSource };
  const { value } = capacityLikelihood[capacity];
  return { value, source: { kind: "assumed", row: `assumed/capacity-${capacity}` } };
}

/** A list price is that of the provider's home region; elsewhere it is as many times as much as the location says. */
function priceOf(
  { price }: Written["placements"][number],
  machine: MachineRow | null,
  location: LocationRow | null,
): Placement["price"] {
  if (price !== undefined) return { value: price, source: declaredSource };
  if (machine?.price === undefined || machine.price === null) return null;
  const { currency, microsPerHour } = machine.price;
  const value = hourlyPrice(currency, Math.round(microsPerHour * (location?.priceRatio ?? 1)));
  return { value, source: { kind: "catalogue", row: machine.id } };
}

function powerOf({ power }: Written["placements"][number], machine: MachineRow | null): Placement["power"] {
  if (power !== undefined) return { ...power, source: declaredSource };
  if (machine === null) return null;
  return { idle: machine.idle, busy: machine.busy, source: { kind: "catalogue", row: machine.id } };
}

function commonCauseOf(written: Written["commonCause"]): CommonCause | null {
  if (written === undefined) return null;
  if (written.beta !== undefined) return { kind: "beta", beta: written.beta };
  invariant(written.greekLetters !== undefined, "contradictions let no empty common cause through");
  return { kind: "greek-letters", letters: written.greekLetters };
}

function standbyOf({ standby, pattern }: Written): Standby {
  const source = (key: keyof Standby["sources"], row: string): Source =>
    standby[key] === undefined ? { kind: "assumed", row } : declaredSource;
  return {
    failureShare: standby.failureShare ?? standbyFailureShare[pattern],
    detected: standby.detected ?? assumptions.detected.value,
    switched: standby.switched ?? assumptions.switched.value,
    able: standby.able ?? assumptions.able.value,
    manual: standby.manual ?? assumptions.manual.value,
    manualSigma: standby.manualSigma ?? 0,
    sources: {
      failureShare: source("failureShare", `assumed/pattern-${pattern}`),
      detected: source("detected", "assumed/standby-detected"),
      switched: source("switched", "assumed/standby-switched"),
      able: source("able", "assumed/standby-able"),
      manual: source("manual", "assumed/standby-manual"),
    },
  };
}

function recoveryOf(written: Written["recovery"]): RecoveryTimes {
  return {
    detect: written.detect ?? null,
    approve: written.approve ?? null,
    fence: written.fence ?? null,
    promote: written.promote ?? null,
    provision: written.provision ?? null,
    route: written.route ?? null,
    verify: written.verify ?? null,
  };
}

function replicationOf(written: Written["replication"]): Replication {
  if (written === undefined) return { kind: "none" };
  switch (written.mode) {
    case "synchronous":
      return { kind: "synchronous", confirmations: written.confirmations };
    case "asynchronous":
      return { kind: "asynchronous", lag: written.lag };
    case "snapshot":
      return { kind: "snapshot", every: written.every, transfer: written.transfer };
    default:
      return unreachable(written);
  }
}

function needOf(written: Written["needs"][number]): Need {
  const { retries } = written;
  return {
    component: written.component,
    strength: written.strength,
    fallbacks: written.fallbacks,
    timeout: written.timeout ?? null,
    retries: retries === undefined ? null : { ...retries, budget: retries.budget ?? null },
  };
}

function weightsOf(written: Written["weights"]): Weights | null {
  if (written === undefined) return null;
  const { size, locality, bandwidth } = written;
  const value = bandwidth ?? loadingBandwidth[locality].value;
  const source: Source =
    bandwidth === undefined ? { kind: "assumed", row: `assumed/loading-${locality}` } : declaredSource;
  return { size, locality, bandwidth: { value, source } };
}

function apiOf(written: Written["api"]): Component["api"] {
  if (written === undefined) return null;
  return {
    vendor: written.vendor,
    hostedBy: written.hostedBy ?? null,
    quota: written.quota ?? null,
    qualityGate: written.qualityGate ?? null,
    residency: written.residency ?? null,
  };
}
