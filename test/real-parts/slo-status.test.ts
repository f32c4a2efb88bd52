import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prometheusStore } from "../../src/adapters/prometheus/prometheus-store.ts";
import { ruleFileTexts } from "../../src/core/slo/rule-text.ts";
import { readSlos } from "../../src/core/slo/read-slos.ts";
import { compositeGroups } from "../../src/core/slo/composite.ts";
import type { Rule } from "../../src/core/slo/prometheus.ts";
import { ruleGroups } from "../../src/core/slo/rules.ts";
import type { Known, ObjectiveStatus } from "../../src/core/slo/status/status.ts";
import { readOpenSlo } from "../../src/core/openslo/openslo.ts";
import { instantMs } from "../../src/core/units/units.ts";
import { readStatus, type StatusRead } from "../../src/runtime/slo-status.ts";
import { holdfast } from "../built-program.ts";
import { freePort } from "../free-port.ts";
import {
  backfill,
  isPrometheusHere,
  skipped,
  type RunningPrometheus,
  runningPrometheus,
} from "../running-prometheus.ts";

/** An SLO by what its queries count; promised over seven days. */
function slo(name: string, more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    apiVersion: "openslo/v1",
    kind: "SLO",
    metadata: { name },
    spec: {
      service: "assistant",
      indicator: { metadata: { name }, spec: { ratioMetric: ratioOf(name) } },
      timeWindow: [{ duration: "7d", isRolling: true }],
      budgetingMethod: "Occurrences",
      objectives: [{ target: 0.99 }],
      ...more,
    },
  };
}

function ratioOf(name: string, by = ""): unknown {
  const query = (metric: string): unknown => ({ metricSource: { spec: { query: `${by}${metric}` } } });
  const metric = name.replaceAll("-", "_");
  return { counter: true, bad: query(`${metric}_bad_total`), total: query(`${metric}_total`) };
}

const part = (name: string): unknown => ({
  displayName: name,
  target: 0.99,
  indicator: { metadata: { name }, spec: { ratioMetric: ratioOf(name) } },
});

const calendar = { duration: "1M", calendar: { startTime: "2026-01-01 00:00:00", timeZone: "UTC" } };
const documents = [
  slo("steady"),
  slo("broken"),
  slo("idle"),
  slo("unmeasured"),
  slo("elsewhere"),
  slo("young"),
  slo("month", { timeWindow: [calendar], objectives: [{ target: 0.9 }, { target: 0.99 }] }),
  {
    ...slo("apart"),
    spec: {
      ...(slo("apart")["spec"] as object),
      indicator: { metadata: { name: "apart" }, spec: { ratioMetric: groupedRatio() } },
    },
  },
  slo("journey", { indicator: undefined, objectives: [part("search"), part("answer")] }),
];

function groupedRatio(): unknown {
  const query = (metric: string): unknown => ({
    metricSource: { spec: { query: `sum by (region) (${metric})` } },
  });
  return { counter: true, bad: query("apart_bad_total"), total: query("apart_total") };
}

const minute = 60;
const day = 24 * 60 * minute;
const end = Math.floor(Date.now() / 60_000) * 60;

interface Past {
  readonly labels: string;
  readonly days: number;
  readonly rate: (at: number) => { readonly bad: number; readonly total: number };
}

const daily = (at: number): number => 100 + 80 * Math.sin((2 * Math.PI * at) / day);
/** Every third day one in ten fails for three hours from six in the morning on; else one in a thousand. */
const incidents = (at: number): number =>
  Math.floor(at / day) % 3 === 0 && at % day >= 6 * 3600 && at % day < 9 * 3600 ? 0.1 : 0.001;
const labelsOf = (name: string, more = ""): string => `slo="${name}",service="assistant"${more}`;

const steady: Past = {
  labels: labelsOf("steady"),
  days: 40,
  rate: (at) => ({ bad: daily(at) * incidents(at), total: daily(at) }),
};
const broken: Past = {
  labels: labelsOf("broken"),
  days: 20,
  rate: (at) => ({ bad: end - at < 3600 ? 80 : 3, total: 100 }),
};
const pasts: readonly Past[] = [
  steady,
  broken,
  { labels: labelsOf("idle"), days: 8, rate: () => ({ bad: 0, total: 0 }) },
  { labels: labelsOf("young"), days: 1, rate: () => ({ bad: 0.1, total: 100 }) },
  { labels: labelsOf("month"), days: 62, rate: () => ({ bad: 5, total: 100 }) },
  { labels: labelsOf("apart", ',region="east"'), days: 14, rate: () => ({ bad: 0.5, total: 100 }) },
  { labels: labelsOf("apart", ',region="west"'), days: 14, rate: () => ({ bad: 2, total: 100 }) },
  { labels: labelsOf("journey", ',component="search"'), days: 8, rate: () => ({ bad: 0.5, total: 100 }) },
  { labels: labelsOf("journey", ',component="answer"'), days: 8, rate: () => ({ bad: 0.2, total: 100 }) },
];

