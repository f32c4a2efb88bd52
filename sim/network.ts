import type { RegionId } from "../src/core/failover/member.ts";
import type { Agenda } from "./agenda.ts";
import type { Random } from "./random.ts";

/** A region, or one of the two places outside all regions: where clients and the edge are, and where the store is. */
export type PlaceName = string;
export const regions: readonly RegionId[] = ["east", "west", "central"];
export const hub = "hub";
export const storePlace = "store";

/** From one place to another. */
export type Way = readonly [PlaceName, PlaceName];

/** How badly messages travel. */
export interface Weather {
  readonly delayMsMin: number;
  readonly delayMsMax: number;
  /** Share of messages that take up to `spikeMs` longer, and so arrive out of order. */
  readonly spikeShare: number;
  readonly spikeMs: number;
  readonly lossShare: number;
  readonly duplicateShare: number;
  /** A second copy arrives up to this much later: long after what it says has been overtaken. */
  readonly echoMs: number;
}

export interface Channel {
  send(arrive: () => void): void;
}

/** Messages between places: delayed, lost, doubled, out of order, and cut by partitions, in one direction if need be. */
export class Network {
  readonly #agenda: Agenda;
  readonly #random: Random;
  readonly #weather: Weather;
  /** Where the ways from a place are cut to. */
  readonly #cut = new Map<PlaceName, Set<PlaceName>>();

  constructor(agenda: Agenda, random: Random, weather: Weather) {
    this.#agenda = agenda;
    this.#random = random;
    this.#weather = weather;
  }

  cut(from: PlaceName, to: PlaceName): void {
    const ways = this.#cut.get(from);
    if (ways === undefined) this.#cut.set(from, new Set([to]));
    else ways.add(to);
  }

  mend(from: PlaceName, to: PlaceName): void {
    this.#cut.get(from)?.delete(to);
  }

  mendAll(): void {
    this.#cut.clear();
  }

  isOpen(from: PlaceName, to: PlaceName): boolean {
    return from === to || this.#cut.get(from)?.has(to) !== true;
  }

  /** A datagram: may be lost, late or doubled. Whoever needs an answer asks again. */
  send(from: PlaceName, to: PlaceName, arrive: () => void): void {
    if (!this.isOpen(from, to) || this.#random.chance(this.#weather.lossShare)) return;
    this.#deliver(from, to, arrive);
    if (!this.#random.chance(this.#weather.duplicateShare)) return;
    this.#agenda.after(this.#random.between(0, this.#weather.echoMs), () => {
      this.#deliver(from, to, arrive);
    });
  }

  /** A message of a connection: late, but neither lost nor doubled while the way is open. */
  sendReliably(from: PlaceName, to: PlaceName, arrive: () => void): void {
    if (this.isOpen(from, to)) this.#deliver(from, to, arrive);
  }

  /** A connection: what is sent arrives in order while the way is open; what meets a cut is gone, and so is all behind it. */
  channel(from: PlaceName, to: PlaceName): Channel {
    let lastArrival = 0;
    return {
      send: (arrive) => {
        if (!this.isOpen(from, to)) return;
        const { delayMsMin, delayMsMax } = this.#weather;
        const base = from === to ? 0.2 : this.#random.between(delayMsMin, delayMsMax);
        lastArrival = Math.max(lastArrival, this.#agenda.now + base);
        this.#agenda.after(lastArrival - this.#agenda.now, () => {
          if (this.isOpen(from, to)) arrive();
        });
      },
    };
  }

  #deliver(from: PlaceName, to: PlaceName, arrive: () => void): void {
    const { delayMsMin, delayMsMax, spikeShare, spikeMs } = this.#weather;
    const base = from === to ? 0.2 : this.#random.between(delayMsMin, delayMsMax);
    const spike = spikeShare > 0 && this.#random.chance(spikeShare) ? this.#random.between(0, spikeMs) : 0;
    this.#agenda.after(base + spike, () => {
      if (this.isOpen(from, to)) arrive();
    });
  }
}
