import ts from "typescript";

/** What a file of tests calls them, as it is written there, and every other text in it by which a table of cases fills a title. */
export interface TestTitles {
  readonly titles: readonly string[];
  readonly texts: ReadonlySet<string>;
}

const tellers: readonly string[] = ["describe", "it", "test"];

/** @param source of a file of tests; a comment in it, or a text that is no title, is none */
export function testTitlesIn(source: string): TestTitles {
  const titles: string[] = [];
  const texts = new Set<string>();
  const look = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && tellers.includes(rootOf(node.expression))) {
      const title = textOf(node.arguments[0]);
      if (title !== null) titles.push(title);
    } else if (ts.isStringLiteralLike(node)) texts.add(node.text);
    ts.forEachChild(node, look);
  };
  look(ts.createSourceFile("told.test.ts", source, ts.ScriptTarget.Latest));
  return { titles, texts };
}

/** Whether a test is called so, where need be with the texts of one of its cases in the places of `%s`. */
export function isTitle(told: string, { titles, texts }: TestTitles): boolean {
  return titles.some((title) => {
    const pattern = title.split("%s").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const filled = new RegExp(`^${pattern.join("(.+)")}$`).exec(told);
    return filled?.slice(1).every((text) => text === "%s" || texts.has(text)) ?? false;
  });
}

/** Of `it.skipIf(…)(…)` it is `it`. */
function rootOf(expression: ts.Expression): string {
  if (ts.isIdentifier(expression)) return expression.text;
  if (ts.isCallExpression(expression) || ts.isPropertyAccessExpression(expression))
    return rootOf(expression.expression);
  return ts.isTaggedTemplateExpression(expression) ? rootOf(expression.tag) : "";
}

/** What is filled into a template when the tests run is no part of the title. */
function textOf(node: ts.Node | undefined): string | null {
  if (node === undefined) return null;
  if (ts.isStringLiteralLike(node)) return node.text;
  return ts.isTemplateExpression(node) ? node.head.text : null;
}
