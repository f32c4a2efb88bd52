import { windowText } from "../slo/prometheus.ts";
import { type Seconds, seconds } from "../units/units.ts";

export interface OwnAlert {
  readonly name: `Holdfast${string}`;
  /** `page`: somebody is to come at once; `ticket`: somebody is to see to it in working hours. */
  readonly severity: "page" | "ticket";
  readonly expr: string;
  /** How long it must be so; `null`: once is enough. */
  readonly for: Seconds | null;
  readonly summary: string;
  /** What is known of it. */
  readonly description: string;
  /** What it means for whoever is served, now or after one more mishap. */
  readonly impact: string;
}

export interface MixinSettings {
  readonly pace: Pace;
  /** The page on which each alert has a section of its own name. */
  readonly runbooks: string;
  /** Where Grafana is, without a slash at its end; empty: links begin with a slash. */
  readonly grafana: string;
  /** A failover that takes longer is slow: the RTO of whoever waits for it. */
  readonly recovery: Seconds;
  /** A drill that is older proves nothing any more. */
  readonly proof: Seconds;
}

/** A platform that is scraped every 15 s; or a lab that is scraped every second, and is broken and mended within minutes. */
export type Pace = "platform" | "lab";

interface Paced {
  /** How often alerts are worked out. */
  readonly interval: Seconds;
  /** Of what is said for a platform, so much. */
  readonly share: number;
}

export const paced: Readonly<Record<Pace, Paced>> = {
  platform: { interval: seconds(15), share: 1 },
  lab: { interval: seconds(1), share: 1 / 12 },
};

/** Spans at a pace, given in seconds for a platform. */
export interface Spans {
  readonly lasting: (platformSeconds: number) => Seconds;
  /** A range, such as `5m`, as a selector has it. */
  readonly over: (platformSeconds: number) => string;
}

export function spansAt(pace: Pace): Spans {
  const lasting = (platformSeconds: number): Seconds =>
    seconds(Math.round(platformSeconds * paced[pace].share));
  return { lasting, over: (platformSeconds) => windowText(lasting(platformSeconds)) };
}

/** What holds in the answer of a query without series: 0. */
export function orZero(expr: string): string {
  return `(${expr} or vector(0))`;
}
