/**
 * Who is next: one instant for each event, in a tournament whose root is the earliest. Setting an instant anew replays the matches on
 * the way up alone, whether the event had won, is moved forward or put off.
 */
export class Agenda {
  /** The earliest instant; infinity when nothing is to come. */
  nextAt = Number.POSITIVE_INFINITY;
  readonly times: Float64Array;
  /** By node, the root at 1, who has won there; the events themselves stand from the middle on. */
  readonly winners: Int32Array;
  readonly #leaves: number;

  constructor(events: number) {
    this.#leaves = 2 ** Math.ceil(Math.log2(Math.max(2, events)));
    this.times = new Float64Array(this.#leaves).fill(Number.POSITIVE_INFINITY);
    this.winners = new Int32Array(2 * this.#leaves);
    for (let event = 0; event < this.#leaves; event += 1) this.winners[this.#leaves + event] = event;
    for (let node = this.#leaves - 1; node > 0; node -= 1)
      this.winners[node] = this.winners[2 * node] as number;
  }

  get next(): number {
    return this.winners[1] as number;
  }

  set(event: number, at: number): void {
    const { times, winners } = this;
    times[event] = at;
    let node = this.#leaves + event;
    let winner = event;
    let earliest = at;
    while (node > 1) {
      const rival = winners[node ^ 1] as number;
      // Who wins is even chance: a branch here would be foretold wrongly every second time, and costs a third of the whole speed.
      winner ^= (winner ^ rival) & -Number((times[rival] as number) < earliest);
      earliest = times[winner] as number;
      node >>= 1;
      winners[node] = winner;
    }
    this.nextAt = earliest;
  }

  /** Takes over what another agenda of as many events says. */
  copy(other: Agenda): void {
    this.times.set(other.times);
    this.winners.set(other.winners);
    this.nextAt = other.nextAt;
  }
}
