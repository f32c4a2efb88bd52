import { describe, expect, it } from "vitest";
import { exampleNames } from "../../../test/example-workspaces.ts";
import { type Edit, editedExample } from "../../../test/foreseen-example.ts";
import { exampleText, findingsInText } from "../../../test/lint-examples.ts";
import { instantMs } from "../units/units.ts";
import type { Finding } from "./finding.ts";
import { lint } from "./lint.ts";
import { unsaidNeedsRules } from "./unsaid-needs.ts";

const fails = exampleText("HF099", "fails");
const gitops = / {4}- phase: gitops\n(?: {6}.*\n)+/;

/** What is told of a plan whose last step is this one. */
function toldOf(step: string): readonly Finding[] {
  expect(fails).toMatch(gitops);
  const text = fails.replace(gitops, `    - ${step}\n`);
  return findingsInText(text).filter(({ rule }) => rule === "HF099");
}

const exec = "by: { kind: exec, command: [act] }";
const cluster = "cluster: { kind: in-cluster }";
const object = "object: { apiVersion: apps/v1, kind: Deployment, namespace: shop, name: chat }";
const dns =
  "kind: dns, server: '192.0.2.53:53', zone: example.com, name: api.example.com, type: A, ttl: 30 s, values: [192.0.2.2], keyFile: dns.key";
const metrics = "kind: promql, url: https://prometheus.example.com, query: up, atLeast: 1";
const fields = "fields: [{ path: spec.replicas, is: '1' }]";

/** A step of each kind that acts outside: what people call it, what is written, and a word of what it needs as a rule. */
const steps: readonly (readonly [title: string, step: string, needed: string])[] = [
  [
    "gitops out",
    "{ phase: gitops, name: out, within: 5 s, repository: https://git.example.com/a.git, edits: [{ file: a.yaml, set: [{ path: a, value: 0 }] }] }",
    "git host",
  ],
  [
    "kubernetes more",
    `{ phase: kubernetes, name: more, within: 5 s, ${cluster}, ${object}, shallBe: { kind: scale, replicas: 2 } }`,
    "control plane of the cluster",
  ],
  [
    "patroni lead",
    "{ phase: patroni, name: lead, within: 5 s, members: [http://192.0.2.5:8008], credentials: { userFrom: A, passwordFrom: B }, shallBe: { kind: independent } }",
    "store that Patroni",
  ],
  [
    "terraform more",
    "{ phase: terraform, name: more, within: 5 s, directory: infrastructure, epochFile: a.epoch }",
    "store of its state",
  ],
  ["run it", `{ phase: run, name: it, within: 5 s, ${exec} }`, "what it calls"],
  ["notify us", `{ phase: notify, name: us, within: 5 s, ${exec} }`, "carries the message"],
  ["approve spend", "{ phase: approve, name: spend, within: 5 s }", "sign in"],
  [
    "scale gateway in west",
    `{ phase: scale, component: gateway, region: west, within: 5 s, ${exec} }`,
    "control plane of the provider",
  ],
  [
    "warm gateway in west",
    `{ phase: warm, component: gateway, region: west, within: 5 s, ${exec} }`,
    "loaded from",
  ],
  ["route gateway", `{ phase: route, component: gateway, within: 5 s, by: { ${dns} } }`, "name server"],
  ["verify chat", `{ phase: verify, journey: chat, within: 5 s, by: { ${metrics} } }`, "metrics store"],
  [
    "verify chat",
    `{ phase: verify, journey: chat, within: 5 s, by: { kind: kubernetes, ${cluster}, ${object}, ${fields} } }`,
    "control plane of the cluster",
  ],
];

describe("a step that acts outside and does not say what it needs", () => {
  it.each(steps)("is told with what its kind needs as a rule: %s", (title, step, needed) => {
    const [found, ...others] = toldOf(step);
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      severity: "note",
      what: `RecoveryPlan "leave-east": ${title} acts outside, and does not say what it needs`,
    });
    expect(found?.mend).toContain(needed);
    expect(found?.mend).toContain("or write needs: []");
  });

  it.each(steps)("is not told once it says so, be it that it needs nothing: %s", (_, step) => {
    for (const needs of ["[]", "[git]"])
      expect(toldOf(step.replace("within:", `needs: ${needs}, within:`))).toEqual([]);
  });

  it.each([
    ["the failover engine carries it out", "{ phase: verify, journey: chat, within: 5 s }"],
    ["it lets time pass", "{ phase: wait, name: a-while, time: 5 s }"],
    [
      "it needs what it leads to, which is known",
      "{ phase: route, component: gateway, within: 5 s, by: { kind: haproxy, socket: /run/a.sock, backend: a, servers: [{ name: east, state: maint }], epochFile: a.epoch } }",
    ],
    [
      "it needs what it tries, which is known",
      "{ phase: verify, journey: chat, within: 5 s, by: { kind: http, url: https://chat.example.com/ready } }",
    ],
  ])("is not told where %s", (_, step) => {
    expect(toldOf(step)).toEqual([]);
  });

  it.each(exampleNames)("is in no example that is shipped: %s", (name) => {
    const told = lint(editedExample(name, []), { locate: () => null, now: instantMs(0) }, unsaidNeedsRules);
    expect(told.map(({ what }) => what)).toEqual([]);
  });

  it("is told of the plan whose step it is, and not again of one that carries that out", () => {
    const unsaid: Edit = ["name: page, needs: [], within", "name: page, within"];
    const told = lint(
      editedExample("drained-cells", [unsaid]),
      { locate: () => null, now: instantMs(0) },
      unsaidNeedsRules,
    );
    expect(told.map(({ what }) => what)).toEqual([
      'RecoveryPlan "tell": notify page acts outside, and does not say what it needs',
    ]);
  });
});
