import { z } from "zod";
import type { ManifestDocument, Path } from "../../manifest/document.ts";
import type { Subject } from "../../manifest/issues.ts";
import type { Problem } from "../../problem/problem.ts";
import { description, someText } from "../fields.ts";
import { type PyrraIndicator, pyrraIndicator, indicatorOf } from "./pyrra-indicator.ts";
import { type Kept, keptAnnotations, keptName } from "./alert-annotations.ts";
import { mapText, sloDocument, type Texts } from "./slo-document.ts";
import {
  carriedLabels,
  checkedTitle,
  dropped,
  droppedTogether,
  type Part,
  read,
  refusal,
  told,
  type Translation,
} from "./translation.ts";

const anything = z.unknown().optional();
const texts = z.record(z.string(), z.string()).optional();

const metadata = z.looseObject({
  name: someText("What the resource is called.", "chat-errors"),
  labels: texts,
  annotations: texts,
});

const alerting = z.strictObject({
  disabled: z.boolean().optional(),
  burnrates: z.boolean().optional(),
  absent: anything,
  name: z.string().optional(),
  absentName: anything,
  severities: anything,
});

const spec = z.strictObject({
  description: description.optional(),
  target: someText("Percent of events that shall be good, in quotes.", '"99.9"'),
  window: someText("How long the window lasts, which rolls.", "4w"),
  indicator: pyrraIndicator,
  alerting: alerting.optional(),
  performanceOverAccuracy: anything,
  ruleOutput: anything,
  partial_response_strategy: anything,
});

const resource = z.strictObject({
  apiVersion: z.literal("pyrra.dev/v1alpha1"),
  kind: z.literal("ServiceLevelObjective"),
  metadata,
  spec,
  status: anything,
});

type Resource = z.output<typeof resource>;
type Spec = Resource["spec"];

/** A resource of `kind: ServiceLevelObjective`. */
export function fromPyrra({ value, locate }: ManifestDocument): Translation {
  const unnamed: Subject = { subject: "ServiceLevelObjective", value, locate };
  const given = read(unnamed, resource);
  if (!given.ok) return refusal(...given.problems);
  const { name } = given.value.metadata;
  return ofResource({ ...unnamed, subject: `ServiceLevelObjective "${name}"` }, given.value);
}

function ofResource(subject: Subject, given: Resource): Translation {
  const { name } = given.metadata;
  const title = checkedTitle(subject, ["metadata", "name"], name);
  const targetPercent = targetOf(subject, given.spec);
  const period = periodOf(subject, given.spec);
  const indicator = indicatorOf(subject, given.spec.indicator, ["spec", "indicator"]);
  if (!title.ok || !targetPercent.ok || !period.ok || !indicator.ok) {
    const parts = [title, targetPercent, period, indicator];
    return refusal(...parts.flatMap((part) => (part.ok ? [] : part.problems)));
  }
  const { labels, annotations, service, warnings } = metadataOf(subject, given);
  const alerts = alertingOf(subject, given.spec);
  const document = sloDocument({
    ...{ title: title.value, description: given.spec.description, service, labels },
    annotations: { ...alerts.value, ...annotations, "group-by": groupText(given.spec.indicator) },
    ratioMetric: indicator.value,
    period: period.value,
    targetPercent: targetPercent.value,
  });
  const losses = [...warnings, ...alerts.warnings, ...settingsLost(subject, given.spec)];
  return {
    documents: [{ document, from: subject.locate(["metadata", "name"], "value") }],
    problems: [],
    warnings: [...title.warnings, ...targetPercent.warnings, ...indicator.warnings, ...losses],
  };
}

function groupText(indicator: PyrraIndicator): string {
  const { ratio, latency, latencyNative, bool_gauge: boolGauge } = indicator;
  return (ratio ?? latency ?? latencyNative ?? boolGauge)?.grouping?.join(",") ?? "";
}

function targetOf(subject: Subject, { target }: Spec): Part<number> {
  const path = ["spec", "target"];
  const percent = /^\d+(\.\d+)?$/.test(target) ? Number(target) : Number.NaN;
  if (Number.isNaN(percent)) {
    const because = `is "${target}", which is no number of percent`;
    const mend = 'write digits alone, such as "99.9"';
    return { ok: false, problems: [told(subject, "manifest/impossible-quantity", { path, because, mend })] };
  }
  if (percent >= 100) {
    const because = `is "${target}", and OpenSLO knows no objective that leaves no budget`;
    const mend = 'write a number below 100, such as "99.9"';
    return { ok: false, problems: [told(subject, "manifest/out-of-range", { path, because, mend })] };
  }
  if (percent === 0 || percent >= 1) return { ok: true, value: percent, warnings: [] };
  const meant = Number((percent * 100).toPrecision(15));
  const because = `is "${target}", which is less than one percent`;
  const mend = `write "${meant}" if a share of ${target} is meant`;
  const warning = told(subject, "manifest/out-of-range", { path, because, mend });
  return { ok: true, value: percent, warnings: [warning] };
}

