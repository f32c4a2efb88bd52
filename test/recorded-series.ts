import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nameSets } from "../src/core/llm/llm.ts";
import type { NameSet } from "../src/core/llm/name-set.ts";
import { compositeGroups } from "../src/core/slo/composite.ts";
import { llmDocuments } from "../src/core/slo/llm-documents.ts";
import type { Labels } from "../src/core/slo/prometheus.ts";
import { readSlos } from "../src/core/slo/read-slos.ts";
import { ruleGroups } from "../src/core/slo/rules.ts";
import { instantMs } from "../src/core/units/units.ts";
import { names } from "../lab/inference/names.ts";
import { Metrics } from "../lab/inference/metrics.ts";
import { readOpenSlo } from "../src/core/openslo/openslo.ts";
import { projectRoot } from "./built-program.ts";
import { metric, read, spec, threshold } from "./openslo-documents.ts";

export interface RecordedSeries {
  readonly name: string;
  readonly labels: Labels;
}

const counted = {
  metadata: { name: "answers" },
  spec: { ratioMetric: { counter: true, bad: metric, total: metric } },
};

/** Kept apart by region: its errors have that label, and its objective has not. */
const bySum = { metricSource: { type: "Prometheus", spec: { query: "sum by (region) (up)" } } };
const apart = {
  metadata: { name: "answers" },
  spec: { ratioMetric: { counter: true, bad: bySum, total: bySum } },
};

/** Each objective cuts at a bound of its own, and has errors of its own. */
const bounds = [
  { target: 0.9, op: "lt", value: 1 },
  { target: 0.99, op: "lt", value: 2 },
];

/** One that is held against two targets, one against two bounds, one for each region, and one of two parts. */
const documents = [
  {
    metadata: { name: "twofold" },
    spec: { indicator: counted, objectives: [{ target: 0.99 }, { target: 0.999 }] },
  },
  { metadata: { name: "bounded" }, spec: { indicator: threshold, objectives: bounds } },
  { metadata: { name: "apart" }, spec: { indicator: apart, objectives: [{ target: 0.99 }] } },
  {
    metadata: { name: "whole" },
    spec: {
      indicator: undefined,
      objectives: [
        { target: 0.99, indicator: counted },
        { target: 0.95, indicator: { ...counted, metadata: { name: "tokens" } } },
      ],
    },
  },
].map((each) => ({ apiVersion: "openslo/v1", kind: "SLO", ...each, spec: { ...spec, ...each.spec } }));

/** What rules record: of the examples, of a language model with its goodput, of several objectives and of a composite. */
export function recordedSeries(): readonly RecordedSeries[] {
  const examples = ["chat.yaml", "llm.yaml"].flatMap((path) =>
    readOpenSlo({ path, text: readFileSync(join(projectRoot, "examples", "slos", path), "utf8") }, "strict"),
  );
  const set = nameSets.find(({ runtime, generation }) => runtime === "vllm" && generation === "v0.12");
  const ofModel =
    set === undefined ? [] : llmDocuments({ set, service: "model", model: null, selector: null });
  const made = [...documents, ...ofModel.map(({ document }) => document)].map((each) => read(each));
  const { slos, composites, problems } = readSlos([...examples, ...made], instantMs(0));
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const groups = [...slos.flatMap(ruleGroups), ...composites.flatMap(compositeGroups)];
  return groups.flatMap(({ rules }) =>
    rules.flatMap((rule) => ("record" in rule ? [{ name: rule.record, labels: rule.labels }] : [])),
  );
}

/** What the lab exports under the names of a runtime: series, as a scrape writes them, without their values. */
export function exportedAs({ runtime, generation }: NameSet): readonly string[] {
  const called = generation === null ? runtime : `${runtime}-${generation}`;
  const exposed = names.get(called)?.(new Metrics(), { model: "m", running: 0, waiting: 0 }) ?? [];
  return exposed.flatMap(({ lines }) => lines.map((line) => line.replace(/ \S+$/, "")));
}
