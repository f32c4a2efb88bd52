import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ratio, seconds } from "../../units/units.ts";
import { DistinctDistributions } from "./distinct.ts";
import type { Distribution } from "./distribution.ts";

const time = fc.integer({ min: 0, max: 2 }).map(seconds);
const chance = fc.constantFrom(0.25, 0.5, 1).map(ratio);
const { any } = fc.letrec<{ any: Distribution }>((tie) => {
  const part = tie("any");
  return {
    any: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.record({ kind: fc.constant("fixed" as const), time }),
      fc.record({ kind: fc.constant("uniform" as const), from: time, to: time }),
      fc.record({ kind: fc.constant("exponential" as const), mean: time }),
      fc.record({ kind: fc.constant("log-normal" as const), median: time, sigma: time }),
      fc.record({ kind: fc.constantFrom("sum", "slowest"), of: fc.array(part, { maxLength: 2 }) }),
      fc.record({
        kind: fc.constant("mixture" as const),
        of: fc.array(fc.record({ chance, time: part }), { maxLength: 2 }),
      }),
      fc.record({ kind: fc.constant("retried" as const), attempt: part, success: chance }),
    ),
  };
});

describe("distributions of which like ones are one", () => {
  it("are the same object exactly where they are made of the same", () => {
    fc.assert(
      fc.property(fc.array(any, { maxLength: 12 }), (given) => {
        const distinct = new DistinctDistributions();
        const found = given.map((each) => distinct.like(each));
        expect(found).toEqual(given);
        const contents = new Set(given.map((each) => JSON.stringify(each)));
        expect(new Set(found).size).toBe(contents.size);
      }),
    );
  });

  it("have parts that are the same object too", () => {
    const distinct = new DistinctDistributions();
    const part = (): Distribution => ({ kind: "uniform", from: seconds(1), to: seconds(2) });
    const sum = distinct.like({ kind: "sum", of: [part(), { kind: "slowest", of: [part()] }] });
    expect(sum).toMatchObject({ of: [distinct.like(part()), { of: [distinct.like(part())] }] });
    const first = sum.kind === "sum" ? sum.of[0] : null;
    expect(first).toBe(distinct.like(part()));
  });
});
