import { z } from "zod";
import { queryFields, someName, someText } from "./fields.ts";
import { v1Units } from "./duration.ts";
import {
  conditionSpec,
  dataSourceSpec,
  document,
  metricSourceRef,
  notificationTargetSpec,
  policySpec,
  serviceSpec,
  sliSpec,
  sloSpec,
  v1Metadata as metadata,
} from "./shapes.ts";

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

const of = (kind: string) => ["openslo/v1", kind] as const;

export const v1Schemas = {
  SLO: document(of("SLO"), { metadata, spec: slo }),
  SLI: document(of("SLI"), { metadata, spec: sli }),
  DataSource: document(of("DataSource"), { metadata, spec: dataSourceSpec }),
  Service: document(of("Service"), { metadata, spec: serviceSpec.optional() }),
  AlertPolicy: document(of("AlertPolicy"), { metadata, spec: policySpec(metadata, v1Units) }),
  AlertCondition: document(of("AlertCondition"), { metadata, spec: conditionSpec(v1Units) }),
  AlertNotificationTarget: document(of("AlertNotificationTarget"), {
    metadata,
    spec: notificationTargetSpec,
  }),
} as const;
