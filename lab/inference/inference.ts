import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Problem } from "../../src/core/problem/problem.ts";
import { Completion, newEnvelope } from "./completion.ts";
import { contextTokens, LanguageModel, ModelUnusable, runningMax } from "./language-model.ts";
import { Metrics } from "./metrics.ts";
import { metricsText, names } from "./names.ts";
import { type ChatRequest, modelId, modelList, readChatRequest } from "./openai.ts";
import {
  busy,
  failure,
  invalid,
  type Read,
  type Refusal,
  refuse,
  tooLarge,
  tooLong,
  unknownRoute,
} from "./refusal.ts";
import { Slots } from "./slots.ts";

export interface InferenceSettings {
  /** The weights, a GGUF file. */
  readonly modelPath: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Told in the header `x-holdfast-region` of every answer. */
  readonly region: string;
  /** Pacing: how fast a stream is let out, so that it lasts like one of a large model. `Infinity` does not pace; 40 by default. */
  readonly tokensPerSecond?: number;
  /** Aborting closes the server. */
  readonly signal: AbortSignal;
}

export type Inference =
  | {
      readonly kind: "serving";
      readonly host: string;
      readonly port: number;
      /** Without a slash at its end: `http://127.0.0.1:8000`. */
      readonly url: string;
      /** Cuts what is open and frees the model; the same as aborting the signal. Resolves when both are done. */
      readonly close: () => Promise<void>;
    }
  | { readonly kind: "refused"; readonly problem: Problem };

const tokensPerSecondDefault = 40;
const waitingMax = 32;
export const bodyBytesMax = 65_536;
const requestTimeoutMs = 10_000;

/** Loads the model, then listens: whoever can connect can be answered. */
export async function serveInference(settings: InferenceSettings): Promise<Inference> {
  let model: LanguageModel;
  try {
    model = await LanguageModel.load(settings.modelPath, settings.signal);
  } catch (error) {
    if (error instanceof ModelUnusable) return { kind: "refused", problem: modelProblem(settings, error) };
    throw error;
  }
  const service = new Service(settings, model);
  const server = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
    void service.handle(request, response);
  });
  const listening = await listen(server, settings);
  if (listening !== "listening") {
    await model.close();
    return { kind: "refused", problem: portProblem(settings, listening) };
  }
  const close = closing(server, service, model);
  settings.signal.addEventListener("abort", () => void close(), { once: true });
  if (settings.signal.aborted) await close();
  const { port } = server.address() as AddressInfo;
  return { kind: "serving", host: settings.host, port, url: `http://${settings.host}:${port}`, close };
}

function listen(
  server: Server,
  { host, port }: InferenceSettings,
): Promise<"listening" | NodeJS.ErrnoException> {
  return new Promise((resolve) => {
    server.once("error", resolve);
    server.listen(port, host, () => {
      server.off("error", resolve);
      resolve("listening");
    });
  });
}

function closing(server: Server, service: Service, model: LanguageModel): () => Promise<void> {
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await service.settled();
    await model.close();
  };
  return () => (closed ??= close());
}

/** Answers requests; holds the model's slots and what has been measured. */
class Service {
  readonly #settings: InferenceSettings;
  readonly #model: LanguageModel;
  readonly #slots = new Slots({ runningMax, waitingMax });
  readonly #metrics = new Metrics();
  readonly #open = new Set<Promise<void>>();

  constructor(settings: InferenceSettings, model: LanguageModel) {
    this.#settings = settings;
    this.#model = model;
  }

