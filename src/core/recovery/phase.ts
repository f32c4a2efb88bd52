import { seconds } from "../units/units.ts";
import type { Span } from "../units/span.ts";
import { unreachable } from "../problem/problem.ts";
import type { AssumedTime } from "./assumed-times.ts";
import type { Distribution } from "./distribution/distribution.ts";

/** The parts of a recovery, one after another. */
export const phaseNames = ["detect", "decide", "fence", "promote", "route", "verify"] as const;
export type PhaseName = (typeof phaseNames)[number];

/** Something that takes time in a phase. */
export interface Piece {
  readonly phase: PhaseName;
  /** `null`: the recovery as a whole. */
  readonly component: string | null;
  /** What is done: `weights of inference are loaded`. */
  readonly what: string;
  readonly time: Distribution;
  /** Why it takes as long as that. */
  readonly because: string;
  readonly kind: "declared" | "estimated";
  /** How it could be made quicker; `null`: nothing is known. */
  readonly lever: Lever | null;
}

/** A change that makes a piece quicker. */
export interface Lever {
  /** In words that say what to write: `routing.ttl of gateway: 20 s instead of 60 s`. */
  readonly change: string;
  readonly time: Distribution;
  /** Cheapest first: a line of configuration, a rule of who decides, data kept nearer, machines that run or are reserved. */
  readonly effort: "configuration" | "automation" | "storage" | "machines";
}

export function fixed(time: number): Distribution {
  return { kind: "fixed", time: seconds(time) };
}

export function uniform(from: number, to: number): Distribution {
  return from === to ? fixed(from) : { kind: "uniform", from: seconds(from), to: seconds(to) };
}

/** 1.645: one time in twenty lies above the mean of a normal distribution plus so many of its deviations. */
const p95Deviations = 1.6448536269514722;

function spreadOf(span: Span): Distribution {
  switch (span.kind) {
    case "fixed":
      return { kind: "fixed", time: span.time };
    case "between":
      return uniform(span.from, span.to);
    case "skewed":
      return {
        kind: "log-normal",
        median: span.median,
        sigma: Math.log(Math.max(1, span.p95 / span.median)) / p95Deviations,
      };
    default:
      return unreachable(span);
  }
}

/** A time that is declared, or else assumed. */
export function timeOf(span: Span | null, assumed: AssumedTime): Pick<Piece, "time" | "because" | "kind"> {
  if (span !== null) return declaredTime(span);
  return { time: fixed(assumed.time), because: `assumed: ${assumed.because}`, kind: "estimated" };
}

export function declaredTime(span: Span): Pick<Piece, "time" | "because" | "kind"> {
  return { time: spreadOf(span), because: "it is declared so", kind: "declared" };
}
