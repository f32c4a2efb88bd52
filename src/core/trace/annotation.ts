import { timeText } from "../units/shown.ts";
import { seconds } from "../units/units.ts";
import { momentNames } from "./moments.ts";
import type { Attributes, Span, SpanEvent, UnixNanos } from "./span.ts";
import type { Trace } from "./trace.ts";

/** A mark on the charts of a dashboard: the body of `POST /api/annotations` of Grafana. */
export interface Annotation {
  /** Milliseconds since 1970 in UTC. */
  readonly time: number;
  /** The same; there where the mark is a stretch of time. */
  readonly timeEnd?: number;
  readonly tags: readonly string[];
  readonly text: string;
}

/** When a region was lost, when another was decided for, when it was proven to serve; and the outage as one stretch. */
export function annotationsOf(trace: Trace): readonly Annotation[] {
  const [root] = trace.spans;
  const points = root.events.flatMap((event) => {
    const text = momentText(event);
    return text === null ? [] : [{ time: inMs(event.at), tags: tagsOf(trace, text.tag), text: text.text }];
  });
  const stretch = trace.spans.find(({ name }) => name === "outage") ?? failoverIn(trace);
  return stretch === undefined ? points : [stretchOf(stretch, trace), ...points];
}

function failoverIn({ spans }: Trace): Span | undefined {
  return spans.find(({ name }) => name === "failover" || name === "switchover");
}

function stretchOf({ name, from, to, status }: Span, trace: Trace): Annotation {
  const took = timeText(seconds(Number(to - from) / 1e9));
  const text = `${trace.spans[0].name}: ${name} of ${took}${status.kind === "error" ? `, ${status.because}` : ""}`;
  return { time: inMs(from), timeEnd: inMs(to), tags: tagsOf(trace, name), text };
}

/** `null`: nobody marks a chart by it. */
function momentText({ name, attributes }: SpanEvent): { readonly tag: string; readonly text: string } | null {
  const region = textOf(attributes, "holdfast.region");
  switch (name) {
    case momentNames.fault:
      return { tag: "fault", text: `region ${region} is ${textOf(attributes, "holdfast.fault.manner")}` };
    case momentNames.decision: {
      const goes = attributes["holdfast.order"] === "switchover" ? "hands over" : "is given up";
      return { tag: "decision", text: `region ${region} ${goes}; another is to serve` };
    }
    case momentNames.recovery:
      return {
        tag: "recovery",
        text: `region ${region} serves under epoch ${textOf(attributes, "holdfast.epoch")}; a write and a completion have passed`,
      };
    default:
      return null;
  }
}

function textOf(attributes: Attributes, name: string): string {
  return String(attributes[name] ?? "?");
}

function tagsOf({ id, spans: [root] }: Trace, what: string): readonly string[] {
  return ["holdfast", what, root.name, `trace_id:${id}`];
}

function inMs(at: UnixNanos): number {
  return Number(at / 1_000_000n);
}
