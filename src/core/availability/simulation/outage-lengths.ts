import { ExactSum } from "./exact-sum.ts";
import { LengthCounts } from "./length-counts.ts";

/** What is kept of single outages: all of it adds up, whatever order runs are merged in. */
export class OutageLengths {
  readonly counts: LengthCounts;
  /** Of the squares of lengths, s². */
  readonly squares: ExactSum;
  longest: number;
  /** How many were longer than the recovery time objective. */
  overRto: number;

  constructor(data: OutageLengthsData = { counts: [], squares: "0p0", longest: 0, overRto: 0 }) {
    this.counts = new LengthCounts(data.counts);
    this.squares = ExactSum.fromText(data.squares) ?? new ExactSum();
    this.longest = data.longest;
    this.overRto = data.overRto;
  }

  merge(other: OutageLengths): void {
    this.counts.merge(other.counts);
    this.squares.add(other.squares);
    this.longest = Math.max(this.longest, other.longest);
    this.overRto += other.overRto;
  }

  toData(): OutageLengthsData {
    const { longest, overRto } = this;
    return { counts: this.counts.toData(), squares: this.squares.toText(), longest, overRto };
  }
}

/** As JSON holds it. */
export interface OutageLengthsData {
  /** Number of a bin, and how many lengths lie in it. */
  readonly counts: readonly (readonly [number, number])[];
  readonly squares: string;
  readonly longest: number;
  readonly overRto: number;
}