  /** Resolves when no answer is being given any more. */
  async settled(): Promise<void> {
    await Promise.all([...this.#open]);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const done = this.#answer(request, response);
    this.#open.add(done);
    await done;
    this.#open.delete(done);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on("close", () => {
      gone.abort(new Error("the client went away"));
    });
    response.setHeader("x-holdfast-region", this.#settings.region);
    try {
      await this.#route(request, response, gone.signal);
    } catch (error) {
      if (gone.signal.aborted) return;
      // A stream that has begun cannot turn into an error: cutting it is the only honest end.
      if (response.headersSent) response.destroy();
      else refuse(response, failure(error));
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse, gone: AbortSignal): Promise<void> {
    const route = `${request.method ?? ""} ${(request.url ?? "/").replace(/\?.*$/, "")}`;
    switch (route) {
      case "POST /v1/chat/completions":
        await this.#chat(request, response, gone);
        return;
      case "GET /v1/models":
        sendJson(response, modelList(this.#model.digest));
        return;
      case "GET /healthz":
        sendJson(response, { status: "ok", region: this.#settings.region, model: modelId });
        return;
      case "GET /metrics":
        this.#tellMetrics(request, response);
        return;
      default:
        refuse(response, unknownRoute(route));
    }
  }

  /** Of what was done, under the names that are asked for; those of today's vLLM where none are. */
  #tellMetrics(request: IncomingMessage, response: ServerResponse): void {
    const { searchParams } = new URL(request.url ?? "/", "http://localhost");
    const called = searchParams.get("names") ?? "vllm-v0.12";
    const { running, waiting } = this.#slots;
    const text = metricsText(called, this.#metrics, { model: modelId, running, waiting });
    if (text === null) {
      const known = [...names.keys()].join(", ");
      refuse(response, invalid(`there are no names ${called} here; write one of ${known}`, "names"));
      return;
    }
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
    response.end(text);
  }

  #refuse(response: ServerResponse, refusal: Refusal): void {
    this.#metrics.countRefused(refusal.status);
    refuse(response, refusal);
  }

  async #chat(request: IncomingMessage, response: ServerResponse, gone: AbortSignal): Promise<void> {
    const arrivedMs = performance.now();
    const body = await readBody(request);
    const read = body.ok ? readChatRequest(body.value) : body;
    if (!read.ok) {
      this.#refuse(response, read.refusal);
      return;
    }
    const prompt = this.#model.encode(read.value.prompt);
    if (prompt.length >= contextTokens) {
      this.#refuse(response, tooLong(prompt.length, contextTokens));
      return;
    }
    try {
      await this.#inTurn({ ...read.value, promptTokens: prompt, arrivedMs }, response, gone);
    } catch (error) {
      if (gone.aborted) this.#metrics.left += 1;
      else this.#metrics.broken += 1;
      throw error;
    }
  }

  async #inTurn(request: Accepted, response: ServerResponse, gone: AbortSignal): Promise<void> {
    const release = await this.#slots.take(gone);
    if (release === "full") {
      this.#refuse(response, busy(waitingMax));
      return;
    }
    try {
      this.#metrics.queue.observe((performance.now() - request.arrivedMs) / 1000);
      await this.#complete(request, response, gone);
    } finally {
      release();
    }
  }

  async #complete(request: Accepted, response: ServerResponse, gone: AbortSignal): Promise<void> {
    const tokensMax = Math.min(request.tokensMax, contextTokens - request.promptTokens.length);
    const steps = this.#model.generate(request.promptTokens, { ...request, tokensMax }, gone);
    const completion = new Completion(
      { ...request, promptTokens: request.promptTokens.length },
      { response, metrics: this.#metrics, envelope: newEnvelope(this.#model.digest) },
    );
    await completion.run(steps, this.#settings.tokensPerSecond ?? tokensPerSecondDefault, gone);
  }
}

interface Accepted extends ChatRequest {
  readonly promptTokens: ReturnType<LanguageModel["encode"]>;
  readonly arrivedMs: number;
}

async function readBody(request: IncomingMessage): Promise<Read<string>> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    // What is over the limit is read and dropped, so that the refusal reaches a client that is still sending.
    if (bytes <= bodyBytesMax) parts.push(part);
  }
  return bytes > bodyBytesMax
    ? { ok: false, refusal: tooLarge(bytes, bodyBytesMax) }
    : { ok: true, value: Buffer.concat(parts).toString("utf8") };
}

function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function modelProblem({ modelPath }: InferenceSettings, error: ModelUnusable): Problem {
  return {
    code: "lab/model-unusable",
    what: `the language model ${modelPath} cannot be loaded: ${error.message}`,
    where: null,
    why: "without its weights a region can serve no completion",
    mend: "restore the file from the package (lab/model/tiny2.gguf), or reinstall the packages with npm ci",
  };
}

function portProblem({ host, port }: InferenceSettings, error: NodeJS.ErrnoException): Problem {
  return {
    code: error.code === "EADDRINUSE" ? "lab/port-in-use" : "lab/cannot-listen",
    what: `the inference server cannot listen on ${host}:${port}: ${error.message}`,
    where: null,
    why: "a region serves completions on a port of its own",
    mend: `end what listens there (see it with \`ss -ltnp "sport = :${port}"\`), or give port 0 to take a free one`,
  };
}
