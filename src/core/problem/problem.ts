/** Where in a text something stands; lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Something wrong with the world or with what a user wrote: a value to be shown, never an exception. */
export interface Problem {
  /** Stable and documented, such as `manifest/unknown-key`; safe to match on. */
  readonly code: `${string}/${string}`;
  /** What is wrong, naming the thing as the user named it and the value that offended. */
  readonly what: string;
  /** Where it is wrong; `null` when no text is at fault, such as a full disk. */
  readonly where: Place | null;
  /** Why it matters, in one sentence. */
  readonly why: string;
  /** The next act, which works when followed literally. */
  readonly mend: string;
}

export type Problems = readonly [Problem, ...Problem[]];

/** What reading answers: the value, or every problem at once. */
export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: Problems };

/** A mistake of ours, never the user's. Nobody catches it below `main.ts`. */
export class InvariantBroken extends Error {
  override readonly name = "InvariantBroken";
}

/** Asserts what must be so. @throws InvariantBroken with `message` when `condition` is false. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantBroken(message);
}

/** Ends a switch over a union: the compiler refuses the call while a case is missing. */
export function unreachable(value: never): never {
  throw new InvariantBroken(`a case was not handled: ${JSON.stringify(value)}`);
}
