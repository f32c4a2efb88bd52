import type { InstantMs } from "../units/units.ts";
import type { TraceContext } from "./ids.ts";

/** How grave a line is, by the names and the numbers of OpenTelemetry's log data model. */
export const severities = { DEBUG: 5, INFO: 9, WARN: 13, ERROR: 17, FATAL: 21 } as const;
export type Severity = keyof typeof severities;

/** Which process of which platform says it. */
export interface LogOrigin {
  /** `null`: it has not read it yet. */
  readonly platformId: string | null;
  /** `controller`, `agent`, `edge`, `inference` or `lab`. */
  readonly process: string;
  /** `null`: it stands outside all regions. */
  readonly region: string | null;
  readonly pid: number;
  readonly version: string;
}

export interface LogLine {
  readonly at: InstantMs;
  readonly severity: Severity;
  /** What is said, for people. */
  readonly body: string;
  /** Of the reign that the process goes by; `null`: it knows none. */
  readonly epoch: number | null;
  /** `null`: it belongs to no failover. */
  readonly context: TraceContext | null;
  /** What else is known, by names with units. */
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
}

/**
 * One line of a log, a JSON object that ends in a line end: the fields of OpenTelemetry's log data model, with `trace_id` and
 * `span_id` as its page on other log formats names them. What is not known is left out.
 * https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/
 */
export function logLine(line: LogLine, { platformId, process, region, pid, version }: LogOrigin): string {
  const { at, severity, body, epoch, context, attributes } = line;
  const fields = {
    time: new Date(at).toISOString(),
    severity,
    severity_number: severities[severity],
    body,
    "service.name": "holdfast",
    "service.version": version,
    "process.pid": pid,
    ...(platformId === null ? {} : { "holdfast.platform.id": platformId }),
    "holdfast.process": process,
    ...(region === null ? {} : { "holdfast.region": region }),
    ...(epoch === null ? {} : { "holdfast.epoch": epoch }),
    ...(context === null ? {} : { trace_id: context.traceId, span_id: context.spanId, trace_flags: "01" }),
    ...attributes,
  };
  return `${JSON.stringify(fields)}\n`;
}

/** What a line of a log says to people: its body, or all of it where something else wrote it, such as an engine that died. */
export function saidIn(line: string): string {
  try {
    const fields = JSON.parse(line) as unknown;
    const body = typeof fields === "object" && fields !== null && "body" in fields ? fields.body : null;
    return typeof body === "string" ? body : line;
  } catch {
    return line;
  }
}
