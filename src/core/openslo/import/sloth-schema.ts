import { z } from "zod";
import { description, someText } from "../fields.ts";

// Sloth writes its specs in two ways: as files of its own, with words joined by underscores, and as resources of Kubernetes, with
// words joined by capitals. What is read of either is the same.

/** How a spec is written, for telling where in it something stands. */
export interface Spelling {
  readonly errorQuery: string;
  readonly totalQuery: string;
  readonly errorRatioQuery: string;
  readonly pageAlert: string;
  readonly ticketAlert: string;
  readonly sloPlugins: string;
}

export const slothSpelling: Spelling = {
  errorQuery: "error_query",
  totalQuery: "total_query",
  errorRatioQuery: "error_ratio_query",
  pageAlert: "page_alert",
  ticketAlert: "ticket_alert",
  sloPlugins: "slo_plugins",
};

export const resourceSpelling: Spelling = {
  errorQuery: "errorQuery",
  totalQuery: "totalQuery",
  errorRatioQuery: "errorRatioQuery",
  pageAlert: "pageAlert",
  ticketAlert: "ticketAlert",
  sloPlugins: "sloPlugins",
};

const texts = z.record(z.string(), z.string()).optional();
const query = someText("A query of Prometheus.", "sum(rate(http_requests_total[{{.window}}]))");
const anything = z.unknown().optional();

const alert = z.strictObject({ disable: z.boolean().optional(), labels: texts, annotations: texts });
const alertingFields = { name: z.string().optional(), labels: texts, annotations: texts };

export type SlothAlert = z.output<typeof alert>;

const resourceEvents = z.strictObject({ errorQuery: query, totalQuery: query });
const resourceRaw = z.strictObject({ errorRatioQuery: query });
const resourceAlerting = z.strictObject({
  ...alertingFields,
  pageAlert: alert.optional(),
  ticketAlert: alert.optional(),
});

export type SlothEvents = z.output<typeof resourceEvents>;
export type SlothRaw = z.output<typeof resourceRaw>;
export type SlothAlerting = z.output<typeof resourceAlerting>;

const events = z
  .strictObject({ error_query: query, total_query: query })
  .transform((given): SlothEvents => ({ errorQuery: given.error_query, totalQuery: given.total_query }));
const raw = z
  .strictObject({ error_ratio_query: query })
  .transform((given): SlothRaw => ({ errorRatioQuery: given.error_ratio_query }));
const alerting = z
  .strictObject({ ...alertingFields, page_alert: alert.optional(), ticket_alert: alert.optional() })
  .transform(
    ({ page_alert: pageAlert, ticket_alert: ticketAlert, ...others }): SlothAlerting => ({
      ...others,
      pageAlert,
      ticketAlert,
    }),
  );

/** OpenSLO knows no objective of 100 %, which leaves no budget. */
const objective = z
  .number()
  .gt(0)
  .lt(100)
  .meta({ description: "Percent of events that shall be good.", examples: [99.9] });

function slosOf<Events, Raw, Alerting>(parts: {
  readonly events: z.ZodType<Events>;
  readonly raw: z.ZodType<Raw>;
  readonly alerting: z.ZodType<Alerting>;
}) {
  const sli = z.strictObject({
    events: parts.events.optional(),
    raw: parts.raw.optional(),
    plugin: anything,
  });
  const slo = z.strictObject({
    name: someText("What the SLO is called within its service.", "requests-availability"),
    description: description.optional(),
    objective,
    labels: texts,
    sli,
    alerting: parts.alerting.optional(),
    plugins: anything,
  });
  return z.array(slo).min(1);
}

const service = someText("The service that the SLOs are about.", "chat");

export const slothFile = z
  .strictObject({
    version: z.literal("prometheus/v1"),
    service,
    labels: texts,
    slo_plugins: anything,
    slos: slosOf({ events, raw, alerting }),
  })
  .transform(({ slo_plugins: sloPlugins, ...others }) => ({ ...others, sloPlugins }));

const resourceSpec = z.strictObject({
  service,
  labels: texts,
  sloPlugins: anything,
  slos: slosOf({ events: resourceEvents, raw: resourceRaw, alerting: resourceAlerting }),
});

export const slothResource = z.strictObject({
  apiVersion: z.literal("sloth.slok.dev/v1"),
  kind: z.literal("PrometheusServiceLevel"),
  metadata: z.looseObject({ name: someText("What the resource is called.", "chat") }),
  spec: resourceSpec,
  status: anything,
});

export type SlothSpec = z.output<typeof resourceSpec>;
export type SlothSlo = SlothSpec["slos"][number];
