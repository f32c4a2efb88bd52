import { describe, expect, it } from "vitest";
import { labCommand } from "./lab-command.ts";

describe("a command line to be copied", () => {
  it("names the lab's folder", () => {
    expect(labCommand("restore east", "/srv/ada/lab")).toBe("holdfast lab restore east --dir /srv/ada/lab");
  });

  it("leaves out what is so anyway", () => {
    expect(labCommand("restore east", ".holdfast/lab")).toBe("holdfast lab restore east");
  });
});
