// A document as it was written: every text as it stands in the file, without the space around it, and each comment with what it is
// about. What is printed of it reads as before, whatever the order of its parts.

/** What stands before a value: `&anchor`, `!tag`, both or nothing. */
export interface Lead {
  readonly text: string;
  readonly anchor: string | null;
}

export type Tree = ScalarText | BlockText | Collection;

interface Written {
  readonly lead: Lead;
  /** Where it begins in the file. */
  readonly at: number;
}

/** A value on one line or several, in quotes or not; an alias; nothing, as one line without text. */
export interface ScalarText extends Written {
  readonly kind: "scalar";
  /** Those after the first without what they are indented by. */
  readonly lines: readonly string[];
  readonly alias: string | null;
}

/** Text below `|` or `>`. */
export interface BlockText extends Written {
  readonly kind: "block-text";
  /** Where it says by how much the lines are indented, it says two. */
  readonly header: string;
  /** Without what they are indented by. */
  readonly lines: readonly string[];
  /** Whether blank lines at its end are part of it. */
  readonly keepsBlanks: boolean;
}

export interface Collection extends Written {
  readonly kind: "map" | "list";
  /** In braces or brackets on one line, which it stays; it then holds no comments. */
  readonly isInline: boolean;
  /** In which its parts begin; `null`: it was closed by a brace or a bracket. */
  readonly column: number | null;
  /** At least one: without any it is a value, `{}` or `[]`. */
  readonly parts: readonly Part[];
  /** Comments behind the last part, and blank lines between them. */
  readonly footer: readonly string[];
}

/** An entry of a map, or an item of a list. */
export interface Part {
  readonly key: Key | null;
  /** Comments above it, and blank lines between them and before. */
  readonly above: readonly string[];
  /** A comment in its line. */
  readonly beside: string | null;
  readonly value: Tree;
}

export interface Key {
  /** As it was written, with its anchor and tag. */
  readonly text: string;
  /** What the text stands for. */
  readonly name: string;
  readonly anchor: string | null;
  readonly at: number;
}

/** One document of a file, with what stands before and behind it. */
export interface DocumentTree {
  /** Directives, and comments of no document. */
  readonly prelude: readonly string[];
  /** The line with `---`; `null`: it has none. */
  readonly opening: string | null;
  /** Comments apart from the first part by a blank line: about the whole. */
  readonly header: readonly string[];
  /** `null`: the file ends without a further document. */
  readonly root: Tree | null;
  /** The line with `...`. */
  readonly closing: string | null;
  /** What of the file all of this is. */
  readonly from: number;
  readonly to: number;
}

/** A collection that is printed over several lines. */
export function isBlock(tree: Tree): tree is Collection & { readonly isInline: false } {
  return (tree.kind === "map" || tree.kind === "list") && !tree.isInline;
}

/** Words of a line: those that are there. */
export function inOneLine(...words: readonly (string | null)[]): string {
  return words.filter((word) => word !== null && word !== "").join(" ");
}

export function withoutFirstBlanks(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line !== "");
  return first < 0 ? [] : lines.slice(first);
}
