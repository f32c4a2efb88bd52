import type { Span, UnixNanos } from "../core/trace/span.ts";
import type { Trace } from "../core/trace/trace.ts";
import { timeText } from "../core/units/shown.ts";
import { type Seconds, seconds } from "../core/units/units.ts";
import { printable } from "./evidence-text.ts";
import { ledBy } from "./layout.ts";

const timeColumns = 12;

/** A trace as lines: when each span began after the root, how long it took, what it was, and what went wrong in it. */
export function traceText(trace: Trace, columns: number): string {
  const [root] = trace.spans;
  const head = `${printable(root.name)}  ${new Date(Number(root.from / 1_000_000n)).toISOString()}\ntrace ${trace.id}\n\n`;
  const lines = inOrder(trace.spans, null, 0).map(({ span, depth }) => {
    const times = [since(root.from, span.from), since(span.from, span.to)].map((time) =>
      timeText(time).padStart(timeColumns),
    );
    return ledBy(`${times.join("")}  ${"  ".repeat(depth)}`, printable(spanText(span)), columns);
  });
  return `${head}${lines.join("\n")}\n`;
}

interface Placed {
  readonly span: Span;
  readonly depth: number;
}

/** Each span before those within it, and these in order of time. */
function inOrder(spans: readonly Span[], parentId: string | null, depth: number): readonly Placed[] {
  return spans
    .filter((span) => span.parentId === parentId)
    .toSorted((a, b) => Number(a.from - b.from))
    .flatMap((span) => [{ span, depth }, ...inOrder(spans, span.id, depth + 1)]);
}

function spanText({ name, attributes, status }: Span): string {
  const region = attributes["holdfast.region"];
  const where = typeof region === "string" ? ` ${region}` : "";
  return `${name}${where}${status.kind === "error" ? `: ${status.because}` : ""}`;
}

function since(from: UnixNanos, to: UnixNanos): Seconds {
  return seconds(Number(to - from) / 1e9);
}
