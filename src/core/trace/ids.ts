import { hex, utf8 } from "../evidence/bytes.ts";
import type { Digest } from "../evidence/ports.ts";
import type { PhaseName } from "../drill/phases.ts";
import type { DeedSeen } from "../failover/deeds-seen.ts";
import type { Reign } from "../failover/reign.ts";
import type { InstantMs } from "../units/units.ts";

/**
 * What every controller and agent knows of a failover while it runs, and the evidence afterwards: on which platform, and which one
 * it ended that came before. A reign keeps `settledAt` from the loss until service is proven, whoever leads meanwhile, however often
 * another region is chosen.
 */
export interface FailoverName {
  readonly platformId: string;
  /** When the last one ended; `null`: it is the first. */
  readonly settledAt: InstantMs | null;
}

const traceIdBytes = 16;
const spanIdBytes = 8;

/** 32 hexadecimal digits: the first half of a SHA-256, which is never all zeros but by a chance that no one lives to see. */
export function traceIdOf(name: readonly string[], digest: Digest): string {
  return hashed(["holdfast trace", ...name], traceIdBytes, digest);
}

export function failoverTraceId({ platformId, settledAt }: FailoverName, digest: Digest): string {
  return traceIdOf(["failover", platformId, settledAt === null ? "first" : String(settledAt)], digest);
}

/** @param place where in its trace the span stands: one of those below, or of a part of a drill */
export function spanIdOf(traceId: string, place: string, digest: Digest): string {
  return hashed(["holdfast span", traceId, place], spanIdBytes, digest);
}

export const drillPlace = "drill";
export const failoverPlace = "failover";

/** A switchover has one phase more than a recovery: the region that serves is shut down in order. */
export type TracePhase = PhaseName | "close";

export function phasePlace(phase: TracePhase): string {
  return `${failoverPlace}/${phase}`;
}

export function deedPlace({
  region,
  incarnation,
  ticket,
}: Pick<DeedSeen, "region" | "incarnation" | "ticket">): string {
  return `${failoverPlace}/deed/${region}/${incarnation}/${ticket}`;
}

/** What a log line names, so that whoever reads it finds the span, and the other way round. */
export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
}

const phaseUnder = { closing: "close", fencing: "fence", promoting: "promote" } as const;

/** The failover under a reign, and the phase that its agents are in; `null` while none runs. */
export function contextUnder(
  { phase, settledAt }: Pick<Reign, "phase" | "settledAt">,
  platformId: string,
  digest: Digest,
): TraceContext | null {
  if (phase === "steady") return null;
  return contextAt({ platformId, settledAt }, phasePlace(phaseUnder[phase]), digest);
}

/** A place within a failover. */
export function contextAt(name: FailoverName, place: string, digest: Digest): TraceContext {
  const traceId = failoverTraceId(name, digest);
  return { traceId, spanId: spanIdOf(traceId, place, digest) };
}

/** Parts are told apart by line ends, which none of them holds. */
function hashed(parts: readonly string[], bytes: number, digest: Digest): string {
  return hex(digest(utf8(parts.join("\n"))).subarray(0, bytes));
}
