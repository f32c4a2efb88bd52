import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ended, inOneLine } from "../built-program.ts";
import { LabWorkspace } from "../lab-workspace.ts";
import { isNamedHere, type RunningNamed, runningNamed, skipped } from "../running-named.ts";

let lab: LabWorkspace;
beforeAll(async () => {
  lab = await LabWorkspace.make();
});
afterAll(async () => {
  expect(await lab.remove()).toEqual([]);
});

/** Keeps a plan with what is seen. */
function looked(plan: string, ...more: readonly string[]): Promise<Ended> {
  const of = ["plan", "show", plan, "--scenario", "region-lost", "--workspace", "workspace"];
  return lab.holdfast(...of, "--look", ...more, "--out", `${plan}.json`);
}

function diff(plan: string, ...more: readonly string[]): Promise<Ended> {
  return lab.holdfast("plan", "diff", `${plan}.json`, "--workspace", "workspace", ...more);
}

describe("a look that is asked for in vain", () => {
  it("is refused: a lab is named of which nothing would be asked", async () => {
    const asked = await lab.holdfast(
      "plan",
      "show",
      "region-failover",
      "--workspace",
      "workspace",
      "--dir",
      "lab",
    );
    expect(asked.status).toBe(1);
    expect(asked.err).toMatch(/^plan\/asked-in-vain\n/);
  });
});

describe("a plan of which nothing can be looked at", () => {
  it("says so, and names no region where no lab runs and none was named", async () => {
    const { status, out } = await looked("region-failover");
    expect(status).toBe(0);
    expect(out).toMatch(/\nhow it is now \(measured\)\n {2}its steps change nothing outside\n\nsha256:/);
    const there = await looked("region-failover", "--dir", "lab");
    expect(inOneLine(there.out)).toMatch(/ \? which region serves: cannot be looked at: .*sha256:/);
  });
});

