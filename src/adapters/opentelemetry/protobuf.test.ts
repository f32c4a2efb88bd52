import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deedOf, drillEvidence, sha256 } from "../../../test/example-evidence.ts";
import { decodedTraces, throughOfficialMessages } from "../../../test/otlp-decoder.ts";
import { type OtlpTraces, otlpOf } from "../../core/trace/otlp.ts";
import type { Attribute } from "../../core/trace/span.ts";
import { type Trace, tracesIn } from "../../core/trace/trace.ts";
import { tracesBytes } from "./protobuf.ts";

const missed = [{ name: "recovery-time", isMet: false, because: "the outage of 9.1 s is longer" }];
const traces: readonly Trace[] = [
  ...tracesIn(drillEvidence({}, { deeds: [deedOf("west", "promote", [360, 690])] }), sha256),
  ...tracesIn(drillEvidence({ verdict: "missed", judgements: missed }, { endsMs: { detect: 204 } }), sha256),
];

/** Empty lists and messages are not written; a reader finds them empty all the same. */
function withoutEmpty(traces: OtlpTraces): unknown {
  const text = JSON.stringify(traces, (_key, value: unknown) =>
    Array.isArray(value) && value.length === 0 ? undefined : value,
  );
  return JSON.parse(text);
}

const attribute: fc.Arbitrary<Attribute> = fc.oneof(
  fc.string(),
  fc.boolean(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
  fc.array(fc.string(), { minLength: 1 }),
);

describe("traces in OTLP", () => {
  it("are what the official messages say when they are JSON: each key and each type is theirs", () => {
    const written = otlpOf(traces);
    expect(withoutEmpty(throughOfficialMessages(written))).toEqual(withoutEmpty(written));
  });

  it("are the same in bytes, as the official messages read them", () => {
    expect(withoutEmpty(decodedTraces(tracesBytes(otlpOf(traces))))).toEqual(withoutEmpty(otlpOf(traces)));
  });

  it("carry counts as whole numbers, and lengths of time as others even where they are whole", () => {
    const [root] = otlpOf(traces).resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
    expect(root?.attributes).toContainEqual({ key: "holdfast.writes.lost", value: { intValue: "0" } });
    const rto = { key: "holdfast.objective.rto.seconds", value: { doubleValue: 4 } };
    expect(root?.attributes).toContainEqual(rto);
  });

  it("carry every attribute as it was, whatever it is", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), attribute), (resource) => {
        const [trace] = traces;
        const written = otlpOf(trace === undefined ? [] : [{ ...trace, resource }]);
        expect(decodedTraces(tracesBytes(written)).resourceSpans[0]?.resource.attributes ?? []).toEqual(
          written.resourceSpans[0]?.resource.attributes,
        );
      }),
    );
  });
});
