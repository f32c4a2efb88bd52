import { describe, expect, it } from "vitest";
import { problemsWith, toldOf } from "../../../test/sample-workspace.ts";
import type { ReadSubject } from "./contradiction.ts";
import { contradictions } from "./contradictions.ts";
import { apiVersion, documentSchemas } from "./schema.ts";

/** So many components, each of which needs the next, and the last one the first; each declared on a line of its own. */
function circleOf(count: number): readonly ReadSubject[] {
  const read = documentSchemas.Component.parse({
    ...{ apiVersion, kind: "Component", metadata: { name: "part" } },
    spec: {
      ...{ type: "generic", pattern: "active-active", placements: [{ region: "east", replicas: 1 }] },
      needs: [{ component: "part" }],
    },
  });
  const [need] = read.spec.needs;
  return Array.from({ length: count }, (_, at): ReadSubject => {
    const name = `part-${at + 1}`;
    const needs = need === undefined ? [] : [{ ...need, component: `part-${((at + 1) % count) + 1}` }];
    const locate = () => ({ file: "a.yaml", line: at + 1, column: 1 });
    return {
      kind: "Component",
      document: { kind: "Component", subject: `Component "${name}"`, value: {}, locate },
      read: { ...read, metadata: { ...read.metadata, name }, spec: { ...read.spec, needs } },
    };
  });
}

describe("hard needs that run in a circle", () => {
  it("are told where the circle closes", () => {
    expect(
      problemsWith(["database", "  failure:", "  needs:\n    - { component: gateway }\n  failure:"]),
    ).toEqual([
      {
        code: "manifest/contradiction",
        what: 'Component "gateway": spec.needs[0].component closes a circle of hard needs: database needs gateway needs database',
        at: "gateway.yaml:11:20",
        mend: "let one of them do without another: strength: soft or degraded",
      },
    ]);
  });

  it("are told of a component that needs itself", () => {
    expect(
      problemsWith(["database", "  failure:", "  needs:\n    - { component: database }\n  failure:"]),
    ).toMatchObject([
      { what: expect.stringContaining("database needs database") as string, at: "database.yaml:12:20" },
    ]);
  });

  it("may run through what is soft", () => {
    const loop = "  needs:\n    - { component: gateway, strength: soft }\n  failure:";
    expect(problemsWith(["database", "  failure:", loop])).toEqual([]);
  });

  it("are told where they run through a fallback, which would be down exactly when it is wanted", () => {
    expect(
      problemsWith(["other-model", "  api:", "  needs:\n    - { component: gateway }\n  api:"]),
    ).toMatchObject([
      {
        what: expect.stringContaining("gateway needs other-model needs gateway") as string,
        at: "other-model.yaml:11:20",
      },
    ]);
  });

  it("are told of a circle of 10,000 in a few words", () => {
    expect(contradictions(circleOf(10_000)).map(toldOf)).toEqual([
      {
        code: "manifest/contradiction",
        what: 'Component "part-10000": spec.needs[0].component closes a circle of hard needs: part-1 needs part-2 needs part-3 needs part-4 needs part-5 needs part-6 needs part-7 needs … (9993 more) needs part-1',
        at: "a.yaml:10000:1",
        mend: "let one of them do without another: strength: soft or degraded",
      },
    ]);
  });
});

describe("policies that inherit in a circle", () => {
  it("are told where the circle closes", () => {
    expect(problemsWith(["baseline", "spec:\n", "spec:\n  inherits: strict\n"])).toEqual([
      {
        code: "manifest/contradiction",
        what: 'Policy "strict": spec.inherits closes a circle: baseline inherits from strict inherits from baseline',
        at: "strict.yaml:5:13",
        mend: "let one of them inherit from nothing: delete inherits",
      },
    ]);
  });

  it("are told of a policy that inherits from itself", () => {
    expect(problemsWith(["strict", "inherits: baseline", "inherits: strict"])).toMatchObject([
      { what: expect.stringContaining("strict inherits from strict") as string },
    ]);
  });
});
