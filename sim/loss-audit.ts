import type { World } from "./world.ts";

/** Writes that a client was told are safe, with when, in the order of time. */
export interface ToldWrite {
  readonly id: number;
  readonly atMs: number;
}

/**
 * What a failover may lose where nobody confirms writes: one that begins by itself loses nothing that a client was told longer than the
 * RPO before the last that it was told. By how much longer messages were on their way is allowed, for no controller can know it; so is
 * what clients were told just before the decision, which nobody had heard of yet.
 */
export class LossAudit {
  readonly #settings: World["settings"];
  readonly #delayMsMax: number;
  /** When clients were told for the last time before the failover that is under way; `null`: a person has begun it, or accepts the loss. */
  #lossAt: number | null = null;
  /** Lost in an earlier failover. */
  readonly #gone = new Set<number>();

  constructor({ settings, weather }: Pick<World, "settings" | "weather">) {
    this.#settings = settings;
    this.#delayMsMax = weather.delayMsMax + weather.spikeMs;
  }

  /** A failover is decided on by itself, from a region that serves. */
  began(told: readonly ToldWrite[], decidedAt: number): void {
    this.#lossAt = this.#lastTold(told, decidedAt);
  }

  /** Within it the region that was chosen is given up, too. @param servedSince when it was promoted; `null`: it never was */
  beganAgain(told: readonly ToldWrite[], decidedAt: number, servedSince: number | null): void {
    if (this.#lossAt === null || servedSince === null) return;
    const last = this.#lastTold(told, decidedAt);
    if (last > servedSince) this.#lossAt = last;
  }

  /** A person has begun it, or accepts what is lost. */
  accepted(): void {
    this.#lossAt = null;
  }

  /** @returns what is broken when a member that holds `held` is promoted; `null`: nothing */
  promoted(told: readonly ToldWrite[], held: ReadonlySet<number>): string | null {
    const { lossMax } = this.#settings;
    const lost = told.filter(({ id }) => !held.has(id) && !this.#gone.has(id));
    for (const { id } of lost) this.#gone.add(id);
    const [first] = lost;
    if (first === undefined || this.#lossAt === null || lossMax === null) return null;
    const lackMs = this.#lossAt - first.atMs;
    if (lackMs <= lossMax + this.#delayMsMax) return null;
    return `${lost.length} writes of the last ${Math.round(lackMs)} ms are lost, and ${lossMax} ms may be`;
  }

  #lastTold(told: readonly ToldWrite[], decidedAt: number): number {
    const heardOf = decidedAt - this.#settings.timing.freshMs - this.#delayMsMax;
    return told.findLast(({ atMs }) => atMs <= heardOf)?.atMs ?? Number.NEGATIVE_INFINITY;
  }
}
