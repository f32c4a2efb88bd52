import { aspects, type Coverage, declared, neverSeen, undeclared } from "./coverage.ts";

/** How often each was seen, what never was, and what was and should not be. */
export function coverageText(coverage: Coverage): string {
  const counts = aspects.flatMap((aspect) => [
    `${aspect}:`,
    ...declared[aspect].map((name) => `${String(coverage[aspect].get(name) ?? 0).padStart(10)}  ${name}`),
  ]);
  const [never, unknown] = [neverSeen(coverage), undeclared(coverage)];
  return [
    ...counts,
    `never seen: ${never.length === 0 ? "nothing" : never.join("; ")}`,
    ...(unknown.length === 0 ? [] : [`seen and not declared: ${unknown.join("; ")}`]),
  ].join("\n");
}
