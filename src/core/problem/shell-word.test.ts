import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { pathWord, shellWord } from "./shell-word.ts";

describe("a word of a command line to be copied", () => {
  it.each(["plain", "/with a space", "it's", "$HOME;`id`", "-", "", "a\nb", "ü*?"])(
    "is read by a shell as one word: %j",
    (text) => {
      const { stdout } = spawnSync("sh", ["-c", `printf '%s|' ${shellWord(text)}`], { encoding: "utf8" });
      expect(stdout).toBe(`${text}|`);
    },
  );

  it.each([
    ["mine", "mine"],
    ["my platform", "'my platform'"],
    ["-x", "./-x"],
    ["--it's", "'./--it'\\''s'"],
    ["", "."],
  ])("names a path so that no command takes it for an option: %j", (path, word) => {
    expect(pathWord(path)).toBe(word);
  });
});
