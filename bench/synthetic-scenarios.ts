import { cellCount, providerOf, regionName, type SyntheticScenario } from "./synthetic-documents.ts";
import type { Domain, WorkspaceSize } from "./synthetic-domains.ts";

/** One after another of each kind, in one region after another. */
export function syntheticScenarios(
  { regions, scenarios }: Pick<WorkspaceSize, "regions" | "scenarios">,
  domains: readonly Domain[],
): readonly SyntheticScenario[] {
  return Array.from({ length: scenarios }, (_, at) => {
    const kind = kinds[at % kinds.length] ?? regionLost;
    const struck = kind((at * 5) % regions, domains, regions);
    return { ...struck, name: `${struck.name}-${at}` };
  });
}

type Strike = (region: number, domains: readonly Domain[], regions: number) => SyntheticScenario;

function standingIn(domains: readonly Domain[], struck: (region: number) => boolean): readonly number[] {
  return domains
    .filter(({ regions, isInCells }) =>
      (isInCells ? [...regions, ...cellRegions] : regions).some((region) => struck(region)),
    )
    .map(({ index }) => index);
}

const cellRegions = Array.from({ length: cellCount }, (_, at) => at);

const regionLost: Strike = (region, domains) => ({
  name: "lost",
  failures: [`{ region: ${regionName(region)}, how: lost }`],
  isFreeze: false,
  domains: standingIn(domains, (each) => each === region),
});

const kinds: readonly Strike[] = [
  regionLost,
  (region, domains) => ({
    ...regionLost(region, domains, 0),
    name: "cut-off",
    failures: [`{ region: ${regionName(region)}, how: partitioned }`],
  }),
  (region, domains) => ({
    ...regionLost(region, domains, 0),
    name: "zone-lost",
    failures: [`{ region: ${regionName(region)}, zone: a, how: lost }`],
  }),
  (region, domains) => ({
    name: "provider-lost",
    failures: [`{ provider: ${providerOf(region)}, how: lost }`],
    isFreeze: false,
    domains: standingIn(domains, (each) => providerOf(each) === providerOf(region)),
  }),
  (region, domains) => ({
    ...regionLost(region, domains, 0),
    name: "grid-lost",
    failures: [`{ fate: grid-${region}, how: lost }`],
  }),
  (region, domains) => ({
    ...regionLost(region, domains, 0),
    name: "lost-and-short",
    failures: [
      `{ region: ${regionName(region)}, how: lost }`,
      `{ provider: ${providerOf(region)}, how: short-of-capacity }`,
    ],
  }),
  (region, domains) => {
    const standing = domains.filter(({ databases }) => databases.length > 0);
    const domain = standing[region % Math.max(1, standing.length)] ?? domains[0];
    const component = domain?.databases[0] ?? domain?.components[0]?.name ?? "";
    return {
      name: "frozen",
      failures: [`{ component: ${component}, region: ${regionName(domain?.regions[0] ?? 0)}, how: frozen }`],
      isFreeze: true,
      domains: domain === undefined ? [] : [domain.index],
    };
  },
  (region, domains) => ({
    name: "cell-lost",
    failures: [`{ cell: cell-${region % cellCount}, how: lost }`],
    isFreeze: false,
    domains: domains.filter(({ isInCells }) => isInCells).map(({ index }) => index),
  }),
];
