import type { z } from "zod";
import type { Catalogue, FailureRow } from "../catalogue/catalogue.ts";
import { assumptions } from "../model/assumptions.ts";
import type { Reliability, Repair, Source } from "../model/reliability.ts";
import { invariant } from "../problem/problem.ts";
import { type Seconds, seconds, secondsPerYear } from "../units/units.ts";
import type { reliability } from "./reliability-schema.ts";

export type WrittenReliability = z.output<typeof reliability>;

/** What is written, or else the row of the catalogue that is assumed for the kind of thing. */
export function reliabilityOf(
  written: WrittenReliability | undefined,
  { catalogue, assumed }: { readonly catalogue: Catalogue; readonly assumed: string },
): Reliability {
  if (written === undefined) return ofRow(catalogue, assumed, { kind: "assumed", row: assumed });
  if (written.catalogue !== undefined) {
    const row = ofRow(catalogue, written.catalogue, { kind: "catalogue", row: written.catalogue });
    return { ...row, errorFactor: written.errorFactor ?? row.errorFactor };
  }
  invariant(written.mttr !== undefined, "contradictions let no figure without an mttr through");
  return {
    mtbf: mtbfOf(written, written.mttr),
    mttr: written.mttr,
    repair: repairOf(written),
    errorFactor: written.errorFactor ?? assumptions.errorFactor.value,
    source: { kind: "declared" },
  };
}

function ofRow(catalogue: Catalogue, id: string, source: Source): Reliability {
  const row: FailureRow | undefined = catalogue.failures.get(id);
  invariant(row !== undefined, `the catalogue has a row ${id}`);
  const { mtbf, mttr, repairSigma, errorFactor } = row;
  const repair: Repair =
    repairSigma === null ? { kind: "exponential" } : { kind: "log-normal", sigma: repairSigma };
  return { mtbf, mttr, repair, errorFactor, source };
}

function mtbfOf({ mtbf, perYear, availability }: WrittenReliability, mttr: Seconds): Seconds {
  if (mtbf !== undefined) return mtbf;
  // So many failures a year, each with its repair, leave the rest of the year to work in.
  if (perYear !== undefined) return seconds(secondsPerYear / perYear - mttr);
  invariant(availability !== undefined, "contradictions let no figure without a rate through");
  return seconds((mttr * availability) / (1 - availability));
}

function repairOf({ repair, repairSigma }: WrittenReliability): Repair {
  if (repair === undefined || repair === "exponential") return { kind: "exponential" };
  return repair === "fixed" ? { kind: "fixed" } : { kind: "log-normal", sigma: repairSigma ?? 1 };
}
