import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RuleId } from "../src/core/lint/finding.ts";
import { retiredIds, rules } from "../src/core/lint/rules.ts";
import { projectRoot } from "./built-program.ts";
import { exampleText, findingsInText } from "./lint-examples.ts";

const named = rules.map(({ id, code }) => [`${id} ${code}`, id] as const);

describe("the examples of the rules", () => {
  it.each(named)("break %s and nothing else, at a place", (_, id) => {
    const found = findingsInText(exampleText(id, "fails"));
    expect(found.map(({ rule, what }) => [rule, what])).toEqual([[id, expect.any(String)]]);
    expect(found[0]?.where).toMatchObject({ file: "workspace.yaml" });
  });

  it.each(named)("keep %s, and every other rule", (_, id) => {
    expect(findingsInText(exampleText(id, "passes")).map(({ rule, what }) => [rule, what])).toEqual([]);
  });

  it("are there for every rule, and for no other", () => {
    const folders = readdirSync(join(projectRoot, "examples", "lint")).sort();
    expect(folders).toEqual(rules.map(({ id }) => id));
  });
});

/** What is written in an example that fails, the value at which it is just kept, and one that is just beyond. */
const bounds: readonly (readonly [id: RuleId, written: string, kept: string, broken: string])[] = [
  ["HF017", "replicas: 4, required: 3 }", "replicas: 6, required: 3 }", "replicas: 5, required: 3 }"],
  [
    "HF018",
    "capacity: quota",
    "capacity: quota, capacityLikelihood: 99 %",
    "capacity: quota, capacityLikelihood: 98 %",
  ],
  ["HF022", "mttr: 10 h", "mttr: 6.6 h", "mttr: 6.7 h"],
  ["HF023", "size: 140 GiB", "size: 60 GB", "size: 61 GB"],
  ["HF027", "ttl: 5 min", "ttl: 59.7 s", "ttl: 59.8 s"],
  ["HF030", "rpo: 0 s", "rpo: 5 s", "rpo: 4.9 s"],
  ["HF032", "checkpointEvery: 2 h", "checkpointEvery: 59 min", "checkpointEvery: 60 min"],
  [
    "HF036",
    "{ attempts: 3, backoff: exponential }",
    "{ attempts: 2, backoff: exponential }",
    "{ attempts: 4, backoff: exponential }",
  ],
  ["HF039", "timeout: 5 s", "timeout: 2 s", "timeout: 2.1 s"],
  [
    "HF044",
    "{ component: audit }",
    "{ component: audit, strength: degraded, fallbacks: [billing] }",
    "{ component: audit, timeout: 1 s }",
  ],
  ["HF053", "promote: 90 s", "promote: 60 s to 5 min", 'promote: "61 s, p95 5 min"'],
  ["HF057", "size: 4", "size: 3", "size: 4"],
  ["HF058", "checkpointEvery: 12 h", "checkpointEvery: 3 h", "checkpointEvery: 5 h"],
  ["HF067", "cadence: 180 d", "cadence: 90 d", "cadence: 91 d"],
  ["HF069", "coolDown: 10 s", "coolDown: 30 s", "coolDown: 29 s"],
  ["HF070", "within: 60 s", "within: 39.7 s", "within: 39.8 s"],
  ["HF071", "silentAfter: 90 s", "silentAfter: 60 s", "silentAfter: 61 s"],
  ["HF072", "silentAfter: 90 s", "silentAfter: 80 s", "silentAfter: 81 s"],
  ["HF074", "rto: 4 s", "rto: 5.2 s", "rto: 5.1 s"],
  ["HF075", "sla: 99.9 %", "sla: 99.95 %", "sla: 99.94 %"],
  ["HF080", "rto: 45 s", "rto: 60 s", "rto: 59 s"],
  ["HF081", "likelihoodPerYear: 12", "likelihoodPerYear: 5.2", "likelihoodPerYear: 5.3"],
  ["HF087", "until: 2025-03-31", "until: 2026-11-27", "until: 2026-11-26"],
];

