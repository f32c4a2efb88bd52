import type { Problem } from "../problem/problem.ts";
import { contradiction, type ReadSubject, type Subject } from "./contradiction.ts";
import type { Path } from "./document.ts";

// What needs itself, by whatever way round, can never start: neither it nor what it needs is there first.

interface Edge {
  readonly to: string;
  /** Where it is written. */
  readonly path: Path;
}

/** Components that need one another hard, in a circle: told once, where the circle closes. */
export function needCircles(subjects: readonly ReadSubject[]): readonly Problem[] {
  const components = subjects.filter((subject) => subject.kind === "Component");
  return circles(components, (component) =>
    component.read.spec.needs.flatMap((need, at): readonly Edge[] =>
      need.strength === "hard"
        ? [
            { to: need.component, path: ["spec", "needs", at, "component"] },
            // What stands in for a need must not need its owner either: it would be down exactly when it is wanted.
            ...need.fallbacks.flatMap((to, index) =>
              // That a fallback is its owner itself is told of the fallback.
              to === component.read.metadata.name
                ? []
                : [{ to, path: ["spec", "needs", at, "fallbacks", index] }],
            ),
          ]
        : [],
    ),
  ).map(({ subject, edge, names }) =>
    contradiction(subject, {
      path: edge.path,
      what: `closes a circle of hard needs: ${around(names, "needs")}`,
      mend: "let one of them do without another: strength: soft or degraded",
    }),
  );
}

/** Policies that inherit from one another in a circle. */
export function policyCircles(subjects: readonly ReadSubject[]): readonly Problem[] {
  const policies = subjects.filter((subject) => subject.kind === "Policy");
  return circles(policies, ({ read }) =>
    read.spec.inherits === undefined ? [] : [{ to: read.spec.inherits, path: ["spec", "inherits"] }],
  ).map(({ subject, edge, names }) =>
    contradiction(subject, {
      path: edge.path,
      what: `closes a circle: ${around(names, "inherits from")}`,
      mend: "let one of them inherit from nothing: delete inherits",
    }),
  );
}

/** Plans that carry out one another in a circle. */
export function planCircles(subjects: readonly ReadSubject[]): readonly Problem[] {
  const plans = subjects.filter((subject) => subject.kind === "RecoveryPlan");
  return circles(plans, ({ read }) =>
    read.spec.steps.flatMap((step, at): readonly Edge[] =>
      step.phase === "plan" ? [{ to: step.plan, path: ["spec", "steps", at, "plan"] }] : [],
    ),
  ).map(({ subject, edge, names }) =>
    contradiction(subject, {
      path: edge.path,
      what: `closes a circle: ${around(names, "carries out")}`,
      mend: "let one of them carry out no other: delete the step",
    }),
  );
}

type Circling = Subject<"Component"> | Subject<"Policy"> | Subject<"RecoveryPlan">;

/** As many names of a circle as can be read at a glance. */
const namesToldMax = 8;

function around(names: readonly string[], verb: string): string {
  const left = names.length - namesToldMax;
  const told =
    left > 0 ? [...names.slice(0, namesToldMax - 1), `… (${left} more)`, ...names.slice(-1)] : names;
  return told.join(` ${verb} `);
}

interface Circle<Of> {
  readonly subject: Of;
  readonly edge: Edge;
  /** Around the circle, the first name again at the end. */
  readonly names: readonly string[];
}

/** Every edge that closes a circle in a walk in depth, without recursion: chains of needs may be as long as a workspace. */
function circles<Of extends Circling>(
  subjects: readonly Of[],
  edgesOf: (subject: Of) => readonly Edge[],
): readonly Circle<Of>[] {
  const byName = new Map(subjects.map((subject) => [subject.read.metadata.name, subject]));
  const done = new Set<string>();
  return subjects.flatMap((start) => circlesFrom(start, { byName, done, edgesOf }));
}

interface Walk<Of> {
  readonly byName: ReadonlyMap<string, Of>;
  readonly done: Set<string>;
  readonly edgesOf: (subject: Of) => readonly Edge[];
}

function circlesFrom<Of extends Circling>(
  start: Of,
  { byName, done, edgesOf }: Walk<Of>,
): readonly Circle<Of>[] {
  const found: Circle<Of>[] = [];
  const nameOf = (subject: Of): string => subject.read.metadata.name;
  if (done.has(nameOf(start))) return found;
  const path = [{ subject: start, edges: [...edgesOf(start)] }];
  const onPath = new Map([[nameOf(start), 0]]);
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const edge = top.edges.shift();
    if (edge === undefined) {
      done.add(nameOf(top.subject));
      onPath.delete(nameOf(top.subject));
      path.pop();
      continue;
    }
    const next = byName.get(edge.to);
    const at = onPath.get(edge.to);
    if (at !== undefined) {
      const names = [...path.slice(at).map((each) => nameOf(each.subject)), edge.to];
      found.push({ subject: top.subject, edge, names });
    } else if (next !== undefined && !done.has(edge.to)) {
      onPath.set(edge.to, path.length);
      path.push({ subject: next, edges: [...edgesOf(next)] });
    }
  }
  return found;
}
