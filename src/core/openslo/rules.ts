import { isRecord } from "../manifest/json-schema.ts";
import type { Path } from "../manifest/document.ts";

/** Parts of a document that cannot be as they are beside one another. */
export interface Conflict {
  readonly path: Path;
  /** Goes on from "SLO "x": spec.objectives[0] ". */
  readonly because: string;
  readonly mend: string;
}

/** A map of a document, and where it stands. */
interface Part {
  readonly at: Path;
  readonly of: Readonly<Record<string, unknown>>;
}

/** What a version calls the indicator of an SLO, and how it writes a metric. */
interface Words {
  readonly indicator: "indicator" | "sli";
  readonly ref: "indicatorRef" | "sliRef";
  readonly metric: (metric: Part) => readonly Conflict[];
}

const v1Words: Words = { indicator: "indicator", ref: "indicatorRef", metric: () => [] };
const v2Words: Words = {
  indicator: "sli",
  ref: "sliRef",
  metric: (metric) => exactlyOne(metric, ["dataSourceRef", "dataSourceSpec"]),
};

/** What no schema can say of a document of a version and kind; parts of the wrong shape are passed over. */
export function conflictsIn(version: string, kind: string, document: unknown): readonly Conflict[] {
  const spec = part({ at: [], of: isRecord(document) ? document : {} }, "spec");
  if (spec === nowhere) return [];
  if (version === "openslo/v1alpha") return kind === "SLO" ? ofFirstSlo(spec) : [];
  const words = version === "openslo/v1" ? v1Words : v2Words;
  switch (kind) {
    case "SLO":
      return [
        ...ofSlo(spec, words),
        ...(words === v2Words ? exactlyOne(spec, ["service", "serviceRef"]) : []),
      ];
    case "SLI":
      return ofSli(spec, words);
    case "AlertPolicy":
      return ofPolicy(spec);
    default:
      return [];
  }
}

function ofSlo(spec: Part, words: Words): readonly Conflict[] {
  const { indicator, ref } = words;
  const objectives = items(spec, "objectives");
  const own = objectives.filter((each) => isSet(each, indicator) || isSet(each, ref));
  const isComposite = own.length > 0;
  return [
    ...ofIndicators(spec, { isComposite, words }),
    ...[...(isComposite ? own : []), spec].flatMap((each) => ofSli(below(each, [indicator, "spec"]), words)),
    ...own.flatMap((each) => atMostOne(each, [indicator, ref])),
    ...objectives.flatMap((each) => exactlyOne(each, ["target", "targetPercent"])),
    ...(isComposite ? objectives.flatMap(ofWeight) : []),
    ...objectives.flatMap((each) => ofSlices(each, spec.of["budgetingMethod"])),
    ...ofThreshold(below(spec, [indicator, "spec"]), objectives),
    ...items(spec, "timeWindow").flatMap(ofWindow),
    ...items(spec, "alertPolicies").flatMap((each) => ofInlineOr(each, "alertPolicyRef")),
    ...items(spec, "alertPolicies").flatMap((each) => ofPolicy(part(each, "spec"))),
  ];
}

function ofIndicators(
  spec: Part,
  { isComposite, words: { indicator, ref } }: { readonly isComposite: boolean; readonly words: Words },
): readonly Conflict[] {
  const hasOne = isSet(spec, indicator) || isSet(spec, ref);
  if (!isComposite) return exactlyOne(spec, [indicator, ref]);
  if (!hasOne) return [];
  const because = `has an ${indicator} of its own, and so have objectives`;
  const mend = `leave ${indicator} and ${ref} either to spec, or to each of its objectives (a composite SLO)`;
  return [{ path: spec.at, because, mend }];
}

function ofWeight(objective: Part): readonly Conflict[] {
  const weight = objective.of["compositeWeight"];
  if (typeof weight !== "number" || weight > 0) return [];
  const path = [...objective.at, "compositeWeight"];
  return [{ path, because: `is ${weight}`, mend: "write a weight above 0, or leave it out: then it is 1" }];
}

