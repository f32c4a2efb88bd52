import { z } from "zod";
import { description, someText, startTime, textUpTo, timeZone } from "./fields.ts";
import { document, namedOnly as metadata, operator, serviceSpec } from "./shapes.ts";

const word = z
  .string()
  .regex(/^[A-Za-z]+$/)
  .meta({ description: "A word of letters alone.", examples: ["prometheus"] });

const metric = z.strictObject({
  source: word,
  queryType: word,
  query: someText("What the source is asked.", "sum(rate(http_requests_total[5m]))"),
});

const objective = z.strictObject({
  displayName: textUpTo(1050, "What people call it.", "Fast").optional(),
  op: operator.optional(),
  value: z.number(),
  target: z.number().min(0).lt(1),
  timeSliceTarget: z.number().optional(),
  ratioMetrics: z
    .strictObject({ incremental: z.boolean().optional(), good: metric, total: metric })
    .optional(),
});

const timeWindow = z.strictObject({
  unit: z.enum(["Second", "Day", "Week", "Month", "Quarter"]),
  count: z.number().int().min(1),
  isRolling: z.boolean().optional(),
  calendar: z.strictObject({ startTime, timeZone }).optional(),
});

const slo = z.strictObject({
  description: description.optional(),
  service: someText("The service that it is about.", "chat"),
  indicator: z.strictObject({ thresholdMetric: metric }).optional(),
  timeWindows: z.array(timeWindow).min(1).max(1),
  budgetingMethod: z.enum(["Occurrences", "Timeslices"]),
  objectives: z.array(objective).optional(),
});

const of = (kind: string) => ["openslo/v1alpha", kind] as const;

export const v1alphaSchemas = {
  SLO: document(of("SLO"), { metadata, spec: slo }),
  Service: document(of("Service"), { metadata, spec: serviceSpec.optional() }),
} as const;
