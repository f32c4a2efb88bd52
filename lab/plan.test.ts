import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readLabPlan } from "./plan.ts";

const never = new AbortController().signal;
const packageFolder = fileURLToPath(new URL("..", import.meta.url));
let workspace = "";

beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), "holdfast-plan-"));
  cpSync(fileURLToPath(new URL("../examples/lab", import.meta.url)), workspace, { recursive: true });
});
afterEach(() => {
  rmSync(workspace, { recursive: true, force: true });
});

function edit(from: string, to: string): void {
  const path = join(workspace, "recovery.yaml");
  writeFileSync(path, readFileSync(path, "utf8").replace(from, to));
}

describe("the lab's plan", () => {
  it("sets its engine: detection, cool-down, and whether a failover begins by itself", async () => {
    edit("silentAfter: 1 s", "silentAfter: 2 s");
    edit("failover: always", "failover: ask");
    expect(await readLabPlan({ root: workspace, workspace, packageFolder }, never)).toMatchObject({
      ok: true,
      value: {
        automation: { failover: "ask" },
        cases: [
          { drill: `holdfast drill run region-loss --dir ${workspace}` },
          { drill: `holdfast drill run region-freeze --dir ${workspace}` },
        ],
        settings: { confirmations: 1, timing: { silentAfterMs: 2_000, coolDownMs: 3_000 } },
      },
    });
  });

  it("is refused where its bounds contradict one another", async () => {
    edit("silentAfter: 1 s", "silentAfter: 50 ms");
    expect(await readLabPlan({ root: workspace, workspace, packageFolder }, never)).toMatchObject({
      ok: false,
      problems: [{ code: "lab/plan-contradicts", where: { line: expect.any(Number) as number } }],
    });
  });
});
