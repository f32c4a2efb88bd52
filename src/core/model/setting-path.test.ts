import { describe, expect, it } from "vitest";
import { settingPath } from "./setting-path.ts";

const key = (name: string) => ({ kind: "key", key: name });
const item = (name: string, is: string) => ({ kind: "item", key: name, is });

describe("a path to a value in a document", () => {
  it.each([
    ["replicas", [key("replicas")]],
    ["inference.replicas", [key("inference"), key("replicas")]],
    ["images[name=serve].newTag", [key("images"), item("name", "serve"), key("newTag")]],
    ["[name=a].b", [item("name", "a"), key("b")]],
    ["a[b=c][d=e]", [key("a"), item("b", "c"), item("d", "e")]],
    ["args[name=a.b/c:1].x", [key("args"), item("name", "a.b/c:1"), key("x")]],
    ['a[name="]=\\"."]', [key("a"), item("name", ']=".')]],
    ['annotations["example.com/size"]', [key("annotations"), key("example.com/size")]],
    ['["a.b"].c["d\\"]"]', [key("a.b"), key("c"), key('d"]')]],
    ["a b.c-d", [key("a b"), key("c-d")]],
  ])("%s is read", (text, steps) => {
    expect(settingPath(text)).toEqual(steps);
  });

  it.each([
    "",
    ".",
    "a.",
    ".a",
    "a..b",
    "a[0]",
    "a[]",
    "a[=b]",
    "a[b=]",
    "a[b=c",
    "a[b=c]d",
    "a]b",
    'a["b]',
    'a["\\x"]',
    'a"b',
  ])("%s is none", (text) => {
    expect(settingPath(text)).toBeNull();
  });
});
