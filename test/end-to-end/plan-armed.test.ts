import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LabStatus } from "../../src/runtime/lab.ts";
import { inOneLine } from "../built-program.ts";
import { LabWorkspace } from "../lab-workspace.ts";

let lab: LabWorkspace;

beforeAll(async () => {
  lab = await LabWorkspace.make();
  lab.edit("recovery.yaml", "failover: always", "failover: when-armed");
  const up = await lab.holdfast("lab", "up", "--detach", "--dir", "lab", "--workspace", "workspace");
  expect(up.status).toBe(0);
});
afterAll(async () => {
  expect(await lab.remove()).toEqual([]);
});

async function status(): Promise<LabStatus> {
  return JSON.parse((await lab.holdfast("lab", "status", "--dir", "lab", "--json")).out) as LabStatus;
}

async function until(isSo: (lab: LabStatus) => boolean): Promise<LabStatus> {
  for (let tries = 0; ; tries += 1) {
    const seen = await status();
    if (isSo(seen) || tries > 60) return seen;
    await pause(250);
  }
}

const mend = "run `holdfast drill run region-loss --dir /";

describe("a lab whose plan acts when it is armed", () => {
  it("is held until a drill has proven the plan, and says so", async () => {
    expect(await status()).toMatchObject({
      trust: "held",
      heldBecause: expect.stringContaining(mend) as string,
    });
    const lead =
      "automatic failover is held: no fresh drill of region-failover against region-lost proves it";
    for (const command of ["lab", "failover"]) {
      const { out } = await lab.holdfast(command, "status", "--dir", "lab");
      expect(inOneLine(out)).toContain(lead);
    }
  });

  it("is armed by the drill that proves it, for as long as that takes, and by proof of every scenario for good", async () => {
    expect(await drill("region-loss")).toBe(0);
    const half = await until(({ heldBecause }) => heldBecause?.includes("region-frozen") === true);
    expect(half).toMatchObject({ trust: "held", active: expect.not.stringMatching("east") as string });
    expect((await lab.holdfast("lab", "restore", "east", "--dir", "lab")).status).toBe(0);
    await until(({ state }) => state === "ready");
    expect((await lab.holdfast("failover", "failback", "--dir", "lab")).status).toBe(0);
    await until(({ state }) => state === "ready");
    expect(await drill("region-freeze")).toBe(0);
    expect(await until(({ trust }) => trust === "armed")).toMatchObject({
      trust: "armed",
      heldBecause: null,
    });
  });
});

async function drill(name: string): Promise<number | null> {
  const where = ["--dir", "lab", "--workspace", "workspace", "--out", `drilled-${name}`];
  const { status: code, err } = await lab.holdfast("drill", "run", name, ...where);
  expect(inOneLine(err)).not.toContain("mend:");
  return code;
}