function samplesOf({ labels, days, rate }: Past, what: "bad" | "total"): string {
  const count = days * 24 * 60;
  return Array.from({ length: count }, (_, back) => end - (count - 1 - back) * minute)
    .map((at) => `slo:${what}:rate5m{${labels}} ${rate(at)[what]} ${at}\n`)
    .join("");
}

function openMetrics(): string {
  const of = (what: "bad" | "total"): string =>
    `# TYPE slo:${what}:rate5m gauge\n${pasts.map((past) => samplesOf(past, what)).join("")}`;
  return `${of("bad")}${of("total")}# EOF\n`;
}

const read = readSlos(
  documents.flatMap((document) =>
    readOpenSlo({ path: "slo.json", text: JSON.stringify(document) }, "strict"),
  ),
  instantMs(Date.now()),
);
const promises = { ...read, forecasts: 20, now: Date.now() / 1000 };

function isRaw(rule: Rule): boolean {
  return "record" in rule && /^slo:(bad|total):/.test(rule.record);
}

/** The rules as they are, worked out each second; but for those of the raw series, whose past is given. */
function rules(): string {
  const withRules = read.slos.filter(({ name }) => name !== "elsewhere");
  const groups = [...withRules.flatMap(ruleGroups), ...read.composites.flatMap(compositeGroups)];
  const derived = groups.map((group) => ({ ...group, rules: group.rules.filter((rule) => !isRaw(rule)) }));
  return [...ruleFileTexts(derived)].join("").replaceAll(/interval: \w+/g, "interval: 1s");
}

let prometheus: RunningPrometheus | null = null;
let folder = "";
let statuses: readonly ObjectiveStatus[] = [];

async function asked(url: string, timeoutMs = 30_000): Promise<StatusRead> {
  const settings = { url: new URL(url), token: null, timeoutMs, signal: new AbortController().signal };
  return readStatus(promises, prometheusStore(settings));
}

beforeAll(async () => {
  if (!isPrometheusHere) return;
  folder = mkdtempSync(join(tmpdir(), "holdfast-status-"));
  backfill(folder, [openMetrics()]);
  writeFileSync(join(folder, "rules.yaml"), rules());
  prometheus = await runningPrometheus(folder, "rule_files: [rules.yaml]\n");
  let isComplete = false;
  for (let tries = 0; tries < 100; tries += 1) {
    const status = await asked(prometheus.url);
    if (!status.ok) throw new Error(status.problems[0].what);
    statuses = status.statuses;
    // Read once more when all are known: what is made of others was worked out before they were.
    if (isComplete) return;
    isComplete = statuses.filter(({ known }) => known.kind === "known").length >= 9;
    await pause(isComplete ? 2_000 : 200);
  }
}, 120_000);

afterAll(async () => prometheus?.stop());

function only(name: string, component: string | null = null): ObjectiveStatus {
  const found = statuses.filter((each) => each.slo === name && each.component === component);
  if (found.length !== 1) throw new Error(`${found.length} statuses of ${name}`);
  return found[0] as ObjectiveStatus;
}

function knownOf({ known }: ObjectiveStatus): Known {
  if (known.kind === "unknown") throw new Error(`unknown because ${known.because}`);
  return known;
}

/** The sum of what a past counted within its last days, in rates at its samples. */
function sumOf({ rate }: Past, days: number): { readonly bad: number; readonly total: number } {
  const at = Array.from({ length: days * 24 * 60 }, (_, back) => end - back * minute).map(rate);
  return {
    bad: at.reduce((sum, { bad }) => sum + bad, 0),
    total: at.reduce((sum, { total }) => sum + total, 0),
  };
}

