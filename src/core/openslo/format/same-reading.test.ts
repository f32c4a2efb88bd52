import { expect, it } from "vitest";
import { readOpenSlo } from "../openslo.ts";
import { readsAlike } from "./same-reading.ts";

const text = "apiVersion: openslo/v1\nkind: Service # k\nmetadata: { name: a, labels: { b: [c, d] } }\n";

function isAlike(other: string): boolean {
  const [a, b] = [text, other].map((each) => ({
    text: each,
    read: readOpenSlo({ path: "a.yaml", text: each }, "strict"),
  }));
  return a !== undefined && b !== undefined && readsAlike(a, b);
}

it("takes no notice of the order of keys and comments", () => {
  expect(
    isAlike("# k\nmetadata:\n  labels: { b: [c, d] }\n  name: 'a'\nkind: Service\napiVersion: openslo/v1\n"),
  ).toBe(true);
});

it.each([
  ["another value", text.replace("name: a", "name: b")],
  ["another type", text.replace("name: a", "name: 1")],
  ["another order of a list", text.replace("c, d", "d, c")],
  ["a shorter list", text.replace("c, d", "c")],
  ["a key less", text.replace("name: a, ", "")],
  ["a key more", text.replace("name: a", "name: a, displayName: b")],
  ["a document more", `${text}---\n${text.replace(" # k", "")}`],
  ["no comment", text.replace(" # k", "")],
  ["a comment that has become text", text.replace("Service # k", "'Service # k'")],
])("tells %s", (_, other) => {
  expect(isAlike(other)).toBe(false);
});
