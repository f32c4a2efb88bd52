import { unreachable } from "../problem/problem.ts";
import type { Attribute, Attributes, Span, SpanEvent, SpanStatus } from "./span.ts";
import type { Trace } from "./trace.ts";

// OTLP's messages in JSON: ids in hexadecimal, 64-bit numbers as text, enumerations as numbers, names in lowerCamelCase.
// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding

export type OtlpValue =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly arrayValue: { readonly values: readonly OtlpValue[] } };

export interface OtlpAttribute {
  readonly key: string;
  readonly value: OtlpValue;
}

interface OtlpEvent {
  readonly timeUnixNano: string;
  readonly name: string;
  readonly attributes: readonly OtlpAttribute[];
}

export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly flags: number;
  readonly name: string;
  readonly kind: 1;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly events: readonly OtlpEvent[];
  readonly status: { readonly message?: string; readonly code?: 1 | 2 };
}

interface OtlpScope {
  readonly name: string;
  readonly version: string;
}

/** `TracesData`, and at the same time `ExportTraceServiceRequest`. */
export interface OtlpTraces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] };
    readonly scopeSpans: readonly { readonly scope: OtlpScope; readonly spans: readonly OtlpSpan[] }[];
  }[];
}

/** `SPAN_KIND_INTERNAL`: no call between services is told here. */
const internal = 1;
/** Sampled, and the parent is known to be of the same program. */
const flags = 0x101;

/** @param more what the resource carries besides, as the environment names it; it wins */
export function otlpOf(traces: readonly Trace[], more: Attributes = {}): OtlpTraces {
  return {
    resourceSpans: traces.map((trace) => ({
      resource: { attributes: attributesOf({ ...trace.resource, ...more }) },
      scopeSpans: [
        {
          scope: { name: "holdfast", version: trace.version },
          spans: trace.spans.map((span) => spanOf(span, trace.id)),
        },
      ],
    })),
  };
}

/** The text of a file that holds these traces. */
export function otlpText(traces: readonly Trace[]): string {
  return `${JSON.stringify(otlpOf(traces), null, 2)}\n`;
}

function spanOf(
  { id, parentId, name, from, to, attributes, events, status }: Span,
  traceId: string,
): OtlpSpan {
  return {
    traceId,
    spanId: id,
    ...(parentId === null ? {} : { parentSpanId: parentId }),
    flags,
    name,
    kind: internal,
    startTimeUnixNano: String(from),
    endTimeUnixNano: String(to),
    attributes: attributesOf(attributes),
    events: events.map(eventOf),
    status: statusOf(status),
  };
}

function eventOf({ name, at, attributes }: SpanEvent): OtlpEvent {
  return { timeUnixNano: String(at), name, attributes: attributesOf(attributes) };
}

function statusOf(status: SpanStatus): OtlpSpan["status"] {
  switch (status.kind) {
    case "unset":
      return {};
    case "ok":
      return { code: 1 };
    case "error":
      return { message: status.because, code: 2 };
    default:
      return unreachable(status);
  }
}

function attributesOf(attributes: Attributes): readonly OtlpAttribute[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: valueOf(value) }));
}

function valueOf(value: Attribute): OtlpValue {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "bigint") return { intValue: String(value) };
  if (typeof value === "number") return { doubleValue: value };
  return { arrayValue: { values: value.map((each) => ({ stringValue: each })) } };
}
