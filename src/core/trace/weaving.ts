import type { Digest } from "../evidence/ports.ts";
import type { MonotonicMs } from "../units/units.ts";
import type { Dating } from "./dating.ts";
import { spanIdOf } from "./ids.ts";
import type { Attributes, Span, SpanEvent, SpanStatus } from "./span.ts";

/** What every span of one trace is made with. */
export interface Loom {
  readonly traceId: string;
  readonly digest: Digest;
  readonly dated: Dating;
}

export interface Stretch {
  readonly from: MonotonicMs;
  readonly to: MonotonicMs;
}

/** A span before it has ids and dates. */
export interface PlannedSpan extends Stretch {
  /** Its place in the trace, which gives it its id. */
  readonly place: string;
  /** `null`: it is the root. */
  readonly parent: string | null;
  readonly name: string;
  readonly attributes: Attributes;
  readonly events?: readonly SpanEvent[];
  readonly status?: SpanStatus;
}

export function woven({ traceId, digest, dated }: Loom, planned: PlannedSpan): Span {
  const { place, parent, name, from, to, attributes, events, status } = planned;
  return {
    id: spanIdOf(traceId, place, digest),
    parentId: parent === null ? null : spanIdOf(traceId, parent, digest),
    name,
    from: dated(from),
    to: dated(to),
    attributes,
    events: events ?? [],
    status: status ?? { kind: "unset" },
  };
}
