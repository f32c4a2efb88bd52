import { nominalLength, shortDuration } from "../openslo/duration.ts";
import { mapAt, mapsAt, numberAt, textAt, type Written } from "../openslo/written.ts";
import { exact, type Exact, quotient, times } from "../units/exact.ts";
import { type InstantMs, type Seconds, seconds } from "../units/units.ts";
import { periodStarts } from "./calendar.ts";
import type { Told } from "./problems.ts";
import type { Alerting, Method, Objective, Period } from "./slo.ts";

/** Texts by key; of several texts, all of them. */
export function textsAt(of: Written, key: string): ReadonlyMap<string, string> {
  return new Map(Object.entries(mapAt(of, key)).map(([name, value]) => [name, [value].flat().join(", ")]));
}

/** Rules for a calendar know when each period begins; this many from now on, after which they are to be made anew. */
const periodsKnown = 60;

/** Of a window; of whatever is longer nothing can be told. */
export const longestWindow = 10 * 366 * 86_400;

export function periodOf(
  spec: Written,
  { now, told }: { readonly now: InstantMs; readonly told: Told },
): Period | null {
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
  if (length > longestWindow) {
    const what = `the window is ${textAt(window, "duration") ?? ""} long`;
    told(["spec", "timeWindow", 0, "duration"], {
      code: "slo/endless-window",
      what,
      mend: "write a length of ten years at most, such as 30d",
    });
    return null;
  }
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

/** @param objective that says how long a slice lasts */
export function methodOf(
  spec: Written,
  objective: Written,
  annotations: ReadonlyMap<string, string>,
): Method {
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

export function objectivesOf(spec: Written, told: Told): readonly Objective[] {
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

export function groupsOf(annotations: ReadonlyMap<string, string>): readonly string[] | null {
  const text = annotations.get("holdfast.dev/group-by");
  return text === undefined ? null : text.split(",").map((each) => each.trim());
}

/** What annotations say of alerts. */
export function alertingOf(
  annotations: ReadonlyMap<string, string>,
): Omit<Alerting, "conditions" | "noData" | "wording"> {
  const least = annotations.get("holdfast.dev/events-min");
  const which = annotations.get("holdfast.dev/alerting");
  return {
    kind: which === "none" ? "none" : "burn-rates",
    severities: which === "page" || which === "ticket" ? [which] : ["page", "ticket"],
    eventsMin: least === undefined ? null : Number(least),
    runbook: annotations.get("holdfast.dev/runbook") ?? null,
    dashboard: annotations.get("holdfast.dev/dashboard") ?? null,
    impact: annotations.get("holdfast.dev/impact") ?? null,
  };
}
