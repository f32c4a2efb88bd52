import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { holdfast, projectRoot } from "../built-program.ts";
import { freePort } from "../free-port.ts";
import {
  backfill,
  isPrometheusHere,
  skipped,
  type RunningPrometheus,
  runningPrometheus,
} from "../running-prometheus.ts";

const end = Math.floor(Date.now() / 60_000) * 60;

/** What the rules record of an SLO that has been so for two hours: its share of bad events by how many minutes ago. */
function recorded(name: string, error: (ago: number) => number, burn: (ago: number) => number): string {
  const at = Array.from({ length: 120 }, (_, back) => 119 - back);
  const series: Readonly<Record<string, (ago: number) => number>> = {
    "slo:period_error:ratio": error,
    "slo:error:ratio_rate1h": burn,
    "slo:total:rate5m": () => 1,
    "slo:objective:ratio": () => 0.99,
  };
  return Object.entries(series)
    .flatMap(([metric, of]) => [
      `# TYPE ${metric} gauge\n`,
      ...at.map((ago) => `${metric}{slo="${name}",service="shop"} ${of(ago)} ${end - ago * 60}\n`),
    ])
    .join("");
}

/** A target of 99 %: an error of 0.002 leaves 80 % of the budget, one of 0.009 leaves 10 %. */
const pasts: Readonly<Record<string, string>> = {
  good: recorded(
    "good",
    () => 0.002,
    () => 0.001,
  ),
  bad: recorded(
    "bad",
    () => 0.009,
    () => 0.001,
  ),
  mended: recorded(
    "mended",
    (ago) => (ago > 30 ? 0.009 : 0.002),
    () => 0.001,
  ),
  "mended-long-ago": recorded(
    "mended-long-ago",
    (ago) => (ago > 90 ? 0.009 : 0.002),
    () => 0.001,
  ),
  burning: recorded(
    "burning",
    () => 0.002,
    () => 0.08,
  ),
};

/** Until an hour ago it was as `good` is, and nothing is measured since. */
const blind = recorded(
  "blind",
  () => 0.002,
  () => 0.001,
)
  .split("\n")
  .filter((line) => !line.startsWith("slo:total:") || Number(line.split(" ").at(-1)) <= end - 3_600)
  .join("\n");

/** As `good` is, and not measured from an hour to 20 minutes ago. */
const gap = { from: end - 3_600, to: end - 1_200 };
const back = ["back", "maintained"].map((name) =>
  recorded(
    name,
    () => 0.002,
    () => 0.001,
  )
    .split("\n")
    .filter((line) => {
      const at = Number(line.split(" ").at(-1));
      return !line.startsWith("slo:total:") || at < gap.from || at > gap.to;
    })
    .join("\n"),
);

/** The same by regions: one is as `good` is, and one as `bad`. */
const apart = ["eu", "us"]
  .map((region) =>
    recorded(
      "apart",
      () => (region === "eu" ? 0.002 : 0.009),
      () => 0.001,
    ).replaceAll('service="shop"', `service="shop",region="${region}"`),
  )
  .join("");

function slo(name: string, annotations = "{}"): string {
  return `apiVersion: openslo/v1
kind: SLO
metadata: { name: ${name}, annotations: ${annotations} }
spec:
  service: shop
  indicator:
    metadata: { name: ${name} }
    spec:
      ratioMetric:
        counter: true
        bad: { metricSource: { spec: { query: errors_total } } }
        total: { metricSource: { spec: { query: requests_total } } }
  timeWindow: [{ duration: 30d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.99 }]
---
`;
}

function policy(slos: string, more = ""): string {
  return `apiVersion: holdfast/v1alpha1
kind: ErrorBudgetPolicy
metadata: { name: budget }
spec:
  slos: [${slos}]
  hold: 1 h
  states:
    - { state: open, budgetLeft: 50 %, burnRate: { over: 1 h, below: 6 }, allows: [deploy] }
    - { state: frozen, allows: [] }
${more}`;
}

let prometheus: RunningPrometheus | null = null;
let folder = "";

function gate(text: string, ...options: readonly string[]): ReturnType<typeof holdfast> {
  writeFileSync(join(folder, "policy.yaml"), text);
  return holdfast(["gate", "slo", folder, "--prometheus", prometheus?.url ?? "", ...options]);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-gate-"));
  cpSync(join(projectRoot, "examples", "active-passive", "workspace.yaml"), join(folder, "workspace.yaml"));
  writeFileSync(
    join(folder, "slos.yaml"),
    [
      ...[...Object.keys(pasts), "blind", "back", "apart", "unmeasured"].map((name) => slo(name)),
      slo(
        "maintained",
        `{ holdfast.dev/maintenance: "${minuteText(gap.from)}/${minuteText(gap.to - 300)}" }`,
      ),
    ].join(""),
  );
  if (!isPrometheusHere) return;
  const data = mkdtempSync(join(tmpdir(), "holdfast-gate-data-"));
  // Samples of one metric stand together.
  const lines = [...Object.values(pasts), blind, ...back, apart].flatMap((text) =>
    text.split("\n").filter((line) => line.startsWith("slo:")),
  );
  const text = lines.sort((a, b) => (metricOf(a) < metricOf(b) ? -1 : 1)).join("\n");
  backfill(data, [`${text}\n# EOF\n`]);
  prometheus = await runningPrometheus(data, "global: {}\n");
}, 60_000);

