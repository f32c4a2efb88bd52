import {
  type CST,
  type Document,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  type Node,
  Pair,
  YAMLMap,
} from "yaml";

// What the parser reads and then leaves out without a word. Its composer takes of the tree of tokens what it has a place for, such as
// a key and what follows its colon; and of keys that are one text as names of data, the data has the last alone.

/** Where text stands that is not in what was made of it. */
export interface LostText {
  /** Of the first part that nothing was made of, such as the list in `? key` and `- item`, which no colon joins; `null`: all is used. */
  readonly dropped: number | null;
  /** Of keys, such as `"1"` after `1`, whose text an earlier key of their map has too. */
  readonly hidden: readonly number[];
}

/**
 * @param tokens what the document was composed from
 * @throws what an alias throws that stands for nothing, or for too much
 */
export function lostText(tokens: CST.Document, document: Document.Parsed): LostText {
  const starts = new Set<number>();
  const maps: YAMLMap[] = [];
  eachNode(document.contents, (node) => {
    if (!isEmpty(node)) starts.add(startOf(node));
    if (isMap(node) && !node.items.every(hasPlainKey)) maps.push(node);
  });
  return {
    dropped: firstBeyond(starts, tokens.value),
    hidden: maps.flatMap((map) => hiddenKeys(map, document)),
  };
}

function eachNode(item: unknown, visit: (node: Node) => void): void {
  if (isPair(item)) {
    eachNode(item.key, visit);
    eachNode(item.value, visit);
  } else if (isNode(item)) {
    visit(item);
    if (isCollection(item)) for (const each of item.items) eachNode(each, visit);
  }
}

function startOf({ range }: Node): number {
  return range?.[0] ?? 0;
}

/** Whether it was put where no text is, as the key of `: value` is; it may stand where dropped text begins. */
function isEmpty({ range }: Node): boolean {
  return range?.[0] === range?.[1];
}

/** A node begins where its token does, and no two tokens begin in one place but a collection and the first part of it. */
function firstBeyond(starts: ReadonlySet<number>, token: CST.Token | null | undefined): number | null {
  if (token === null || token === undefined) return null;
  if ("source" in token && token.source === "") return null;
  if (!starts.has(token.offset)) return token.offset;
  if (!("items" in token)) return null;
  for (const { key, value } of token.items as readonly CST.CollectionItem[]) {
    const found = firstBeyond(starts, key) ?? firstBeyond(starts, value);
    if (found !== null) return found;
  }
  return null;
}

/** Whether it is among those that the composer has told apart by their text. */
function hasPlainKey({ key }: Pair): boolean {
  return isScalar(key) && typeof key.value === "string";
}

function hiddenKeys(map: YAMLMap, document: Document.Parsed): readonly number[] {
  const seen = new Set<string>();
  return map.items.flatMap((pair) => {
    const name = nameOf(pair, document);
    if (name === null) return [];
    const isHidden = seen.has(name);
    seen.add(name);
    return isHidden ? [startOf(pair.key as Node)] : [];
  });
}

/** Under which name the data holds a pair; `null`: under several, for it merges another map. */
function nameOf(pair: Pair, document: Document.Parsed): string | null {
  if (isScalar(pair.key) && typeof pair.key.value === "symbol") return null;
  const alone = new YAMLMap(document.schema);
  alone.items.push(new Pair(pair.key, null));
  const [name = null] = Object.keys(alone.toJS(document) as object);
  return name;
}
