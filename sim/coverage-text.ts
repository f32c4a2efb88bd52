import { aspects, type Coverage, declared, neverSeen, undeclared } from "./coverage.ts";

function listed(name: string): string {
  return `            ${name}`;
}

/** How often each was seen, what never was, and what was and should not be. */
export function coverageText(coverage: Coverage): string {
  const counts = aspects.flatMap((aspect) => [
    `${aspect}:`,
    ...declared[aspect].map((name) => `${String(coverage[aspect].get(name) ?? 0).padStart(10)}  ${name}`),
  ]);
  const [never, unknown] = [neverSeen(coverage), undeclared(coverage)];
  return [
    ...counts,
    ...(never.length === 0 ? ["never seen: nothing"] : ["never seen:", ...never.map(listed)]),
    ...(unknown.length === 0 ? [] : ["seen and not declared:", ...unknown.map(listed)]),
  ].join("\n");
}
