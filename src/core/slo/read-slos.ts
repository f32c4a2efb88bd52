import { nominalLength, shortDuration } from "../openslo/duration.ts";
import type { OpenSloDocument } from "../openslo/openslo.ts";
import { type Named, namedDocuments, referenceProblems } from "../openslo/references.ts";
import { upgraded } from "../openslo/upgrade.ts";
import { mapAt, mapsAt, numberAt, textAt, type Written } from "../openslo/written.ts";
import type { Place, Problem } from "../problem/problem.ts";
import { compared, exact, times } from "../units/exact.ts";
import type { InstantMs, Seconds } from "../units/units.ts";
import { tellOfGroupClashes, wordingOf } from "./alert-wording.ts";
import { tellOfAnnotations } from "./annotations.ts";
import { maintenanceOf } from "./maintenance.ts";
import { sloProblem, type Told } from "./problems.ts";
import { policiesOf } from "./read-conditions.ts";
import { hasIndicator, indicatorName, type ReadIndicator, readIndicator } from "./read-indicator.ts";
import { alertingOf, groupsOf, methodOf, objectivesOf, periodOf, textsAt } from "./read-terms.ts";
import type { Component, CompositeSlo, CompositeWay, Objective, Promised, Slo } from "./slo.ts";

export interface ReadSlos {
  readonly slos: readonly Slo[];
  readonly composites: readonly CompositeSlo[];
  /** Empty: all of them were read. */
  readonly problems: readonly Problem[];
}

/**
 * What valid OpenSLO documents promise, with what they name put in its place. Documents of other versions are read as v1 has them.
 *
 * @param now from when on the periods of calendars are told
 */
export function readSlos(documents: readonly OpenSloDocument[], now: InstantMs): ReadSlos {
  const named = namedDocuments(documents);
  const references = referenceProblems(documents);
  if (references.length > 0) return { slos: [], composites: [], problems: references };
  const problems: Problem[] = [];
  const read = documents.flatMap((document) => {
    if (document.kind !== "SLO") return [];
    const told: Told = (path, found) => void problems.push(sloProblem(document, path, found));
    // A document without a problem is a map of a known version.
    const written = upgraded(document.apiVersion ?? "", document.value as Written);
    return written.flatMap((each) =>
      promiseOf(each, { named, now, told, declaredAt: document.locate(["metadata", "name"], "value") }),
    );
  });
  return {
    slos: read.flatMap((each) => ("way" in each ? [] : [each])),
    composites: read.flatMap((each) => ("way" in each ? [each] : [])),
    problems,
  };
}

interface Reading {
  readonly named: Named;
  readonly now: InstantMs;
  readonly told: Told;
  readonly declaredAt: Place;
}

function promiseOf(written: Written, reading: Reading): readonly (Slo | CompositeSlo)[] {
  const spec = mapAt(written, "spec");
  const metadata = mapAt(written, "metadata");
  const annotations = textsAt(metadata, "annotations");
  const period = periodOf(spec, reading);
  const objectives = objectivesOf(spec, reading.told);
  tellOfAnnotations(annotations, reading.told);
  if (period === null) return [];
  const maintenance = maintenanceOf(annotations, reading);
  const promised: Promised = {
    name: textAt(metadata, "name") ?? "",
    service: textAt(spec, "service") ?? "",
    displayName: textAt(metadata, "displayName"),
    labels: textsAt(metadata, "labels"),
    ...{ period, declaredAt: reading.declaredAt },
    alerting: {
      ...{ ...alertingOf(annotations), wording: wordingOf(annotations, reading.told) },
      ...policiesOf(spec, reading),
    },
    ...{ maintenance: maintenance.windows, maintenanceLastKnown: maintenance.lastKnown },
  };
  const asked: Asked = { promised, spec, annotations, objectives };
  const parts = mapsAt(spec, "objectives");
  return parts.some(hasIndicator) ? compositeOf(asked, parts, reading) : simpleOf(asked, reading);
}

