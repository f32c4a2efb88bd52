import type { EventSubject, PlatformEvent } from "../availability/graph-builder.ts";
import type { LongRun } from "../availability/law.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { type FailureScope, type Model, the } from "../model/model.ts";
import type { Reliability, Source } from "../model/reliability.ts";
import { invariant, unreachable } from "../problem/problem.ts";
import type { Figure } from "../units/figure.ts";
import { durationText } from "../units/text.ts";
import { type Seconds, seconds, minutesPerYear } from "../units/units.ts";
import { kindOf, sourceText } from "./source-text.ts";

/** One thing that can fail, with the figures that it is reckoned from. */
export interface EventWhy {
  readonly name: string;
  readonly subject: EventSubject;
  readonly scope: FailureScope;
  /** By itself, whatever it does to a journey. */
  readonly minutesPerYear: number;
  readonly mtbf: Figure<Seconds>;
  readonly mttr: Figure<Seconds>;
  /** 95th percentile of its true rate over the median; 1: certain. */
  readonly errorFactor: number;
  /** The row of the catalogue that its figures are of; `null`: they are its own. */
  readonly row: string | null;
}

/** What has happened when an event has, in words that stand in a sentence. */
export function eventWords({ name, subject }: Pick<PlatformEvent, "name" | "subject">): string {
  return subject.kind === "replicas" || subject.kind === "switch-over" ? name : `${name} is down`;
}

export const minutesPerYearOf = (share: number): number => share * minutesPerYear;

export interface EventContext {
  readonly model: Model;
  readonly rows: Catalogue["failures"];
}

/** @param run what the event's law comes to in the long run */
export function whyEvent({ model, rows }: EventContext, event: PlatformEvent, run: LongRun): EventWhy {
  const { subject, name, scope, errorFactor } = event;
  const base = { name, subject, scope, minutesPerYear: minutesPerYearOf(run.unavailability), errorFactor };
  const reliability = reliabilityOf(model, subject);
  if (reliability === null) return { ...base, ...switchingFigures(model, event), row: null };
  const { source } = reliability;
  const because = `${unitOf(subject)}; ${sourceText(source, rows)}`;
  const figure = (of: string, value: Seconds): Figure<Seconds> => ({
    ...{ name: of, value, kind: kindOf(source), because, from: [] },
  });
  return {
    ...base,
    mtbf: figure("mean time between failures", reliability.mtbf),
    mttr: figure("mean time to repair", reliability.mttr),
    row: rowOf(source),
  };
}

/** The row of the catalogue that an event's figures are of; `null`: they are its own. */
export function rowOfEvent(model: Model, { subject }: Pick<PlatformEvent, "subject">): string | null {
  const reliability = reliabilityOf(model, subject);
  return reliability === null ? null : rowOf(reliability.source);
}

function rowOf(source: Source): string | null {
  return source.kind === "catalogue" || source.kind === "assumed" ? source.row : null;
}

/** `null`: a switch-over has no figures of its own, but comes from those of what it switches. */
function reliabilityOf({ platform }: Model, subject: EventSubject): Reliability | null {
  switch (subject.kind) {
    case "region":
    case "zone": {
      const region = platform.regions.find(({ name }) => name === subject.region);
      return (subject.kind === "zone" ? region?.zoneFailure : region?.failure) ?? null;
    }
    case "fate":
      return platform.fates.find(({ name }) => name === subject.fate)?.failure ?? null;
    case "replicas":
      return subject.placement.failure;
    case "switch-over":
    case "design":
      return null;
    default:
      return unreachable(subject);
  }
}

function unitOf(subject: EventSubject): string {
  if (subject.kind !== "replicas") return `of the ${subject.kind}`;
  const { replicas, required, spares } = subject.placement;
  const spare = spares > 0 ? ` and ${spares} switched off` : "";
  return `of one replica, of which ${required} of ${replicas}${spare} must work`;
}

function switchingFigures(model: Model, { law, subject }: PlatformEvent): Pick<EventWhy, "mtbf" | "mttr"> {
  invariant(law.kind === "alternating" && subject.kind === "switch-over", "a switch-over comes and goes");
  const { standby } = the(model.components, subject.component);
  const manual = durationText.print(standby.manual);
  const figure = (name: string, value: Seconds, because: string): Figure<Seconds> => ({
    ...{ name, value, kind: "estimated", because, from: [] },
  });
  return {
    mtbf: figure(
      "mean time between switch-overs",
      seconds(law.mtbf),
      `as often as a place of ${subject.component} that serves fails`,
    ),
    mttr: figure(
      "mean time until another place serves",
      seconds(law.mttr),
      `the mean of a switch that works by itself, and of ${manual} by hand where it does not`,
    ),
  };
}
