import type { EdgeView } from "../../core/failover/detection.ts";
import { elapsed, type Milliseconds, type MonotonicMs, milliseconds } from "../../core/units/units.ts";

export interface MonotonicClock {
  now(): MonotonicMs;
}

/** Refusals are counted over this long. */
const refusalWindowMs = milliseconds(1_000);
/** More refusals than this within the window are counted as this many. */
const refusalsKeptMax = 1_000;

/** What one path (SQL, or HTTP) to one region has shown of itself to clients. Ages, for clocks of two machines are not compared. */
export interface PathView {
  readonly kind: EdgeView;
  /** Since the region last sent a byte; `null` when it never has. */
  readonly lastByteAgeMs: number | null;
  /** How long the longest waiting client has waited for a byte; `null` when none waits. */
  readonly awaitingMs: number | null;
  /** Connections refused, reset or ended by the region within `refusalWindowMs`. */
  readonly refusals: number;
  /** Sessions or streams that are open. */
  readonly open: number;
}

export interface ViewBounds {
  /** A byte no older than this says that the region answers. */
  readonly answeringWithinMs: Milliseconds;
  /** Waiting longer than this without a byte says that it is silent. */
  readonly silentAfterMs: Milliseconds;
}

export const defaultBounds: ViewBounds = {
  answeringWithinMs: milliseconds(300),
  silentAfterMs: milliseconds(700),
};

/** One client's exchange with a region. */
export interface Exchange {
  /** Something went towards the region, and an answer is due. */
  sent(): void;
  /** The region sent something. */
  received(): void;
  close(): void;
}

/** Counts what passes on one path to one region. */
export class Traffic {
  readonly #clock: MonotonicClock;
  readonly #exchanges = new Set<{ awaitingSince: MonotonicMs | null }>();
  #lastByteAt: MonotonicMs | null = null;
  #refusedAt: MonotonicMs[] = [];

  constructor(clock: MonotonicClock) {
    this.#clock = clock;
  }

  open(): Exchange {
    const exchange: { awaitingSince: MonotonicMs | null } = { awaitingSince: null };
    this.#exchanges.add(exchange);
    return {
      sent: () => {
        exchange.awaitingSince ??= this.#clock.now();
      },
      received: () => {
        exchange.awaitingSince = null;
        this.#lastByteAt = this.#clock.now();
      },
      close: () => {
        this.#exchanges.delete(exchange);
      },
    };
  }

  /** The region refused a connection, or broke one that its client had not ended. */
  refused(): void {
    this.#refusedAt.push(this.#clock.now());
    if (this.#refusedAt.length > refusalsKeptMax) this.#refusedAt.shift();
  }

  view(bounds: ViewBounds): PathView {
    const now = this.#clock.now();
    this.#refusedAt = this.#refusedAt.filter((at) => elapsed(at, now) <= refusalWindowMs);
    const waits = [...this.#exchanges].map(({ awaitingSince }) =>
      awaitingSince === null ? null : elapsed(awaitingSince, now),
    );
    const awaitingMs = waits.reduce(
      (longest, wait) => (wait === null || (longest ?? 0) > wait ? longest : wait),
      null,
    );
    const lastByteAgeMs = this.#lastByteAt === null ? null : elapsed(this.#lastByteAt, now);
    return {
      kind: this.#kind({ awaitingMs, lastByteAgeMs }, bounds),
      lastByteAgeMs,
      awaitingMs,
      refusals: this.#refusedAt.length,
      open: this.#exchanges.size,
    };
  }

  #kind(
    {
      awaitingMs,
      lastByteAgeMs,
    }: { readonly awaitingMs: number | null; readonly lastByteAgeMs: number | null },
    { answeringWithinMs, silentAfterMs }: ViewBounds,
  ): EdgeView {
    const lastRefusedAt = this.#refusedAt.at(-1);
    // One byte after a refusal proves that somebody is there.
    if (lastRefusedAt !== undefined && (this.#lastByteAt === null || this.#lastByteAt < lastRefusedAt))
      return "refusing";
    if (lastByteAgeMs !== null && lastByteAgeMs <= answeringWithinMs) return "answering";
    const silentForMs = Math.min(awaitingMs ?? 0, lastByteAgeMs ?? Number.POSITIVE_INFINITY);
    return silentForMs >= silentAfterMs ? "silent" : "idle";
  }
}
