import type { ManifestDocument, Path } from "../../manifest/document.ts";
import type { Subject } from "../../manifest/issues.ts";
import { isRecord } from "../../manifest/json-schema.ts";
import type { Problem } from "../../problem/problem.ts";
import { counterSum, hasOtherTemplate, hasWindow, windowTemplate, withPlainWindow } from "./query.ts";
import { prometheus, type RatioMetric, sloDocument, type Texts } from "./slo-document.ts";
import { slothAlerting } from "./sloth-alerting.ts";
import {
  resourceSpelling,
  type SlothEvents,
  slothFile,
  slothResource,
  type SlothSlo,
  type SlothSpec,
  slothSpelling,
  type Spelling,
} from "./sloth-schema.ts";
import {
  carriedLabels,
  checkedTitle,
  dropped,
  droppedTogether,
  inOne,
  type Part,
  read,
  refusal,
  told,
  type Translation,
} from "./translation.ts";

/** What a spec of Sloth is read with. */
interface Context extends Subject {
  /** Where `service` and `slos` stand. */
  readonly at: Path;
  readonly spelling: Spelling;
  readonly period: string;
}

interface Settings {
  readonly period: string;
}

/** A file of `version: prometheus/v1`. */
export function fromSloth({ value, locate }: ManifestDocument, { period }: Settings): Translation {
  const service = isRecord(value) && typeof value["service"] === "string" ? ` "${value["service"]}"` : "";
  const subject = `Sloth spec${service}`;
  const context: Context = { subject, value, locate, at: [], spelling: slothSpelling, period };
  const spec = read(context, slothFile);
  return spec.ok ? ofSpec(context, spec.value) : refusal(...spec.problems);
}

/** A resource of `kind: PrometheusServiceLevel`. */
export function fromSlothResource({ value, locate }: ManifestDocument, { period }: Settings): Translation {
  const spelled = { at: ["spec"], spelling: resourceSpelling, period };
  const unnamed: Context = { subject: "PrometheusServiceLevel", value, locate, ...spelled };
  const resource = read(unnamed, slothResource);
  if (!resource.ok) return refusal(...resource.problems);
  const { metadata, status, spec } = resource.value;
  const context: Context = { ...unnamed, subject: `PrometheusServiceLevel "${metadata.name}"` };
  const others = Object.keys(metadata).filter((key) => key !== "name");
  const paths: readonly Path[] = [
    ...others.map((key) => ["metadata", key]),
    ...(status === undefined ? [] : [["status"]]),
  ];
  const mend = "nothing needs to be done where only Kubernetes made use of it";
  return inOne([lossOf(droppedTogether(context, paths, mend)), ofSpec(context, spec)]);
}

function lossOf(warnings: readonly Problem[]): Translation {
  return { documents: [], problems: [], warnings };
}

const pluginsMend = "see that nothing rests on what this plugin did, and then delete it";

function ofSpec(context: Context, spec: SlothSpec): Translation {
  const { at, spelling } = context;
  const plugins =
    spec.sloPlugins === undefined ? [] : [dropped(context, [...at, spelling.sloPlugins], pluginsMend)];
  const { labels, warnings } = carriedLabels(context, [...at, "labels"], spec.labels);
  return inOne([
    lossOf([...plugins, ...warnings]),
    ...spec.slos.map((slo, index) =>
      ofSlo(context, slo, { at: [...at, "slos", index], service: spec.service, labels }),
    ),
  ]);
}

interface Standing {
  readonly at: Path;
  readonly service: string;
  readonly labels: Texts;
}

function ofSlo(context: Context, slo: SlothSlo, { at, service, labels }: Standing): Translation {
  const title = checkedTitle(context, [...at, "name"], `${service}-${slo.name}`);
  const indicator = indicatorOf(context, slo, [...at, "sli"]);
  if (!title.ok || !indicator.ok) {
    return refusal(...(title.ok ? [] : title.problems), ...(indicator.ok ? [] : indicator.problems));
  }
  const own = carriedLabels(context, [...at, "labels"], slo.labels);
  const { ratioMetric, groupBy } = indicator.value;
  const alerting = slothAlerting(context, slo.alerting, { at: [...at, "alerting"], groupBy });
  const document = sloDocument({
    ...{ title: title.value, description: slo.description, service, ratioMetric },
    labels: { ...labels, ...own.labels },
    annotations: { ...alerting.value, "group-by": groupBy.join(",") },
    period: context.period,
    targetPercent: slo.objective,
  });
  const plugins = slo.plugins === undefined ? [] : [dropped(context, [...at, "plugins"], pluginsMend)];
  const losses = [...own.warnings, ...plugins, ...alerting.warnings];
  return {
    documents: [{ document, from: context.locate([...at, "name"], "value") }],
    problems: [],
    warnings: [...title.warnings, ...indicator.warnings, ...losses],
  };
}

