import { describe, expect, it } from "vitest";
import { terminalOf } from "./terminal.ts";

const screen = { isTTY: true, columns: 120 };
const pipe = { isTTY: false, columns: undefined };

describe("an output stream", () => {
  it("is for a person, in colour, when it is a terminal", () => {
    expect(terminalOf(screen, { TERM: "xterm" })).toEqual({
      isInteractive: true,
      columns: 120,
      hasColor: true,
    });
  });

  it("is plain and 80 columns wide when it is a pipe", () => {
    expect(terminalOf(pipe, {})).toEqual({ isInteractive: false, columns: 80, hasColor: false });
  });

  it.each([
    ["NO_COLOR", { NO_COLOR: "1" }, { isInteractive: true, hasColor: false }],
    ["an empty NO_COLOR, which says nothing", { NO_COLOR: "" }, { isInteractive: true, hasColor: true }],
    ["FORCE_COLOR over NO_COLOR", { FORCE_COLOR: "1", NO_COLOR: "1" }, { hasColor: true }],
    ["FORCE_COLOR=0", { FORCE_COLOR: "0" }, { hasColor: false }],
    ["TERM=dumb", { TERM: "dumb" }, { isInteractive: false, hasColor: false }],
    ["CI, which rewrites no lines", { CI: "true" }, { isInteractive: false }],
  ])("follows %s", (_, env, wanted) => {
    expect(terminalOf(screen, env)).toMatchObject(wanted);
  });

  it("is coloured in a pipe when that is forced", () => {
    expect(terminalOf(pipe, { FORCE_COLOR: "1" }).hasColor).toBe(true);
  });
});