describe.skipIf(!isPrometheusHere)(`the state of objectives in a real Prometheus${skipped}`, () => {
  it("has attained and left what the events have", () => {
    const { bad, total } = sumOf(steady, 7);
    const { attained, budgetLeft, events } = knownOf(only("steady"));
    // Since the samples ended the window has moved on, by one or two of its 10,080 samples.
    expect(Math.abs((attained ?? 0) - (1 - bad / total))).toBeLessThan(4e-6);
    expect(Math.abs(budgetLeft - (1 - bad / total / 0.01))).toBeLessThan(4e-4);
    expect(Math.abs((events?.total ?? 0) / (total * 60) - 1)).toBeLessThan(1e-3);
  });

  it("goes below nothing, and is said to be gone", () => {
    const { budgetLeft, exhaustion, burns } = knownOf(only("broken"));
    const { bad, total } = sumOf(broken, 7);
    expect(budgetLeft).toBeCloseTo(1 - bad / total / 0.01, 1);
    expect(budgetLeft).toBeLessThan(-1);
    expect(exhaustion).toEqual({ kind: "gone" });
    expect(burns.find(({ window }) => window === 300)?.rate).toBeCloseTo(80, 6);
  });

  it("tells no data, no events and no rules apart, and none of them is 100 %", () => {
    expect(only("idle").known).toEqual({ kind: "unknown", because: "no-events" });
    expect(only("unmeasured").known).toEqual({ kind: "unknown", because: "no-data" });
    expect(only("elsewhere").known).toEqual({ kind: "unknown", because: "no-rules" });
  });

  it("says for how much of the period there are measurements", () => {
    expect(knownOf(only("young")).coverage).toBeCloseTo(1 / 7, 1);
    expect(knownOf(only("steady")).coverage).toBe(1);
  });

  it("keeps groups apart", () => {
    const apart = statuses.filter(({ slo: name }) => name === "apart");
    const left = new Map(apart.map((each) => [each.group["region"], knownOf(each).budgetLeft]));
    expect(left.get("east")).toBeCloseTo(0.5, 9);
    expect(left.get("west")).toBeCloseTo(-1, 9);
  });

  it("holds each objective of one SLO against the same month, which a calendar ends", () => {
    const months = statuses.filter(({ slo: name }) => name === "month");
    const left = new Map(months.map((each) => [each.target, knownOf(each).budgetLeft]));
    expect(left.get(0.9)).toBeCloseTo(0.5, 6);
    expect(left.get(0.99)).toBeCloseTo(-4, 6);
    const [{ period } = only("steady")] = months;
    expect(period.beganAt).toBe(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth()) / 1000);
    expect(period.endsAt).toBeGreaterThan(Date.now() / 1000);
  });

  it("tells a composite by its own budget, and its parts by theirs", () => {
    expect(knownOf(only("journey")).budgetLeft).toBeCloseTo(1 - (0.5 + 0.2) / 2, 6);
    expect(knownOf(only("journey")).coverage).toBe(knownOf(only("journey", "search")).coverage);
    expect(knownOf(only("journey")).coverage).toBeGreaterThan(0.9);
    expect(knownOf(only("journey", "search")).budgetLeft).toBeCloseTo(0.5, 6);
    expect(knownOf(only("journey", "answer")).budgetLeft).toBeCloseTo(0.8, 6);
  });

  it("foretells better than the line that goes on as the last day went, where incidents come and go", () => {
    const { forecast } = knownOf(only("steady"));
    if (forecast?.kind !== "forecast" || forecast.backtest === null) throw new Error("no forecast was tried");
    const { meanError, naiveError, origins } = forecast.backtest;
    expect(origins).toBeGreaterThanOrEqual(5);
    expect(meanError).toBeLessThan(naiveError);
    expect(forecast.budgetLeft.p10).toBeLessThanOrEqual(forecast.budgetLeft.p90);
  });

  it("lists the worst first, and the unknown before what is met", () => {
    const lefts = statuses.map(({ known }) => (known.kind === "known" ? known.budgetLeft : 0));
    expect(lefts).toEqual([...lefts].sort((a, b) => a - b));
  });

  it("is told by the program, for people and for programs", () => {
    const file = join(folder, "slos.json");
    writeFileSync(file, JSON.stringify(documents));
    const url = prometheus?.url ?? "";
    const told = holdfast(["slo", "status", file, "--prometheus", url]);

    expect(told).toMatchObject({ status: 0, err: "" });
    expect(told.out).toContain("steady");
    expect(told.out.split("\n").filter((line) => line.length > 80)).toEqual([]);
    const data = JSON.parse(holdfast(["slo", "status", file, "--prometheus", url, "--json"]).out) as {
      readonly objectives: readonly ObjectiveStatus[];
    };
    expect(data.objectives).toHaveLength(statuses.length);
  });
});

describe.skipIf(!isPrometheusHere)(`a real Prometheus behind a password${skipped}`, () => {
  let guarded: RunningPrometheus | null = null;

  beforeAll(async () => {
    const own = mkdtempSync(join(tmpdir(), "holdfast-guarded-"));
    // The password "chaos", by bcrypt.
    const hash = "$2b$04$abcdefghijklmnopqrstuuiZ9qv3tY3ZwsQuYYIaa/1DWRGcjG/Oa";
    writeFileSync(join(own, "web.yaml"), `basic_auth_users: { sre: "${hash}" }\n`);
    guarded = await runningPrometheus(own, "global: {}\n", {
      options: ["--web.config.file=web.yaml"],
      headers: { authorization: `Basic ${Buffer.from("sre:chaos").toString("base64")}` },
    });
  }, 60_000);
  afterAll(async () => guarded?.stop());

  it("lets in who names it in the address, and tells the others what to do", async () => {
    const url = guarded?.url ?? "";
    expect(await asked(url)).toMatchObject({ ok: false, problems: [{ code: "prometheus/not-permitted" }] });
    const wrong = await asked(url.replace("//", "//sre:secret-word@"));
    expect(wrong).toMatchObject({ ok: false, problems: [{ code: "prometheus/not-permitted" }] });
    expect(JSON.stringify(wrong)).not.toContain("secret-word");
    const right = await asked(url.replace("//", "//sre:chaos@"));
    expect(right.ok && right.statuses.every(({ known }) => known.kind === "unknown")).toBe(true);
  });
});

