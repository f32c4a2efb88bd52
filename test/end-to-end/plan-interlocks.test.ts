import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Ended, inOneLine } from "../built-program.ts";
import { LabWorkspace } from "../lab-workspace.ts";
import type { StartedProgram } from "../started-program.ts";

let lab: LabWorkspace;
/** What a gate of the plan asks. */
let gate: Server;
let gateStatus = 200;
let asked = 0;
let recovery = "";

beforeAll(async () => {
  gate = createServer((_, response) => {
    asked += 1;
    response.writeHead(gateStatus).end("room for 4\n");
  });
  await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
  lab = await LabWorkspace.make();
  ({ recovery } = lab);
  await lab.labUp();
});
afterAll(async () => {
  const left = await lab.remove();
  gate.close();
  gate.closeAllConnections();
  expect(left).toEqual([]);
});
beforeEach(() => {
  gateStatus = 200;
  guard();
});

/** Guards the lab's plan by a gate, and by what else is said. */
function guard(blocked = ""): void {
  const url = `http://127.0.0.1:${(gate.address() as AddressInfo).port}/room`;
  const gates = `    gates: [{ name: room-in-west, by: { kind: http, url: "${url}", contains: [room for 4] } }]\n`;
  lab.recovery = recovery.replace("    dataLoss: ask\n", `    dataLoss: ask\n${gates}${blocked}`);
}

const always = "    blocked: [{ kind: dates, name: always, from: 2026-01-01, until: 2099-01-01 }]\n";

async function run(...more: readonly string[]): Promise<Ended> {
  await lab.keep("region-failover", "agreed.json");
  return lab.run("agreed.json", ...more).ended();
}

interface RunNow {
  readonly id: string;
  readonly end: string;
  readonly despite: unknown;
}

async function runNow(): Promise<RunNow | null> {
  const { out } = await lab.holdfast("failover", "status", "--dir", "lab", "--json");
  return (JSON.parse(out) as { readonly run: RunNow | null }).run;
}

describe("a plan with a gate", () => {
  it("is not begun while the gate is closed, and nothing is", async () => {
    gateStatus = 503;
    const refused = await run();
    expect(refused.status).toBe(1);
    expect(inOneLine(refused.err)).toMatch(
      /^plan\/held-back plan region-failover is not begun right now: gate room-in-west is closed: \S+ answers 503: room for 4 .* mend: see that .* --despite room-in-west --because "…"/,
    );
    expect(await runNow()).toBeNull();
  });

  it("is not begun within a window, nor despite the gate alone, nor without a reason, nor despite what it has not", async () => {
    guard(always);
    gateStatus = 503;
    const refused = await run("--despite", "room-in-west", "--because", "the region burns");
    expect(refused.status).toBe(1);
    expect(inOneLine(refused.err)).toContain("it is blocked by always: from 2026-01-01 until 2099-01-01 ");
    expect((await run("--despite", "always")).err).toMatch(/^plan\/asked-in-vain\n/);
    expect(inOneLine((await run("--despite", "alway", "--because", "x")).err)).toMatch(
      /^plan\/unknown-interlock .* did you mean "?always/i,
    );
    expect(await runNow()).toBeNull();
  });

  it("is begun despite them when somebody says so, which stands in the run and in the evidence", async () => {
    guard(always);
    gateStatus = 503;
    const despite = ["--despite", "always", "--despite", "room-in-west", "--because", "the region burns"];
    expect(await run(...despite)).toMatchObject({ status: 0 });
    const because = "the region burns";
    expect(await runNow()).toMatchObject({
      end: "done",
      despite: [
        { interlock: "always", because },
        { interlock: "room-in-west", because },
      ],
    });
    const evidence = await lab.holdfast("evidence", "show", "lab/evidence", "plan/1", "--json");
    expect(evidence.out).toContain('"interlock": "room-in-west"');
  });

  it("is begun once the gate is open", async () => {
    expect(await run()).toMatchObject({ status: 0 });
    expect(await runNow()).toMatchObject({ end: "done", despite: [] });
  });

  it("of what is left of error budgets is closed where their policy does not allow it, and where nothing is known of them", async () => {
    lab.environment["HOLDFAST_PROMETHEUS_URL"] = "http://127.0.0.1:1";
    const gates = "    gates: [{ name: budget-left, by: { kind: slo, for: drill } }]\n";
    lab.recovery = recovery.replace("    dataLoss: ask\n", `    dataLoss: ask\n${gates}`);
    const check = async (): Promise<string> => {
      const { out } = await lab.holdfast("plan", "check", "workspace", "--now");
      return inOneLine(out);
    };
    expect(await check()).toContain(
      "gate budget-left is closed: the workspace declares no ErrorBudgetPolicy",
    );
    const states = "[{ state: open, budgetLeft: 20 %, allows: [drill] }, { state: frozen, allows: [] }]";
    const policy = (unknown: string): string =>
      `---\napiVersion: holdfast/v1alpha1\nkind: ErrorBudgetPolicy\nmetadata: { name: users-first }\nspec: { hold: 1 h, states: ${states}, unknown: ${unknown} }\n`;
    const guarded = lab.recovery;
    lab.recovery = `${guarded}${policy("frozen")}`;
    const words =
      "the error budget policy users-first is in the state frozen by chat-completion-availability, and allows no drill";
    expect(await check()).toContain(`gate budget-left is closed: ${words}`);
    const refused = await run();
    expect(refused.status).toBe(1);
    expect(inOneLine(refused.err)).toMatch(
      /^plan\/held-back .* gate budget-left is closed: .* --despite budget-left --because "…"/,
    );
    lab.recovery = `${guarded}${policy("open")}`;
    expect(await check()).not.toContain("budget-left is closed");
  });
});