describe.skipIf(!isNamedHere)(`a plan that was kept with how the world was, in a real BIND${skipped}`, () => {
  const name = "api.example.test";
  let named: RunningNamed;
  beforeAll(async () => {
    named = await runningNamed();
    const lead = (region: string, value: string): string =>
      `- { phase: route, component: edge, needs: [], within: 10 s, serving: ${region}, by: { kind: dns, server: "127.0.0.1:${named.port}",
        zone: example.test, name: ${name}, type: A, ttl: 30 s, values: ["${value}"], keyFile: ${named.keyFile("writer")} } }`;
    lab.declare("name", [lead("east", "192.0.2.1"), lead("west", "192.0.2.2")]);
    await lab.labUp();
  });
  afterAll(() => named.stop());

  const run = (file = "name.json"): Promise<Ended> => lab.run(file).ended();

  async function runNow(): Promise<{ readonly plan: string; readonly end: string } | null> {
    const { out } = await lab.holdfast("failover", "status", "--dir", "lab", "--json");
    return (JSON.parse(out) as { readonly run: { readonly plan: string; readonly end: string } | null }).run;
  }

  /** The entry that says how the newest run ended that proves the plan. */
  async function provenBy(): Promise<string | null> {
    const evidence = ["plan", "trust", "workspace", "--evidence", "lab/evidence", "--json"];
    const { plans } = JSON.parse((await lab.holdfast(...evidence)).out) as {
      readonly plans: readonly { readonly plan: string; readonly proof: { readonly entry: string } | null }[];
    };
    return plans.find(({ plan }) => plan === "name")?.proof?.entry ?? null;
  }

  it("shows it, with what would not be called for, and nothing of it is changed", async () => {
    const shown = await looked("name", "--dir", "lab");
    expect(shown.status).toBe(0);
    expect(inOneLine(shown.out)).toContain(
      [
        "how it is now (measured) east serves",
        `~ ${name} A: none → 192.0.2.1, 30 s (where east serves)`,
        `~ ${name} A: none → 192.0.2.2, 30 s (not called for: west will not serve) sha256:`,
      ].join(" "),
    );
    expect(Math.max(...shown.out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(shown.err).toContain("holdfast plan diff name.json --dir lab --workspace workspace");
    expect(named.dig(name, "A")).toBe("");
    const text = readFileSync(join(lab.folder, "name.json"), "utf8");
    expect(JSON.parse(text)).toMatchObject({
      formatVersion: 4,
      seen: {
        serving: { kind: "seen", region: "east" },
        steps: [{ step: "1 route edge" }, { step: "2 route edge" }],
      },
    });
    const [, secret = ""] = /secret "(.+)"/.exec(readFileSync(named.keyFile("writer"), "utf8")) ?? [];
    expect(secret).not.toBe("");
    expect(text).not.toContain(secret);
  });

  it("is not begun once somebody has changed by hand what it would change, and says what was and what is now", async () => {
    named.update(`add ${name} 60 A 203.0.113.9`);
    const refused = [await run(), await diff("name", "--dir", "lab")];
    for (const { status, out } of refused) {
      expect(status).toBe(2);
      expect(inOneLine(out)).toContain(
        [
          `was: ~ ${name} A: none → 192.0.2.1, 30 s (where east serves)`,
          `was: ~ ${name} A: none → 192.0.2.2, 30 s (not called for: west will not serve)`,
          `now: ~ ${name} A: 203.0.113.9, 60 s → 192.0.2.1, 30 s (where east serves)`,
          `now: ~ ${name} A: 203.0.113.9, 60 s → 192.0.2.2, 30 s (not called for: west will not serve) kept sha256:`,
        ].join(" "),
      );
    }
    expect(await runNow()).toBeNull();
    named.update(`delete ${name} A`);
    expect(await diff("name", "--dir", "lab")).toMatchObject({ status: 0 });
  });

  it("is not what was seen while something that could be looked at cannot be", async () => {
    named.signal("SIGSTOP");
    try {
      const { status, out } = await diff("name", "--dir", "lab");
      expect(status).toBe(2);
      expect(inOneLine(out)).toMatch(
        / now: \? 1 route edge: cannot be looked at: .* now: \? 2 route edge: cannot/,
      );
    } finally {
      named.signal("SIGCONT");
    }
  });

  it("is not begun while another region serves than did", async () => {
    const handOver = (to: string): Promise<Ended> =>
      lab.holdfast("failover", "run", "--to", to, "--dir", "lab");
    expect(await handOver("west")).toMatchObject({ status: 0 });
    const refused = await run();
    expect(refused.status).toBe(2);
    expect(inOneLine(refused.out)).toContain(
      "how it is now (measured) was: east serves now: west serves kept sha256:",
    );
    expect(await runNow()).toBeNull();
    expect(await handOver("east")).toMatchObject({ status: 0 });
  });

  it("is another plan to people than one without a look, which is begun whatever has changed", async () => {
    await lab.keep("name", "plain.json");
    const hashOf = (file: string): string =>
      (JSON.parse(readFileSync(join(lab.folder, file), "utf8")) as { readonly hash: string }).hash;
    expect(hashOf("plain.json")).not.toBe(hashOf("name.json"));
    named.update(`add ${name} 60 A 203.0.113.9`);
    expect(await run("plain.json")).toMatchObject({ status: 0 });
    expect(await runNow()).toMatchObject({ plan: hashOf("plain.json"), end: "done" });
    expect(named.dig(name, "A")).toBe("192.0.2.1");
    named.update(`delete ${name} A`);
  });

  it("is begun while all is as it was, and proves the plan that its manifests declare", async () => {
    const before = await provenBy();
    expect(await run()).toMatchObject({ status: 0 });
    expect(named.dig(name, "A")).toBe("192.0.2.1");
    const proven = await provenBy();
    expect(proven).toMatch(/^plan\/\d+$/);
    expect(proven).not.toBe(before);
  });
});
