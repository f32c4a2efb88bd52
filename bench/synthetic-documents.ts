import { unreachable } from "../src/core/problem/problem.ts";

// The documents of a synthetic workspace, as people write them.

export interface SyntheticComponent {
  readonly kind: "gateway" | "service" | "model" | "store";
  readonly name: string;
  /** Its number among those of its kind in its domain. */
  readonly at: number;
  readonly regions: readonly number[];
  readonly isInCells: boolean;
  readonly needs: readonly {
    readonly component: string;
    readonly strength: string;
    readonly fallbacks: readonly string[];
  }[];
}

export interface SyntheticScenario {
  readonly name: string;
  /** Each as it stands in the list of failures. */
  readonly failures: readonly string[];
  readonly isFreeze: boolean;
  /** Indices of the domains that stand where it strikes. */
  readonly domains: readonly number[];
}

export interface SyntheticPlan {
  readonly scenario: SyntheticScenario;
  readonly journeys: readonly string[];
  readonly databases: readonly string[];
  readonly gateways: readonly string[];
}

/** Each in a region of its own, the first ones. */
export const cellCount = 4;

export function regionName(region: number): string {
  return `region-${region}`;
}

const providers = ["aws", "gcp", "azure"] as const;

export function providerOf(region: number): string {
  return providers[region % providers.length] ?? providers[0];
}

const locations: Readonly<Record<(typeof providers)[number], readonly string[]>> = {
  aws: ["us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-central-1", "eu-north-1"],
  gcp: ["us-central1", "us-east4", "us-west1", "europe-west1", "europe-west4", "europe-north1"],
  azure: ["eastus", "centralus", "westus2", "northeurope", "westeurope", "swedencentral"],
};

function headText(kind: string, name: string): string {
  return `apiVersion: holdfast/v1alpha1\nkind: ${kind}\nmetadata:\n  name: ${name}\n`;
}

export function platformText(regions: number): string {
  const indices = Array.from({ length: regions }, (_, at) => at);
  const region = (at: number): string => {
    const provider = providers[at % providers.length] ?? providers[0];
    const known = locations[provider];
    const location = known[Math.floor(at / providers.length) % known.length] ?? "";
    return `    - { name: ${regionName(at)}, provider: ${provider}, zones: [a, b, c], location: ${provider}/${location} }\n`;
  };
  const grid = (at: number): string =>
    `    - { name: grid-${at}, type: power, covers: { regions: [${regionName(at)}] }, stops: serving }\n`;
  const cells = indices.slice(0, cellCount);
  return `${headText("Platform", "synthetic")}spec:
  regions:
${indices.map(region).join("")}  cells:
${cells.map((at) => `    - { name: cell-${at}, region: ${regionName(at)}, share: ${100 / cellCount} % }\n`).join("")}  fates:
${providers.map((each) => `    - { name: ${each}-everywhere, type: provider-wide, covers: { providers: [${each}] }, stops: serving }\n`).join("")}${providers.map((each) => `    - { name: ${each}-control-plane, type: control-plane, covers: { providers: [${each}] }, stops: recovery }\n`).join("")}    - { name: public-name, type: dns, covers: { components: [gateway-0] }, stops: serving }
${indices.map(grid).join("")}  budgets: { cost: 90000000 USD/month, carbon: 90000 t/month }
`;
}

export const policiesText: readonly string[] = [
  `${headText("Policy", "baseline")}spec:
  objectives:
    zone: { rto: 1 h, rpo: 1 h }
    region: { rto: 8 h, rpo: 1 h, availability: 99 %, maximumTolerableOutage: 48 h }
    provider: { rto: 24 h, rpo: 1 h }
    dependency: { rto: 1 h, rpo: 1 h }
`,
  `${headText("Policy", "tier-2")}spec:
  inherits: baseline
  objectives:
    region: { rto: 1 h, availability: 99.5 % }
`,
  `${headText("Policy", "tier-1")}spec:
  inherits: tier-2
  objectives:
    region: { rto: 15 min, availability: 99.9 % }
`,
];

export function journeyText(
  { name, domain }: { readonly name: string; readonly domain: number },
  at: number,
): string {
  return `${headText("Journey", name)}spec:
  entry: gateway-${domain}
  owner: team-${domain}
  policy: ${["tier-1", "tier-2", "baseline"][at % 3] ?? "baseline"}
  impact: ${1 + (at % 20)}000 USD/h
  requestsPerMonth: ${(1 + (at % 9)) * 100_000}
`;
}

const typeOf = (kind: SyntheticComponent["kind"], at: number): string => {
  if (kind === "service") return "generic";
  if (kind === "model") return at % 3 === 0 ? "embedding" : "inference";
  if (kind === "gateway") return "gateway";
  return ["database", "vector-index", "object-store", "queue", "cache"][at % 5] ?? "database";
};

const machines: Readonly<Record<string, readonly [cpu: string, accelerator: string]>> = {
  aws: ["aws/m7i.xlarge", "aws/g5.12xlarge"],
  gcp: ["gcp/n2-standard-4", "gcp/a2-highgpu-1g"],
  azure: ["azure/d4s-v5", "azure/nc24ads-a100-v4"],
};

