import type { Labels } from "../prometheus.ts";
import type { BurnRate, Exhaustion } from "./exhaustion.ts";
import type { Forecast } from "./forecast.ts";
import type { HeldBack } from "./low-traffic.ts";
import type { PeriodNow } from "./period-now.ts";

/** How an objective stands. */
export interface ObjectiveStatus {
  readonly slo: string;
  readonly service: string;
  readonly displayName: string | null;
  /** Of which part of a composite it is; `null`: it stands for itself. */
  readonly component: string | null;
  /** Values of the labels by which it is kept apart. */
  readonly group: Labels;
  /** Labels of its series, those of the group among them. */
  readonly series: Labels;
  /** Share that shall be good; `null`: of a composite, whose parts have their own. */
  readonly target: number | null;
  readonly period: PeriodNow;
  /** The maintenance window that runs, within which nothing counts, and its end in seconds since 1970; `null`: none. */
  readonly maintenance: { readonly until: number } | null;
  readonly known: Known | Unknown;
}

/** What has been measured of it. */
export interface Known {
  readonly kind: "known";
  /** Share of the period that was good; `null`: of a composite. */
  readonly attained: number | null;
  /** Share of the error budget that is left: below 0 when it is more than used up, and never cut off. */
  readonly budgetLeft: number;
  /** How many times as fast as it may the budget burns, by window, shortest first; `null`: nothing happened within the window. */
  readonly burns: readonly BurnRate[];
  /** Whether anything is measured at the moment; what is known is of a time before that, where nothing is. */
  readonly isMeasured: boolean;
  /** Share of the period for which there are measurements. */
  readonly coverage: number;
  /** Of the period; `null`: they cannot be counted, or were not asked for. */
  readonly events: { readonly bad: number; readonly total: number } | null;
  /** Alerts that so few events hold back as a rule, fastest first; `null`: events are not known. */
  readonly heldBack: readonly HeldBack[] | null;
  readonly exhaustion: Exhaustion;
  /** `null`: not asked for. */
  readonly forecast: Forecast | null;
}

/** Nothing is known, which is neither good nor bad. */
export interface Unknown {
  readonly kind: "unknown";
  readonly because: /** Nobody records its series: its rules are not loaded, or under another name. */
    | "no-rules"
    /** Its rules are worked out, and what they read is not there. */
    | "no-data"
    /** It is measured, and nothing happened in all of its period. */
    | "no-events"
    /** It is measured, things happen, and the rules have not worked out its budget yet. */
    | "not-yet"
    /** Its first period is still to begin. */
    | "not-begun"
    /** Built-in probes were asked, and have not attempted it in all of its period. */
    | "no-probes";
}

/** Worst first: what is known by how little budget is left, and what is not known before all that is fine. */
export function worstFirst(statuses: readonly ObjectiveStatus[]): readonly ObjectiveStatus[] {
  return [...statuses].sort(
    (a, b) => rankOf(a) - rankOf(b) || (objectiveName(a) < objectiveName(b) ? -1 : 1),
  );
}

/** As people know it: `chat/search{region=east}`. */
export function objectiveName({
  slo,
  component,
  group,
}: Pick<ObjectiveStatus, "slo" | "component" | "group">): string {
  const part = component === null ? "" : `/${component}`;
  const apart = Object.entries(group).map(([label, value]) => `${label}=${value}`);
  return `${slo}${part}${apart.length === 0 ? "" : `{${apart.join(",")}}`}`;
}

function rankOf({ known }: ObjectiveStatus): number {
  return known.kind === "unknown" ? 0 : known.budgetLeft;
}
