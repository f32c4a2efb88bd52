import type { Conditioning } from "./conditioning.ts";
import type { Conditional } from "./room.ts";

/** The same over a part that tells no more apart than makes a difference to it. */
export function lumped(
  { room, parts }: Pick<Conditioning, "room" | "parts">,
  value: Conditional,
): Conditional {
  const [part, ...others] = value.space.parts;
  if (part === undefined || others.length > 0) return value;
  const alike = firstAlike(value);
  if (alike.every((first, state) => first === state)) return value;
  const told = parts.lumped(part, (ofCase) => alike[part.stateOf[ofCase] as number] as number);
  const made = room.over(room.spaces.over(told.states === 1 ? [] : [told]));
  for (const [state, ofCase] of told.cases.entries()) {
    const from = part.stateOf[ofCase] as number;
    for (let row = 0; row < 3; row += 1)
      made.data[made.at + row * told.states + state] = value.data[
        value.at + row * part.states + from
      ] as number;
  }
  return made;
}

/** By state: the first in which it comes to the same. */
function firstAlike(value: Conditional): Uint8Array {
  const alike = new Uint8Array(value.space.size);
  for (const state of alike.keys()) {
    let first = 0;
    while (!isAlike(value, first, state)) first += 1;
    alike[state] = first;
  }
  return alike;
}

function isAlike({ space: { size }, data, at }: Conditional, one: number, other: number): boolean {
  for (let row = at; row < at + 3 * size; row += size)
    if (!Object.is(data[row + one], data[row + other])) return false;
  return true;
}
