import type { Signed } from "./room.ts";

/** Where the three rows of one that is read begin, those of truth and falsehood as its sign has them. */
export interface Rows {
  readonly data: Float64Array;
  readonly trues: number;
  readonly falses: number;
  readonly perHour: number;
  readonly sign: number;
}

export function rowsOf({ of, isNegated }: Signed): Rows {
  const { data, at, space } = of;
  const [failed, works] = [at, at + space.size];
  return {
    data,
    trues: isNegated ? works : failed,
    falses: isNegated ? failed : works,
    perHour: works + space.size,
    sign: isNegated ? -1 : 1,
  };
}
