import type { Parsed, Problem } from "../problem/problem.ts";
import type { Labels } from "./prometheus.ts";

/** What servers export, as Prometheus reads it from them: the labels of every series, by metric. */
export interface Exposition {
  /** The files that it was read from. */
  readonly files: readonly string[];
  readonly series: ReadonlyMap<string, readonly Labels[]>;
}

interface Text {
  readonly path: string;
  readonly text: string;
}

/** More lines than this that are none say nothing new. */
const problemsMax = 5;

/** Reads answers of `/metrics`, in the text format of Prometheus or OpenMetrics; values and times are passed over. */
export function readExposition(texts: readonly Text[]): Parsed<Exposition> {
  const series = new Map<string, Labels[]>();
  const problems: Problem[] = [];
  for (const { path, text } of texts)
    for (const [at, line] of text.split("\n").entries()) {
      if (line.trim() === "" || line.startsWith("#")) continue;
      const read = readSample(line);
      if (read === null) problems.push(unreadable(path, at + 1, line));
      else series.set(read.metric, [...(series.get(read.metric) ?? []), read.labels]);
    }
  const [first, ...others] = problems.slice(0, problemsMax);
  if (first !== undefined) return { ok: false, problems: [first, ...others] };
  return { ok: true, value: { files: texts.map(({ path }) => path), series } };
}

function unreadable(file: string, line: number, text: string): Problem {
  return {
    code: "slo/unreadable-metrics",
    what: `"${text.slice(0, 60)}" is no sample`,
    where: { file, line, column: 1 },
    why: "bounds are held against the buckets that a server has",
    mend: "save what the server answers at /metrics, such as with curl http://127.0.0.1:8000/metrics",
  };
}

/** Name, labels between braces, value; what may follow it, a time or an exemplar, says nothing of the labels. */
const sample =
  /^([a-zA-Z_:][\w:]*)?(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?\s+(?:[-+]?(?:\d|\.\d|inf\b)|nan\b)/i;
/** A label, whose name may stand in quotes; or, in quotes and without a value, the name of the metric, as Prometheus 3 has it. */
const part =
  /\s*(?:([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"|"((?:[^"\\]|\\.)*)"(?:\s*=\s*"((?:[^"\\]|\\.)*)")?)\s*(?:,|$)/g;

function readSample(line: string): { readonly metric: string; readonly labels: Labels } | null {
  const found = sample.exec(line);
  const inner = found?.[2] ?? "";
  if (found === null || inner.replaceAll(part, "").trim() !== "") return null;
  const parts = [...inner.matchAll(part)].map(([, name, value, quoted = "", ofQuoted]) => ({
    name: name ?? unescaped(quoted),
    value: value ?? ofQuoted,
  }));
  const metric = found[1] ?? parts.find(({ value }) => value === undefined)?.name;
  const labels = parts.flatMap(({ name, value }) => (value === undefined ? [] : [[name, unescaped(value)]]));
  return metric === undefined ? null : { metric, labels: Object.fromEntries(labels) as Labels };
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, after: string) => (after === "n" ? "\n" : after));
}
