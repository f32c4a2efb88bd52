import { alertNames } from "../openslo/alert-terms.ts";
import type { Problem } from "../problem/problem.ts";
import type { InstantMs } from "../units/units.ts";
import { alertLabels, otherTelling, titleOf } from "./alerts.ts";
import type { AlertingRule, Labels } from "./prometheus.ts";
import type { Promised } from "./slo.ts";

/** Rules whose known periods end sooner than this are told of: time enough to make them anew. */
const warnedSeconds = 90 * 86_400;

/** When the last period begins that the rules know, in seconds since 1970; `null`: a window that rolls needs to know none. */
function lastStartOf({ period }: Promised): number | null {
  return period.kind === "rolling" ? null : (period.starts.at(-1) ?? null);
}

/** What of promises by a calendar is to be made anew soon. */
export function endingCalendars(promises: readonly Promised[], now: InstantMs): readonly Problem[] {
  return promises.flatMap((promised) => {
    const last = lastStartOf(promised);
    if (last === null || last - now / 1000 >= warnedSeconds) return [];
    return [
      {
        code: "slo/calendar-ends",
        what: `SLO "${promised.name}": its rules know the periods of its calendar up to the one that begins at ${instantText(last)}`,
        where: promised.declaredAt,
        why: "rules of Prometheus know no calendar, only the beginnings that are written into them",
        mend: "make the rules anew before then: a job that does so each week is never late",
      },
    ];
  });
}

/** Tells, by a calendar alone, that no beginning is left that the rules know: the period that runs then is the last that they get right. */
export function outdatedAlerts(promised: Promised, labels: Labels): readonly AlertingRule[] {
  const last = lastStartOf(promised);
  if (last === null) return [];
  return [
    {
      alert: alertNames.outdated,
      expr: `vector(time()) >= ${last}`,
      for: null,
      labels: alertLabels(promised, labels, "ticket"),
      annotations: otherTelling(promised, {
        summary: `${titleOf(promised)}: its rules know no further period of the calendar`,
        description: `The last one that they know began at ${instantText(last)}. Make them anew with holdfast slo rules before it ends; else the budget never begins anew.`,
      }),
    },
  ];
}

/** `2026-12-31 23:00 UTC` */
function instantText(at: number): string {
  return `${new Date(at * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
