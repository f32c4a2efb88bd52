import { alertNames } from "../openslo/alert-terms.ts";
import type { Problem } from "../problem/problem.ts";
import type { InstantMs } from "../units/units.ts";
import { alertLabels, otherTelling, titleOf } from "./alerts.ts";
import type { AlertingRule, Labels } from "./prometheus.ts";
import type { Promised } from "./slo.ts";

/** Rules whose known periods or windows end sooner than this are told of: time enough to make them anew. */
const warnedSeconds = 90 * 86_400;

/** What rules know only for a while. */
interface Known {
  readonly kind: "calendar" | "maintenance";
  /** When the last begins that they know, in seconds since 1970. */
  readonly last: number;
}

/** A window that rolls needs to know no beginnings, and maintenance that ends is known to its end. */
function knownOf({ period, maintenanceLastKnown }: Promised): readonly Known[] {
  const calendar = period.kind === "rolling" ? undefined : period.starts.at(-1);
  return [
    ...(calendar === undefined ? [] : [{ kind: "calendar", last: calendar } as const]),
    ...(maintenanceLastKnown === null ? [] : [{ kind: "maintenance", last: maintenanceLastKnown } as const]),
  ];
}

const words = {
  calendar: {
    code: "slo/calendar-ends",
    known: "the periods of its calendar",
    further: "no further period of the calendar",
    ending: "before it ends; else the budget never begins anew",
  },
  maintenance: {
    code: "slo/maintenance-ends",
    known: "its maintenance windows",
    further: "no further maintenance window",
    ending: "before the next one; else it burns the budget, and calls people",
  },
} as const;

/** What of promises by a calendar, or with maintenance that comes again, is to be made anew soon. */
export function endingRules(promises: readonly Promised[], now: InstantMs): readonly Problem[] {
  return promises.flatMap((promised) =>
    knownOf(promised)
      .filter(({ last }) => last - now / 1000 < warnedSeconds)
      .map(({ kind, last }) => ({
        code: words[kind].code,
        what: `SLO "${promised.name}": its rules know ${words[kind].known} up to the one that begins at ${instantText(last)}`,
        where: promised.declaredAt,
        why: "rules of Prometheus know no calendar, only the beginnings that are written into them",
        mend: "make the rules anew before then: a job that does so each week is never late",
      })),
  );
}

/** Tells, by the clock alone, that no beginning is left that the rules know: what begins then is the last that they get right. */
export function outdatedAlerts(promised: Promised, labels: Labels): readonly AlertingRule[] {
  const [first] = [...knownOf(promised)].sort((a, b) => a.last - b.last);
  if (first === undefined) return [];
  const { kind, last } = first;
  return [
    {
      alert: alertNames.outdated,
      expr: `vector(time()) >= ${last}`,
      for: null,
      labels: alertLabels(promised, labels, "ticket"),
      annotations: otherTelling(promised, {
        summary: `${titleOf(promised)}: its rules know ${words[kind].further}`,
        description: `The last one that they know began at ${instantText(last)}. Make them anew with holdfast slo rules ${words[kind].ending}.`,
      }),
    },
  ];
}

/** `2026-12-31 23:00 UTC` */
function instantText(at: number): string {
  return `${new Date(at * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
