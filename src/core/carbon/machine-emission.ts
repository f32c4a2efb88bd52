import { rowText } from "../catalogue/row-text.ts";
import type { Component, Placement } from "../model/component.ts";
import type { Standing } from "../model/standing.ts";
import type { Figure } from "../units/figure.ts";
import { known, type Missing, notKnown } from "../units/missing.ts";
import { embodiedPerMonth, energyPerMonth, powerAt } from "../units/rates.ts";
import { countedText } from "../units/shown.ts";
import { percentText } from "../units/text.ts";
import { gramsPerMonth, type Watts, watts } from "../units/units.ts";
import { contextPower } from "./context.ts";
import { emitted, emittedText, type PartEmission, type ReadPart } from "./emission-figure.ts";
import type { Grid } from "./grid.ts";

/** Machines of one component in one place. */
export interface StandingMachines {
  readonly component: Component;
  readonly standing: Standing;
  /** `null`: not known. */
  readonly grid: Grid | null;
}

/** What the machines of one place emit: by what they draw, and by having been made. */
export function machineEmissions(machines: StandingMachines): readonly ReadPart[] {
  return [operation(machines), embodied(machines)];
}

/** Machines that are switched off and yet kept for nobody else. */
function heldOff({ placement, off }: Standing): number {
  return placement.capacity === "reserved" ? off : 0;
}

function operation({ component, standing, grid }: StandingMachines): ReadPart {
  const { placement, running, needed } = standing;
  const draw = drawOf(component, standing);
  if (grid === null || draw === null) {
    const located = grid === null ? [unlocated(component, placement)] : [];
    return notKnown(...located, ...(draw === null ? [unpowered(component, placement)] : []));
  }
  const held = heldOff(standing);
  const power = watts(running * draw.average.value + held * draw.off.value);
  const waiting = watts((running - needed) * draw.floor.value + held * draw.off.value);
  const { region, cell } = placement;
  const energy = energyPerMonth(power);
  const reserved = held === 0 ? "" : `, and ${countedText(held, "reserved machine")} switched off`;
  const total: PartEmission["total"] = {
    name: "operation (gCO2e/month)",
    value: emitted(energy, grid),
    kind: "estimated",
    because: `${countedText(running, "machine")} (${standing.role})${reserved}: ${emittedText(energy, grid)}`,
    from: [draw.average, ...(held === 0 ? [] : [draw.off]), grid.pue, grid.intensity],
  };
  const redundancy: PartEmission["redundancy"] = {
    name: "redundancy of the operation (gCO2e/month)",
    value: emitted(energyPerMonth(waiting), grid),
    kind: "estimated",
    because: `what stands there beyond the ${countedText(needed, "machine")} that would serve, without the work that it does`,
    from: [draw.floor, grid.pue, grid.intensity],
  };
  return known({ region, cell, what: "operation", total, redundancy });
}

function unlocated({ name }: Component, { region }: Placement): Missing {
  const mend = `add the location of region ${region}, such as \`location: aws/eu-north-1\``;
  return { of: name, region, what: "the grid and the building that it runs in", mend };
}

function unpowered({ name }: Component, { region }: Placement): Missing {
  const mend = "add what a replica draws, idle and busy, to the placement, or a machine of the catalogue";
  return { of: name, region, what: "what its machines draw", mend };
}

interface Draw {
  /** Of one machine that runs. */
  readonly average: Figure<Watts>;
  /** The same when it does no work. */
  readonly floor: Figure<Watts>;
  /** Of one that is reserved and holds nothing. */
  readonly off: Figure<Watts>;
}

/** What one machine draws; `null`: not known. */
function drawOf(component: Component, standing: Standing): Draw | null {
  const { placement, role } = standing;
  const { power, utilisation, machine } = placement;
  if (power === null) return null;
  const isOfTable = power.source.kind === "catalogue" || power.source.kind === "assumed";
  const kind = isOfTable ? "estimated" : "declared";
  const because = isOfTable && machine !== null ? rowText(machine) : "it is declared in the manifest";
  const off: Draw["off"] = {
    name: "power of an idle machine (W)",
    value: power.idle,
    kind,
    because,
    from: [],
  };
  const floor = floorOf(component, standing, off);
  if (role !== "serving") return { average: floor, floor, off };
  const busy: Draw["off"] = {
    name: "power of a busy machine (W)",
    value: power.busy,
    kind,
    because,
    from: [],
  };
  const average: Draw["average"] = {
    name: "power of a machine that serves (W)",
    value: powerAt(utilisation, floor.value, busy.value),
    kind: "estimated",
    because: `between idle and busy, busy ${percentText.print(utilisation)} of the time`,
    from: [floor, busy],
  };
  return { average, floor, off };
}

/** A model that is held keeps each accelerator's context alive, which draws power even while nobody asks. */
function floorOf({ weights }: Component, { placement, role }: Standing, idle: Figure<Watts>): Figure<Watts> {
  const { machine, power } = placement;
  const accelerators = machine?.accelerators ?? null;
  const isHeld = weights !== null && (role === "serving" || weights.locality === "resident");
  if (!isHeld || accelerators === null || power === null) return idle;
  const { power: each, because } = contextPower(accelerators.type);
  const context: Figure<Watts> = {
    name: `power of a live context on ${countedText(accelerators.count, accelerators.type)} (W)`,
    value: watts(each * accelerators.count),
    kind: "estimated",
    because,
    from: [],
  };
  return {
    name: "power of a machine that holds a model and does no work (W)",
    value: watts(Math.min(idle.value + context.value, Math.max(power.busy, idle.value))),
    kind: "estimated",
    because: "idle, and what a live context adds, whatever the size of its weights",
    from: [idle, context],
  };
}

function embodied({ component, standing }: StandingMachines): ReadPart {
  const { placement, running, needed } = standing;
  const { region, cell, machine } = placement;
  if (machine === null) {
    const mend =
      "add a machine of the catalogue to the placement, or one of your own in catalogue/machines.tsv";
    const what = "what making its machines emitted";
    return notKnown({ of: component.name, region, what, mend });
  }
  const each = embodiedPerMonth(machine.embodied, machine.lifespan);
  const count = running + heldOff(standing);
  const row: Figure<number> = {
    name: "embodied emissions of a machine for each month of its life (gCO2e/month)",
    value: each,
    kind: "estimated",
    because: rowText(machine),
    from: [],
  };
  const total: PartEmission["total"] = {
    name: "embodied emissions (gCO2e/month)",
    value: gramsPerMonth(count * each),
    kind: "estimated",
    because: `${countedText(count, "machine")}, each by the months of its life`,
    from: [row],
  };
  const redundancy: PartEmission["redundancy"] = {
    name: "redundancy of the embodied emissions (gCO2e/month)",
    value: gramsPerMonth((count - needed) * each),
    kind: "estimated",
    because: `without the ${countedText(needed, "machine")} that would serve when nothing fails`,
    from: [row],
  };
  return known({ region, cell, what: "embodied", total, redundancy });
}
