import { Lexer } from "yaml";
import { isRecord } from "../../manifest/json-schema.ts";
import type { OpenSloDocument } from "../openslo.ts";

interface ReadText {
  readonly text: string;
  readonly read: readonly OpenSloDocument[];
}

/** Whether two texts hold the same documents and the same comments, in whatever order keys and comments stand. */
export function readsAlike(a: ReadText, b: ReadText): boolean {
  const isSame = a.read.length === b.read.length && a.read.every((each, at) => saysSame(each, b.read[at]));
  return isSame && commentsIn(a.text).join("\n") === commentsIn(b.text).join("\n");
}

function saysSame(a: OpenSloDocument, b: OpenSloDocument | undefined): boolean {
  return b !== undefined && sameData(a.value, b.value) && a.problems.length === b.problems.length;
}

function sameData(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((each, at) => sameData(each, b[at]));
  }
  if (!isRecord(a) || !isRecord(b)) return Object.is(a, b);
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameData(a[key], b[key]))
  );
}

function commentsIn(text: string): readonly string[] {
  let isText = false;
  const comments: string[] = [];
  for (const token of new Lexer().lex(text)) {
    if (!isText && token.startsWith("#")) comments.push(token.trimEnd());
    isText = token === textFollows;
  }
  return comments.sort();
}

/** What the lexer says before a text without quotes, which may begin with anything. */
const textFollows = "\u001F";