describe("what would be had right now", () => {
  it("is told by `plan check --now`, which looks, and not by `plan check`, which does not", async () => {
    gateStatus = 503;
    const before = asked;
    expect(await lab.holdfast("plan", "check", "workspace")).toMatchObject({ status: 0 });
    expect(asked).toBe(before);
    const looked = await lab.holdfast("plan", "check", "workspace", "--now");
    expect(looked.status).toBe(2);
    expect(inOneLine(looked.out)).toMatch(
      /held region-failover in region-lost: if nothing stopped it, .* held: gate room-in-west is closed: \S+ answers 503: room for 4; mend: see that/,
    );
    expect(inOneLine(looked.out)).toContain("2 would not be begun right now");
    const told = JSON.parse(
      (await lab.holdfast("plan", "check", "workspace", "--now", "--json")).out,
    ) as unknown;
    expect(told).toMatchObject({
      ok: false,
      plans: [{ standing: "held", hindrances: [{ interlock: "room-in-west" }] }, {}],
    });
    gateStatus = 200;
    expect(await lab.holdfast("plan", "check", "workspace", "--now")).toMatchObject({ status: 0 });
  });

  it("is watched: told at first, when a gate closes, when a manifest changes, and when it is broken", async () => {
    const watching = new Watching("1s");
    expect(await watching.told(1)).toMatchObject({ ok: true });
    gateStatus = 503;
    expect(await watching.told(2)).toMatchObject({ ok: false, plans: [{ standing: "held" }, {}] });
    guard(always);
    const blocked = await watching.told(3);
    expect(blocked?.plans?.[0]?.hindrances.map(({ interlock }) => interlock)).toEqual([
      "always",
      "room-in-west",
    ]);
    lab.recovery = "kind: Nonsense\n";
    expect(await watching.told(4)).toMatchObject({ ok: false, plans: null });
    gateStatus = 200;
    guard();
    expect(await watching.told(5)).toMatchObject({ ok: true });
    // Nothing has changed since: looked at every second, and told once.
    await pause(2_500);
    expect(watching.lines()).toHaveLength(5);
    expect(await watching.interrupted()).toBe(130);
  });

  it("is not watched where there are no manifests to begin with", async () => {
    const refused = await lab.holdfast("plan", "watch", "nowhere");
    expect(refused).toMatchObject({ status: 1, out: "" });
    expect(refused.err).toMatch(/^workspace\/missing\n/);
  });

  it("is looked at when a manifest changes, however long it is until then", async () => {
    const watching = new Watching("30d");
    expect(await watching.told(1)).toMatchObject({ ok: true });
    guard(always);
    expect(await watching.told(2)).toMatchObject({ ok: false });
    expect(await watching.interrupted()).toBe(130);
  });
});

interface Watched {
  readonly ok: boolean;
  readonly plans: readonly { readonly hindrances: readonly { readonly interlock: string | null }[] }[] | null;
}

/** `plan watch` of the workspace, by what it has told line by line. */
class Watching {
  readonly #program: StartedProgram;

  constructor(every: string) {
    this.#program = lab.start("plan", "watch", "workspace", "--every", every, "--json");
  }

  lines(): readonly Watched[] {
    return this.#program
      .said()
      .split("\n")
      .flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Watched]));
  }

  async told(number: number): Promise<Watched | undefined> {
    for (let tries = 0; this.lines().length < number && tries < 600; tries += 1) await pause(50);
    return this.lines()[number - 1];
  }

  async interrupted(): Promise<number | null> {
    this.#program.signal("SIGINT");
    return (await this.#program.ended()).status;
  }
}