export function componentText(component: SyntheticComponent): string {
  const { kind, name, at, needs } = component;
  return `${headText("Component", name)}  description: A ${kind} of the synthetic workspace
spec:
  type: ${typeOf(kind, at)}
  pattern: ${kind === "store" && !component.isInCells ? "hot-standby" : "active-active"}
  placements:
${placementsText(component)}${detailsText(component)}${needs.length === 0 ? "" : "  needs:\n"}${needs
  .map(({ component: needed, strength, fallbacks }) =>
    fallbacks.length === 0
      ? `    - { component: ${needed}, strength: ${strength}, timeout: 2 s }\n`
      : `    - component: ${needed}\n      timeout: 8 s\n      retries: { attempts: 2, backoff: exponential, budget: 10 % }\n      fallbacks: [${fallbacks.join(", ")}]\n`,
  )
  .join("")}`;
}

function placementsText({ kind, at, regions, isInCells }: SyntheticComponent): string {
  // One server of a database stands in one zone; everything else is spread.
  const spread =
    kind === "store"
      ? "zones: [a], replicas: 1"
      : `zones: [a, b, c], replicas: ${3 + (at % 3)}, required: ${2 + (at % 2)}`;
  const machineOf = (region: number): string =>
    machines[providerOf(region)]?.[kind === "model" ? 1 : 0] ?? "own/h100-8";
  if (isInCells && kind !== "gateway") {
    return Array.from(
      { length: cellCount },
      (_, cell) => `    - { cell: cell-${cell}, ${spread}, machine: ${machineOf(cell)} }\n`,
    ).join("");
  }
  return regions
    .map(
      (region) =>
        `    - { region: ${regionName(region)}, ${spread}, machine: ${machineOf(region)}, utilisation: ${40 + (at % 4) * 10} % }\n`,
    )
    .join("");
}

function detailsText({ kind, at, isInCells }: SyntheticComponent): string {
  switch (kind) {
    case "gateway":
      return "  routing: { kind: dns, ttl: 60 s }\n  commonCause: { beta: 5 % }\n";
    case "service":
      return `  failure: { mtbf: ${30 + (at % 7) * 10} d, mttr: ${5 + (at % 5)} min }\n`;
    case "model":
      return "  failure: { catalogue: gpu-node/typical }\n  weights: { size: 40 GB, locality: local }\n";
    case "store":
      return `  replication: ${
        isInCells
          ? "{ mode: snapshot, every: 5 min, transfer: 20 s }"
          : "{ mode: synchronous, confirmations: 1 }"
      }
  data: { stored: ${100 + at * 10} GB, changedPerDay: ${2 + (at % 9)} GB }
  standby: { detected: 99.9 %, switched: 99 %, able: 99 %, manual: 30 min }
  recovery: { fence: 1 s to 3 s, promote: "4 s, p95 15 s", verify: 2 s }
`;
    default:
      return unreachable(kind);
  }
}

export function scenarioText({ name, failures }: SyntheticScenario, at: number): string {
  return `${headText("Scenario", name)}spec:
  failures:
${failures.map((failure) => `    - ${failure}\n`).join("")}  likelihoodPerYear: ${(1 + (at % 10)) / 20}
  duration: ${1 + (at % 12)} h
`;
}

/** Steps of each phase: a plan is read on one screen. */
const stepsMax = 5;

export function planText({ scenario, journeys, databases, gateways }: SyntheticPlan): string {
  const steps = [
    ...databases
      .slice(0, stepsMax)
      .map((each) => `{ phase: fence, component: ${each}, method: far-side, within: 5 s }`),
    ...databases.slice(0, stepsMax).map((each) => `{ phase: promote, component: ${each}, within: 30 s }`),
    ...gateways.slice(0, stepsMax).map((each) => `{ phase: route, component: ${each}, within: 2 min }`),
    ...journeys.slice(0, stepsMax).map((each) => `{ phase: verify, journey: ${each}, within: 1 min }`),
  ];
  return `${headText("RecoveryPlan", `answer-${scenario.name}`)}spec:
  covers:
    journeys: [${journeys.join(", ")}]
    scenarios: [${scenario.name}]
  controllers: [${[0, 1, 2].map(regionName).join(", ")}]
  steps:
${steps.map((step) => `    - ${step}\n`).join("")}  interlocks: { coolDown: 30 min }
  automation: { failover: when-armed, proofValidFor: 100 d }
`;
}

export function drillText({ scenario, journeys }: SyntheticPlan): string {
  return `${headText("Drill", `try-${scenario.name}`)}spec:
  plan: answer-${scenario.name}
  scenario: ${scenario.name}
  journey: ${journeys[0] ?? ""}
  load:
    writes: { clients: 4, every: 50 ms }
    completions: { clients: 2, tokens: 100 }
    before: 60 s
    after: 60 s
${scenario.isFreeze ? "  thawAfter: 10 s\n" : ""}  cadence: 90 d
`;
}
