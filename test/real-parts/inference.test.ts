import { readFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { createParser } from "eventsource-parser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bodyBytesMax, type Inference, serveInference } from "../../lab/inference/inference.ts";

const modelPath = fileURLToPath(new URL("../../lab/model/tiny2.gguf", import.meta.url));
const question = "Why did the chat gateway fail?";
const greedyText =
  " It lost its leader in on-prem-b, so the controller opened the circuit and called on-prem-b. The error budget stayed green. Keep the warm pool at two nodes.";

type Serving = Extract<Inference, { readonly kind: "serving" }>;
interface Whole {
  readonly system_fingerprint: string;
  readonly choices: readonly [
    { readonly message: { readonly content: string }; readonly finish_reason: string },
  ];
  readonly usage: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly total_tokens: number;
  };
}
interface Chunk {
  readonly choices: readonly {
    readonly delta: { readonly content?: string };
    readonly finish_reason: string | null;
  }[];
  readonly usage?: Whole["usage"];
}
interface Refused {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

async function serve(tokensPerSecond: number): Promise<Serving> {
  const signal = new AbortController().signal;
  const inference = await serveInference({
    modelPath,
    host: "127.0.0.1",
    port: 0,
    region: "east",
    tokensPerSecond,
    signal,
  });
  if (inference.kind === "refused") throw new Error(inference.problem.what);
  return inference;
}

function ask(server: Serving, request: object, signal?: AbortSignal): Promise<Response> {
  return fetch(`${server.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      model: "holdfast-demo",
      messages: [{ role: "user", content: question }],
      ...request,
    }),
    ...(signal === undefined ? {} : { signal }),
  });
}

async function whole(server: Serving, request: object): Promise<Whole> {
  const response = await ask(server, request);
  expect(response.status).toBe(200);
  return (await response.json()) as Whole;
}

async function events(response: Response): Promise<string[]> {
  const read: string[] = [];
  const parser = createParser({
    onEvent: ({ data }) => {
      read.push(data);
    },
  });
  parser.feed(await response.text());
  return read;
}

async function metric(server: Serving, name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const line = text.split("\n").find((candidate) => candidate.startsWith(`${name}{`));
  return Number(line?.split(" ").at(-1));
}

describe("the lab's inference server", () => {
  let server: Serving;
  beforeAll(async () => {
    server = await serve(Number.POSITIVE_INFINITY);
  });
  afterAll(async () => {
    await server.close();
  });

  it("answers a question with text of the real model, counted and named by the digest of its weights", async () => {
    const answer = await whole(server, {});
    const digest = createHash("sha256")
      .update(await readFile(modelPath))
      .digest("hex");
    expect(answer.choices[0].message.content).toBe(greedyText);
    expect(answer.choices[0].finish_reason).toBe("stop");
    expect(answer.system_fingerprint).toBe(`fp_${digest.slice(0, 12)}`);
    expect(answer.usage.total_tokens).toBe(answer.usage.prompt_tokens + answer.usage.completion_tokens);
    expect(answer.usage.completion_tokens).toBeGreaterThan(20);
  });

  it("streams the same text that it answers whole, and ends with [DONE]", async () => {
    const response = await ask(server, { stream: true, stream_options: { include_usage: true } });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(response.headers.get("x-holdfast-region")).toBe("east");
    const read = await events(response);
    expect(read.at(-1)).toBe("[DONE]");
    const chunks = read.slice(0, -1).map((data) => JSON.parse(data) as Chunk);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("")).toBe(greedyText);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe("stop");
    expect(chunks.at(-1)?.usage).toEqual((await whole(server, {})).usage);
  });

  it("stops at the caller's bound", async () => {
    const answer = await whole(server, { max_tokens: 5 });
    expect(answer.usage.completion_tokens).toBe(5);
    expect(answer.choices[0].finish_reason).toBe("length");
    expect(greedyText.startsWith(answer.choices[0].message.content)).toBe(true);
  });

  it("gives each of many simultaneous callers the text that it gives one alone", async () => {
    const prompts = [question, "Summary:", "At minute 3, the vector store", "Why did the reranker fail?"];
    const said = async (prompt: string): Promise<string> =>
      (await whole(server, { messages: [{ role: "user", content: prompt }], max_tokens: 40 })).choices[0]
        .message.content;
    const alone: string[] = [];
    for (const prompt of prompts) alone.push(await said(prompt));
    const together = await Promise.all([...prompts, ...prompts, ...prompts].map(said));
    expect(together).toEqual([...alone, ...alone, ...alone]);
  });

  it("varies with the temperature and repeats with the seed", async () => {
    const [one, again] = [
      await whole(server, { temperature: 1, seed: 7 }),
      await whole(server, { temperature: 1, seed: 7 }),
    ];
    expect(one.choices[0].message.content).toBe(again.choices[0].message.content);
    expect(one.choices[0].message.content).not.toBe(greedyText);
  });

  it("lists its one model as a demo model of synthetic text", async () => {
    const list = await (await fetch(`${server.url}/v1/models`)).text();
    expect(list).toContain('"id":"holdfast-demo"');
    expect(list).toContain("demo model, synthetic text");
  });

  const user = (content: string): readonly object[] => [{ role: "user", content }];
  it.each([
    { what: "text that is not JSON", body: "{", status: 400, param: null },
    { what: "no messages", body: { model: "holdfast-demo" }, status: 400, param: "messages" },
    {
      what: "a parameter that it would ignore",
      body: { model: "holdfast-demo", messages: user("a"), logit_bias: {} },
      status: 400,
      param: "logit_bias",
    },
    { what: "another model", body: { model: "gpt-9", messages: user("a") }, status: 404, param: "model" },
    { what: "a body over the limit", body: " ".repeat(bodyBytesMax + 1), status: 413, param: null },
    {
      what: "a prompt longer than the model's context",
      body: { model: "holdfast-demo", messages: user("word ".repeat(2000)) },
      status: 400,
      param: "messages",
    },
  ])("refuses $what in OpenAI's error shape", async ({ body, status, param }) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(`${server.url}/v1/chat/completions`, { method: "POST", body: text });
    const refused = (await response.json()) as Refused;
    expect([response.status, refused.error.param]).toEqual([status, param]);
    expect(refused.error.type).toBe("invalid_request_error");
  });

  it("answers 404 where it has nothing", async () => {
    expect((await fetch(`${server.url}/v2`)).status).toBe(404);
  });

  it("says in words when its port is taken", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => holder.once("listening", resolve));
    const { port } = holder.address() as { readonly port: number };
    const signal = new AbortController().signal;
    const inference = await serveInference({ modelPath, host: "127.0.0.1", port, region: "east", signal });
    holder.close();
    expect(inference).toMatchObject({ kind: "refused", problem: { code: "lab/port-in-use" } });
  });

  it("says in words when its weights are no model", async () => {
    const signal = new AbortController().signal;
    const settings = {
      modelPath: fileURLToPath(import.meta.url),
      host: "127.0.0.1",
      port: 0,
      region: "east",
      signal,
    };
    expect(await serveInference(settings)).toMatchObject({
      kind: "refused",
      problem: { code: "lab/model-unusable" },
    });
  });
});

describe("the lab's inference server, paced", () => {
  let server: Serving;
  beforeAll(async () => {
    server = await serve(40);
  });
  afterAll(async () => {
    await server.close();
  });

  it("lets 40 tokens out in about a second", async () => {
    const started = performance.now();
    await whole(server, { max_tokens: 40 });
    const seconds = (performance.now() - started) / 1000;
    expect(seconds).toBeGreaterThan(0.9);
    expect(seconds).toBeLessThan(3);
  });

  it("stops computing for a client that has gone away", async () => {
    const leaving = new AbortController();
    const response = await ask(server, { stream: true, max_tokens: 200 }, leaving.signal);
    const reader = response.body?.getReader();
    await reader?.read();
    leaving.abort();
    await expect.poll(() => metric(server, "vllm:num_requests_running")).toBe(0);
    expect(await metric(server, "vllm:generation_tokens_total")).toBeLessThan(40 + 20);
  });

  it("lets 4 run and 32 wait, refuses the next with 429, and serves all who waited", async () => {
    const callers = 4 + 32 + 3;
    const responses = await Promise.all(
      Array.from({ length: callers }, async () => (await ask(server, { max_tokens: 4 })).status),
    );
    expect(responses.filter((status) => status === 200)).toHaveLength(36);
    expect(responses.filter((status) => status === 429)).toHaveLength(3);
    expect(await metric(server, "vllm:num_requests_waiting")).toBe(0);
  });

  it("cuts its streams and frees its port when it is closed", async () => {
    const closing = await serve(40);
    const response = await ask(closing, { stream: true });
    await closing.close();
    await expect(response.text()).rejects.toThrow();
    await expect(fetch(`${closing.url}/healthz`)).rejects.toThrow();
  });
});
