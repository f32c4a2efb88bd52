import { describe, expect, it } from "vitest";
import { overWindow, type Query, readPromQl, withWindow } from "./promql.ts";

function query(text: string): Query {
  const read = readPromQl(text);
  if (!read.ok) throw new Error(read.because);
  return read.query;
}

describe("a query over a window", () => {
  it.each([
    ["errors_total", "rate(errors_total[5m])"],
    ['errors_total{code=~"5.."}', 'rate(errors_total{code=~"5.."}[5m])'],
    ['{__name__="a"}', 'rate({__name__="a"}[5m])'],
    ["sum(errors_total )", "sum(rate(errors_total[5m]) )"],
    ["sum by (cell) (a) + sum by (cell) (b)", "sum by (cell) (rate(a[5m])) + sum by (cell) (rate(b[5m]))"],
    ["sum(a offset 1h)", "sum(rate(a[5m] offset 1h))"],
    ["a @ end() offset 1h", "rate(a[5m] @ end() offset 1h)"],
    ["sum(rate(a[1m]))", "sum(rate(a[1m]))"],
    ["a - b", "rate(a[5m]) - rate(b[5m])"],
  ])("of %s is %s", (text, asked) => {
    expect(overWindow(query(text), { over: "rate", length: "5m" })).toBe(asked);
  });

  it("has that window where it leaves one open", () => {
    const open = query("sum(rate(a[{{.window}}])) + b");
    expect(overWindow(open, { over: "rate", length: "1m" })).toBe("sum(rate(a[1m])) + rate(b[1m])");
    expect(withWindow(open, "1h")).toBe("sum(rate(a[1h])) + b");
    expect(withWindow(query("a"), "1h")).toBe("a");
  });

  it.each([
    ["e # all", "rate(e[5m])"],
    ['e{c="#"} # "all"', 'rate(e{c="#"}[5m])'],
    ["a # first\n+ b", "rate(a[5m])        \n+ rate(b[5m])"],
    ["sum(rate(a[{{.window}}])) # [[", "sum(rate(a[5m]))"],
  ])("of %j is without its comments, behind which a rule goes on", (text, asked) => {
    expect(overWindow(query(text), { over: "rate", length: "5m" }).trimEnd()).toBe(asked);
  });

  it("can be parsed again, and has a range for each selector", () => {
    const asked = overWindow(query('a{b="c"} / on (d) (e @ 7)'), { over: "avg_over_time", length: "1h" });
    expect(query(asked)).toMatchObject({ instants: [], hasRange: true });
  });
});

describe("a query", () => {
  it.each([
    ["sum by (a, b) (x)", { kind: "sum", labels: ["a", "b"] }],
    ["((sum(x) by (a)))", { kind: "sum", labels: ["a"] }],
    ["sum(x)", { kind: "sum", labels: [] }],
    ["sum without (a) (x)", { kind: "other-aggregation" }],
    ["avg(x)", { kind: "other-aggregation" }],
    ["sum(x) + sum(y)", { kind: "none" }],
  ])("%s has around it %o", (text, outermost) => {
    expect(query(text).outermost).toEqual(outermost);
  });

  it("may say itself where its window goes", () => {
    expect(query("sum(rate(x[{{ .window }}]))").text).toBe("sum(rate(x[5m]))");
  });

  it.each([
    ["sum(x by", 6],
    ["x{", 2],
    ['x{a="$__rate_interval"}', 5],
    ["x{{.Labels}}", 1],
    ["${metric}", 0],
    ["  ", 0],
    ["x y", 2],
  ])("%s cannot be read from character %i on", (text, offset) => {
    expect(readPromQl(text)).toMatchObject({ ok: false, offset });
  });
});
