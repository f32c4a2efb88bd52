import { generationsOf, measuredIn } from "../../src/core/llm/llm.ts";
import type { LlmSli } from "../../src/core/llm/name-set.ts";
import type { Distribution } from "./distribution.ts";

type Labels = Readonly<Record<string, string>>;

/** A metric as a server exports it. */
export interface Exposed {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly lines: readonly string[];
}

export function exposedText(all: readonly Exposed[]): string {
  return all.map(({ name, type, lines }) => `# TYPE ${name} ${type}\n${lines.join("\n")}\n`).join("");
}

function series(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}`;
}

/** @param counts of each of its series, and their labels */
export function counter(name: string, ...counts: readonly (readonly [Labels, number])[]): Exposed {
  return { name, type: "counter", lines: counts.map(([labels, count]) => series(name, labels, count)) };
}

export function gauge(name: string, labels: Labels, value: number): Exposed {
  return { name, type: "gauge", lines: [series(name, labels, value)] };
}

/** Whose buckets a histogram has, in which unit, and how it writes a whole number. */
export interface Buckets {
  /** In seconds. */
  readonly edges: readonly number[];
  readonly perSecond: 1 | 1000;
  /** Clients in Python write `1.0`; others write `1`. */
  readonly whole: "1.0" | "1";
}

/** The buckets that a runtime has for an indicator. */
export function bucketsOf(
  { runtime, generation }: { readonly runtime: string; readonly generation: string | null },
  sli: LlmSli,
  whole: Buckets["whole"],
): Buckets {
  const set = generationsOf(runtime).find((each) => each.generation === generation);
  const measured = set === undefined ? null : measuredIn(set, sli);
  if (measured?.kind !== "latency") throw new Error(`${runtime} has no histogram for ${sli}`);
  const perSecond = measured.unit === "seconds" ? 1 : 1000;
  return { edges: measured.edges.map((edge) => edge / perSecond), perSecond, whole };
}

export function histogram(
  name: string,
  labels: Labels,
  { measured, buckets }: { readonly measured: Distribution; readonly buckets: Buckets },
): Exposed {
  const { edges, perSecond, whole } = buckets;
  const bound = (edge: number): string => {
    const written = edge * perSecond;
    return whole === "1.0" && Number.isInteger(written) ? written.toFixed(1) : String(written);
  };
  const below = edges.map((edge) =>
    series(`${name}_bucket`, { ...labels, le: bound(edge) }, measured.atMost(edge)),
  );
  return {
    name,
    type: "histogram",
    lines: [
      ...below,
      series(`${name}_bucket`, { ...labels, le: "+Inf" }, measured.count),
      series(`${name}_sum`, labels, measured.sum * perSecond),
      series(`${name}_count`, labels, measured.count),
    ],
  };
}