function minuteText(at: number): string {
  return `${new Date(at * 1000).toISOString().slice(0, 16)}Z`;
}

function metricOf(line: string): string {
  return line.slice(0, line.indexOf("{"));
}

afterAll(async () => {
  await prometheus?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!isPrometheusHere)(`holdfast gate slo, asking a real Prometheus${skipped}`, () => {
  it("is open while enough is left", () => {
    const { status, out, err } = gate(policy("good"));
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out).toContain("open for deploy");
  });

  it("is closed by the worst, which is named", () => {
    const { status, out } = gate(policy("good, bad"));
    expect(status).toBe(2);
    expect(out).toContain("bad: 10 % of its budget left");
    expect(out).not.toContain("good:");
  });

  it("stays closed until a better state has held, and says so", () => {
    const { status, out } = gate(policy("mended"));
    expect(status).toBe(2);
    expect(out.replaceAll(/\s+/g, " ")).toContain(
      "on the way to open, which has not held for long enough yet",
    );
    expect(gate(policy("mended-long-ago")).status).toBe(0);
  });

  it("is closed while the budget burns too fast", () => {
    const { status, out } = gate(policy("burning"));
    expect(status).toBe(2);
    expect(out.replaceAll(/\s+/g, " ")).toContain("burning at 8 times its rate over 1h");
  });

  it("is closed by the worst of the series that a query keeps apart", () => {
    const { status, out } = gate(policy("apart"));
    expect(status).toBe(2);
    expect(out).toContain("apart{region=us}: 10 % of its budget left");
    expect(out).not.toContain("region=eu");
  });

  it("goes by the state of what is unknown where nothing is measured any more", () => {
    const { status, out } = gate(policy("blind"));
    expect(status).toBe(2);
    expect(out).toContain("blind: nothing is known of how it stands now");
    expect(gate(policy("blind", "  unknown: open\n")).status).toBe(0);
    const told = holdfast([
      "slo",
      "status",
      join(folder, "slos.yaml"),
      "--prometheus",
      prometheus?.url ?? "",
    ]);
    expect(told.out.replaceAll(/\s+/g, " ")).toContain("nothing is measured now");
  });

  it("stays closed until it has been measured for as long as a better state must hold, maintenance apart", () => {
    const { status, out } = gate(policy("back"));
    expect(status).toBe(2);
    expect(out.replaceAll(/\s+/g, " ")).toContain(
      "back: 80 % of its budget left, and it was not measured for as long as a better state must hold",
    );
    expect(gate(policy("back", "  unknown: open\n")).status).toBe(0);
    expect(gate(policy("maintained")).status).toBe(0);
  });

  it("is in the state declared for it while nothing is known, and is opened by an exception with its owner", () => {
    expect(gate(policy("unmeasured"))).toMatchObject({ status: 2 });
    expect(gate(policy("unmeasured", "  unknown: open\n"))).toMatchObject({ status: 0 });
    const exception = (until: string): string =>
      policy("bad", `  overrides: [{ allows: [deploy], owner: ada, reason: the fix, until: ${until} }]\n`);
    const open = gate(exception("2999-01-01"));
    expect(open.status).toBe(0);
    expect(open.out).toContain("ada (the fix)");
    const ended = gate(exception("2020-01-01"));
    expect(ended.status).toBe(2);
    expect(ended.out).toContain("ended on 2020-01-01");
  });

  it("is told as data", () => {
    const { status, out } = gate(policy("bad"), "--json");
    expect(status).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      ...{ action: "deploy", gate: "closed" },
      policies: [
        { policy: "budget", verdict: { state: { name: "frozen" }, because: [{ objective: "bad" }] } },
      ],
    });
  });

  it("refuses what it cannot mean", () => {
    expect(gate(policy("nobody"))).toMatchObject({ status: 1 });
    expect(gate(policy("nobody")).err).toContain("gate/no-such-slo");
    expect(gate(policy("good").replace("over: 1 h", "over: 50 min")).err).toContain("gate/no-such-window");
    expect(gate(policy("good"), "--policy", "budgte").err).toContain('did you mean "budget"');
    expect(gate("")).toMatchObject({ status: 1 });
    expect(gate("").err).toContain("gate/no-policy");
  });

  it("is asked by a drill, which does not begin while it is closed", () => {
    writeFileSync(join(folder, "policy.yaml"), policy("good"));
    const url = prometheus?.url ?? "";
    const { status, err } = holdfast([
      "drill",
      "run",
      "half-yearly",
      "--workspace",
      folder,
      "--prometheus",
      url,
    ]);
    expect({ status, isGate: err.includes("gate/closed") }).toEqual({ status: 2, isGate: true });
  });
});

describe("holdfast gate slo, while Prometheus is away", () => {
  it("tells so, and goes by the state of what is unknown", async () => {
    writeFileSync(join(folder, "policy.yaml"), policy("good"));
    const away = `http://127.0.0.1:${await freePort()}`;
    const { status, err } = holdfast(["gate", "slo", folder, "--prometheus", away]);
    expect(status).toBe(2);
    expect(err).toContain("prometheus/away");
  });
});
