import { titleOf } from "../llm/llm.ts";
import type { Counted, LlmSli, Measured, NameSet } from "../llm/name-set.ts";

/** An SLO of OpenSLO to start from, and what has to be known of it. */
export interface LlmDocument {
  readonly document: object;
  readonly notes: readonly string[];
}

interface Wanted {
  /** Seconds. */
  readonly bound: number | null;
  readonly target: number;
  readonly displayName: string;
}

const wanted: Readonly<Record<LlmSli, Wanted>> = {
  "time-to-first-token": { bound: 0.5, target: 0.95, displayName: "Answers begin soon" },
  "time-per-output-token": { bound: 0.05, target: 0.95, displayName: "Answers go on quickly" },
  "inter-token-latency": { bound: 0.1, target: 0.99, displayName: "Answers do not falter" },
  "end-to-end": { bound: 10, target: 0.95, displayName: "Answers end soon" },
  "request-errors": { bound: null, target: 0.999, displayName: "Questions are answered" },
  "stream-completion": { bound: null, target: 0.99, displayName: "Answers come to their end" },
  "token-errors": { bound: null, target: 0.99, displayName: "Tokens reach a reader" },
};

const goodputTarget = 0.95;

/** A name has at most 63 characters, and begins with that of the service. */
export const serviceLengthMax =
  63 - Math.max(...[...Object.keys(wanted), "goodput"].map((name) => `-${name}`.length));

export interface Served {
  readonly set: NameSet;
  /** A name of at most `serviceLengthMax`. */
  readonly service: string;
  /** As the runtime names it; `null`: whatever it serves. */
  readonly model: string | null;
  /** Labels as PromQL has them between braces; `null`: wherever it is served. */
  readonly selector: string | null;
}

/** An SLO for everything that a runtime measures of a model, with bounds at which a bucket ends. */
export function llmDocuments(served: Served): readonly LlmDocument[] {
  const { set } = served;
  return [...set.measured.map((each) => documentOf(each, served)), ...goodputDocument(served)];
}

function documentOf(measured: Measured, served: Served): LlmDocument {
  const { sli, note, source } = measured;
  const counters = countersOf(measured);
  const metricSource = sourceOf(sli, counters, served);
  const { target, displayName } = wanted[sli];
  const objective =
    measured.kind === "latency" ? { op: "lte", value: boundOf(measured), target } : { target };
  const rawType = sli === "stream-completion" ? "success" : "failure";
  const indicator =
    measured.kind === "latency"
      ? { thresholdMetric: { metricSource } }
      : { ratioMetric: { raw: { metricSource }, rawType } };
  const names = counters.map(({ metric }) => metric);
  return {
    document: sloOf({ name: sli, displayName, indicator, objective }, served),
    notes: [
      `Of ${measured.of}, by ${[...new Set(names)].join(" and ")}${note === null ? "." : `: ${note}.`}`,
      ...lagNote(measured),
      `Read in ${source}.`,
    ],
  };
}

function countersOf(measured: Measured): readonly Counted[] {
  return measured.kind === "latency" ? [measured.histogram] : [measured.part.counted, ...measured.total];
}

function lagNote(measured: Measured): readonly string[] {
  return measured.kind === "share" && measured.lag === "until-the-end"
    ? ["An answer under way looks bad until it ends: while traffic grows, a little more than is."]
    : [];
}

/** The first edge that is not below what is wanted. */
function boundOf({ sli, edges, unit }: Measured & { readonly kind: "latency" }): number {
  const perSecond = unit === "seconds" ? 1 : 1000;
  const least = wanted[sli].bound ?? 0;
  const edge = edges.find((each) => each >= least * perSecond) ?? edges.at(-1) ?? least * perSecond;
  return edge / perSecond;
}

function sourceOf(llm: string, counters: readonly Counted[], { set, model, selector }: Served): object {
  const isTold = counters.every(({ modelLabel }) => modelLabel !== null);
  return {
    type: "Prometheus",
    spec: {
      llm,
      runtime: set.runtime,
      ...(set.generation === null ? {} : { generation: set.generation }),
      ...(model !== null && isTold ? { model } : {}),
      ...(selector === null ? {} : { selector }),
    },
  };
}

interface Parts {
  readonly name: string;
  readonly displayName: string;
  readonly indicator: object;
  readonly objective: object;
}

function sloOf({ name, displayName, indicator, objective }: Parts, { service }: Served): object {
  return {
    apiVersion: "openslo/v1",
    kind: "SLO",
    metadata: { name: `${service}-${name}`, displayName },
    spec: {
      service,
      indicator: { metadata: { name: `${service}-${name}` }, spec: indicator },
      timeWindow: [{ duration: "28d", isRolling: true }],
      budgetingMethod: "Occurrences",
      objectives: [objective],
    },
  };
}

function goodputDocument(served: Served): readonly LlmDocument[] {
  const { set } = served;
  const bounds = set.measured.flatMap((each) =>
    each.kind === "latency" && each.of === "requests" ? [[each.sli, boundOf(each)] as const] : [],
  );
  if (bounds.length === 0) return [];
  const counters = [...set.answers.total, set.answers.failed];
  const { type, spec } = sourceOf("goodput", counters, served) as { type: string; spec: object };
  const metricSource = {
    type,
    spec: { ...spec, within: Object.fromEntries(bounds), judged: "guaranteed" },
  };
  const parts: Parts = {
    ...{ name: "goodput", displayName: "Answers keep every bound" },
    indicator: { ratioMetric: { raw: { metricSource }, rawType: "success" } },
    objective: { target: goodputTarget },
  };
  return [
    {
      document: sloOf(parts, served),
      notes: [
        `Of requests, those that kept every bound. ${titleOf(set)} tells each bound by itself, so that only between what their share is can be known; both are recorded, and alerts are raised by the lower one (judged: guaranteed).`,
      ],
    },
  ];
}
