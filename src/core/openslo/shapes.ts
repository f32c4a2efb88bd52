import { z } from "zod";
import {
  annotations,
  description,
  durationIn,
  labels,
  nameOrNothing,
  someName,
  someText,
  startTime,
  textUpTo,
  timeZone,
} from "./fields.ts";
import type { DurationUnit } from "./duration.ts";

// Parts of documents that several versions of the language have alike. Keys stand in the order of OpenSLO's specification, in which
// `format` writes them.

type Fields = Readonly<Record<string, z.ZodType>>;

const nameField = someName("How others refer to it.", "answers-in-time");
const displayName = textUpTo(63, "What people call it.", "Answers in time");

export const v1Metadata = z
  .strictObject({
    name: nameField,
    displayName: displayName.optional(),
    labels: labels.optional(),
    annotations: annotations.optional(),
  })
  .meta({ description: "What the document is called.", examples: [{ name: "answers-in-time" }] });

export const namedOnly = z
  .strictObject({ name: nameField, displayName: displayName.optional() })
  .meta({ description: "What the document is called.", examples: [{ name: "answers-in-time" }] });

/** A document of one version and kind. */
export function document(
  [apiVersion, kind]: readonly [version: string, kind: string],
  { metadata, spec }: { readonly metadata: z.ZodType; readonly spec: z.ZodType },
): z.ZodType {
  return z.strictObject({ apiVersion: z.literal(apiVersion), kind: z.literal(kind), metadata, spec });
}

export const serviceSpec = z.strictObject({ description: description.optional() });

export const dataSourceSpec = z.strictObject({
  description: description.optional(),
  type: someText("What kind of store answers.", "Prometheus"),
  connectionDetails: z.json().meta({ description: "How it is reached.", examples: [{ url: "http://x" }] }),
});

/** @param metric how a metric is asked for */
export function sliSpec(metric: z.ZodType): z.ZodType {
  return z.strictObject({
    description: description.optional(),
    thresholdMetric: metric.optional(),
    ratioMetric: z
      .strictObject({
        counter: z.boolean().optional(),
        good: metric.optional(),
        bad: metric.optional(),
        total: metric.optional(),
        rawType: z.string().optional(),
        raw: metric.optional(),
      })
      .optional(),
  });
}

const calendar = z.strictObject({ startTime, timeZone });

function timeWindows(units: readonly DurationUnit[]): z.ZodType {
  const window = z.strictObject({
    duration: durationIn(units, "How long a window lasts."),
    isRolling: z.boolean().optional(),
    calendar: calendar.optional(),
  });
  return z.array(window).min(1).max(1);
}

const budgetingMethod = z.enum(["Occurrences", "Timeslices", "RatioTimeslices"]);
export const operator = z.enum(["gt", "lt", "gte", "lte", ""]);
const number = z.number();

/** What an objective has in every version but the first. */
function objectiveFields(units: readonly DurationUnit[]): Fields {
  return {
    displayName: z.string().optional(),
    op: operator.optional(),
    value: number.optional(),
    target: number.min(0).lt(1).optional(),
    targetPercent: number.min(0).lt(100).optional(),
    timeSliceTarget: number.optional(),
    timeSliceWindow: durationIn(units, "How long a slice of time lasts.").optional(),
  };
}

function conditionSpec(units: readonly DurationUnit[]): z.ZodType {
  const condition = z.strictObject({
    kind: z.literal("burnrate"),
    op: z.enum(["gt", "lt", "gte", "lte"]),
    threshold: number,
    lookbackWindow: durationIn(units, "Over which time the burn rate is taken."),
    alertAfter: durationOrNothing(units).optional(),
  });
  return z.strictObject({
    description: description.optional(),
    severity: someText("How loud it is.", "page"),
    condition,
  });
}

function durationOrNothing(units: readonly DurationUnit[]): z.ZodType {
  return z.union([z.literal(""), durationIn(units, "For how long it must hold.")]);
}

const notificationTargetSpec = z.strictObject({
  description: description.optional(),
  target: someText("Who is told.", "OnCallMailNotification"),
});

/** Another document in place, or its name. */
function inlineOr(
  ref: string,
  { kind, metadata, spec }: { readonly kind: string; readonly metadata: z.ZodType; readonly spec: z.ZodType },
): z.ZodType {
  return z.strictObject({
    [ref]: someName("The name of another document.", "on-call").optional(),
    kind: z.literal(kind).optional(),
    metadata: metadata.optional(),
    spec: spec.optional(),
  });
}

function policySpec(metadata: z.ZodType, units: readonly DurationUnit[]): z.ZodType {
  const condition = inlineOr("conditionRef", {
    kind: "AlertCondition",
    metadata,
    spec: conditionSpec(units),
  });
  const target = inlineOr("targetRef", {
    kind: "AlertNotificationTarget",
    metadata,
    spec: notificationTargetSpec,
  });
  return z.strictObject({
    description: description.optional(),
    alertWhenNoData: z.boolean().optional(),
    alertWhenBreaching: z.boolean().optional(),
    alertWhenResolved: z.boolean().optional(),
    conditions: z.array(condition).min(1).max(1),
    notificationTargets: z.array(target).min(1),
  });
}

/** @param fields of the service, and of the indicator, which an objective may have too */
export function sloSpec(
  fields: { readonly service: Fields; readonly indicator: Fields },
  { metadata, units }: { readonly metadata: z.ZodType; readonly units: readonly DurationUnit[] },
): z.ZodType {
  const spec = policySpec(metadata, units);
  const policy = inlineOr("alertPolicyRef", { kind: "AlertPolicy", metadata, spec });
  const objective = z.strictObject({
    ...objectiveFields(units),
    ...fields.indicator,
    compositeWeight: number.optional(),
  });
  return z.strictObject({
    description: description.optional(),
    ...fields.service,
    ...fields.indicator,
    timeWindow: timeWindows(units),
    budgetingMethod,
    objectives: z.array(objective).optional(),
    alertPolicies: z.array(policy).optional(),
  });
}

export const metricSourceRef = nameOrNothing("The data source that answers.", "prometheus");

/** What a version makes of its own. */
interface OfVersion {
  readonly metadata: z.ZodType;
  readonly units: readonly DurationUnit[];
  readonly sli: z.ZodType;
  readonly slo: z.ZodType;
}

/** Every kind of v1 and of v2alpha, which have the same ones. */
export function laterSchemas(
  version: string,
  { metadata, units, sli, slo }: OfVersion,
): Readonly<Record<string, z.ZodType>> {
  const specs = {
    SLO: slo,
    SLI: sli,
    DataSource: dataSourceSpec,
    Service: serviceSpec.optional(),
    AlertPolicy: policySpec(metadata, units),
    AlertCondition: conditionSpec(units),
    AlertNotificationTarget: notificationTargetSpec,
  };
  return Object.fromEntries(
    Object.entries(specs).map(([kind, spec]) => [kind, document([version, kind], { metadata, spec })]),
  );
}
