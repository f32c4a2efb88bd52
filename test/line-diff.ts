/** Lines that two texts differ in, as `diff -u` shows them: two of each side around, and `@@` before each part. */
export function lineDiff(before: string, after: string): string {
  const edits = editsBetween(before.trimEnd().split("\n"), after.trimEnd().split("\n"));
  const isNear = edits.map((_, at) =>
    edits.slice(Math.max(0, at - contextLines), at + contextLines + 1).some(({ mark }) => mark !== " "),
  );
  const shown = edits.flatMap(({ mark, line }, at) => {
    if (isNear[at] !== true) return [];
    const begins = at === 0 || isNear[at - 1] !== true;
    return [...(begins ? ["@@"] : []), `${mark}${line}`];
  });
  return `${shown.join("\n")}\n`;
}

const contextLines = 2;

interface Edit {
  readonly mark: " " | "-" | "+";
  readonly line: string;
}

/** By the longest common subsequence of lines. */
function editsBetween(before: readonly string[], after: readonly string[]): readonly Edit[] {
  const common = commonLengths(before, after);
  const edits: Edit[] = [];
  let [at, to] = [0, 0];
  while (at < before.length || to < after.length) {
    const [old, now] = [before[at], after[to]];
    if (old !== undefined && old === now) {
      edits.push({ mark: " ", line: old });
      at += 1;
      to += 1;
    } else if (old !== undefined && (common[at + 1]?.[to] ?? 0) >= (common[at]?.[to + 1] ?? 0)) {
      edits.push({ mark: "-", line: old });
      at += 1;
    } else {
      edits.push({ mark: "+", line: now ?? "" });
      to += 1;
    }
  }
  return edits;
}

/** How many lines the rest of one text from each line on has in common with the rest of the other. */
function commonLengths(before: readonly string[], after: readonly string[]): readonly (readonly number[])[] {
  const lengths = Array.from({ length: before.length + 1 }, () => Array<number>(after.length + 1).fill(0));
  for (let at = before.length - 1; at >= 0; at--) {
    for (let to = after.length - 1; to >= 0; to--) {
      const isSame = before[at] === after[to];
      const rest = isSame ? (lengths[at + 1]?.[to + 1] ?? 0) + 1 : 0;
      (lengths[at] as number[])[to] = Math.max(rest, lengths[at + 1]?.[to] ?? 0, lengths[at]?.[to + 1] ?? 0);
    }
  }
  return lengths;
}
