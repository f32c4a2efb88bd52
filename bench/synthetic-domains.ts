import type { SyntheticComponent } from "./synthetic-documents.ts";

export interface WorkspaceSize {
  readonly components: number;
  /** At least 5: what stands in three of them in a row stands with three providers. */
  readonly regions: number;
  readonly journeys: number;
  readonly scenarios: number;
}

/** Components that belong together, and where they stand. */
export interface Domain {
  readonly index: number;
  readonly components: readonly SyntheticComponent[];
  /** Indices of regions, in order of preference. */
  readonly regions: readonly number[];
  readonly isInCells: boolean;
  /** Indices of components within the domain. */
  readonly databases: readonly string[];
}

/** A domain of fewer components than this has a journey of its own only where there is no other. */
const domainSizeMin = 20;

export function domainsOf({ components, regions, journeys }: WorkspaceSize): readonly Domain[] {
  const count = Math.max(1, Math.min(journeys, Math.floor(components / domainSizeMin)));
  return Array.from({ length: count }, (_, index) => {
    const size = Math.floor(components / count) + (index < components % count ? 1 : 0);
    return domainOf(index, size, regions);
  });
}

function domainOf(index: number, size: number, regions: number): Domain {
  // Not around the end of the list: three in a row are with three providers.
  const home = index % (regions - 2);
  const place = { regions: [home, home + 1, home + 2], isInCells: index % 8 === 7 };
  const services = Math.floor((size - 1) * 0.45);
  const models = Math.floor((size - 1) * 0.2);
  const stores = size - 1 - services - models;
  const name = (kind: string, at: number): string => `${kind}-${index}-${at}`;
  const storeNames = Array.from({ length: stores }, (_, at) => name("store", at));
  const rest = { index, ...place };
  const gateway: SyntheticComponent = {
    ...{ kind: "gateway", name: `gateway-${index}`, at: 0, ...rest },
    needs: [
      ...Array.from({ length: Math.min(2, services) }, (_, at) => hard(name("service", at))),
      ...(index === 0 ? storeNames.slice(0, 1).map(hard) : [hard(sharedDatabase)]),
    ],
  };
  const service = (_: unknown, at: number): SyntheticComponent => ({
    ...{ kind: "service", name: name("service", at), at, ...rest },
    needs: [
      // A tree: each needs two further ones, the second of which it can do without.
      ...[2 * at + 2, 2 * at + 3]
        .filter((next) => next < services)
        .map((next) => ({ ...hard(name("service", next)), strength: next % 2 === 0 ? "hard" : "soft" })),
      ...(models < 2
        ? []
        : [{ ...hard(name("model", at % models)), fallbacks: [name("model", (at + 1) % models)] }]),
      ...(stores === 0 ? [] : [hard(name("store", at % stores))]),
    ],
  });
  const alone = (kind: "model" | "store") => (_: unknown, at: number) => ({
    ...{ kind, name: name(kind, at), at, ...rest },
    needs: [],
  });
  return {
    ...{ index, ...place },
    components: [
      gateway,
      ...Array.from({ length: services }, service),
      ...Array.from({ length: models }, alone("model")),
      ...Array.from({ length: stores }, alone("store")),
    ],
    databases: place.isInCells ? [] : storeNames.slice(0, 1),
  };
}

/** Who the users are: every gateway asks it. */
const sharedDatabase = "store-0-0";

function hard(component: string): SyntheticComponent["needs"][number] {
  return { component, strength: "hard", fallbacks: [] };
}