function ofSlices(objective: Part, method: unknown): readonly Conflict[] {
  if (method !== "Timeslices" && method !== "RatioTimeslices") return [];
  const window = needed(objective, ["timeSliceWindow"], `where budgetingMethod is ${method}`);
  if (method === "RatioTimeslices") return window;
  const target = objective.of["timeSliceTarget"];
  const missing = needed(objective, ["timeSliceTarget"], "where budgetingMethod is Timeslices");
  if (typeof target !== "number" || (target > 0 && target <= 1)) return [...missing, ...window];
  const path = [...objective.at, "timeSliceTarget"];
  const mend = "write the share of a slice that must be good, above 0 and at most 1";
  return [...window, { path, because: `is ${target}`, mend }];
}

/** What an objective compares with belongs to a threshold, and to nothing else. */
function ofThreshold(sli: Part, objectives: readonly Part[]): readonly Conflict[] {
  if (isSet(sli, "ratioMetric")) {
    return objectives.flatMap((objective) =>
      ["op", "value"]
        .filter((key) => isSet(objective, key))
        .map((key) => ({
          path: [...objective.at, key],
          because: "is set, and the indicator is a ratio, which is compared with the target alone",
          mend: `delete ${key}`,
        })),
    );
  }
  if (!isSet(sli, "thresholdMetric")) return [];
  return objectives.flatMap((each) => needed(each, ["op", "value"], "where the indicator is a threshold"));
}

function ofWindow(window: Part): readonly Conflict[] {
  const isRolling = window.of["isRolling"] === true;
  const hasCalendar = isSet(window, "calendar");
  if (isRolling !== hasCalendar) return [];
  return [
    isRolling
      ? {
          path: [...window.at, "calendar"],
          because: "is set, and a window that rolls begins anew all the time",
          mend: "delete calendar, or write isRolling: false",
        }
      : {
          path: window.at,
          because: "neither rolls nor says when it begins",
          mend: "write isRolling: true, or add calendar with startTime and timeZone",
        },
  ];
}

function ofSli(spec: Part, { metric }: Words): readonly Conflict[] {
  if (spec === nowhere) return [];
  const ratio = part(spec, "ratioMetric");
  const metrics = [
    part(spec, "thresholdMetric"),
    ...["good", "bad", "total", "raw"].map((key) => part(ratio, key)),
  ];
  return [
    ...exactlyOne(spec, ["thresholdMetric", "ratioMetric"]),
    ...(ratio === nowhere ? [] : ofRatio(ratio)),
    ...metrics.filter((each) => each !== nowhere).flatMap(metric),
  ];
}

function ofRatio(ratio: Part): readonly Conflict[] {
  const whole = exactlyOne(ratio, ["total", "raw"]);
  if (whole.length > 0) return whole;
  if (isSet(ratio, "total")) return exactlyOne(ratio, ["good", "bad"]);
  const type = ratio.of["rawType"];
  const rawType: readonly Conflict[] =
    type === "success" || type === "failure"
      ? []
      : [
          {
            path: isSet(ratio, "rawType") ? [...ratio.at, "rawType"] : ratio.at,
            because: isSet(ratio, "rawType") ? `is ${JSON.stringify(type)}` : "does not say what raw counts",
            mend: "write rawType: success, or failure",
          },
        ];
  return [...atMostOne(ratio, ["raw", "good", "bad"]), ...rawType];
}

function ofPolicy(spec: Part): readonly Conflict[] {
  return [
    ...items(spec, "conditions").flatMap((each) => ofInlineOr(each, "conditionRef")),
    ...items(spec, "notificationTargets").flatMap((each) => ofInlineOr(each, "targetRef")),
  ];
}

