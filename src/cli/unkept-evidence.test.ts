import { describe, expect, it } from "vitest";
import type { Problem } from "../core/problem/problem.ts";
import { unkeptText } from "./unkept-evidence.ts";

const problem = (code: Problem["code"], mend: string): Problem => ({
  code,
  what: "/srv/ada/platform/.holdfast/lab/evidence/plan/entries/4: no space is left to write evidence (ENOSPC)",
  where: null,
  why: "what is not on disk is no evidence",
  mend,
});

describe("evidence of a run that cannot be kept", () => {
  it.each([
    ["evidence/disk-full", "mend: free some space there; what is not kept of this run"],
    ["evidence/not-writable", "mend: let whoever runs plans here write there; what is not kept of this run"],
    ["evidence/read-only", "mend: mount it for writing; what is not kept of this run"],
  ] as const)("invites nobody to begin another run: %s", (code, mend) => {
    const told = unkeptText(problem(code, "free some space and repeat the command"), 80);
    expect(told.replaceAll(/\s+/g, " ")).toContain(mend);
    expect(told).not.toContain("repeat");
  });

  it("keeps what else mends it", () => {
    expect(unkeptText(problem("evidence/log-name", "name another log"), 80)).toContain(
      "  mend: name another log; what",
    );
  });

  it("fits the terminal", () => {
    const lines = unkeptText(problem("evidence/disk-full", ""), 80).split("\n");
    const path = "/srv/ada/platform/.holdfast/lab/evidence/plan/entries/4:";
    expect(lines.filter((line) => !line.includes(path) && line.length > 80)).toEqual([]);
    expect(lines.length).toBeGreaterThan(4);
  });
});
