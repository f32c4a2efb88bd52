import { titleOf } from "../llm/llm.ts";
import type { Counted, Latency, LlmSli, NameSet, Share } from "../llm/name-set.ts";
import { type Dashboard, type Panel, rateInterval, type Row, type Variable } from "./dashboard.ts";
import { graph, heatmap } from "./panels.ts";

const titles: Readonly<Record<LlmSli, string>> = {
  "time-to-first-token": "Time to first token",
  "time-per-output-token": "Time per output token",
  "inter-token-latency": "Time between tokens",
  "end-to-end": "Time of a whole answer",
  "request-errors": "Requests that failed",
  "stream-completion": "Answers that did not come to their end",
  "token-errors": "Tokens made in vain",
};

/** Of a language model, by the names under which one runtime exports what its users feel. */
export function llmDashboard(set: NameSet): Dashboard {
  const latencies = set.measured.filter((each) => each.kind === "latency");
  const shares = set.measured.filter((each) => each.kind === "share");
  const missing = set.missing.map(({ sli, because }) => ` Without ${sli}: ${because}.`).join("");
  return {
    name: "llm",
    title: `Holdfast: language models (${titleOf(set)})`,
    description: `What users of a language model feel, by the names of ${titleOf(set)}.${missing}`,
    variables: variablesOf(set),
    rows: [
      { title: "How soon", panels: latencies.flatMap(latencyPanels) },
      { title: "How well", panels: [goodputPanel, ...shares.map(sharePanel)] },
      trafficRow(set, shares),
    ],
  };
}

function variablesOf({ measured, answers }: NameSet): readonly Variable[] {
  const told = [...answers.total, ...measured.flatMap((each) => countersOf(each))].find(
    ({ modelLabel }) => modelLabel !== null,
  );
  const models: readonly Variable[] =
    told === undefined
      ? []
      : [
          {
            ...{ name: "model", label: "Model", pattern: null },
            query: `label_values(${told.metric}, ${told.modelLabel ?? ""})`,
          },
        ];
  return [
    ...models,
    { name: "slo", label: "Goodput of", pattern: null, query: "label_values(slo:period_goodput:ratio, slo)" },
  ];
}

function countersOf(measured: Latency | Share): readonly Counted[] {
  return measured.kind === "latency" ? [] : [measured.part.counted, ...measured.total];
}

/** A counter, or a series of a histogram, of the models that are chosen. */
function selected({ metric, matchers, modelLabel }: Counted, suffix = ""): string {
  const all = [...matchers, ...(modelLabel === null ? [] : [`${modelLabel}=~"$model"`])];
  return `${metric}${suffix}${all.length === 0 ? "" : `{${all.join(",")}}`}`;
}

function rateOf(counted: Counted): string {
  return `sum(rate(${selected(counted)}[${rateInterval}]))`;
}

function rateOfAll(all: readonly Counted[]): string {
  return all.map(rateOf).join(" + ");
}

/** A counter that has counted nothing yet may not be there. */
function orNone(some: string, all: string): string {
  return `(${some} or 0 * (${all}))`;
}

function latencyPanels({ sli, of, unit, note, histogram }: Latency): readonly Panel[] {
  const buckets = selected(histogram, "_bucket");
  const told = {
    unit,
    width: "half",
    description: `Of ${of}${note === null ? "" : `: ${note}`}. Between the edges of its buckets it is a guess.`,
  } as const;
  const quantile = (share: number): string =>
    `histogram_quantile(${share}, sum by (le) (rate(${buckets}[${rateInterval}])))`;
  return [
    graph(
      { ...told, title: titles[sli] },
      [quantile(0.5), "half of them within"],
      [quantile(0.95), "95 % within"],
      [quantile(0.99), "99 % within"],
    ),
    heatmap(
      { ...told, title: `${titles[sli]}: how many` },
      `sum by (le) (increase(${buckets}[${rateInterval}]))`,
    ),
  ];
}

const goodputPanel: Panel = graph(
  {
    ...{ title: "Goodput over an hour", unit: "share", width: "half" },
    description:
      "The share of requests that kept every bound lies between the two lines. Recorded by the SLO that `holdfast slo llm` prints for goodput.",
  },
  ['slo:goodput:ratio_rate1h{bound="guaranteed",slo=~"$slo"}', "{{slo}}: at least"],
  ['slo:goodput:ratio_rate1h{bound="possible",slo=~"$slo"}', "{{slo}}: at most"],
);

function sharePanel({ sli, of, note, lag, part, total }: Share): Panel {
  const all = rateOfAll(total);
  const some = orNone(rateOf(part.counted), all);
  const underWay =
    lag === "none" ? "" : " An answer under way looks bad until it ends, and good when it does.";
  return graph(
    {
      ...{ title: titles[sli], unit: "share", width: "half" },
      description: `Of ${of}${note === null ? "" : `: ${note}`}.${underWay}`,
    },
    [
      part.kind === "bad" ? `${some} / ((${all}) > 0)` : `clamp_min(1 - ${some} / ((${all}) > 0), 0)`,
      `of ${of}`,
    ],
  );
}

function trafficRow({ answers }: NameSet, shares: readonly Share[]): Row {
  const tokens = shares.find(({ of }) => of === "tokens");
  const all = rateOfAll(answers.total);
  const requests = graph(
    {
      ...{ title: "Answers", unit: "per-second", width: "half" },
      description: "All, and those that failed; one that its reader left has not.",
    },
    [all, "all"],
    [orNone(rateOf(answers.failed), all), "failed"],
  );
  const made = tokens && [
    graph(
      {
        ...{ title: "Tokens", unit: "per-second", width: "half" },
        description: "Tokens that were made.",
      },
      [rateOfAll(tokens.total), "made"],
    ),
  ];
  return { title: "How much", panels: [requests, ...(made ?? [])] };
}
