/** Where text goes: lines of at most `columns`, each `indent` blanks in. */
export interface Layout {
  readonly columns: number;
  readonly indent: number;
}

/** Narrower than this, lines are left longer than the terminal. */
const roomMin = 20;

/** Text broken between words into lines that fit; a word that fits on no line is left whole. */
export function wrapped(text: string, { columns, indent }: Layout): string {
  const room = Math.max(roomMin, columns - indent);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => `${" ".repeat(indent)}${each}`).join("\n");
}

/** Rows in aligned columns; the last column is broken into lines that fit. */
export function table(rows: readonly (readonly string[])[], { columns, indent }: Layout): string {
  const last = Math.max(0, ...rows.map((row) => row.length)) - 1;
  const widths = Array.from({ length: last }, (_, at) =>
    Math.max(...rows.map((row) => (row[at] ?? "").length)),
  );
  const hanging = indent + widths.reduce((sum, width) => sum + width + 3, 0);
  return rows
    .map((row) => {
      const lead = widths.map((width, at) => `${(row[at] ?? "").padEnd(width)}   `).join("");
      const text = wrapped(row[last] ?? "", { columns, indent: hanging }).trimStart();
      return `${" ".repeat(indent)}${lead}${text}`.trimEnd();
    })
    .map((line) => `${line}\n`)
    .join("");
}

/** `1 plan`, `2 plans`. */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
