import { z } from "zod";
import { annotations, kubernetesLabels, someName, someText } from "./fields.ts";
import { v2Units } from "./duration.ts";
import { dataSourceSpec, laterSchemas, metricSourceRef, sliSpec, sloSpec } from "./shapes.ts";

const metadata = z
  .strictObject({
    name: someName("How others refer to it.", "answers-in-time"),
    labels: kubernetesLabels.optional(),
    annotations: annotations.optional(),
  })
  .meta({ description: "What the document is called.", examples: [{ name: "answers-in-time" }] });

const metric = z.strictObject({
  dataSourceRef: metricSourceRef.optional(),
  dataSourceSpec: dataSourceSpec.optional(),
  spec: z.record(z.string(), z.unknown()).optional(),
});

const sli = sliSpec(metric);

const slo = sloSpec(
  {
    // The prose of this version says `service`, and so did its first SDK.
    service: {
      service: someText("The service that it is about.", "chat").optional(),
      serviceRef: someName("The service that it is about.", "chat").optional(),
    },
    indicator: {
      sli: z.strictObject({ metadata, spec: sli }).optional(),
      sliRef: someName("The SLI that is measured.", "chat-answers").optional(),
    },
  },
  { metadata, units: v2Units },
);

export const v2alphaSchemas = laterSchemas("openslo.com/v2alpha", { metadata, units: v2Units, sli, slo });