/** A reference, or a document in place: then all of one. */
function ofInlineOr(item: Part, ref: string): readonly Conflict[] {
  const inline = ["kind", "metadata", "spec"];
  const isInline = inline.some((key) => isSet(item, key));
  if (!isInline) return needed(item, [ref], "or kind, metadata and spec of a document in place");
  if (isSet(item, ref)) return atMostOne(item, [ref, ...inline.filter((key) => isSet(item, key))]);
  return needed(item, inline, "where a document stands in place");
}

function ofFirstSlo(spec: Part): readonly Conflict[] {
  const objectives = items(spec, "objectives");
  const ratios = objectives.filter((each) => isSet(each, "ratioMetrics"));
  const isThreshold = isSet(spec, "indicator");
  const mend = "write either spec.indicator, or ratioMetrics in each objective";
  const metrics =
    isThreshold === ratios.length > 0
      ? [
          {
            path: spec.at,
            because: isThreshold
              ? "has an indicator, and objectives have ratioMetrics"
              : "says nothing to measure",
            mend,
          },
        ]
      : [];
  const isSliced = spec.of["budgetingMethod"] === "Timeslices";
  return [
    ...metrics,
    ...objectives.flatMap(ofFirstOperator),
    ...(isSliced ? objectives.flatMap(ofFirstSlice) : []),
    ...items(spec, "timeWindows").flatMap(ofWindow),
  ];
}

function ofFirstOperator(objective: Part): readonly Conflict[] {
  if (!isSet(objective, "ratioMetrics"))
    return needed(objective, ["op"], "where the indicator is a threshold");
  if (!isSet(objective, "op")) return [];
  const because = "is set, and ratioMetrics are compared with the target alone";
  return [{ path: [...objective.at, "op"], because, mend: "delete op" }];
}

function ofFirstSlice(objective: Part): readonly Conflict[] {
  const target = objective.of["timeSliceTarget"];
  if (typeof target === "number" && (target < 0 || target > 1)) {
    const path = [...objective.at, "timeSliceTarget"];
    return [{ path, because: `is ${target}`, mend: "write the share of a slice that must be good, 0 to 1" }];
  }
  return needed(objective, ["timeSliceTarget"], "where budgetingMethod is Timeslices");
}

function exactlyOne(of: Part, keys: readonly string[]): readonly Conflict[] {
  if (keys.some((key) => isSet(of, key))) return atMostOne(of, keys);
  return [
    { path: of.at, because: `needs one of ${keys.join(", ")}`, mend: `write one of ${keys.join(", ")}` },
  ];
}

function atMostOne(of: Part, keys: readonly string[]): readonly Conflict[] {
  const [, second, ...more] = keys.filter((key) => isSet(of, key));
  if (second === undefined) return [];
  const together = keys.filter((key) => isSet(of, key)).join(" and ");
  const because = `has ${together}, which exclude one another`;
  return [{ path: [...of.at, more.at(-1) ?? second], because, mend: "delete all but one of them" }];
}

function needed(of: Part, keys: readonly string[], where: string): readonly Conflict[] {
  return keys
    .filter((key) => !isSet(of, key))
    .map((key) => ({ path: of.at, because: `needs ${key} ${where}`, mend: `add ${key}` }));
}

/** An empty text counts as left out, as in the SDK. */
function isSet({ of }: Part, key: string): boolean {
  return of[key] !== undefined && of[key] !== "";
}

const nowhere: Part = { at: [], of: {} };

function part(of: Part, key: string): Part {
  const value = of.of[key];
  return isRecord(value) ? { at: [...of.at, key], of: value } : nowhere;
}

function below(of: Part, keys: readonly string[]): Part {
  return keys.reduce(part, of);
}

function items(of: Part, key: string): readonly Part[] {
  const list = of.of[key];
  if (!Array.isArray(list)) return [];
  return (list as readonly unknown[]).flatMap((value, index) =>
    isRecord(value) ? [{ at: [...of.at, key, index], of: value }] : [],
  );
}
