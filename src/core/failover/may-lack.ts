import { durationText } from "../units/text.ts";
import {
  bytes,
  elapsed,
  inMilliseconds,
  inSeconds,
  later,
  type Milliseconds,
  milliseconds,
  type MonotonicMs,
  seconds,
} from "../units/units.ts";
import { countText } from "../units/shown.ts";
import type { ControllerState } from "./controller-state.ts";
import { isFresh } from "./detection.ts";
import type { Position, RegionId } from "./member.ts";
import { isAsynchronous, type MayLack, type Reign } from "./reign.ts";
import type { FailoverSettings, FailoverTiming } from "./settings.ts";
import { firstSince, levelAt, type Trail } from "./trail.ts";

/**
 * The trail as it ends when nobody is to serve any more. Where the edge is not heard clients may be answered to this moment.
 */
export function endedTrail({
  trail,
  around,
  clock,
  settings,
}: Pick<ControllerState, "trail" | "around" | "clock" | "settings">): Trail {
  const { timing } = settings;
  if (trail.signAt === null || isFresh(around.edge, { timing, now: clock.now })) return trail;
  return { told: trail.told, signAt: clock.now };
}

/**
 * What a member at `position` may lack, if it is to serve after a region that left this trail.
 *
 * An upper bound in time. The beginning: all that was acknowledged before the primary told a position is at or before it, so a member
 * that has reached it lacks nothing older. The end: nothing was acknowledged after the last sign (a position told, a probe
 * answered, the first look at the edge that shows that clients are not answered any more). `freshMs` is added twice. Once for clients
 * that go round the edge: for so long after it last read the reign a region that is cut off acknowledges what it holds alone. And once for
 * what may have happened between the last sign and the cut (a heartbeat, more than twice of which fit into it), how old a position
 * is when it is told (a tick), how long that was on its way, and how long it takes to hold commits. A message that takes longer
 * than what is left of it is not reckoned with: no clocks of two machines are compared here. Of bytes it is what was known to be
 * missing, and so a lower bound.
 */
export function mayLackOf(position: Position, trail: Trail, timing: FailoverTiming): MayLack {
  const [level, end, last] = [levelAt(trail, position), endOf(trail, timing), trail.told.at(-1)];
  if (level === null || end === null || last === undefined) return { kind: "unknown" };
  return {
    kind: "estimated",
    // Upwards, for it is a bound; nobody needs more than milliseconds of it.
    seconds: inSeconds(milliseconds(Math.ceil(elapsed(level, end)))),
    bytes: bytes(Math.max(0, last.position.lsn - position.lsn)),
  };
}

function endOf({ signAt }: Trail, { freshMs }: FailoverTiming): MonotonicMs | null {
  return signAt === null ? null : later(signAt, milliseconds(2 * freshMs));
}

export function isWithin(mayLack: MayLack, lossMax: Milliseconds | null): boolean {
  if (lossMax === null) return true;
  return mayLack.kind === "estimated" && inMilliseconds(mayLack.seconds) <= lossMax;
}

type Bounds = Pick<FailoverSettings, "lossMax" | "timing">;

/** How far whoever serves after this trail must reach to lack no more than may be lost; `null`: that cannot be told. */
export function floorWithin(trail: Trail, { lossMax, timing }: Bounds): Position | null {
  const end = endOf(trail, timing);
  return end === null || lossMax === null ? null : firstSince(trail, end - lossMax);
}

/**
 * How far whoever is chosen next must reach when a region that was chosen before is given up. What that one has acknowledged is kept as
 * after any other loss; until it has served for so long that more could be lost than may be, what was to be kept before says it.
 */
export function floorForAnother(
  { floor, ...reign }: Reign,
  trail: Trail,
  bounds: Bounds,
): Position | null | "unknown" {
  const { lossMax, timing } = bounds;
  const [first, end] = [trail.told[0], endOf(trail, timing)];
  if (lossMax === null || !isAsynchronous(reign) || first === undefined || end === null) return floor;
  return end - first.at <= lossMax ? floor : (floorWithin(trail, bounds) ?? "unknown");
}

const order = "ask for it with `holdfast failover run --ungraceful`";

/** Why a region that may lack too much is not chosen without a person. */
export function lossObstacle(region: RegionId, mayLack: MayLack, lossMax: Milliseconds): string {
  const rpo = `the RPO is ${durationText.print(inSeconds(lossMax))}: ${order}`;
  if (mayLack.kind === "unknown") return `what ${region} may lack cannot be told, and ${rpo}`;
  return `${region} may lack ${durationText.print(seconds(Math.ceil(mayLack.seconds)))} of writes, and ${rpo}`;
}

/** The same where it is not known when the last client was answered. */
export function unheardObstacle(region: RegionId, lossMax: Milliseconds): string {
  return (
    `the edge is not heard, so that ${region} may lack more and more, ` +
    `and the RPO is ${durationText.print(inSeconds(lossMax))}: ${order}`
  );
}

/** `west may lack 1.3 s of writes, 4,096 bytes of log (estimated)` */
export function mayLackText(region: RegionId, mayLack: MayLack): string {
  if (mayLack.kind === "unknown") return `what ${region} may lack cannot be told`;
  const { seconds: span, bytes: size } = mayLack;
  return `${region} may lack ${span} s of writes, ${countText(size)} bytes of log (estimated)`;
}
