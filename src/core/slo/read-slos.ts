import { nominalLength, shortDuration } from "../openslo/duration.ts";
import type { OpenSloDocument } from "../openslo/openslo.ts";
import { type Named, namedDocuments, referenceProblems } from "../openslo/references.ts";
import { upgraded } from "../openslo/upgrade.ts";
import { mapAt, mapsAt, numberAt, textAt, type Written } from "../openslo/written.ts";
import type { Problem } from "../problem/problem.ts";
import { exact, type Exact, quotient, times } from "../units/exact.ts";
import { type InstantMs, type Seconds, seconds } from "../units/units.ts";
import { periodStarts } from "./calendar.ts";
import { type Told, sloProblem } from "./problems.ts";
import { readIndicator } from "./read-indicator.ts";
import type { Alerting, Method, Objective, Period, Slo } from "./slo.ts";

export interface ReadSlos {
  readonly slos: readonly Slo[];
  /** Empty: all of them were read. */
  readonly problems: readonly Problem[];
}

/**
 * What valid OpenSLO documents promise, with what they name put in its place. Documents of other versions are read as v1 has them.
 */
export function readSlos(documents: readonly OpenSloDocument[], now: InstantMs): ReadSlos {
  const named = namedDocuments(documents);
  const references = referenceProblems(documents);
  if (references.length > 0) return { slos: [], problems: references };
  const read = documents.flatMap((document) =>
    document.kind === "SLO" ? slosIn(document, { named, now }) : [],
  );
  return {
    slos: read.flatMap((each) => (each.slo === null ? [] : [each.slo])),
    problems: read.flatMap((each) => each.problems),
  };
}

interface ReadSlo {
  readonly slo: Slo | null;
  readonly problems: readonly Problem[];
}

interface Context {
  readonly named: Named;
  readonly now: InstantMs;
}

interface Reading extends Context {
  readonly told: Told;
}

function slosIn(document: OpenSloDocument, context: Context): readonly ReadSlo[] {
  // A document without a problem is a map of a known version.
  const value = document.value as Written;
  return upgraded(document.apiVersion ?? "", value).map((each) => sloOf(each, document, context));
}

function sloOf(written: Written, document: OpenSloDocument, { named, now }: Context): ReadSlo {
  const problems: Problem[] = [];
  const told: Told = (path, found) => void problems.push(sloProblem(document, path, found));
  const spec = mapAt(written, "spec");
  const metadata = mapAt(written, "metadata");
  const annotations = textsAt(metadata, "annotations");
  const period = periodOf(spec, { named, now, told });
  const method = methodOf(spec, annotations);
  const indicator = readIndicator(spec, named, told);
  const objectives = objectivesOf(spec, told);
  const isRead = problems.length === 0 && period !== null && indicator !== null;
  if (!isRead) return { slo: null, problems };
  return {
    problems,
    slo: {
      name: textAt(metadata, "name") ?? "",
      service: textAt(spec, "service") ?? "",
      displayName: textAt(metadata, "displayName"),
      description: textAt(spec, "description"),
      labels: textsAt(metadata, "labels"),
      ...{ annotations, period, method, objectives },
      ...{ indicator: indicator.indicator, groupBy: groupsOf(annotations) ?? indicator.groupBy },
      alerting: alertingOf(annotations),
    },
  };
}

/** Texts by key; of several texts, all of them. */
function textsAt(of: Written, key: string): ReadonlyMap<string, string> {
  return new Map(Object.entries(mapAt(of, key)).map(([name, value]) => [name, [value].flat().join(", ")]));
}

/** Rules for a calendar know when each period begins; this many from now on, after which they are to be made anew. */
const periodsKnown = 60;

function periodOf(spec: Written, { now, told }: Reading): Period | null {
  const [window = {}] = mapsAt(spec, "timeWindow");
  const duration = shortDuration(textAt(window, "duration") ?? "");
  if (duration === null || duration.count === 0) {
    const what = "the window has no length";
    told(["spec", "timeWindow", 0, "duration"], {
      code: "slo/empty-window",
      what,
      mend: "write a length such as 30d",
    });
    return null;
  }
  const length = nominalLength(duration);
  if (window["isRolling"] === true) return { kind: "rolling", length };
  const calendar = mapAt(window, "calendar");
  const [startTime, timeZone] = [textAt(calendar, "startTime") ?? "", textAt(calendar, "timeZone") ?? ""];
  return {
    kind: "calendar",
    length,
    starts: periodStarts({ startTime, timeZone, duration }, now, periodsKnown),
  };
}

function lengthAt(of: Written, key: string): Seconds | null {
  const duration = shortDuration(textAt(of, key) ?? "");
  return duration === null ? null : nominalLength(duration);
}

function methodOf(spec: Written, annotations: ReadonlyMap<string, string>): Method {
  const [objective = {}] = mapsAt(spec, "objectives");
  const slice = lengthAt(objective, "timeSliceWindow") ?? seconds(60);
  switch (textAt(spec, "budgetingMethod")) {
    case "Timeslices": {
      const idle = annotations.get("holdfast.dev/idle-slices") === "skipped" ? "skipped" : "good";
      return { kind: "timeslices", slice, idle };
    }
    case "RatioTimeslices":
      return { kind: "ratio-timeslices", slice };
    case null:
    default:
      return { kind: "occurrences" };
  }
}

const operators = { lt: "<", lte: "<=", gt: ">", gte: ">=" } as const;

function objectivesOf(spec: Written, told: Told): readonly Objective[] {
  const written = mapsAt(spec, "objectives");
  if (written.length === 0) {
    told(["spec"], {
      code: "slo/no-objective",
      what: "it promises nothing",
      mend: "add objectives: [{ target: 0.999 }]",
    });
  }
  return written.map((each, at): Objective => {
    const target = targetOf(each);
    if (target.over === 0n) {
      told(["spec", "objectives", at], {
        code: "slo/idle-target",
        what: "its target is 0, which is met when everything fails",
        mend: "write the share that shall be good, such as 0.999",
      });
    }
    const operator = textAt(each, "op");
    const sliceTarget = numberAt(each, "timeSliceTarget");
    return {
      displayName: textAt(each, "displayName"),
      target,
      bound:
        operator === null
          ? null
          : {
              operator: operators[operator as keyof typeof operators],
              value: exact(numberAt(each, "value") ?? 0),
            },
      sliceTarget: sliceTarget === null ? null : exact(sliceTarget),
    };
  });
}

function targetOf(objective: Written): Exact {
  const share = numberAt(objective, "target");
  if (share !== null) return exact(share);
  return times(exact(numberAt(objective, "targetPercent") ?? 0), quotient(1n, 100n));
}

function groupsOf(annotations: ReadonlyMap<string, string>): readonly string[] | null {
  const text = annotations.get("holdfast.dev/group-by");
  return text === undefined ? null : text.split(",").map((each) => each.trim());
}

function alertingOf(annotations: ReadonlyMap<string, string>): Alerting {
  const least = annotations.get("holdfast.dev/events-min");
  return {
    kind: annotations.get("holdfast.dev/alerting") === "none" ? "none" : "burn-rates",
    eventsMin: least === undefined ? null : Number(least),
    runbook: annotations.get("holdfast.dev/runbook") ?? null,
    dashboard: annotations.get("holdfast.dev/dashboard") ?? null,
    impact: annotations.get("holdfast.dev/impact") ?? null,
  };
}
