/** A table as Markdown that reads as well unrendered: columns are padded, numbers stand to the right. */
export function tableText(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = head.map((title, index) => {
    const cells = rows.map((row) => row[index] ?? "");
    return {
      width: Math.max(2, title.length, ...cells.map((cell) => cell.length)),
      isNumeric: cells.length > 0 && cells.every((cell) => numberShape.test(cell)),
    };
  });
  const line = (cells: readonly string[]): string =>
    `| ${columns
      .map(({ width, isNumeric }, index) => {
        const cell = cells[index] ?? "";
        return isNumeric ? cell.padStart(width) : cell.padEnd(width);
      })
      .join(" | ")} |`;
  const rule = `| ${columns.map(({ width, isNumeric }) => (isNumeric ? `${"-".repeat(width - 1)}:` : "-".repeat(width))).join(" | ")} |`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}

/** A number with or without its unit, or the dash that stands for none. */
const numberShape = /^(–|[\d.]+( (s|ms|min))?)$/;
