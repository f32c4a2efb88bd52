import generated from "@opentelemetry/otlp-transformer/build/src/generated/root.js";
import type { OtlpTraces } from "../src/core/trace/otlp.ts";

/** A message as the code that protobufjs made of the official `.proto` files reads and writes it. */
interface Message {
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
  fromObject(object: object): object;
  toObject(message: object, options: object): object;
}

const { ExportTraceServiceRequest, ExportTraceServiceResponse } = (
  generated as unknown as {
    opentelemetry: {
      proto: {
        collector: {
          trace: {
            v1: Readonly<Record<"ExportTraceServiceRequest" | "ExportTraceServiceResponse", Message>>;
          };
        };
      };
    };
  }
).opentelemetry.proto.collector.trace.v1;

/** What Protocol Buffers leave out when it is what goes without saying. */
const plain = { longs: String, bytes: Buffer, enums: Number, arrays: false, objects: false };

/** The bytes of a request, read by the official messages, in OTLP's JSON: ids in hexadecimal. */
export function decodedTraces(bytes: Uint8Array): OtlpTraces {
  const object = ExportTraceServiceRequest.toObject(ExportTraceServiceRequest.decode(bytes), plain);
  return inHex(object) as OtlpTraces;
}

/**
 * A request in OTLP's JSON, through the official messages and back. What has another name there, or another type, is lost or
 * changed on the way.
 */
export function throughOfficialMessages(traces: OtlpTraces): OtlpTraces {
  const message = ExportTraceServiceRequest.fromObject(fromHex(traces) as object);
  return decodedTraces(ExportTraceServiceRequest.encode(message).finish());
}

/** The answer of a collector that did not keep every span. */
export function partialSuccessBytes(rejectedSpans: number, errorMessage: string): Uint8Array {
  const answer = ExportTraceServiceResponse.fromObject({ partialSuccess: { rejectedSpans, errorMessage } });
  return ExportTraceServiceResponse.encode(answer).finish();
}

const ids = ["traceId", "spanId", "parentSpanId"];

function inHex(value: unknown): unknown {
  return mapped(value, (each) => (each instanceof Uint8Array ? Buffer.from(each).toString("hex") : each));
}

function fromHex(value: unknown): unknown {
  return mapped(value, (each, key) =>
    typeof each === "string" && ids.includes(key) ? Buffer.from(each, "hex") : each,
  );
}

function mapped(value: unknown, change: (value: unknown, key: string) => unknown, key = ""): unknown {
  const changed = change(value, key);
  if (changed instanceof Uint8Array || typeof changed !== "object" || changed === null) return changed;
  if (Array.isArray(changed)) return changed.map((each) => mapped(each, change, key));
  return Object.fromEntries(
    Object.entries(changed).map(([name, each]) => [name, mapped(each, change, name)]),
  );
}
