import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PlanRun } from "../../src/core/plan/run.ts";
import { inOneLine } from "../built-program.ts";
import { LabWorkspace } from "../lab-workspace.ts";
import { type RunningEtcd, runningEtcd } from "../running-etcd.ts";
import {
  isPatroniHere,
  newSecrets,
  type PatroniMember,
  type RunningPatroni,
  runningPatroni,
  skipped,
} from "../running-patroni.ts";

describe.skipIf(!isPatroniHere)(`a plan that switches a cluster under a real Patroni over${skipped}`, () => {
  const secrets = newSecrets();
  let lab: LabWorkspace;
  let etcd: RunningEtcd;
  let cluster: RunningPatroni;
  let first: PatroniMember;
  let second: PatroniMember;
  beforeAll(async () => {
    lab = await LabWorkspace.make();
    etcd = await runningEtcd({ members: 1 });
    cluster = await runningPatroni({ etcd: etcd.endpoints, scope: "orders", members: 2, secrets });
    await lab.labUp();
    first = await cluster.settled();
    const other = cluster.members.find((member) => member !== first);
    if (other === undefined) throw new Error("there is one member alone");
    second = other;
    const led = (by: PatroniMember): string => `shallBe: { kind: led-by, member: ${by.name} }`;
    const credentials = "credentials: { userFrom: PATRONI_USER, passwordFrom: PATRONI_PASSWORD }";
    lab.declare("switch", [
      `- { phase: patroni, name: orders, within: 1 min, members: [${cluster.urls.map((url) => `"${url}"`).join(", ")}], ${credentials}, ${led(second)}, undo: { ${led(first)} } }`,
    ]);
    await lab.keep("switch", "switch.json");
  });
  afterAll(async () => {
    expect(await lab.remove()).toEqual([]);
    expect(await cluster.stop()).toEqual([]);
    await etcd.stop();
  });

  async function runNow(): Promise<PlanRun | null> {
    const { out } = await lab.holdfast("failover", "status", "--dir", "lab", "--json");
    return (JSON.parse(out) as { readonly run: PlanRun | null }).run;
  }

  /** What Patroni's dynamic configuration keeps of us. */
  async function kept(): Promise<unknown> {
    return ((await cluster.get("/config")) as { readonly holdfast?: unknown }).holdfast;
  }

  it("is not begun while the environment lacks the password", async () => {
    lab.environment["PATRONI_USER"] = secrets.api.user;
    const refused = await lab.run("switch.json").ended();
    expect(refused.status).toBe(1);
    expect(refused.err).toMatch(/PATRONI_PASSWORD/);
    expect(await runNow()).toBeNull();
  });

  it("is led by the other member under the epoch of the run, and by the first again once it is undone", async () => {
    lab.environment["PATRONI_PASSWORD"] = secrets.api.password;
    const done = await lab.run("switch.json").ended();
    expect([done.status, inOneLine(done.err)]).toEqual([0, expect.stringContaining(second.name)]);
    expect(done.out + done.err).not.toContain(secrets.api.password);
    expect(await cluster.settled()).toBe(second);
    expect(await second.isWritable()).toBe(true);
    const run = await runNow();
    expect(run).toMatchObject({ end: "done" });
    expect(Object.keys((await kept()) as object)).toEqual([`${run?.epoch}`]);
    expect(await lab.run("switch.json", "--resume", "--undo").ended()).toMatchObject({ status: 0 });
    expect(await cluster.settled()).toBe(first);
    expect(Object.keys((await kept()) as object)).toEqual([`${run?.epoch}`]);
  });

  it("changes nothing once a newer attempt was there", async () => {
    await cluster.configure({ holdfast: { "999999999": "null" } });
    const late = await lab.run("switch.json").ended();
    expect(late.status).toBe(2);
    expect(inOneLine(late.err)).toContain("was changed by a newer run, under epoch 999999999");
    expect(inOneLine(late.err)).toContain("begin a run anew");
    expect(await cluster.settled()).toBe(first);
  });
});
