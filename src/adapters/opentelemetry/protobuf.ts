import type { OtlpAttribute, OtlpSpan, OtlpTraces, OtlpValue } from "../../core/trace/otlp.ts";

// The wire format of Protocol Buffers, as far as `opentelemetry/proto/trace/v1/trace.proto` and `common.proto` need it. The numbers
// of fields are theirs. https://protobuf.dev/programming-guides/encoding/

type Bytes = Uint8Array;

/** An `ExportTraceServiceRequest`; the same bytes as `TracesData`. */
export function tracesBytes({ resourceSpans }: OtlpTraces): Bytes {
  return message(
    resourceSpans.map(({ resource, scopeSpans }) =>
      nested(1, [
        nested(1, resource.attributes.map(attribute(1))),
        ...scopeSpans.map(({ scope, spans }) =>
          nested(2, [
            nested(1, [text(1, scope.name), text(2, scope.version)]),
            ...spans.map((span) => nested(2, spanFields(span))),
          ]),
        ),
      ]),
    ),
  );
}

function spanFields(span: OtlpSpan): readonly Bytes[] {
  const { message: because, code } = span.status;
  return [
    delimited(1, hexBytes(span.traceId)),
    delimited(2, hexBytes(span.spanId)),
    ...(span.parentSpanId === undefined ? [] : [delimited(4, hexBytes(span.parentSpanId))]),
    text(5, span.name),
    whole(6, BigInt(span.kind)),
    fixed64(7, BigInt(span.startTimeUnixNano)),
    fixed64(8, BigInt(span.endTimeUnixNano)),
    ...span.attributes.map(attribute(9)),
    ...span.events.map(({ timeUnixNano, name, attributes }) =>
      nested(11, [fixed64(1, BigInt(timeUnixNano)), text(2, name), ...attributes.map(attribute(3))]),
    ),
    nested(15, [
      ...(because === undefined ? [] : [text(2, because)]),
      ...(code === undefined ? [] : [whole(3, BigInt(code))]),
    ]),
    fixed32(16, span.flags),
  ];
}

function attribute(field: number): (attribute: OtlpAttribute) => Bytes {
  return ({ key, value }) => nested(field, [text(1, key), nested(2, [anyValue(value)])]);
}

function anyValue(value: OtlpValue): Bytes {
  if ("stringValue" in value) return text(1, value.stringValue);
  if ("boolValue" in value) return whole(2, value.boolValue ? 1n : 0n);
  if ("intValue" in value) return whole(3, BigInt(value.intValue));
  if ("doubleValue" in value) return double(4, value.doubleValue);
  return nested(
    5,
    value.arrayValue.values.map((each) => nested(1, [anyValue(each)])),
  );
}

// --- fields of the wire ---

const varintType = 0;
const fixed64Type = 1;
const delimitedType = 2;
const fixed32Type = 5;

function message(fields: readonly Bytes[]): Bytes {
  return Buffer.concat(fields);
}

function nested(field: number, fields: readonly Bytes[]): Bytes {
  return delimited(field, message(fields));
}

function text(field: number, value: string): Bytes {
  return delimited(field, Buffer.from(value, "utf8"));
}

function delimited(field: number, value: Bytes): Bytes {
  return message([key(field, delimitedType), varint(BigInt(value.length)), value]);
}

/** A negative number is written as its two's complement in 64 bits. */
function whole(field: number, value: bigint): Bytes {
  return message([key(field, varintType), varint(BigInt.asUintN(64, value))]);
}

function fixed64(field: number, value: bigint): Bytes {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return message([key(field, fixed64Type), bytes]);
}

function double(field: number, value: number): Bytes {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return message([key(field, fixed64Type), bytes]);
}

function fixed32(field: number, value: number): Bytes {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return message([key(field, fixed32Type), bytes]);
}

function key(field: number, type: number): Bytes {
  return varint((BigInt(field) << 3n) | BigInt(type));
}

function varint(value: bigint): Bytes {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

function hexBytes(digits: string): Bytes {
  return Buffer.from(digits, "hex");
}
