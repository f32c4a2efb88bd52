import type { CollectorSettings } from "./environment.ts";

/**
 * What a collector says of spans that it did not keep, in an answer that is otherwise fine; `null`: it kept all. A warning without a
 * rejected span is none, and an answer of another shape says nothing.
 */
export function rejectionIn(answer: Uint8Array, protocol: CollectorSettings["protocol"]): string | null {
  const { rejected, message } = protocol === "http/json" ? inJson(answer) : inProtobuf(answer);
  if (rejected === 0n) return null;
  return `it has rejected ${rejected} span${rejected === 1n ? "" : "s"}${message === "" ? "" : `: ${message}`}`;
}

interface PartialSuccess {
  readonly rejected: bigint;
  readonly message: string;
}

const nothing: PartialSuccess = { rejected: 0n, message: "" };

function inJson(answer: Uint8Array): PartialSuccess {
  try {
    const { partialSuccess } = JSON.parse(Buffer.from(answer).toString()) as {
      partialSuccess?: { rejectedSpans?: unknown; errorMessage?: unknown };
    };
    const { rejectedSpans: rejected, errorMessage: message } = partialSuccess ?? {};
    // A number of 64 bits is a text, and some write it as a number all the same.
    const isCount = typeof rejected === "string" || typeof rejected === "number";
    if (!isCount || !/^\d{1,18}$/.test(String(rejected))) return nothing;
    return { rejected: BigInt(rejected), message: typeof message === "string" ? message : "" };
  } catch {
    return nothing;
  }
}

/** `ExportTraceServiceResponse { partial_success = 1 { int64 rejected_spans = 1; string error_message = 2 } }` */
function inProtobuf(answer: Uint8Array): PartialSuccess {
  const inner = fieldsOf(answer)?.get(1);
  if (!(inner instanceof Uint8Array)) return nothing;
  const fields = fieldsOf(inner);
  const [rejected, message] = [fields?.get(1), fields?.get(2)];
  return {
    rejected: typeof rejected === "bigint" ? rejected : 0n,
    message: message instanceof Uint8Array ? Buffer.from(message).toString() : "",
  };
}

/** Numbers and runs of bytes by their field; `null` when it is no such message. */
function fieldsOf(bytes: Uint8Array): ReadonlyMap<number, bigint | Uint8Array> | null {
  const fields = new Map<number, bigint | Uint8Array>();
  for (let at = 0; at < bytes.length; ) {
    const key = varintAt(bytes, at);
    const value = key === null ? null : varintAt(bytes, key.end);
    if (key === null || value === null) return null;
    const [field, type] = [Number(key.value >> 3n), Number(key.value & 7n)];
    if (type === 0) {
      fields.set(field, value.value);
      at = value.end;
    } else if (type === 2) {
      at = value.end + Number(value.value);
      if (at > bytes.length) return null;
      fields.set(field, bytes.subarray(value.end, at));
    } else return null;
  }
  return fields;
}

function varintAt(bytes: Uint8Array, from: number): { readonly value: bigint; readonly end: number } | null {
  let value = 0n;
  for (let at = from; at < Math.min(bytes.length, from + 10); at += 1) {
    const byte = bytes[at] ?? 0;
    value |= BigInt(byte & 0x7f) << BigInt(7 * (at - from));
    if (byte < 0x80) return { value, end: at + 1 };
  }
  return null;
}
