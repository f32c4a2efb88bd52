import type { SourceFile } from "../src/core/manifest/document.ts";
import { invariant } from "../src/core/problem/problem.ts";
import {
  componentText,
  drillText,
  journeyText,
  planText,
  platformText,
  policiesText,
  type SyntheticPlan,
  type SyntheticScenario,
  scenarioText,
} from "./synthetic-documents.ts";
import { type Domain, domainsOf, type WorkspaceSize } from "./synthetic-domains.ts";
import { syntheticScenarios } from "./synthetic-scenarios.ts";

/**
 * A workspace as a large team would write it, the same one for the same size. Components form domains of about twenty or more: a
 * gateway, services that need one another in a tree, models, and data; every gateway needs one database that all share. Each
 * journey enters one domain. A domain stands in three regions of three providers, or its services and data in cells. Every scenario
 * has a plan for all journeys that it touches, and every plan a drill, so that `check` finds nothing to say.
 */
export function syntheticWorkspace(size: Partial<WorkspaceSize> = {}): readonly SourceFile[] {
  const whole = { components: 1_000, regions: 12, journeys: 50, scenarios: 40, ...size };
  invariant(whole.regions >= 5, "a domain and the cells need five regions");
  const domains = domainsOf(whole);
  const journeys = Array.from({ length: whole.journeys }, (_, at) => ({
    name: `journey-${at}`,
    domain: at % domains.length,
  }));
  const scenarios = syntheticScenarios(whole, domains);
  const plans = scenarios.flatMap((scenario) => planFor(scenario, { domains, journeys }));
  const texts: readonly (readonly [string, readonly string[]])[] = [
    ["platform", [platformText(whole.regions)]],
    ["policies", policiesText],
    ["journeys", journeys.map((journey, at) => journeyText(journey, at))],
    ["scenarios", scenarios.map(scenarioText)],
    ["plans", plans.map(planText)],
    ["drills", plans.map(drillText)],
    ...domains.map(({ index, components }) => [`domain-${index}`, components.map(componentText)] as const),
  ];
  return texts.map(([name, documents]) => ({ path: `${name}.yaml`, text: documents.join("---\n") }));
}

interface Reach {
  readonly domains: readonly Domain[];
  readonly journeys: readonly { readonly name: string; readonly domain: number }[];
}

/** The plan for every journey that a scenario touches; what all share is needed by all. */
function planFor(scenario: SyntheticScenario, { domains, journeys }: Reach): readonly SyntheticPlan[] {
  const reached = scenario.domains.includes(0) ? domains.map(({ index }) => index) : scenario.domains;
  const covered = journeys.filter(({ domain }) => reached.includes(domain));
  if (covered.length === 0) return [];
  const databases = domains
    .filter(({ index }) => scenario.domains.includes(index))
    .flatMap((domain) => domain.databases);
  const gateways = [...new Set(covered.map(({ domain }) => `gateway-${domain}`))];
  return [{ scenario, journeys: covered.map(({ name }) => name), databases, gateways }];
}
