import type { DataPlace, StorageKind } from "../catalogue/whole-catalogue.ts";
import type { PartlyKnown } from "../units/missing.ts";
import { monthOf } from "../units/rates.ts";
import type { Bytes } from "../units/units.ts";
import type { Component } from "./component.ts";
import type { Region } from "./model.ts";
import type { Standing } from "./standing.ts";

/** The data of a component in one place. */
export interface DataCopy {
  readonly standing: Standing;
  readonly place: DataPlace;
  readonly holds: StorageKind;
  readonly stored: Bytes;
  /** What is brought there in a month, and from where; `null`: nothing is. */
  readonly carried: { readonly from: DataPlace; readonly perDay: Bytes; readonly perMonth: Bytes } | null;
}

/**
 * Where the data of a component is: with replication, a copy in every place, and what each day changes is carried from the first
 * place to each of the others; without, in the places that are needed to serve. Nothing when the component states no data.
 *
 * @param standings of its placements, in their order
 */
export function dataCopiesOf(
  component: Component,
  standings: readonly Standing[],
  regions: ReadonlyMap<string, Region>,
): PartlyKnown<readonly DataCopy[]> {
  const { data, replication, name } = component;
  const isCarried = replication.kind !== "none";
  if (data === null) {
    if (!isCarried || standings.length < 2) return { known: null, missing: [] };
    const mend = "add what it stores and changes, such as `data: { stored: 2 TB, changedPerDay: 40 GB }`";
    return {
      known: null,
      missing: [{ of: name, region: null, what: "how much data it keeps and carries", mend }],
    };
  }
  const { stored, changedPerDay: perDay } = data;
  const [first] = standings;
  const holding = standings.filter((standing) => isCarried || standing.needed > 0);
  const known = holding.map((standing): DataCopy => {
    const place = placeOf(standing, regions);
    const carried =
      first === undefined || standing === first || !isCarried
        ? null
        : { from: placeOf(first, regions), perDay, perMonth: monthOf(perDay) };
    return { standing, place, holds: storageKindOf(component), stored, carried };
  });
  return { known, missing: [] };
}

function placeOf({ placement }: Standing, regions: ReadonlyMap<string, Region>): DataPlace {
  const region = regions.get(placement.region);
  return {
    region: placement.region,
    provider: region?.provider ?? "",
    location: region?.location ?? null,
  };
}

function storageKindOf({ type }: Component): StorageKind {
  return type === "object-store" || type === "model-registry" ? "object" : "volume";
}
