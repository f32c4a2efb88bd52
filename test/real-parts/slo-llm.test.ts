import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Inference, serveInference } from "../../lab/inference/inference.ts";
import { nameSets } from "../../src/core/llm/llm.ts";
import type { LlmSli, NameSet } from "../../src/core/llm/name-set.ts";
import { readOpenSlo } from "../../src/core/openslo/openslo.ts";
import { llmDocuments } from "../../src/core/slo/llm-documents.ts";
import { readSlos } from "../../src/core/slo/read-slos.ts";
import { ruleFileTexts } from "../../src/core/slo/rule-text.ts";
import { ruleGroups } from "../../src/core/slo/rules.ts";
import { instantMs } from "../../src/core/units/units.ts";
import { freePort } from "../free-port.ts";

const isThere = spawnSync("prometheus", ["--version"]).status === 0;
const skipped = isThere ? "" : " (skipped: Debian's package prometheus is not here)";

const modelPath = fileURLToPath(new URL("../../lab/model/tiny2.gguf", import.meta.url));
const model = "holdfast-demo";

/** What `/metrics?names=…` of the lab calls a set. */
function calledOf({ runtime, generation }: NameSet): string {
  return generation === null ? runtime : `${runtime}-${generation}`;
}

/** As a name of a service and of a job. */
function serviceOf(set: NameSet): string {
  return calledOf(set).replaceAll(".", "-");
}

/** Bounds in seconds that tell quick answers from slow ones here; of the edges that a runtime has, the first that is not below. */
const bounds: Readonly<Partial<Record<LlmSli, number>>> = {
  "time-to-first-token": 0.5,
  "time-per-output-token": 0.01,
  "inter-token-latency": 2.5,
  "end-to-end": 1,
};

/** TGI has the first token in it, which alone takes longer than the others' bound. */
const boundsOfTgi: typeof bounds = { ...bounds, "time-per-output-token": 0.5 };

interface Seen {
  readonly isStream: boolean;
  readonly tokens: number;
  readonly firstTokenSeconds: number;
  readonly endToEndSeconds: number;
}

type Serving = Extract<Inference, { readonly kind: "serving" }>;

