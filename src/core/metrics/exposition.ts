import { invariant } from "../problem/problem.ts";
import type { Labels, Metric, Sample } from "./metrics.ts";

/** What a scrape is told that the text is. */
export const expositionType = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Samples in the text format 0.0.4 of Prometheus; those of one metric stand together, in the order in which they came.
 *
 * @throws InvariantBroken when two samples are of one series, which makes Prometheus throw the whole scrape away
 */
export function metricsText(samples: Iterable<Sample>): string {
  const byName = new Map<string, { readonly metric: Metric; readonly lines: string[] }>();
  const seen = new Set<string>();
  for (const sample of samples) {
    const { metric, labels } = sample;
    const series = `${metric.name}${labelsText(labels)}`;
    invariant(!seen.has(series), `two samples are of ${series}`);
    seen.add(series);
    const family = byName.get(metric.name) ?? { metric, lines: [] };
    byName.set(metric.name, family);
    family.lines.push(...linesOf(sample));
  }
  return [...byName.values()].map(({ metric, lines }) => `${headOf(metric)}${lines.join("")}`).join("");
}

function headOf({ name, kind, help }: Metric): string {
  const text = help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return `# HELP ${name} ${text}\n# TYPE ${name} ${kind}\n`;
}

function linesOf(sample: Sample): readonly string[] {
  if (sample.kind === "number")
    return [`${sample.metric.name}${labelsText(sample.labels)} ${numberText(sample.value)}\n`];
  return distributionLines(sample);
}

function distributionLines({
  metric,
  labels,
  value,
}: Extract<Sample, { kind: "distribution" }>): readonly string[] {
  const { name, bounds } = metric;
  let below = 0;
  const buckets = [...bounds, Number.POSITIVE_INFINITY].map((bound, at) => {
    below += value.counts[at] ?? 0;
    return `${name}_bucket${labelsText({ ...labels, le: numberText(bound) })} ${below}\n`;
  });
  const own = labelsText(labels);
  return [...buckets, `${name}_sum${own} ${numberText(value.sum)}\n`, `${name}_count${own} ${below}\n`];
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function numberText(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? "+Inf" : "-Inf";
}
