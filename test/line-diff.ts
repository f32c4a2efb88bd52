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

/** By the longest common subsequence of lines; what is deleted stands before what is put in its place. */
function editsBetween(before: readonly string[], after: readonly string[]): readonly Edit[] {
  const common = commonLengths(before, after);
  const edits: Edit[] = [];
  let [at, to] = [0, 0];
  while (at < before.length || to < after.length) {
    const mark = nextMark({ before, after, common }, at, to);
    edits.push({ mark, line: (mark === "+" ? after[to] : before[at]) ?? "" });
    if (mark !== "+") at += 1;
    if (mark !== "-") to += 1;
  }
  return edits;
}

interface Compared {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly common: readonly (readonly number[])[];
}

function nextMark({ before, after, common }: Compared, at: number, to: number): Edit["mark"] {
  if (at === before.length) return "+";
  if (before[at] === after[to]) return " ";
  return lengthAt(common, at + 1, to) >= lengthAt(common, at, to + 1) ? "-" : "+";
}

/** How many lines the rest of one text from each line on has in common with the rest of the other. */
function commonLengths(before: readonly string[], after: readonly string[]): readonly (readonly number[])[] {
  const lengths = Array.from({ length: before.length + 1 }, () => Array<number>(after.length + 1).fill(0));
  for (let at = before.length - 1; at >= 0; at--) {
    for (let to = after.length - 1; to >= 0; to--) {
      const isSame = before[at] === after[to];
      const longest = Math.max(lengthAt(lengths, at + 1, to), lengthAt(lengths, at, to + 1));
      (lengths[at] as number[])[to] = isSame ? lengthAt(lengths, at + 1, to + 1) + 1 : longest;
    }
  }
  return lengths;
}

function lengthAt(lengths: readonly (readonly number[])[], at: number, to: number): number {
  return lengths[at]?.[to] ?? 0;
}
