import { expect } from "vitest";
import { readWorkspace, type Workspace } from "../src/core/manifest/manifest.ts";
import type { Parsed, Problem } from "../src/core/problem/problem.ts";
import { sampleCatalogue } from "./sample-catalogue.ts";

const head = (kind: string, name: string): string =>
  `apiVersion: holdfast/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec:\n`;

/** A small shop without a mistake, that says something of each kind; each document is a file of its own. */
export const sampleDocuments = {
  platform: `${head("Platform", "shop")}  regions:
    - { name: east, provider: one, zones: [a, b], location: cloud/north }
    - { name: west, provider: one, zones: [a, b] }
    - { name: central, provider: two }
  cells:
    - { name: cell-1, region: east, share: 40 % }
    - { name: cell-2, region: west, share: 60 % }
  fates:
    - { name: sign-in, type: identity, covers: { providers: [one] }, stops: recovery }
  budgets: { cost: 9000 USD/month }
`,
  gateway: `${head("Component", "gateway")}  type: gateway
  pattern: active-active
  placements:
    - { region: east, zones: [a, b], replicas: 3, required: 2 }
    - { region: west, zones: [a, b], replicas: 3, required: 2 }
  needs:
    - { component: database }
    - { component: model, fallbacks: [other-model] }
    - { component: store }
`,
  database: `${head("Component", "database")}  type: database
  pattern: hot-standby
  placements:
    - { region: east, replicas: 1, price: 2 USD/h }
    - { region: west, replicas: 1 }
    - { region: central, replicas: 1 }
  failure: { mtbf: 90 d, mttr: 1 h }
  replication: { mode: synchronous, confirmations: 1 }
`,
  model: `${head("Component", "model")}  type: inference
  pattern: active-active
  placements:
    - { region: east, replicas: 4, required: 3, machine: cloud/gpu }
  weights: { size: 140 GiB, locality: local, bandwidth: 6 GB/s }
`,
  "other-model": `${head("Component", "other-model")}  type: llm-api
  pattern: active-active
  placements:
    - { region: central, replicas: 1, capacity: quota }
  failure: { catalogue: gpu/sample }
  api: { vendor: somebody, hostedBy: two }
`,
  store: `${head("Component", "store")}  type: cache
  pattern: active-active
  placements:
    - { cell: cell-1, replicas: 2 }
    - { cell: cell-2, replicas: 2 }
`,
  job: `${head("Component", "job")}  type: training
  pattern: pilot-light
  placements:
    - { region: east, replicas: 8 }
    - { region: west, replicas: 8 }
  replication: { mode: snapshot, every: 1 h, transfer: 1 min }
  job: { nodes: 8, checkpointEvery: 30 min, checkpointWrite: 1 min, restart: 2 min }
`,
  journey: `${head("Journey", "buy")}  entry: gateway
  owner: shop-team
  policy: strict
  objectives:
    region: { rto: 4 s, rpo: 0 s, availability: 99.9 % }
  impact: 500 USD/h
`,
  baseline: `${head("Policy", "baseline")}  objectives:
    region: { rto: 1 h, rpo: 1 min, maximumTolerableOutage: 8 h }
`,
  strict: `${head("Policy", "strict")}  inherits: baseline
  objectives:
    zone: { rto: 1 min, rpo: 0 s }
`,
  scenario: `${head("Scenario", "east-lost")}  failures:
    - { region: east, how: lost }
  likelihoodPerYear: 0.1
`,
  plan: `${head("RecoveryPlan", "leave-east")}  covers: { journeys: [buy], scenarios: [east-lost] }
  controllers: [east, west, central]
  steps:
    - { phase: fence, component: database, method: far-side }
    - { phase: promote, component: database, candidates: [west, central] }
    - { phase: verify, journey: buy, needs: [gateway] }
  interlocks: { coolDown: 10 min }
  automation: { failover: when-armed, proofValidFor: 30 d }
`,
  drill: `${head("Drill", "try-it")}  plan: leave-east
  scenario: east-lost
  journey: buy
  load:
    writes: { clients: 1, every: 10 ms }
    completions: { clients: 1, tokens: 40 }
    before: 1 s
    after: 1 s
`,
  risk: `${head("Risk", "no-machines")}  statement: There are none left
  owner: shop-team
  likelihoodPerYear: 0.1
  impact: 5000 USD
  treatment: accept
  scenarios: [east-lost]
  acceptance: { owner: chief, until: 2027-03-31 }
`,
} as const;

export type SampleName = keyof typeof sampleDocuments;

/** Part of the text of a document, and what stands there instead. */
export type Change = readonly [document: SampleName, from: string, to: string];

/** The shop with some texts changed. A change must find what it changes, once. */
export function readSample(...changes: readonly Change[]): Parsed<Workspace> {
  const texts = new Map<SampleName, string>(Object.entries(sampleDocuments) as [SampleName, string][]);
  for (const [name, from, to] of changes) {
    const text = texts.get(name) ?? "";
    expect(text.split(from).length, `"${from}" stands once in ${name}`).toBe(2);
    texts.set(name, text.replace(from, to));
  }
  return readWorkspace(
    [...texts].map(([name, text]) => ({ path: `${name}.yaml`, text })),
    sampleCatalogue,
  );
}

/** What a test compares of a problem. */
export interface Told {
  readonly code: string;
  readonly what: string;
  /** `file:line:column` */
  readonly at: string;
  readonly mend: string;
}

export function toldOf({ code, what, where, mend }: Problem): Told {
  return { code, what, at: where === null ? "" : `${where.file}:${where.line}:${where.column}`, mend };
}

/** What is told of the shop with some texts changed. */
export function problemsWith(...changes: readonly Change[]): readonly Told[] {
  const read = readSample(...changes);
  return read.ok ? [] : read.problems.map(toldOf);
}

/** A mistake in the shop, and the one problem that it gives. */
export type Refusal<Of extends keyof Told = Exclude<keyof Told, "code">> = readonly [
  title: string,
  changes: readonly Change[],
  told: Pick<Told, Of>,
];

/** What may be so in the shop: a title and changes each, as `it.each` takes them. */
export function accepted(
  ...cases: readonly (readonly [title: string, ...changes: readonly Change[]])[]
): readonly (readonly [title: string, changes: readonly Change[]])[] {
  return cases.map(([title, ...changes]) => [title, changes]);
}
