import type { Definition, Mention } from "./draft.ts";

/** What each name stands for. */
export type Definitions = ReadonlyMap<string, Definition>;

/** Parameters have names of their own; gates and events share theirs. */
export function keyOf(kind: Mention["kind"] | Definition["kind"], name: string): string {
  return kind === "parameter" ? `parameter ${name}` : `event ${name}`;
}

export function definitionOf(definitions: Definitions, { kind, name }: Mention): Definition | undefined {
  return definitions.get(keyOf(kind, name));
}
