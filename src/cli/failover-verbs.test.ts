import { userInfo } from "node:os";
import { describe, expect, it } from "vitest";
import { milliseconds } from "../core/units/units.ts";
import { revision } from "../../test/example-reigns.ts";
import type { OrderOutcome } from "../runtime/give-order.ts";
import type { LabVerbs, LabWish } from "../runtime/lab.ts";
import { abortSwitchover, askerOf, failBack, runFailover } from "./failover-verbs.ts";
import type { Parts } from "./parts.ts";
import type { Shell } from "./shell.ts";

function stage(outcome: OrderOutcome): {
  readonly shell: Shell;
  readonly parts: Parts;
  readonly said: { out: string; err: string };
  readonly wishes: LabWish[];
} {
  const said = { out: "", err: "" };
  const wishes: LabWish[] = [];
  const terminal = { isInteractive: false, columns: 80, hasColor: false };
  const shell: Shell = {
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
    cwd: "/srv/ada",
    env: { USER: "ada" },
    terminal,
    output: terminal,
    signal: new AbortController().signal,
  };
  const lab: Pick<LabVerbs, "order"> = {
    order: (_, wish) => {
      wishes.push(wish);
      return Promise.resolve({ ok: true, value: outcome });
    },
  };
  // Of all outside systems, these verbs ask for the lab alone.
  const parts = { lab: () => Promise.resolve(lab) } as unknown as Parts;
  return { shell, parts, said, wishes };
}

const dir = ".holdfast/lab";
const served: OrderOutcome = {
  kind: "served",
  active: "west",
  wanted: "west",
  epoch: revision(8),
  took: milliseconds(620),
};

describe("holdfast failover", () => {
  it("names the order for a region that is lost where one in order is refused, and not where that is what was refused", async () => {
    const refused: OrderOutcome = {
      kind: "refused",
      because: ["east is not known to serve"],
      refusal: "lost",
    };
    const inOrder = stage(refused);
    expect(await runFailover({ dir }, inOrder.shell, inOrder.parts)).toBe(1);
    expect(inOrder.said.err.replaceAll(/\s+/g, " ")).toContain("`holdfast failover run --ungraceful`");
    const forced = stage(refused);
    await runFailover({ dir, ungraceful: true }, forced.shell, forced.parts);
    expect(forced.said.err).not.toContain("--ungraceful");
  });

  it.each([
    ["name", "mend: name one of the regions\n"],
    ["serves", "mend: nothing is to be done, or name another region"],
    ["obstacle", "mend: see how each region stands"],
  ] as const)(
    "invites nobody to take a sound region for lost where an order is refused for: %s",
    async (refusal, mend) => {
      const { shell, parts, said } = stage({ kind: "refused", because: ["so it is"], refusal });
      await runFailover({ dir, to: "mars" }, shell, parts);
      expect(said.err).toContain(mend);
      expect(said.err).not.toContain("--ungraceful");
    },
  );

  it("does not say of a store that is silent that a region serves on, where perhaps none does", async () => {
    const { shell, parts, said } = stage({ kind: "unreachable" });
    await runFailover({ dir }, shell, parts);
    expect(said.err.replaceAll(/\s+/g, " ")).toContain("a region that serves goes on, and where none does");
  });

  it("asks for what was typed, in the name of who is logged in", async () => {
    const { shell, parts, wishes } = stage(served);
    await runFailover({ dir, to: "west" }, shell, parts);
    await runFailover({ dir, ungraceful: true, by: "bob" }, shell, parts);
    await failBack({ dir }, shell, parts);
    await abortSwitchover({ dir }, shell, parts);
    expect(wishes).toEqual([
      { kind: "switchover", to: { region: "west" }, by: "ada" },
      { kind: "failover", to: null, by: "bob" },
      { kind: "switchover", to: "preferred", by: "ada" },
      { kind: "abort", to: null, by: "ada" },
    ]);
  });

  it("knows who is logged in where the environment does not tell", () => {
    const options = { dir };
    expect(askerOf(options, { env: { USER: "ada" } })).toBe("ada");
    expect(askerOf(options, { env: {} })).toBe(userInfo().username);
  });

  it("says who serves, and prints it for programs", async () => {
    const forPeople = stage(served);
    expect(await runFailover({ dir }, forPeople.shell, forPeople.parts)).toBe(0);
    expect(forPeople.said.err).toContain("west serves under epoch 8, 0.62 s after it was asked for\n");
    const forPrograms = stage(served);
    await runFailover({ dir, json: true }, forPrograms.shell, forPrograms.parts);
    expect(JSON.parse(forPrograms.said.out)).toEqual({
      formatVersion: 1,
      result: "served",
      active: "west",
      wanted: "west",
      epoch: 8,
      seconds: 0.62,
    });
  });

  it("tells by its exit status too that another region serves than was asked for", async () => {
    const { shell, parts, said } = stage({ ...served, wanted: "central" });
    expect(await runFailover({ dir, to: "central", ungraceful: true }, shell, parts)).toBe(2);
    expect(said.err).toContain(
      "0.62 s after central was asked for:\nof those that could be fenced west held the most\n",
    );
    expect(said.err).toContain("holdfast failover run --to central");
    const anybody = stage({ ...served, wanted: null });
    expect(await runFailover({ dir }, anybody.shell, anybody.parts)).toBe(0);
  });

  it.each<[OrderOutcome, string, string]>([
    [
      { kind: "refused", because: ["west serves already"], refusal: "serves" },
      "failover/refused",
      "west serves already",
    ],
    [{ kind: "not-taken" }, "failover/not-taken", "no controller has taken up the switchover"],
    [{ kind: "another", by: "bob" }, "failover/another-order", "bob has just asked"],
    [{ kind: "unreachable" }, "failover/store-silent", "the coordination store does not answer"],
    [{ kind: "unfinished", phase: "fencing" }, "failover/unfinished", "has not ended: fencing"],
  ])("fails, with what stands in the way: %o", async (outcome, code, what) => {
    const { shell, parts, said } = stage(outcome);
    expect(await runFailover({ dir, to: "west" }, shell, parts)).toBe(1);
    expect(said.err).toMatch(new RegExp(`^${code}\n`));
    expect(said.err.replaceAll(/\s+/g, " ")).toContain(what);
    expect(said.err).toContain("holdfast lab status");
  });
});
