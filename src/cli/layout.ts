/** Where text goes: lines of at most `columns`, each `indent` blanks in. */
export interface Layout {
  readonly columns: number;
  readonly indent: number;
}

/** Narrower than this, lines are left longer than the terminal. */
const roomMin = 20;

/** A word, or what stands between backticks with all that is glued to it: a command is copied whole or not at all. */
const unbroken = /(?:`[^`]*`|[^\s`]|`)+/g;

/**
 * Text broken between words into lines that fit. Of what fits on no line, a command in backticks is left whole, and so are a path, an
 * address and a digest; any other word is shortened in its middle.
 */
export function wrapped(text: string, { columns, indent }: Layout): string {
  const room = Math.max(roomMin, columns - indent);
  const lines: string[] = [];
  let line = "";
  for (const whole of text.match(unbroken) ?? []) {
    const word = whole.includes("`") ? whole : shortened(whole, wordMax(whole, room));
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => `${" ".repeat(indent)}${each}`).join("\n");
}

/** A digest with the name of its kind before it is copied whole, and so is a path that somebody may have. */
const [digestLength, pathLengthMax] = [72, 300];

function wordMax(word: string, room: number): number {
  return word.includes("/") ? pathLengthMax : Math.max(digestLength, room);
}

/** A word of at most so many characters, without its middle where it has more. */
function shortened(word: string, max: number): string {
  if (word.length <= max) return word;
  const letters = Array.from(word);
  if (letters.length <= max) return word;
  const end = Math.floor((max - 1) / 2);
  return [...letters.slice(0, max - 1 - end), "…", ...letters.slice(-end)].join("");
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

/** Text behind a lead such as a mark or a time, which stands in the indent of its first line. */
export function ledBy(lead: string, text: string, columns: number): string {
  return `${lead}${wrapped(text, { columns, indent: lead.length }).trimStart()}`;
}

/** Narrower than this, what a command does stands below it. */
const besideMin = 24;

/** Command lines, never broken, each with what it does: beside it where there is room, and else below. */
export function commandLines(
  commands: readonly (readonly [command: string, does: string])[],
  { columns, indent }: Layout,
): string {
  const width = Math.max(...commands.map(([command]) => command.length));
  if (columns - indent - width - 3 >= besideMin) return table(commands, { columns, indent });
  const below = { columns, indent: indent + 4 };
  return commands
    .map(([command, does]) => `${" ".repeat(indent)}${command}\n${wrapped(does, below)}\n`)
    .join("");
}

/** `1 plan`, `2 plans`. */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
