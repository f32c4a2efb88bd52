import { invariant } from "../../problem/problem.ts";
import { indentWidth } from "./block-text.ts";
import type { Tree } from "./tree.ts";

/** A document of JSON, each part on a line of its own. */
export function jsonText(tree: Tree): string {
  return text(tree, "");
}

function text(tree: Tree, indent: string): string {
  invariant(tree.kind !== "block-text", "JSON has no text on lines of its own");
  if (tree.kind === "scalar") return tree.lines.join("");
  const within = `${indent}${" ".repeat(indentWidth)}`;
  const parts = tree.parts.map(({ key, value }) => {
    const name = key === null ? "" : `${key.text}: `;
    return `${within}${name}${text(value, within)}`;
  });
  const [open, close] = tree.kind === "map" ? ["{", "}"] : ["[", "]"];
  return `${open}\n${parts.join(",\n")}\n${indent}${close}`;
}
