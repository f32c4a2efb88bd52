import { describe, expect, it } from "vitest";
import { tableText } from "./table.ts";

describe("a table of results", () => {
  it("is Markdown whose columns line up, with numbers to the right", () => {
    const text = tableText(
      ["fault", "n", "median"],
      [
        ["kill", "20", "0.81 s"],
        ["freeze", "3", "12.10 s"],
      ],
    );
    expect(text).toBe(
      [
        "| fault  |  n |  median |",
        "| ------ | -: | ------: |",
        "| kill   | 20 |  0.81 s |",
        "| freeze |  3 | 12.10 s |",
      ].join("\n"),
    );
  });

  it("keeps a column of numbers to the right when one of them is missing", () => {
    expect(tableText(["s"], [["–"], ["1.25 s"]]).split("\n")[2]).toBe("|      – |");
  });
});
