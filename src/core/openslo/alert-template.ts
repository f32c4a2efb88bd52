/** What a template of an alert reads, or why Prometheus would refuse it, and the whole file of rules with it. */
export type ReadTemplate =
  | {
      readonly ok: true;
      /** Whether it shows the value of the alert, which is another one each time. */
      readonly readsValue: boolean;
      /** Labels that it reads of the series that raise the alert. */
      readonly labels: ReadonlySet<string>;
    }
  /** Goes on from "the template ". */
  | { readonly ok: false; readonly because: string };

/**
 * A template as Prometheus 2.42 has it: Go's text/template with functions of its own. What Go finds out only when it is filled in, such
 * as one argument too many, is not looked at; `define`, `template`, `block`, `break` and `continue` are not read.
 */
export function readTemplate(text: string): ReadTemplate {
  const read: Reading = {
    scopes: [{ block: "", variables: new Set(given), isElse: false, isDotRoot: true }],
    labels: new Set(),
    readsValue: false,
  };
  const actions = actionsOf(text);
  if (typeof actions === "string") return { ok: false, because: actions };
  for (const tokens of actions) {
    const because = lookedAt(tokens, read);
    if (because !== null) return { ok: false, because };
  }
  const open = read.scopes.at(-1)?.block ?? "";
  if (open !== "") return { ok: false, because: `begins ${open} and has no end for it` };
  return { ok: true, readsValue: read.readsValue, labels: read.labels };
}

/** Variables that Prometheus sets. */
const given = ["$", "$labels", "$externalLabels", "$externalURL", "$value"];
const rootFields = ["Labels", "Value", "ExternalLabels", "ExternalURL"];

const functions = new Set(
  [
    "query first label value sortByLabel strvalue args reReplaceAll safeHtml match title toUpper toLower graphLink tableLink",
    "stripPort stripDomain humanize humanize1024 humanizeDuration humanizePercentage humanizeTimestamp pathPrefix externalURL",
    "parseDuration toTime and or not len index slice print printf println html js urlquery call eq ne lt le gt ge true false nil",
  ].flatMap((line) => line.split(" ")),
);
const unread = new Set(["define", "template", "block", "break", "continue"]);

interface Scope {
  /** What began it; empty: the text itself. */
  readonly block: "" | "if" | "range" | "with";
  readonly variables: Set<string>;
  readonly isElse: boolean;
  /** Whether `.` is what Prometheus hands over. */
  readonly isDotRoot: boolean;
}

interface Reading {
  /** Innermost last. */
  readonly scopes: Scope[];
  readonly labels: Set<string>;
  readsValue: boolean;
}

type TokenKind = "blank" | "literal" | "variable" | "field" | "dot" | "word" | "sign";

interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Whether a blank stands before it. */
  readonly isApart: boolean;
}

const escape = String.raw`\\(?:[abfnrtv\\"']|[0-7]{3}|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8})`;
const tokenKinds: readonly (readonly [TokenKind, RegExp])[] = [
  ["blank", /\s+/y],
  ["literal", new RegExp(`"(?:[^"\\\\\\n]|${escape})*"|\`[^\`]*\`|'(?:[^'\\\\\\n]|${escape})'`, "y")],
  ["literal", /[+-]?(?:0[xX][\da-fA-F]+|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)(?![\w.])/y],
  ["variable", /\$\w*(?:\.[a-zA-Z_]\w*)*/y],
  ["field", /(?:\.[a-zA-Z_]\w*)+/y],
  ["dot", /\.(?!\w)/y],
  ["word", /[a-zA-Z_]\w*/y],
  ["sign", /:=|[=|(),]/y],
];

/** The tokens of each action, in order; as text, why there are none. */
function actionsOf(text: string): readonly (readonly Token[])[] | string {
  const actions: (readonly Token[])[] = [];
  let at = text.indexOf("{{");
  while (at >= 0) {
    const begin = at + (/^\{\{-\s/.test(text.slice(at, at + 4)) ? 3 : 2);
    const comment = /^\s*\/\*[^]*?\*\/(?:\s+-)?\}\}/.exec(text.slice(begin));
    if (comment === null) {
      const action = tokensFrom(text, begin);
      if (typeof action === "string") return action;
      actions.push(action.tokens);
      at = text.indexOf("{{", action.end);
    } else at = text.indexOf("{{", begin + comment[0].length);
  }
  return actions;
}