function periodOf(subject: Subject, { window }: Spec): Part<string> {
  if (/^[1-9]\d{0,8}[mhdw]$/.test(window)) return { ok: true, value: window, warnings: [] };
  const because = `is "${window}", which OpenSLO cannot say`;
  const mend = "write a whole number above 0 and one of m, h, d, w, such as 4w";
  const path = ["spec", "window"];
  return { ok: false, problems: [told(subject, "manifest/impossible-quantity", { path, because, mend })] };
}

/** What Pyrra hands on to its rules begins with this. */
const handedOnPrefix = "pyrra.dev/";

function isHandedOn(key: string): boolean {
  return key.startsWith(handedOnPrefix);
}

/** Those that Pyrra hands on, under the names that they then have. */
function handedOnOf(map: Texts = {}): Texts {
  const entries = Object.entries(map).filter(([key]) => isHandedOn(key));
  return Object.fromEntries(entries.map(([key, value]) => [key.slice(handedOnPrefix.length), value]));
}

interface Metadata {
  readonly labels: Texts;
  readonly annotations: Texts;
  readonly service: string;
  readonly warnings: readonly Problem[];
}

function metadataOf(subject: Subject, { metadata: given, status }: Resource): Metadata {
  const carried = handedOnOf(given.labels);
  const { labels, warnings } = carriedLabels(subject, ["metadata", "labels"], carried);
  const { service = "" } = carried;
  const handedOn = keptAnnotations(subject, ["metadata", "annotations"], handedOnOf(given.annotations));
  const others = (key: "labels" | "annotations"): readonly Path[] =>
    Object.keys(given[key] ?? {}).flatMap((each) => (isHandedOn(each) ? [] : [["metadata", key, each]]));
  const known = ["name", "labels", "annotations"];
  const lost: readonly Path[] = [
    ...Object.keys(given).flatMap((key) => (known.includes(key) ? [] : [["metadata", key]])),
    ...others("labels"),
    ...others("annotations"),
    ...(status === undefined ? [] : [["status"]]),
  ];
  const mend =
    "nothing needs to be done where only Kubernetes made use of it; what Pyrra hands on begins with pyrra.dev/";
  return {
    labels,
    annotations: { "alert-annotations": mapText(handedOn.value) },
    service: service === "" ? given.name : service,
    warnings: [
      ...warnings,
      ...handedOn.warnings,
      ...(service === "" ? [noService(subject, given.name)] : []),
      ...droppedTogether(subject, lost, mend),
    ],
  };
}

function noService(subject: Subject, name: string): Problem {
  const because = `names no service, which OpenSLO asks for; "${name}" is taken`;
  const mend =
    "write the service into spec.service of what was made of it, or add the label pyrra.dev/service";
  return told(subject, "manifest/missing-key", { path: ["metadata"], because, mend });
}

function alertingOf(subject: Subject, { alerting: given }: Spec): Kept<Texts> {
  const isSilent = given?.disabled === true || given?.burnrates === false;
  const name = keptName(subject, ["spec", "alerting", "name"], given?.name ?? "");
  return {
    value: { alerting: isSilent ? "none" : "mwmbr", "alert-name": name.value },
    warnings: name.warnings,
  };
}

/** What tunes the rules that Pyrra makes, and has no meaning for others. */
function settingsLost(subject: Subject, given: Spec): readonly Problem[] {
  const tuning = (["performanceOverAccuracy", "ruleOutput", "partial_response_strategy"] as const).filter(
    (key) => given[key] !== undefined,
  );
  const alerts = (["absent", "absentName", "severities"] as const).filter(
    (key) => given.alerting?.[key] !== undefined,
  );
  return [
    ...tuning.map((key) =>
      dropped(subject, ["spec", key], "nothing needs to be done: it tunes the rules that Pyrra itself makes"),
    ),
    ...alerts.map((key) =>
      dropped(subject, ["spec", "alerting", key], "say it where the alerts are made and routed from now on"),
    ),
  ];
}
