import { isRecord } from "../manifest/json-schema.ts";
import { mapAt, mapsAt, type Written } from "./written.ts";

/**
 * A valid document as documents of OpenSLO v1: one, or several where the first version measured something else in each objective.
 *
 * @param version of the document
 */
export function upgraded(version: string, document: Written): readonly Written[] {
  switch (version) {
    case "openslo/v1alpha":
      return fromV1alpha(document);
    case "openslo.com/v2alpha":
      return [fromV2alpha(document)];
    default:
      return [document];
  }
}

const apiVersion = "openslo/v1";

function fromV1alpha(document: Written): readonly Written[] {
  const spec = mapAt(document, "spec");
  if (document["kind"] !== "SLO") return [{ ...document, apiVersion }];
  const objectives = mapsAt(spec, "objectives");
  const metrics = [...new Set(objectives.map((each) => JSON.stringify(each["ratioMetrics"])))];
  const { timeWindows, indicator, ...others } = spec;
  const timeWindow = mapsAt({ timeWindows }, "timeWindows").map(firstWindow);
  const isThreshold = indicator !== undefined;
  const name = String(mapAt(document, "metadata")["name"]);
  return metrics.map((metric, at) => {
    const own = objectives.filter((each) => JSON.stringify(each["ratioMetrics"]) === metric);
    const sliName = metrics.length === 1 ? name : `${name}-${at + 1}`;
    return {
      ...document,
      apiVersion,
      metadata: { ...mapAt(document, "metadata"), name: sliName },
      spec: {
        ...others,
        indicator: { metadata: { name: sliName }, spec: firstSli(mapAt(spec, "indicator"), own[0] ?? {}) },
        timeWindow,
        objectives: own.map((each) => firstObjective(each, isThreshold)),
      },
    };
  });
}

function firstSli(indicator: Written, objective: Written): Written {
  if (indicator["thresholdMetric"] !== undefined)
    return { thresholdMetric: firstMetric(mapAt(indicator, "thresholdMetric")) };
  const ratio = mapAt(objective, "ratioMetrics");
  return {
    ratioMetric: {
      counter: ratio["incremental"] === true,
      good: firstMetric(mapAt(ratio, "good")),
      total: firstMetric(mapAt(ratio, "total")),
    },
  };
}

function firstMetric({ source, query, queryType }: Written): Written {
  return { metricSource: { type: source, spec: { query, queryType } } };
}

/** The first version asked for a value everywhere; v1 refuses it where a ratio is measured. */
function firstObjective(objective: Written, isThreshold: boolean): Written {
  const { value, ...others } = without(objective, "ratioMetrics");
  return {
    ...others,
    ...(isThreshold ? { value } : {}),
    ...(others["timeSliceTarget"] === undefined ? {} : { timeSliceWindow: "1m" }),
  };
}

const firstUnits: Readonly<Record<string, string>> = { Day: "d", Week: "w", Month: "M", Quarter: "Q" };

function firstWindow({ unit, count, ...others }: Written): Written {
  // Seconds are no unit of v1: whole minutes are, of which a window has at least one.
  const duration =
    unit === "Second"
      ? `${Math.max(1, Math.round(Number(count) / 60))}m`
      : `${String(count)}${firstUnits[String(unit)] ?? ""}`;
  return { duration, ...others };
}

function fromV2alpha(document: Written): Written {
  const spec = document["spec"];
  if (!isRecord(spec)) return { ...document, apiVersion };
  return { ...document, apiVersion, spec: laterSpec(String(document["kind"]), spec) };
}

function laterSpec(kind: string, spec: Written): Written {
  if (kind === "SLI") return laterSli(spec);
  if (kind !== "SLO") return spec;
  const { serviceRef, service = serviceRef, ...others } = spec;
  const objectives = mapsAt(spec, "objectives").map(laterIndicator);
  return { ...laterIndicator(others), service, objectives };
}

function laterIndicator({ sli, sliRef, ...others }: Written): Written {
  const inline = isRecord(sli) ? { indicator: { ...sli, spec: laterSli(mapAt(sli, "spec")) } } : {};
  return { ...others, ...inline, ...(sliRef === undefined ? {} : { indicatorRef: sliRef }) };
}

function laterSli(spec: Written): Written {
  const { thresholdMetric, ratioMetric, ...others } = spec;
  return {
    ...others,
    ...(isRecord(thresholdMetric) ? { thresholdMetric: laterMetric(thresholdMetric) } : {}),
    ...(isRecord(ratioMetric)
      ? {
          ratioMetric: Object.fromEntries(
            Object.entries(ratioMetric).map(([key, value]) => [
              key,
              isRecord(value) ? laterMetric(value) : value,
            ]),
          ),
        }
      : {}),
  };
}

/** How the source is reached has no place in a metric of v1; the kind of it has. */
function laterMetric({ dataSourceRef, dataSourceSpec, spec }: Written): Written {
  const type = isRecord(dataSourceSpec) ? dataSourceSpec["type"] : undefined;
  return {
    metricSource: {
      ...(dataSourceRef === undefined ? {} : { metricSourceRef: dataSourceRef }),
      ...(type === undefined ? {} : { type }),
      spec,
    },
  };
}

function without(fields: Written, key: string): Written {
  return Object.fromEntries(Object.entries(fields).filter(([each]) => each !== key));
}
