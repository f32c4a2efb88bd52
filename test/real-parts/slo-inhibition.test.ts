import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readOpenSlo } from "../../src/core/openslo/openslo.ts";
import { inhibitRules, inhibitRulesText } from "../../src/core/slo/inhibition.ts";
import { readSlos } from "../../src/core/slo/read-slos.ts";
import { instantMs } from "../../src/core/units/units.ts";
import { freePort } from "../free-port.ts";
import type { Fields } from "../rule-trial.ts";

const isThere = ["amtool", "prometheus-alertmanager"].every(
  (each) => spawnSync(each, ["--version"]).status === 0,
);
const skipped = isThere ? "" : " (skipped: Debian's package prometheus-alertmanager is not here)";

const query = (by: string, metric: string): Fields => ({
  metricSource: { spec: { query: `${by}(${metric})` } },
});
const indicator = (by: string): Fields => ({
  metadata: { name: "s" },
  spec: { ratioMetric: { counter: true, bad: query(by, "errors"), total: query(by, "requests") } },
});

function slo(name: string, spec: Fields): Fields {
  return {
    apiVersion: "openslo/v1",
    kind: "SLO",
    metadata: { name },
    spec: {
      service: "assistant",
      timeWindow: [{ duration: "30d", isRolling: true }],
      budgetingMethod: "Occurrences",
      objectives: [{ target: 0.99 }],
      ...spec,
    },
  };
}

const documents = [
  slo("chat", { indicator: indicator("sum"), objectives: [{ target: 0.99 }, { target: 0.999 }] }),
  slo("apart", { indicator: indicator("sum by (region)") }),
  slo("daily", { indicator: indicator("sum"), timeWindow: [{ duration: "1d", isRolling: true }] }),
  slo("whole", { objectives: [{ target: 0.99, indicator: indicator("sum") }] }),
];

function fragment(given: readonly Fields[]): string {
  const read = readOpenSlo({ path: "slos.json", text: JSON.stringify(given) }, "strict");
  const answer = readSlos(read, instantMs(0));
  expect([...read.flatMap(({ problems }) => problems), ...answer.problems]).toEqual([]);
  return inhibitRulesText(inhibitRules(answer));
}

const rest = "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n";

let folder = "";
let url = "";
let stop: () => Promise<void> = () => Promise.resolve();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-inhibit-"));
  if (!isThere) return;
  writeFileSync(join(folder, "config.yaml"), `${rest}${fragment(documents)}`);
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const args = [
    ...["--config.file=config.yaml", "--storage.path=data", "--log.level=error", "--cluster.listen-address="],
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const child = spawn("prometheus-alertmanager", args, { cwd: folder, stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  stop = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  for (let tries = 0; tries < 400; tries += 1) {
    if (
      await fetch(`${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await pause(50);
  }
}, 60_000);

afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true });
});

interface Shown {
  readonly labels: Readonly<Record<string, string>>;
  readonly status: { readonly inhibitedBy: readonly string[] };
}

/** Which of these alerts are kept quiet, when all are raised. */
async function quietOf(alerts: readonly Shown["labels"][]): Promise<readonly Shown["labels"][]> {
  const trial = String(Math.random());
  const body = JSON.stringify(
    alerts.map((labels) => ({ labels: { alertname: "ErrorBudgetBurn", ...labels, trial } })),
  );
  const headers = { "content-type": "application/json" };
  const { status } = await fetch(`${url}/api/v2/alerts`, { method: "POST", headers, body });
  expect(status).toBe(200);
  const filter = new URLSearchParams({ filter: `trial="${trial}"` });
  let before = "";
  for (let tries = 0; tries < 100; tries += 1) {
    const shown = (await (
      await fetch(`${url}/api/v2/alerts?${filter.toString()}`)
    ).json()) as readonly Shown[];
    const now = JSON.stringify(shown.map(({ labels, status }) => [labels, status.inhibitedBy]));
    // It takes note of alerts one after the other: two looks alike, of all of them, are the end of it.
    if (shown.length === alerts.length && now === before)
      return shown.flatMap(({ labels, status }) => (status.inhibitedBy.length > 0 ? [labels] : []));
    before = now;
    await pause(200);
  }
  throw new Error("Alertmanager does not show what it was told");
}

describe.skipIf(!isThere)(`rules that keep alerts quiet, in a real Alertmanager${skipped}`, () => {
  it("are taken by its own tool, where there are some and where there is none", () => {
    for (const text of [fragment(documents), fragment([])]) {
      const file = join(folder, "checked.yaml");
      writeFileSync(file, `${rest}${text}`);
      const { status, stdout } = spawnSync("amtool", ["check-config", file], { encoding: "utf8" });
      expect(status).toBe(0);
      expect(stdout).toContain(` - ${text.split("source_matchers").length - 1} inhibit rules`);
    }
  });

  const chat = { slo: "chat", service: "assistant", objective: "0.99" };

  it("keep quiet the slower burn rates of the same objective, and no faster ones", async () => {
    const windows = ["1h", "6h", "1d", "3d"].map((burn_window) => ({ ...chat, burn_window }));
    const quiet = await quietOf(windows);
    expect(quiet.map(({ burn_window }) => burn_window).sort()).toEqual(["1d", "3d", "6h"]);
  });

  it("keep quiet what an SLO calls otherwise", async () => {
    const windows = ["1h", "6h"].map((burn_window) => ({ ...chat, alertname: "ChatFails", burn_window }));
    const quiet = await quietOf(windows);
    expect(quiet.map(({ burn_window }) => burn_window)).toEqual(["6h"]);
  });

  it("keep quiet nothing that is not of an SLO", async () => {
    const windows = ["1h", "6h"].map((burn_window) => ({ alertname: "OfOthers", burn_window }));
    expect(await quietOf(windows)).toEqual([]);
  });

  it("keep nothing else quiet", async () => {
    const others = [
      { ...chat, objective: "0.999" },
      { ...chat, slo: "other" },
      { ...chat, service: "other" },
      { ...chat, alertname: "ErrorBudgetBurnCondition", condition: "slow-burn" },
    ];
    const slower = others.map((labels) => ({ ...labels, burn_window: "6h" }));
    expect(await quietOf([{ ...chat, burn_window: "1h" }, ...slower])).toEqual([]);
  });

  it("keep regions apart where an SLO does, and take a composite as it is", async () => {
    const east = { ...chat, slo: "apart", region: "east" };
    const whole = { slo: "whole", service: "assistant" };
    const quiet = await quietOf([
      { ...east, burn_window: "1h" },
      { ...east, burn_window: "6h" },
      { ...east, region: "west", burn_window: "6h" },
      { ...whole, burn_window: "6h" },
      { ...whole, burn_window: "3d" },
    ]);
    expect(quiet.map(({ slo, region, burn_window }) => [slo, region, burn_window]).sort()).toEqual([
      ["apart", "east", "6h"],
      ["whole", undefined, "3d"],
    ]);
  });

  it("know the windows of each period", async () => {
    const daily = { ...chat, slo: "daily" };
    const quiet = await quietOf(["15m", "51m", "206m"].map((burn_window) => ({ ...daily, burn_window })));
    expect(quiet.map(({ burn_window }) => burn_window).sort()).toEqual(["206m", "51m"]);
  });
});
