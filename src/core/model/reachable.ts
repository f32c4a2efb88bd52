import { type Model, the } from "./model.ts";

/** Everything that a component makes use of, whatever it does without it: itself first, each once. */
export function reachableFrom(model: Model, entry: string): readonly string[] {
  const found = new Set<string>();
  const waiting = [entry];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    waiting.push(...the(model.components, next).needs.map((need) => need.component));
  }
  return [...found];
}
