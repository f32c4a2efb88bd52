/** One step down into a document: by the key of a map, or to the one item of a list in which `key` is `is`. */
export type PathStep =
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "item"; readonly key: string; readonly is: string };

const quoted = String.raw`"(?:[^"\\]|\\.)*"`;
const stepForm = new RegExp(
  [
    String.raw`(?<dot>\.?)(?<key>[^.[\]"]+)`,
    String.raw`\[(?<quotedKey>${quoted})\]`,
    String.raw`\[(?<name>[^=[\]"]+)=(?<is>${quoted}|[^"\]][^\]]*)\]`,
  ].join("|"),
  "y",
);

/**
 * Reads where in a document a value stands: `inference.replicas`, `images[name=serve].newTag`,
 * `metadata.annotations["example.com/size"]`.
 *
 * An item of a list is named by a key of it and never by its place, which is another once somebody adds one before it.
 *
 * @returns `null`: it is no such path
 */
export function settingPath(text: string): readonly PathStep[] | null {
  const steps: PathStep[] = [];
  let at = 0;
  while (at < text.length) {
    const found = stepAt(text, at);
    if (found === null) return null;
    steps.push(found.step);
    at = found.end;
  }
  return steps.length === 0 ? null : steps;
}

/** How a path is written, for whoever has written it otherwise. */
export const pathMend =
  'write keys with dots between them, inference.replicas; an item of a list by a key of it, images[name=serve].newTag; a key with dots in it in quotes, annotations["example.com/size"]';

interface Found {
  readonly step: PathStep;
  readonly end: number;
}

function stepAt(text: string, at: number): Found | null {
  stepForm.lastIndex = at;
  const groups = stepForm.exec(text)?.groups;
  const step = groups === undefined ? null : stepOf(groups, at);
  return step === null ? null : { step, end: stepForm.lastIndex };
}

function stepOf(groups: Readonly<Record<string, string | undefined>>, at: number): PathStep | null {
  const { dot, key, quotedKey, name, is } = groups;
  // A dot stands between, and never at the beginning.
  if (key !== undefined) return (at === 0) === (dot === "") ? { kind: "key", key } : null;
  const read = unquoted(quotedKey ?? is ?? "");
  if (read === null) return null;
  return name === undefined ? { kind: "key", key: read } : { kind: "item", key: name, is: read };
}

function unquoted(text: string): string | null {
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return null;
  }
}