interface Asked {
  readonly promised: Promised;
  readonly spec: Written;
  readonly annotations: ReadonlyMap<string, string>;
  readonly objectives: readonly Objective[];
}

function simpleOf(
  { promised, spec, annotations, objectives }: Asked,
  { named, told }: Reading,
): readonly Slo[] {
  const read = readIndicator({ part: spec, at: ["spec"] }, named, told);
  if (read === null || !areComparable(read, objectives, told) || !isBudgeted(read, spec, told)) return [];
  if (!areSlicesSound({ promised, spec }, told) || !areSlicesAlike(spec, told)) return [];
  const [first = {}] = mapsAt(spec, "objectives");
  const { indicator } = read;
  const groupBy = groupsOf(annotations) ?? read.groupBy;
  tellOfGroupClashes(promised.alerting.wording, groupBy, told);
  return [
    {
      ...promised,
      ...{ component: null, method: methodOf(spec, first, annotations), indicator, objectives },
      groupBy,
    },
  ];
}

/** A value and a histogram are compared with a bound; what is named elsewhere was not looked at before. */
function areComparable({ indicator }: ReadIndicator, objectives: readonly Objective[], told: Told): boolean {
  if (indicator.kind !== "value" && indicator.kind !== "histogram") return true;
  const missing = objectives.flatMap((each, at) => (each.bound === null ? [at] : []));
  for (const at of missing) {
    const what = `objective ${at + 1} does not say with what the value is compared`;
    const mend = "write op, such as lte, and value";
    told(["spec", "objectives", at], { code: "slo/no-bound", what, mend });
  }
  return missing.length === 0;
}

function areSlicesSound({ promised, spec }: Pick<Asked, "promised" | "spec">, told: Told): boolean {
  const slices = mapsAt(spec, "objectives").map((each) => textAt(each, "timeSliceWindow"));
  const long = slices.findIndex((each) => isLongerThan(promised.period.length, each));
  if (long >= 0) {
    const what = `objective ${long + 1} is cut into slices of ${slices[long] ?? ""}, which are longer than its window`;
    const mend = "write a length such as timeSliceWindow: 1m";
    told(["spec", "objectives", long, "timeSliceWindow"], { code: "slo/endless-window", what, mend });
    return false;
  }
  const empty = slices.findIndex((each) => each !== null && shortDuration(each)?.count === 0);
  if (empty >= 0) {
    const what = `objective ${empty + 1} is cut into slices of no length`;
    const mend = "write a length such as timeSliceWindow: 1m";
    told(["spec", "objectives", empty, "timeSliceWindow"], { code: "slo/empty-window", what, mend });
    return false;
  }
  return true;
}

function areSlicesAlike(spec: Written, told: Told): boolean {
  const slices = mapsAt(spec, "objectives").map((each) => textAt(each, "timeSliceWindow"));
  const other = slices.findIndex((each) => each !== slices[0]);
  if (other < 0) return true;
  const what = `objective 1 is cut into slices of ${slices[0] ?? "1m"}, and objective ${other + 1} of ${slices[other] ?? "1m"}`;
  const mend = "make an SLO of each, or write one timeSliceWindow";
  told(["spec", "objectives", other], { code: "slo/mixed-slices", what, mend });
  return false;
}

function isLongerThan(period: Seconds, slice: string | null): boolean {
  const length = shortDuration(slice ?? "");
  return length !== null && nominalLength(length) > period;
}

/** Goodput is known of a whole window: of a slice of it, requests that began there end elsewhere. */
function isBudgeted({ indicator }: ReadIndicator, spec: Written, told: Told): boolean {
  const method = textAt(spec, "budgetingMethod");
  if (indicator.kind !== "goodput" || method === "Occurrences") return true;
  const what = `goodput is budgeted by ${method ?? ""}, and its requests begin in one slice and end in another`;
  told(["spec", "budgetingMethod"], {
    code: "slo/goodput",
    what,
    mend: "write budgetingMethod: Occurrences",
  });
  return false;
}

