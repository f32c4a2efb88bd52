import { describe, expect, it } from "vitest";
import { areMatchers } from "./matchers.ts";

describe("what stands between the braces of a selector", () => {
  it.each(["", 'job="a"', `job='a',b!~"c.*",`, 'a="}"', 'a="#"'])("is labels: %j", (text) => {
    expect(areMatchers(text)).toBe(true);
  });

  it.each([
    'job="a',
    "job=a",
    'a="b"} or y{c="d"',
    'a="b"}[5m]',
    'a="b"} #',
    'a="{{b}}"',
    'a="b"} offset 5m',
  ])("is no labels: %j", (text) => {
    expect(areMatchers(text)).toBe(false);
  });
});
