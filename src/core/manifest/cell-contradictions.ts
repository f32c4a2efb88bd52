import { isIndispensable } from "../model/survival.ts";
import type { Problem } from "../problem/problem.ts";
import { contradiction, type ReadSubject, type Subject } from "./contradiction.ts";

/**
 * Cells whose users a journey lets in and then leads nowhere: its entry serves them, and something that it cannot work without
 * stands only in other cells. Told once of each component, at its places.
 */
export function cellsWithoutPath(
  subjects: readonly ReadSubject[],
  platform: Subject<"Platform"> | null,
): readonly Problem[] {
  const cells = platform?.read.spec.cells.map(({ name }) => name) ?? [];
  if (cells.length === 0) return [];
  const components = new Map(
    subjects.flatMap((each) => (each.kind === "Component" ? [[each.read.metadata.name, each] as const] : [])),
  );
  const isServed = servedBy(cells);
  const told = new Set<string>();
  return subjects.flatMap((journey): readonly Problem[] => {
    if (journey.kind !== "Journey") return [];
    const { entry } = journey.read.spec;
    const needed = neededBy(entry, components).filter(({ read }) => !told.has(read.metadata.name));
    return needed.flatMap((component) => {
      const left = cells.filter(
        (cell) => isServed(components.get(entry), cell) && !isServed(component, cell),
      );
      if (left.length === 0) return [];
      told.add(component.read.metadata.name);
      return [pathless(component, { cells: left, journey: journey.read.metadata.name, entry })];
    });
  });
}

function pathless(
  component: Subject<"Component">,
  {
    cells,
    journey,
    entry,
  }: { readonly cells: readonly string[]; readonly journey: string; readonly entry: string },
): Problem {
  return contradiction(component, {
    path: ["spec", "placements"],
    what: `leave out the users of ${cells.join(", ")}, whom the journey ${journey} leads here from ${entry}`,
    mend: `add a place in ${cells.length === 1 ? "that cell" : "each of these cells"}, or one without a cell, which serves the users of all`,
  });
}

/** A place without a cell serves the users of every cell; one in a cell that is not declared is told as that. */
function servedBy(cells: readonly string[]) {
  return (component: Subject<"Component"> | undefined, cell: string): boolean =>
    component?.read.spec.placements.some(
      (each) => each.cell === undefined || each.cell === cell || !cells.includes(each.cell),
    ) ?? false;
}

/** A component and all that it cannot work without. */
function neededBy(
  entry: string,
  components: ReadonlyMap<string, Subject<"Component">>,
): readonly Subject<"Component">[] {
  const found = new Set<string>([entry]);
  // A set is walked in the order in which it grows.
  for (const name of found) {
    const needs = components.get(name)?.read.spec.needs ?? [];
    for (const need of needs.filter(isIndispensable)) found.add(need.component);
  }
  return [...found].flatMap((name) => components.get(name) ?? []);
}
