import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { labCommand, shellWord } from "./lab-command.ts";

describe("a command line to be copied", () => {
  it("names the lab's folder", () => {
    expect(labCommand("restore east", "/srv/ada/lab")).toBe("holdfast lab restore east --dir /srv/ada/lab");
  });

  it("leaves out what is so anyway", () => {
    expect(labCommand("restore east", ".holdfast/lab")).toBe("holdfast lab restore east");
  });

  it.each(["plain", "/with a space", "it's", "$HOME;`id`", "-", "", "a\nb", "ü*?"])(
    "is read by a shell as one word: %j",
    (text) => {
      const { stdout } = spawnSync("sh", ["-c", `printf '%s|' ${shellWord(text)}`], { encoding: "utf8" });
      expect(stdout).toBe(`${text}|`);
    },
  );
});