function compositeOf(asked: Asked, parts: readonly Written[], reading: Reading): readonly CompositeSlo[] {
  const { promised, annotations } = asked;
  if (annotations.has("holdfast.dev/group-by")) {
    const what = "its annotation holdfast.dev/group-by keeps apart what is made of several parts";
    const mend = "take the annotation away, and write an SLO of its own for what is to be kept apart";
    reading.told(["metadata", "annotations", "holdfast.dev/group-by"], { code: "slo/composite", what, mend });
  }
  const components = parts.map((part, at) => componentOf(asked, { part, at }, reading));
  const read = components.flatMap((each) => (each === null ? [] : [each]));
  if (read.length < components.length || !areSlicesSound(asked, reading.told)) return [];
  const way = annotations.get("holdfast.dev/composite") ?? "weighted";
  if (isWay(way))
    return way !== "weighted" || areWeightsFelt(read, reading.told)
      ? [{ ...promised, way, components: read }]
      : [];
  const what = `its annotation holdfast.dev/composite is "${way}"`;
  reading.told(["metadata", "annotations", "holdfast.dev/composite"], {
    ...{ code: "slo/composite", what },
    mend: `write one of ${ways.join(", ")}`,
  });
  return [];
}

/** A part whose weight is a smaller share than this of the largest moves no budget that anybody looks at. */
const weightShareMin = exact("0.000001");

function areWeightsFelt(components: readonly Component[], told: Told): boolean {
  const weights = components.map(({ weight }) => weight);
  const largest = weights.reduce((a, b) => (compared(a, b) > 0 ? a : b), exact("0"));
  const least = times(largest, weightShareMin);
  const lost = weights.findIndex((each) => compared(each, least) < 0);
  if (lost < 0) return true;
  const what = `objective ${lost + 1} weighs less than a millionth of another one: it counts for nothing`;
  const mend = "write weights of which none is more than a million times another, or leave the objective out";
  told(["spec", "objectives", lost, "compositeWeight"], { code: "slo/composite", what, mend });
  return false;
}

const ways = ["weighted", "all-of", "series"] as const;

function isWay(word: string): word is CompositeWay {
  return ways.some((each) => each === word);
}

interface Placed {
  readonly part: Written;
  readonly at: number;
}

function componentOf(
  { promised, spec, annotations, objectives }: Asked,
  { part, at }: Placed,
  { named, told }: Reading,
): Component | null {
  const path = ["spec", "objectives", at] as const;
  const objective = objectives[at];
  if (!hasIndicator(part) || objective === undefined) {
    const what = `objective ${at + 1} has no indicator, and others have their own`;
    told(path, { code: "slo/composite", what, mend: "add indicator or indicatorRef to it" });
    return null;
  }
  const read = readIndicator({ part, at: path }, named, told);
  if (read === null || !areComparable(read, [objective], told) || !isBudgeted(read, spec, told)) return null;
  if (read.groupBy.length > 0) {
    const what = `a part of it is kept apart by ${read.groupBy.join(", ")}`;
    told(path, { code: "slo/composite", what, mend: "sum it over everything: sum(…) without by" });
    return null;
  }
  const slo: Slo = {
    ...promised,
    component: componentName(spec, at),
    ...{ indicator: read.indicator, method: methodOf(spec, part, annotations), groupBy: [] },
    objectives: [objective],
    alerting: { ...promised.alerting, kind: "none" },
  };
  return { slo, weight: exact(numberAt(part, "compositeWeight") ?? 1) };
}

/** That of its indicator; with its place where another has the same. */
function componentName(spec: Written, at: number): string {
  const names = mapsAt(spec, "objectives").map(indicatorName);
  const name = names[at] ?? "";
  return names.indexOf(name) === names.lastIndexOf(name) ? name : `${name}-${at + 1}`;
}