describe("what is no Prometheus, or half of one", () => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const each of servers) each.closeAllConnections();
  });

  async function served(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    server.unref();
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const saying =
    (status: number, text: string, headers: Readonly<Record<string, string>> = {}): RequestListener =>
    (_, response) =>
      void response.writeHead(status, headers).end(text);

  it.each([
    ["a page", saying(200, "<html>Sign in</html>"), "prometheus/other-answer"],
    ["another API", saying(200, '{"ok":true}'), "prometheus/other-answer"],
    [
      "a vector that is none",
      saying(
        200,
        '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":["x"]}]}}',
      ),
      "prometheus/other-answer",
    ],
    ["a proxy whose Prometheus is gone", saying(502, "Bad Gateway"), "prometheus/other-answer"],
    [
      "a page to sign in",
      saying(302, "", { location: "https://login.example.com" }),
      "prometheus/not-permitted",
    ],
    [
      "a refused query",
      saying(422, '{"status":"error","errorType":"execution","error":"too many samples"}'),
      "prometheus/query-refused",
    ],
    ["one that never answers", () => undefined, "prometheus/slow"],
    [
      "an answer that never ends",
      (_: unknown, response: ServerResponse) => void response.write("{"),
      "prometheus/slow",
    ],
    [
      "an answer that breaks off",
      (_: unknown, response: ServerResponse) => {
        response.writeHead(200, { "content-length": "100" });
        response.write("{");
        setImmediate(() => response.destroy());
      },
      "prometheus/away",
    ],
  ] as const)("is told for what it is: %s", async (_, listener, code) => {
    expect(await asked(await served(listener), 300)).toMatchObject({
      ok: false,
      problems: [{ code }],
    });
  });

  it("is away where nothing listens", async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    expect(await asked(url)).toMatchObject({ ok: false, problems: [{ code: "prometheus/away" }] });
    const told = holdfast([
      "slo",
      "status",
      "examples/slos",
      "--prometheus",
      url.replace("//", "//sre:secret@"),
    ]);
    expect(told.status).toBe(1);
    expect(told.err).toContain("ECONNREFUSED");
    expect(told.err).not.toContain("secret");
  });

  it("says so when it answers a part only", async () => {
    const part =
      '{"status":"success","warnings":["a store is away"],"data":{"resultType":"vector","result":[]}}';
    const matrix = '{"status":"success","data":{"resultType":"matrix","result":[]}}';
    const url = await served(
      (request, response) => void response.end(request.url?.endsWith("range") === true ? matrix : part),
    );
    const status = await asked(url);
    expect(status.ok && status.warnings).toEqual(["a store is away"]);
  });

  it("tells times by the clock of the store", async () => {
    const answer = (result: unknown): string => JSON.stringify({ status: "success", data: result });
    const now = { metric: {}, value: [1.9e9, "1.9e9"] };
    const asks: string[] = [];
    const url = await served((request, response) => {
      const isRange = request.url?.endsWith("range") === true;
      const result = isRange ? [] : [now];
      request.on("data", (form: Buffer) => asks.push(String(form)));
      request.on("end", () => {
        response.end(answer({ resultType: isRange ? "matrix" : "vector", result }));
      });
    });
    expect(await asked(url)).toMatchObject({ ok: true, at: 1.9e9 });
    expect(
      asks.filter((form) => form.includes("end=")).every((form) => form.includes("end=1900000000")),
    ).toBe(true);
  });

  it("takes what is no number for unknown", async () => {
    const labels = { slo: "steady", service: "assistant", __name__: "slo:period_error:ratio" };
    const part = {
      status: "success",
      data: { resultType: "vector", result: [{ metric: labels, value: [1.8e9, "NaN"] }] },
    };
    const matrix = '{"status":"success","data":{"resultType":"matrix","result":[]}}';
    const url = await served(
      (request, response) =>
        void response.end(request.url?.endsWith("range") === true ? matrix : JSON.stringify(part)),
    );
    const status = await asked(url);
    if (!status.ok) throw new Error("it answered");
    expect(status.statuses.every(({ known }) => known.kind === "unknown")).toBe(true);
  });
});
