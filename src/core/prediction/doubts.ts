import type { PlatformEvent } from "../availability/graph-builder.ts";
import type { LongRun } from "../availability/law.ts";
import type { Doubt } from "../availability/uncertainty.ts";
import { the } from "../model/model.ts";
import { type EventContext, rowOfEvent } from "./why-event.ts";

/**
 * How sure each event's figures are. Events whose figures come from one row are doubted as one: when the row is wrong, it is wrong of
 * all of them. A switch-over is as doubtful as the most frequent cause of it, and doubted with that.
 */
export function doubtsOf(
  { model }: EventContext,
  events: readonly PlatformEvent[],
  runs: readonly LongRun[],
): readonly Doubt[] {
  const parameters = new Map<string, number>();
  const parameterOf = (key: string): number => {
    const known = parameters.get(key) ?? parameters.size;
    parameters.set(key, known);
    return known;
  };
  return events.map((event, at) => {
    const { subject } = event;
    const cause =
      subject.kind === "switch-over" ? causeOf({ model, events, runs }, subject.component) : event;
    return {
      mean: runs[at]?.unavailability ?? 0,
      errorFactor: cause.errorFactor,
      // What has figures of its own shares its doubt with its switch-over alone.
      parameter: parameterOf(rowOfEvent(model, cause) ?? `event ${cause.name}`),
    };
  });
}

interface Events extends Pick<EventContext, "model"> {
  readonly events: readonly PlatformEvent[];
  readonly runs: readonly LongRun[];
}

/** Of what takes the first place of a component down by itself, what comes most often. */
function causeOf(
  { model, events, runs }: Events,
  name: string,
): Pick<PlatformEvent, "name" | "errorFactor" | "subject"> {
  const { placements } = the(model.components, name);
  const [first] = placements;
  const frequency = (at: number): number => runs[at]?.failuresPerHour ?? 0;
  const causes = events.flatMap((event, at) => {
    const { subject } = event;
    const isCause =
      (subject.kind === "region" && subject.region === first?.region) ||
      (subject.kind === "zone" && subject.region === first?.region && first.zones.join() === subject.zone) ||
      (subject.kind === "replicas" && subject.placement === first);
    return isCause ? [{ event, perHour: frequency(at) }] : [];
  });
  const [most] = causes.toSorted((a, b) => b.perHour - a.perHour);
  return (
    most?.event ?? { name, errorFactor: 1, subject: { kind: "switch-over", component: name, target: null } }
  );
}