async function ask(server: Serving, request: object, signal?: AbortSignal): Promise<Response> {
  const body = { model, messages: [{ role: "user", content: "Why did the chat gateway fail?" }], ...request };
  return fetch(`${server.url}/v1/chat/completions`, {
    method: "POST",
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Asks, and tells what a client sees of the answer; `null`: it was refused. */
async function seen(
  server: Serving,
  request: { readonly max_tokens: number; readonly isStream: boolean },
  begun: () => void = () => undefined,
): Promise<Seen | null> {
  const { isStream, max_tokens } = request;
  const askedMs = performance.now();
  const response = await ask(server, {
    max_tokens,
    ...(isStream ? { stream: true, stream_options: { include_usage: true } } : {}),
  });
  if (response.status !== 200 || response.body === null) return null;
  let firstMs: number | null = null;
  let text = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    firstMs ??= performance.now();
    begun();
    text += chunk;
  }
  const endMs = performance.now();
  const tokens = Number(/"completion_tokens":(\d+)/.exec(text)?.[1]);
  return {
    isStream,
    tokens,
    firstTokenSeconds: ((firstMs ?? endMs) - askedMs) / 1000,
    endToEndSeconds: (endMs - askedMs) / 1000,
  };
}

/** What the client counted of all that it asked. */
interface Counts {
  readonly answers: readonly Seen[];
  readonly overloaded: number;
  readonly invalid: number;
  readonly left: number;
  /** Tokens that were made for all answers, those that were left too: of these the server alone knows. */
  readonly tokensMade: number;
}

const [quick, long, waiting, running, tooMany] = [60, 4, 32, 4, 3];

async function traffic(server: Serving): Promise<Counts> {
  const answers: (Seen | null)[] = [];
  for (let at = 0; at < quick; at += 1)
    answers.push(await seen(server, { max_tokens: 1, isStream: at % 2 === 0 }));
  const begun: Promise<void>[] = [];
  const slow = Array.from({ length: long }, () => {
    let begin: () => void = () => undefined;
    begun.push(new Promise((resolve) => void (begin = resolve)));
    return seen(server, { max_tokens: 40, isStream: true }, begin);
  });
  await Promise.all(begun);
  const behind = Array.from({ length: waiting + tooMany }, (_, at) =>
    seen(server, { max_tokens: 1, isStream: at % 2 === 0 }),
  );
  answers.push(...(await Promise.all([...slow, ...behind])));
  for (let at = 0; at < 2; at += 1) await leave(server);
  for (let at = 0; at < 2; at += 1) expect((await ask(server, { max_tokens: 0 })).status).toBe(400);
  const told = await (await fetch(`${server.url}/metrics`)).text();
  return {
    answers: answers.filter((each) => each !== null),
    overloaded: answers.filter((each) => each === null).length,
    ...{ invalid: 2, left: 2 },
    tokensMade: Number(/^vllm:generation_tokens_total\S* (\d+)$/m.exec(told)?.[1]),
  };
}

/** A reader that goes away after the first token of a stream. */
async function leave(server: Serving): Promise<void> {
  const leaving = new AbortController();
  const response = await ask(server, { stream: true, max_tokens: 100 }, leaving.signal);
  await response.body?.getReader().read();
  leaving.abort();
  const isIdle = async (): Promise<boolean> =>
    /^vllm:num_requests_running\S* 0$/m.test(await (await fetch(`${server.url}/metrics`)).text());
  for (let tries = 0; tries < 200 && !(await isIdle()); tries += 1) await pause(50);
}

interface Expected {
  readonly bad: number;
  readonly total: number;
}

/** How many events were bad, of how many, as this runtime counts them. */
function expectedOf({ runtime }: NameSet, sli: LlmSli, counts: Counts): Expected {
  const { answers, overloaded, invalid, left, tokensMade } = counts;
  const of = (all: readonly Seen[], isBad: (each: Seen) => boolean): Expected => ({
    bad: all.filter(isBad).length,
    total: all.length,
  });
  const streams = answers.filter(({ isStream }) => isStream);
  const isGateway = runtime === "litellm" || runtime === "envoy-ai-gateway";
  switch (sli) {
    case "time-to-first-token": {
      const { bad, total } = of(isGateway ? streams : answers, (each) => each.firstTokenSeconds > 0.5);
      return { bad, total: total + left };
    }
    case "end-to-end":
      return of(answers, (each) => each.endToEndSeconds > 1);
    case "time-per-output-token": {
      const measured = runtime === "envoy-ai-gateway" ? streams.filter(({ tokens }) => tokens > 1) : answers;
      return of(measured, ({ tokens }) => runtime !== "tgi" && tokens > 1);
    }
    case "inter-token-latency":
      return { bad: 0, total: 1 };
    case "request-errors":
      return errorsOf(runtime, { served: answers.length, overloaded, invalid, left });
    case "stream-completion":
      return { bad: left, total: answers.length + left };
    case "token-errors": {
      const finished = answers.reduce((sum, { tokens }) => sum + tokens, 0);
      return { bad: tokensMade - finished, total: tokensMade };
    }
  }
}

function errorsOf(
  runtime: string,
  {
    served,
    overloaded,
    invalid,
    left,
  }: Readonly<Record<"served" | "overloaded" | "invalid" | "left", number>>,
): Expected {
  switch (runtime) {
    case "vllm":
      return { bad: 0, total: served + overloaded + invalid };
    case "tgi":
    case "triton":
    case "triton-vllm":
      return { bad: overloaded, total: served + overloaded + left };
    case "litellm":
      return { bad: overloaded, total: served + overloaded };
    default:
      return { bad: overloaded + invalid, total: served + overloaded + invalid };
  }
}

let folder = "";
let server: Serving | null = null;
let prometheus: ChildProcess | null = null;
let url = "";
let counts: Counts | null = null;

async function answered(query: string): Promise<number> {
  const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query }).toString()}`);
  const { data } = (await response.json()) as {
    data: { result: readonly { value: readonly [number, string] }[] };
  };
  return Number(data.result[0]?.value[1]);
}

/** The rules of every document that `slo llm` prints of a set, with the bounds of this test. */
function rulesOf(set: NameSet): string {
  const texts = llmDocuments({
    set,
    service: serviceOf(set),
    model,
    selector: `job="${serviceOf(set)}"`,
  }).map(({ document }) => JSON.stringify(document));
  const bounded = texts.map((text) => withBounds(text, set)).join("\n---\n");
  const documents = readOpenSlo({ path: "llm.yaml", text: bounded }, "strict");
  const { slos, problems } = readSlos(documents, instantMs(0));
  expect([...documents.flatMap((each) => each.problems), ...problems]).toEqual([]);
  return [...ruleFileTexts(slos.flatMap(ruleGroups))].join("");
}

function edgeOf({ runtime, measured }: NameSet, sli: string): number {
  const row = measured.find((each) => each.sli === sli);
  const wanted = (runtime === "tgi" ? boundsOfTgi : bounds)[sli as LlmSli] ?? 0;
  if (row?.kind !== "latency") throw new Error(`${sli} is no latency`);
  const perSecond = row.unit === "seconds" ? 1 : 1000;
  const edge = row.edges.find((each) => each >= wanted * perSecond);
  return (edge ?? 0) / perSecond;
}

function withBounds(text: string, set: NameSet): string {
  const llm = /"llm":"([a-z-]+)"/.exec(text)?.[1] ?? "";
  return text
    .replace(/"value":[\d.e-]+/, () => `"value":${edgeOf(set, llm)}`)
    .replace(/"within":(\{[^}]*\})/, (_, within: string) => {
      const names = Object.keys(JSON.parse(within) as object);
      return `"within":${JSON.stringify(Object.fromEntries(names.map((name) => [name, edgeOf(set, name)])))}`;
    });
}

function configuration(port: number): string {
  const jobs = nameSets.map((set) => ({
    job_name: serviceOf(set),
    params: { names: [calledOf(set)] },
    static_configs: [{ targets: [`127.0.0.1:${port}`] }],
  }));
  return JSON.stringify({
    global: { scrape_interval: "1s", scrape_timeout: "1s" },
    rule_files: ["rules-*.yaml"],
    scrape_configs: jobs,
  });
}

beforeAll(async () => {
  if (!isThere) return;
  folder = mkdtempSync(join(tmpdir(), "holdfast-llm-"));
  const served = await serveInference({
    ...{ modelPath, host: "127.0.0.1", port: 0, region: "east", tokensPerSecond: 20 },
    signal: new AbortController().signal,
  });
  if (served.kind === "refused") throw new Error(served.problem.what);
  server = served;
  // Rules are worked out every two seconds instead of every minute; nothing else of them is changed.
  for (const set of nameSets)
    writeFileSync(
      join(folder, `rules-${serviceOf(set)}.yaml`),
      rulesOf(set).replaceAll("interval: 1m\n", "interval: 2s\n"),
    );
  writeFileSync(join(folder, "prometheus.yml"), configuration(served.port));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const options = [
    ...["--config.file=prometheus.yml", "--storage.tsdb.path=data", "--log.level=error"],
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  prometheus = spawn("prometheus", options, { cwd: folder, stdio: "ignore" });
  // Counters have to be seen at 0, or what they count before is not known.
  const scraped = "count(count_over_time(up[1m]) >= 3)";
  for (let tries = 0; (await answered(scraped).catch(() => 0)) !== nameSets.length; tries += 1) {
    if (tries > 300) throw new Error("Prometheus does not scrape");
    await pause(100);
  }
  counts = await traffic(served);
}, 120_000);

afterAll(async () => {
  await server?.close();
  if (prometheus === null) return;
  const ended = new Promise((resolve) => prometheus?.once("exit", resolve));
  prometheus.kill("SIGKILL");
  await ended;
  rmSync(folder, { recursive: true });
});

function counted(): Counts {
  if (counts === null) throw new Error("nothing was asked yet");
  return counts;
}

const selected = (set: NameSet, sli: string): string =>
  `{slo="${serviceOf(set)}-${sli}",service="${serviceOf(set)}"}`;

const patience = { timeout: 30_000, interval: 500 };

describe.skipIf(!isThere)(`real completions, scraped by a real Prometheus${skipped}`, () => {
  it("are quick and slow, refused and left, as this test means them to be", () => {
    const { answers, overloaded } = counted();
    expect(overloaded).toBe(tooMany);
    expect(answers).toHaveLength(quick + running + waiting);
    const slow = answers.filter(({ firstTokenSeconds }) => firstTokenSeconds > 0.5);
    expect(slow).toHaveLength(waiting);
    expect(answers.filter(({ endToEndSeconds }) => endToEndSeconds > 1)).toHaveLength(waiting + long);
    expect(answers.filter(({ tokens }) => tokens > 1)).toHaveLength(long);
  });

  const cases = nameSets.flatMap((set) => set.measured.map(({ sli }) => [calledOf(set), sli, set] as const));
  it.each(cases)("are what the client counted, in the names of %s: %s", async (_, sli, set) => {
    const { bad, total } = expectedOf(set, sli, counted());
    const error = `slo:error:ratio_rate5m${selected(set, sli)}`;
    await expect.poll(() => answered(error), patience).toBeCloseTo(bad / total, 9);
  });

  const ofGoodput = nameSets.map((set) => [calledOf(set), set] as const);
  it.each(ofGoodput)("have a goodput between its bounds, in the names of %s", async (_, set) => {
    const goodput = (bound: string): string =>
      `slo:goodput:ratio_rate5m{bound="${bound}",slo="${serviceOf(set)}-goodput"}`;
    const { missed, total, kept } = goodputOf(set, counted());
    const atMostBad = missed.reduce((sum, each) => sum + each, 0);
    const guaranteed = Math.max(0, 1 - atMostBad / total);
    const possible = 1 - Math.max(...missed) / total;
    await expect.poll(() => answered(goodput("guaranteed")), patience).toBeCloseTo(guaranteed, 9);
    await expect.poll(() => answered(goodput("possible")), patience).toBeCloseTo(possible, 9);
    expect(kept / total).toBeGreaterThanOrEqual(guaranteed);
    expect(kept / total).toBeLessThanOrEqual(possible);
  });
});

interface GoodputSeen {
  /** How many missed each bound, and how many failed. */
  readonly missed: readonly number[];
  readonly total: number;
  /** How many kept all of them, which the client alone can know. */
  readonly kept: number;
}

function goodputOf(set: NameSet, all: Counts): GoodputSeen {
  const { answers, left, overloaded, invalid } = all;
  const bounded = set.measured.filter((each) => each.kind === "latency" && each.of === "requests");
  const missed = bounded.map(({ sli }) => expectedOf(set, sli, all).bad);
  const isGateway = set.runtime === "litellm" || set.runtime === "envoy-ai-gateway";
  const has = (sli: LlmSli): boolean => bounded.some((each) => each.sli === sli);
  const kept = answers.filter(
    ({ isStream, tokens, firstTokenSeconds, endToEndSeconds }) =>
      !(has("time-to-first-token") && (isStream || !isGateway) && firstTokenSeconds > 0.5) &&
      !(has("end-to-end") && endToEndSeconds > 1) &&
      !(has("time-per-output-token") && set.runtime !== "tgi" && tokens > 1),
  ).length;
  switch (set.runtime) {
    case "vllm":
      return { missed: [...missed, 0], total: answers.length + left, kept: kept + left };
    case "litellm":
      return { missed: [...missed, overloaded], total: answers.length + overloaded, kept };
    case "envoy-ai-gateway":
      return {
        missed: [...missed, overloaded + invalid],
        total: answers.length + overloaded + invalid,
        kept,
      };
    default:
      return {
        missed: [...missed, overloaded],
        total: answers.length + overloaded + left,
        kept: kept + left,
      };
  }
}
