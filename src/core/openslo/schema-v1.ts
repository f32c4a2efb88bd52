import { z } from "zod";
import { queryFields, someName, someText } from "./fields.ts";
import { v1Units } from "./duration.ts";
import { laterSchemas, metricSourceRef, sliSpec, sloSpec, v1Metadata as metadata } from "./shapes.ts";

const metric = z.strictObject({
  metricSource: z.strictObject({
    metricSourceRef: metricSourceRef.optional(),
    type: z.string().optional(),
    spec: queryFields,
  }),
});

const sli = sliSpec(metric);

const slo = sloSpec(
  {
    service: { service: someText("The service that it is about.", "chat") },
    indicator: {
      indicator: z.strictObject({ metadata, spec: sli }).optional(),
      indicatorRef: someName("The SLI that is measured.", "chat-answers").optional(),
    },
  },
  { metadata, units: v1Units },
);

export const v1Schemas = laterSchemas("openslo/v1", { metadata, units: v1Units, sli, slo });
