import type { Problem } from "../problem/problem.ts";
import { manifestProblem, type Path } from "./document.ts";
import { type SubjectDocument, shownPath } from "./issues.ts";
import type { Kind, ReadDocument } from "./schema.ts";

/** A document that its schema has read. */
export type ReadSubject = {
  readonly [Of in Kind]: {
    readonly kind: Of;
    readonly document: SubjectDocument;
    readonly read: ReadDocument<Of>;
  };
}[Kind];

/** One of a kind. */
export type Subject<Of extends Kind> = Extract<ReadSubject, { readonly kind: Of }>;

const bySubject = new WeakMap<readonly ReadSubject[], ReadonlyMap<string, ReadSubject>>();

/** The document of a kind and name, of several the first; `null`: there is none. */
export function named<Of extends Kind>(
  subjects: readonly ReadSubject[],
  kind: Of,
  name: string,
): Subject<Of> | null {
  const known = bySubject.get(subjects) ?? new Map(subjects.toReversed().map((each) => [keyOf(each), each]));
  bySubject.set(subjects, known);
  const isWanted = (subject: ReadSubject | undefined): subject is Subject<Of> => subject?.kind === kind;
  const found = known.get(`${kind} ${name}`);
  return isWanted(found) ? found : null;
}

function keyOf({ kind, read }: ReadSubject): string {
  return `${kind} ${read.metadata.name}`;
}

export interface Said {
  readonly path: Path;
  readonly what: string;
  readonly mend: string;
}

/** A problem of what a document says, and cannot be true. `what` goes on from the path: "… is 3, which is more than …". */
export function contradiction(
  { document }: { readonly document: SubjectDocument },
  { path, what, mend }: Said,
): Problem {
  return manifestProblem("manifest/contradiction", {
    what: `${document.subject}: ${shownPath(path)} ${what}`,
    where: document.locate(path, "value"),
    mend,
  });
}
