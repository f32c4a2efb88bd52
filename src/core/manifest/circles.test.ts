import { describe, expect, it } from "vitest";
import { sampleCatalogue } from "../../../test/sample-catalogue.ts";
import { problemsWith, toldOf } from "../../../test/sample-workspace.ts";
import { readWorkspace } from "./manifest.ts";

/** So many components, each of which needs the next, and the last one the first. */
function circleOf(count: number): readonly { readonly path: string; readonly text: string }[] {
  const component = (at: number): string =>
    `apiVersion: holdfast/v1alpha1\nkind: Component\nmetadata: { name: part-${at} }\nspec:\n  type: generic\n  pattern: active-active\n  placements: [{ region: east, replicas: 1 }]\n  needs: [{ component: part-${(at % count) + 1} }]\n`;
  const platform =
    "apiVersion: holdfast/v1alpha1\nkind: Platform\nmetadata: { name: long }\nspec: { regions: [{ name: east, provider: one }] }\n";
  const components = Array.from({ length: count }, (_, at) => component(at + 1));
  return [{ path: "a.yaml", text: [platform, ...components].join("---\n") }];
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
    const read = readWorkspace(circleOf(10_000), sampleCatalogue);
    expect(read.ok ? [] : read.problems.map(toldOf)).toEqual([
      {
        code: "manifest/contradiction",
        what: 'Component "part-10000": spec.needs[0].component closes a circle of hard needs: part-1 needs part-2 needs part-3 needs part-4 needs part-5 needs part-6 needs part-7 needs … (9993 more) needs part-1',
        at: "a.yaml:90004:24",
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