interface Indicator {
  readonly ratioMetric: RatioMetric;
  readonly groupBy: readonly string[];
}

function indicatorOf(context: Context, { sli }: SlothSlo, at: Path): Part<Indicator> {
  const given = (["events", "raw", "plugin"] as const).filter((key) => sli[key] !== undefined);
  const refused = (problem: Problem): Part<Indicator> => ({ ok: false, problems: [problem] });
  if (given.length > 1) {
    const because = `has ${given.join(" and ")}, which exclude one another`;
    return refused(
      told(context, "manifest/contradiction", { path: at, because, mend: "delete all but one of them" }),
    );
  }
  if (sli.events !== undefined) return ofEvents(context, sli.events, [...at, "events"]);
  if (sli.raw !== undefined) return ofRaw(context, sli.raw.errorRatioQuery, [...at, "raw"]);
  if (sli.plugin !== undefined) {
    const because = "is a program of Sloth, and what it asks for is not written here";
    const mend = "write the query that it makes, which `sloth generate` shows, under events or raw";
    return refused(told(context, "manifest/unknown-key", { path: [...at, "plugin"], because, mend }));
  }
  const because = "says nothing to measure";
  return refused(told(context, "manifest/missing-key", { path: at, because, mend: "add events, or raw" }));
}

/** What is wrong with a query as Sloth has it. */
function queryProblems(context: Context, query: string, path: Path): readonly Problem[] {
  const refusedFor = (because: string, mend: string): readonly Problem[] => [
    told(context, "manifest/out-of-range", { path, because, mend }),
  ];
  if (hasOtherTemplate(query)) {
    const mend = "write out what stands in the template; only the window is left open";
    return refusedFor(`has a template that is not ${windowTemplate}`, mend);
  }
  if (hasWindow(query)) return [];
  return refusedFor(
    `has no ${windowTemplate}, so that it would be the same over any window`,
    `write [${windowTemplate}] in place of each range`,
  );
}

function ofEvents(context: Context, { errorQuery, totalQuery }: SlothEvents, at: Path): Part<Indicator> {
  const { spelling } = context;
  const problems = [
    ...queryProblems(context, errorQuery, [...at, spelling.errorQuery]),
    ...queryProblems(context, totalQuery, [...at, spelling.totalQuery]),
  ];
  if (problems.length > 0) return { ok: false, problems };
  const counters = counterPair({ errorQuery, totalQuery });
  if (counters !== null) return { ok: true, value: counters, warnings: [] };
  const bad = prometheus(withPlainWindow(errorQuery));
  const total = prometheus(withPlainWindow(totalQuery));
  return {
    ok: true,
    value: { ratioMetric: { counter: true, bad, total }, groupBy: [] },
    warnings: groupsKept(context, `${errorQuery} ${totalQuery}`, at),
  };
}

/**
 * Both queries as the bare counters that they sum the rates of; `null` where that would change the ratio, as it would if one were a
 * rate and the other an increase, or each were summed by other labels.
 */
function counterPair({ errorQuery, totalQuery }: SlothEvents): Indicator | null {
  const bad = counterSum(errorQuery);
  const total = counterSum(totalQuery);
  if (bad === null || bad.per !== total?.per) return null;
  if (bad.by.toSorted().join() !== total.by.toSorted().join()) return null;
  return {
    ratioMetric: { counter: true, bad: prometheus(bad.selector), total: prometheus(total.selector) },
    groupBy: total.by,
  };
}

function ofRaw(context: Context, query: string, at: Path): Part<Indicator> {
  const path = [...at, context.spelling.errorRatioQuery];
  const problems = queryProblems(context, query, path);
  if (problems.length > 0) return { ok: false, problems };
  const raw = prometheus(withPlainWindow(query));
  return {
    ok: true,
    value: { ratioMetric: { counter: false, raw, rawType: "failure" }, groupBy: [] },
    warnings: groupsKept(context, query, path),
  };
}

/** Which labels a query leaves cannot be seen without parsing it; that it may leave some is told. */
function groupsKept(context: Context, queries: string, path: Path): readonly Problem[] {
  if (!/\b(by|without)\s*\(/.test(queries)) return [];
  const because = "groups by labels, and the SLO is taken as one all the same";
  const mend =
    "name the labels that remain in the annotation holdfast.dev/group-by, if the SLO is to be kept apart by them";
  return [told(context, "manifest/contradiction", { path, because, mend })];
}
