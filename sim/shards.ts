/** Which of how many equal parts; counted from 1. */
export interface Shard {
  readonly part: number;
  readonly parts: number;
}

export const whole: Shard = { part: 1, parts: 1 };

/** `2/4`. @throws TypeError when it is none */
export function readShard(text: string): Shard {
  const [part = 0, parts = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).slice(1).map(Number);
  if (part >= 1 && part <= parts) return { part, parts };
  throw new TypeError(`--shard is "${text}", which is no part of a whole, such as 1/4`);
}

/** The seeds of a shard in their order. All shards of a whole have each seed once between them, and differ in length by one at most. */
export function* seedsOf(
  { from, count }: { readonly from: number; readonly count: number },
  { part, parts }: Shard,
): Generator<number> {
  for (let seed = from + part - 1; seed < from + count; seed += parts) yield seed;
}