describe("a bound", () => {
  it.each(bounds)("of %s is broken just beyond it, and not at it", (...[id, written, kept, broken]) => {
    const text = exampleText(id, "fails");
    const foundWith = (value: string): boolean =>
      findingsInText(text.replace(written, value)).some(({ rule }) => rule === id);
    expect(text).toContain(written);
    expect({ kept: foundWith(kept), broken: foundWith(broken) }).toEqual({ kept: false, broken: true });
  });
});

/** Why a rule does not speak of an example that fails, and what was written in it and is written instead. */
const exceptions: readonly (readonly [id: RuleId, because: string, written: string, instead: string])[] = [
  ["HF010", "nothing is kept that two could acknowledge", "pattern: hot-standby", "pattern: active-active"],
  [
    "HF017",
    "more are started",
    "type: inference\n  pattern: hot-standby\n",
    "type: inference\n  pattern: hot-standby\n  recovery: { provision: 30 s }\n",
  ],
  ["HF018", "they run already", "pattern: warm-standby", "pattern: hot-standby"],
  ["HF020", "all of them must work anyway", "required: 2, zones", "required: 3, zones"],
  [
    "HF021",
    "another place answers",
    "zones: [a, b] }\n",
    "zones: [a, b] }\n    - { region: west, replicas: 3 }\n",
  ],
  [
    "HF023",
    "every place holds them already",
    "type: inference\n  pattern: hot-standby",
    "type: inference\n  pattern: active-active",
  ],
  ["HF037", "there is one try", "attempts: 3", "attempts: 1"],
  [
    "HF042",
    "it is missed, and not needed",
    "fallbacks: [small-model] }",
    "fallbacks: [small-model], strength: soft }",
  ],
  ["HF045", "nothing is stopped", "    - { fate: cloud-a-control-plane, how: lost }\n", ""],
  ["HF045", "what it covers goes down with it, and is told as that", "stops: recovery", "stops: serving"],
  ["HF048", "what serves goes on", "stops: serving", "stops: recovery"],
  ["HF050", "its places all serve", "pattern: hot-standby", "pattern: active-active"],
  ["HF055", "cells go on without it", "{ component: sessions }", "{ component: sessions, strength: soft }"],
  ["HF059", "a repair is over sooner", "restart: 10 min", "restart: 3 h"],
  [
    "HF060",
    "what it stands in for does not run on one cloud",
    "region: east, replicas: 2, required: 1 }\n    - { region: west, replicas: 2, required: 1 }\n---",
    "region: east, replicas: 2, required: 1 }\n    - { region: central, replicas: 2, required: 1 }\n---",
  ],
  [
    "HF075",
    "the contract is of one place of two",
    "    - { region: east, replicas: 2, required: 1 }\n",
    "    - { region: east, replicas: 2, required: 1 }\n    - { region: west, replicas: 2, required: 1 }\n",
  ],
  ["HF084", "there is nothing to switch to", "    - { region: west, replicas: 1 }\n", ""],
];

describe("a rule", () => {
  it.each(exceptions)("%s says nothing where %s", (...[id, , written, instead]) => {
    const text = exampleText(id, "fails");
    expect(text).toContain(written);
    expect(findingsInText(text.replace(written, instead)).map(({ rule }) => rule)).not.toContain(id);
  });
});

describe("the rules", () => {
  it("are at least 40, each with an id and a code of its own", () => {
    expect(rules.length).toBeGreaterThanOrEqual(40);
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    expect(new Set(rules.map(({ code }) => code)).size).toBe(rules.length);
    expect(rules.filter(({ id }) => !/^HF\d{3}$/.test(id))).toEqual([]);
  });

  it("have every id up to the last, but for those that are retired", () => {
    const ids = [...rules.map(({ id }) => id), ...retiredIds].sort();
    expect(ids).toEqual(ids.map((_, at) => `HF${String(at + 1).padStart(3, "0")}`));
  });

  it.each(rules.map((rule) => [rule.id, rule] as const))(
    "say in plain words why, what to do and on what they rest: %s",
    (_, rule) => {
      const { title, why, mend, source } = rule;
      for (const text of [title, why, mend, source.title, source.date])
        expect(text).not.toMatch(/^\s*$|\.$|\s{2}/);
      expect(source.date).toMatch(/^\d{4}(-\d{2}){0,2}$/);
    },
  );
});
