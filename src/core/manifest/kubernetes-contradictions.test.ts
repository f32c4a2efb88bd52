import { describe, expect, it } from "vitest";
import { type Change, problemsWith } from "../../../test/sample-workspace.ts";

const fence = "    - { phase: fence, component: database, method: far-side }\n";
const deployment = "{ apiVersion: apps/v1, kind: Deployment, namespace: a, name: b }";
const route = "{ apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, namespace: a, name: b }";

/** A step before all others that changes an object so. */
function step(
  shallBe: string,
  more: { readonly undo?: string; readonly object?: string } = {},
): readonly Change[] {
  const undo = more.undo === undefined ? "" : `, undo: { shallBe: ${more.undo} }`;
  const text = `    - { phase: kubernetes, name: grow, within: 1 s, cluster: { kind: in-cluster }, object: ${more.object ?? deployment}, shallBe: ${shallBe}${undo} }\n`;
  return [["plan", fence, text + fence]];
}

function gate(object: string, field: string): readonly Change[] {
  const by = `by: { kind: kubernetes, cluster: { kind: in-cluster }, object: ${object}, fields: [${field}] }`;
  return [["plan", fence, `    - { phase: verify, journey: buy, within: 1 min, ${by} }\n${fence}`]];
}

const said = 'RecoveryPlan "leave-east": spec.steps[0]';
const set = (path: string, value = "1"): string =>
  `{ kind: patch, set: [{ path: "${path}", value: ${value} }] }`;
const weights = (text: string): string => `{ kind: weights, ${text} }`;
const west = "backends: [{ name: west, weight: 1 }]";

type Case = readonly [why: string, changes: readonly Change[], told: Readonly<Record<string, unknown>>];

const cases: readonly Case[] = [
  [
    "a name that leads elsewhere",
    step("{ kind: scale, replicas: 1 }", { object: deployment.replace("name: b", "name: ../b") }),
    { what: `${said}.object.name is ../b, which is no name of an object` },
  ],
  [
    "a path that is none",
    step(set("spec..a")),
    { what: `${said}.shallBe.set[0].path is spec..a, which is no path` },
  ],
  [
    "what its controller tells",
    step(set("status.replicas")),
    {
      what: `${said}.shallBe.set[0].path is status.replicas, which is what its controller tells, and nobody sets`,
      mend: "set what stands in spec, or a label or an annotation",
    },
  ],
  [
    "an item of a list and no value of it",
    step(set("spec.a[b=c]")),
    { what: expect.stringContaining("which leads to an item of a list and to no value of it") },
  ],
  [
    "the same value twice, spelt otherwise",
    step("{ kind: patch, set: [{ path: spec.a, value: 1 }, { path: 'spec[\"a\"]', value: 2 }] }"),
    { what: `${said}.shallBe.set[1].path sets spec["a"] again` },
  ],
  [
    "weights of what has none",
    step(weights(west)),
    {
      what: `${said}.shallBe.kind is weights, which a Deployment of apps/v1 has not`,
      mend: "name an object of gateway.networking.k8s.io/v1, of the kind HTTPRoute or GRPCRoute",
    },
  ],
  [
    "a rule by its name and by its place",
    step(weights(`rule: a, index: 0, ${west}`), { object: route }),
    { what: `${said}.shallBe.index is said of a rule that has a name` },
  ],
  [
    "a way back of another kind",
    step("{ kind: scale, replicas: 1 }", { undo: set("spec.replicas") }),
    { what: `${said}.undo.shallBe.kind is patch, and the step is scale`, mend: "say kind: scale" },
  ],
  [
    "a way back that leaves a value as it was set",
    step("{ kind: patch, set: [{ path: spec.a, value: 1 }, { path: spec.b, value: 1 }] }", {
      undo: set("spec.a"),
    }),
    {
      what: `${said}.undo.shallBe leaves spec.b as the step sets it`,
      mend: "set back all that the step sets, or give no undo",
    },
  ],
  [
    "a way back that sets what the step does not",
    step(weights(west), {
      undo: weights(`backends: [{ name: west, weight: 2 }, { name: east, weight: 2 }]`),
      object: route,
    }),
    { what: `${said}.undo.shallBe.backends[1].name is east, which the step does not set`, mend: "delete it" },
  ],
  [
    "a way back in another rule",
    step(weights(`rule: a, ${west}`), { undo: weights(`rule: b, ${west}`), object: route }),
    { what: `${said}.undo.shallBe is of another rule than the step` },
  ],
  [
    "a verified path that is none",
    gate(deployment, '{ path: "a..b", is: x }'),
    { what: `${said}.by.fields[0].path is a..b, which is no path` },
  ],
  [
    "a verified value that may be anything",
    gate(deployment, "{ path: a.b }"),
    { what: `${said}.by.fields[0] does not say what the value is to be` },
  ],
  [
    "a verified object that is none",
    gate(deployment.replace("apps/v1", "apps"), "{ path: a, is: x }"),
    { what: `${said}.by.object.apiVersion is apps, which is no version of an API` },
  ],
  [
    "a value of no type that it may have",
    step(set("spec.a", "[1]")),
    { mend: "write text, or a number, or true or false, or null" },
  ],
];

describe("a step that changes an object of a cluster", () => {
  it.each(cases)("cannot be said with %s", (_, changes, told) => {
    expect(problemsWith(...changes)).toEqual([expect.objectContaining(told)]);
  });

  it.each([
    [
      "a value that is taken away, and the way back",
      step(set("spec.a", "null"), { undo: set("spec.a", "true") }),
    ],
    ["a rule that is the only one", step(weights(west), { undo: weights(west), object: route })],
  ])("can be said with %s", (_, changes) => {
    expect(problemsWith(...changes)).toEqual([]);
  });
});