function tokensFrom(
  text: string,
  begin: number,
): { readonly tokens: readonly Token[]; readonly end: number } | string {
  const tokens: Token[] = [];
  let at = begin;
  let isApart = false;
  for (;;) {
    const close = /^(?:\s+-)?\}\}/.exec(text.slice(at, at + 64));
    if (close !== null) return { tokens, end: at + close[0].length };
    if (at >= text.length) return "opens {{ and does not close it";
    const token = tokenAt(text, at);
    if (token === null) return `has "${text.slice(at, at + 8)}" where nothing like it can stand`;
    const [kind, written] = token;
    if (kind !== "blank") tokens.push({ kind, text: written, isApart });
    isApart = kind === "blank";
    at += written.length;
  }
}

function tokenAt(text: string, at: number): readonly [TokenKind, string] | null {
  for (const [kind, pattern] of tokenKinds) {
    pattern.lastIndex = at;
    const [written] = pattern.exec(text) ?? [];
    if (written !== undefined) return [kind, written];
  }
  return null;
}

/** What is wrong with an action; what it declares, begins and ends is noted. */
function lookedAt(tokens: readonly Token[], read: Reading): string | null {
  const [first, ...others] = tokens;
  if (first?.kind !== "word") return pipeline(tokens, read);
  switch (first.text) {
    case "if":
    case "with":
    case "range":
      return opened(first.text, others, read);
    case "else":
      return otherwise(others, read);
    case "end":
      if (others.length > 0) return "has something behind end";
      return read.scopes.length > 1 && read.scopes.pop() !== undefined ? null : "has an end of nothing";
    default:
      return unread.has(first.text) ? `uses ${first.text}, which is not read here` : pipeline(tokens, read);
  }
}

function opened(block: "if" | "with" | "range", tokens: readonly Token[], read: Reading): string | null {
  const outer = read.scopes.at(-1);
  const isDotRoot = block === "if" && outer?.isDotRoot === true;
  // What is declared beside the word is known within the block alone, and its `.` there alone is another.
  read.scopes.push({ block, variables: new Set(), isElse: false, isDotRoot: outer?.isDotRoot === true });
  const because = pipeline(tokens, read, block === "range" ? 2 : 1);
  const scope = read.scopes.pop();
  if (scope !== undefined) read.scopes.push({ ...scope, isDotRoot });
  return because;
}

function otherwise([next, ...others]: readonly Token[], read: Reading): string | null {
  const scope = read.scopes.at(-1);
  if (scope === undefined || scope.block === "" || scope.isElse) return "has an else of nothing";
  const isDotRoot = read.scopes.at(-2)?.isDotRoot === true;
  read.scopes.pop();
  if (next === undefined) {
    read.scopes.push({ ...scope, isElse: true, isDotRoot });
    return null;
  }
  if (next.text !== "if" || scope.block !== "if") return `has "${next.text}" behind else`;
  read.scopes.push({ ...scope, isDotRoot });
  return pipeline(others, read);
}

/** @param declared how many variables may be declared at its head, or one set */
function pipeline(tokens: readonly Token[], read: Reading, declared: 1 | 2 = 1): string | null {
  const sign = tokens.findIndex(({ text }) => text === ":=" || text === "=");
  const head = tokens.slice(0, Math.max(sign, 0));
  if (sign >= 0 && !isHead(head, declared)) return "declares what is no variable";
  const cursor = { tokens, at: sign + 1 };
  const because = commands(cursor, read);
  if (because !== null) return because;
  const next = tokens[cursor.at];
  if (next !== undefined) return misplaced(next);
  return named(head, tokens[sign]?.text === "=" ? "set" : "declared", read);
}

