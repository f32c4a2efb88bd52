/** A map, a list or a value, and where it begins in its file. */
export interface PlainNode {
  readonly at: number;
  readonly value: unknown;
  /** Of a map by its keys, of a list by its indexes; `null`: a value. */
  readonly entries: ReadonlyMap<string | number, PlainEntry> | null;
}

export interface PlainEntry {
  /** Where the key begins; in a list, where the item does. */
  readonly keyAt: number;
  readonly node: PlainNode;
}

/** A line with something on it besides a comment. */
export interface Line {
  readonly indent: number;
  /** Where its text begins and ends in the file, without the spaces around. */
  readonly at: number;
  readonly end: number;
}

/** Where reading has come to; readers move it forward. */
export interface Cursor {
  readonly text: string;
  readonly lines: Line[];
  line: number;
  /** In the line, while a value is read. */
  at: number;
}

/** Deeper than this no manifest nests by hand. */
export const nestingMax = 30;

const keyPattern = /([A-Za-z][\w./-]*):(?=[ \n]|$)/y;
/** Read as something other than their text. */
const words = /^(?:null|true|false)$/i;

/** The key that begins there, up to its colon; `null`: none that is read as its text. */
export function keyAt(text: string, at: number): string | null {
  keyPattern.lastIndex = at;
  const key = keyPattern.exec(text)?.[1];
  return key === undefined || words.test(key) ? null : key;
}

export function mapOf(at: number, entries: ReadonlyMap<string, PlainEntry>): PlainNode {
  const value: Record<string, unknown> = {};
  for (const [key, { node }] of entries) value[key] = node.value;
  return { at, value, entries };
}

export function listOf(at: number, items: readonly PlainNode[]): PlainNode {
  const entries = new Map(items.map((node, index) => [index, { keyAt: node.at, node }]));
  return { at, value: items.map(({ value }) => value), entries };
}