/** Takes note of variables that are declared, or were before they are set. */
function named(head: readonly Token[], as: "declared" | "set", read: Reading): string | null {
  const names = head.filter(({ kind }) => kind === "variable").map(({ text }) => text);
  const unknown = as === "set" ? names.find((name) => !isKnown(name, read)) : undefined;
  for (const name of names) read.scopes.at(-1)?.variables.add(name);
  return unknown === undefined ? null : `sets ${unknown}, which nothing declares`;
}

/** `$one`, or `$one, $two`. */
function isHead(head: readonly Token[], declared: 1 | 2): boolean {
  const isAlternating = head.every(({ text }, at) => (at % 2 === 0 ? /^\$\w+$/.test(text) : text === ","));
  return isAlternating && head.length % 2 === 1 && head.length < 2 * declared;
}

function misplaced({ text }: Token): string {
  return `has "${text}" where nothing like it can stand`;
}

interface Cursor {
  readonly tokens: readonly Token[];
  at: number;
}

/** Commands with pipes between them, to the end or to what closes a parenthesis. */
function commands(cursor: Cursor, read: Reading): string | null {
  for (let stage = 0; ; stage += 1) {
    const because = command(cursor, read, stage);
    if (because !== null) return because;
    if (cursor.tokens[cursor.at]?.text !== "|") return null;
    cursor.at += 1;
  }
}

/** @param stage how many pipes stand before it */
function command(cursor: Cursor, read: Reading, stage: number): string | null {
  const begin = cursor.at;
  for (let token = nextOf(cursor); token !== null; token = nextOf(cursor)) {
    const isFirst = cursor.at === begin;
    if (!isFirst && !token.isApart) return `has no blank before "${token.text}"`;
    const isHanded = isFirst && stage > 0;
    const because = isHanded && takesNothing(token) ? deaf(token) : operand(token, cursor, read);
    if (because !== null) return because;
  }
  return cursor.at === begin ? "has an action, or a side of a pipe, that says nothing" : null;
}

/** What a command goes on with; `null`: it is over. */
function nextOf({ tokens, at }: Cursor): Token | null {
  const token = tokens[at];
  return token === undefined || token.text === "|" || token.text === ")" ? null : token;
}

function deaf({ text }: Token): string {
  return `hands something to ${text}, which takes nothing`;
}

function takesNothing({ kind }: Token): boolean {
  return kind === "literal" || kind === "dot";
}

function operand(token: Token, cursor: Cursor, read: Reading): string | null {
  cursor.at += 1;
  const [, first = "", second] = token.text.split(".");
  switch (token.kind) {
    case "literal":
    case "dot":
      return null;
    case "word":
      return functions.has(token.text) ? null : `calls ${token.text}, which is no function of Prometheus`;
    case "variable":
      return variable(token.text.split("."), read);
    case "field":
      if (read.scopes.at(-1)?.isDotRoot !== true) return null;
      if (!rootFields.includes(first)) return `reads .${first}, which no alert has`;
      note(first, second, read);
      return null;
    case "blank":
    case "sign":
      return token.text === "(" ? parenthesis(cursor, read) : misplaced(token);
  }
}

function parenthesis(cursor: Cursor, read: Reading): string | null {
  const because = commands(cursor, read);
  if (because !== null) return because;
  if (cursor.tokens[cursor.at]?.text !== ")") return "opens a parenthesis and does not close it";
  cursor.at += 1;
  const next = cursor.tokens[cursor.at];
  if (next?.kind === "field" && !next.isApart) cursor.at += 1;
  return null;
}

function variable([name = "", first, second]: readonly string[], read: Reading): string | null {
  if (!isKnown(name, read)) return `reads ${name}, which nothing declares`;
  if (name === "$value") read.readsValue = true;
  if (name === "$labels") note("Labels", first, read);
  if (name === "$" && first !== undefined) note(first, second, read);
  return null;
}

function note(field: string, label: string | undefined, read: Reading): void {
  if (field === "Value") read.readsValue = true;
  if (field === "Labels" && label !== undefined) read.labels.add(label);
}

function isKnown(name: string, { scopes }: Reading): boolean {
  return scopes.some(({ variables }) => variables.has(name));
}
