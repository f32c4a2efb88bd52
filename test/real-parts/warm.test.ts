import { copyFile, mkdtemp, rm, truncate } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Inference, serveInference } from "../../lab/inference/inference.ts";
import { firstTokenVerifier } from "../../src/adapters/openai/first-token-verifier.ts";
import { databases, roles } from "../../src/adapters/postgres/credentials.ts";
import { sqlVerifier } from "../../src/adapters/postgres/sql-verifier.ts";
import type { SqlWish } from "../../src/core/model/verify-wish.ts";
import type { AskedWish, PromptedWish } from "../../src/core/model/warm-wish.ts";
import type { Tried } from "../../src/core/plan/verifier.ts";
import type { Verifiers } from "../../src/runtime/verifiers.ts";
import { WarmUp } from "../../src/runtime/warm-up.ts";
import { freePort } from "../free-port.ts";
import { Members, never, type TriedMember } from "./postgres-members.ts";

const so: Tried = { kind: "so" };
function notSo(because: string): unknown {
  return { kind: "not-so", because: expect.stringContaining(because) as string };
}

describe("a language model that is warmed up", () => {
  let server: Extract<Inference, { readonly kind: "serving" }>;
  const verifier = firstTokenVerifier({ KEY: "Bearer secret-key" });

  beforeAll(async () => {
    const modelPath = fileURLToPath(new URL("../../lab/model/tiny2.gguf", import.meta.url));
    const place = { host: "127.0.0.1", port: 0, region: "west" };
    const serving = await serveInference({ modelPath, ...place, tokensPerSecond: 1_000, signal: never });
    if (serving.kind === "refused") throw new Error(serving.problem.what);
    server = serving;
  });
  afterAll(async () => {
    await server.close();
  });

  function tried(wish: Partial<PromptedWish> = {}, signal = never): Promise<Tried> {
    const usual = {
      kind: "inference",
      url: `${server.url}/v1`,
      model: "holdfast-demo",
      headers: {},
    } as const;
    const prompts = ["Why did the chat gateway fail?", "What serves now?"];
    const bounds = { firstTokenWithinSeconds: 30, inARow: 3 };
    return verifier.try({ ...usual, fingerprint: null, prompts, ...bounds, ...wish }, signal);
  }

  it("is ready when its first token comes soon enough, as often in a row", async () => {
    expect(await tried()).toEqual(so);
    expect(await tried({ headers: { Authorization: "KEY" }, inARow: 1 })).toEqual(so);
  });

  it("is not while its first token comes too late", async () => {
    expect(await tried({ firstTokenWithinSeconds: 0.000_001 })).toEqual(
      notSo("s, longer than 0.000001 s (1 of 3 in a row)"),
    );
  });

  it("is not when other weights answer than are meant, however soon", async () => {
    const other = await tried({ fingerprint: "fp_other" });
    expect(other).toEqual(notSo("and not as fp_other"));
    const [, own = ""] = /answers as (\S+),/.exec(JSON.stringify(other)) ?? [];
    expect(await tried({ fingerprint: own })).toEqual(so);
  });

  it("is not where nobody answers, or something else does", async () => {
    expect(await tried({ url: `http://127.0.0.1:${await freePort()}/v1` })).toEqual(
      notSo("does not answer: "),
    );
    expect(await tried({ model: "another" })).toEqual(notSo("/v1/chat/completions answers 404: "));
    expect(await tried({}, AbortSignal.abort())).toEqual(notSo("does not answer: "));
  });

  it("cannot be tried without what is to stand in its headers", async () => {
    expect(await tried({ headers: { Authorization: "NOT_THERE" } })).toMatchObject({ kind: "cannot" });
  });
});

describe("a language model whose weights are not whole", () => {
  const whole = fileURLToPath(new URL("../../lab/model/tiny2.gguf", import.meta.url));
  let folder: string;
  let port: number;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "holdfast-weights-"));
    port = await freePort();
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function served(modelPath: string): Promise<unknown> {
    const place = { host: "127.0.0.1", port, region: "west" };
    return serveInference({ modelPath, ...place, tokensPerSecond: 1_000, signal: never });
  }

  async function tried(): Promise<Tried> {
    const url = `http://127.0.0.1:${port}/v1`;
    const asked = { kind: "inference", url, model: "holdfast-demo", headers: {}, prompts: ["one"] } as const;
    const bounds = { fingerprint: null, firstTokenWithinSeconds: 30, inARow: 1 };
    return firstTokenVerifier({}).try({ ...asked, ...bounds }, never);
  }

  function refusal(because: string): object {
    const what = expect.stringContaining(because) as string;
    return { kind: "refused", problem: { code: "lab/model-unusable", what } };
  }

  it("is not served, and is not ready, where the file is missing", async () => {
    expect(await served(join(folder, "missing.gguf"))).toMatchObject(
      refusal("missing.gguf cannot be loaded"),
    );
    expect(await tried()).toEqual(notSo("does not answer: "));
  });

  it("is not served, and is not ready, where the file ends half way", async () => {
    const half = join(folder, "half.gguf");
    await copyFile(whole, half);
    await truncate(half, 188_528);
    expect(await served(half)).toMatchObject(refusal("half.gguf cannot be loaded"));
    expect(await tried()).toEqual(notSo("does not answer: "));
  });
});

describe("a language model that streams otherwise", () => {
  let server: Server;
  let chunks: readonly object[] = [];
  const told: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      request.on("data", (piece: Buffer) => told.push(piece.toString()));
      request.on("end", () => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        for (const chunk of chunks) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
        response.end("data: [DONE]\n\n");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  function tried(): Promise<Tried> {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`;
    const usual = { kind: "inference", model: "large", headers: {}, prompts: ["one", "two"] } as const;
    const bounds = { firstTokenWithinSeconds: 30, inARow: 3 };
    return firstTokenVerifier({}).try({ ...usual, url, fingerprint: "fp_1", ...bounds }, never);
  }
  const chunk = (delta: object): object => ({ system_fingerprint: "fp_1", choices: [{ delta }] });

  it("is ready by a token that it thinks, and not by telling its role alone", async () => {
    chunks = [chunk({ role: "assistant", content: "" })];
    expect(await tried()).toEqual(notSo("ends without a token"));
    chunks = [chunk({ role: "assistant", content: "" }), chunk({ reasoning_content: "Hm" })];
    told.length = 0;
    expect(await tried()).toEqual(so);
    const asked = told.map((body) => /"content":"(\w+)"/.exec(body)?.[1]);
    expect(asked).toEqual(["one", "two", "one"]);
  });
});

describe("an index in PostgreSQL that is warmed up", () => {
  let members: Members;
  let primary: TriedMember;
  const environment: Record<string, string> = {};

  beforeAll(async () => {
    members = await Members.make();
    const [east, west] = await members.three();
    primary = east;
    const client = await members.client(east);
    await client.query("create table parity (position int)");
    await client.query("create table filled (at timestamptz)");
    await client.query("insert into parity values (100), (40)");
    await client.end();
    const urlOf = ({ address: { host, port } }: typeof east): string =>
      `postgresql://${roles.application}:${members.credentials.application}@${host}:${port}/${databases.application}`;
    Object.assign(environment, { INDEX_URL: urlOf(east), STANDBY: urlOf(west) });
  });
  afterAll(async () => {
    expect(await members.end()).toEqual([]);
  });

  const usual = { kind: "sql", urlFrom: "INDEX_URL", write: null, read: null, timeoutSeconds: 20 } as const;

  function warmUp(statements: readonly string[], question: Partial<SqlWish> | null): WarmUp {
    const wish: AskedWish = {
      ...{ kind: "sql", inARow: 3 },
      statements: statements.map((write) => ({ ...usual, write })),
      question: question === null ? null : { ...usual, ...question },
    };
    const verifiers = { sql: sqlVerifier(environment) } as unknown as Verifiers;
    return new WarmUp(wish, { verifiers, runOnce: () => Promise.resolve(so) });
  }

  const lag = (atMost: number): Pick<SqlWish, "read"> => ({
    read: {
      query: "select max(position) - min(position) from parity",
      expected: { kind: "number", atLeast: null, atMost },
    },
  });

  it("is ready when its caches are filled, and it is as far as it is to be", async () => {
    const warmed = warmUp(["insert into filled values (now())"], lag(60));
    expect(await warmed.try(never)).toEqual(so);
    expect(await warmed.try(never)).toEqual(so);
    const client = await members.client(primary);
    const { rows } = await client.query<{ readonly count: string }>("select count(*) from filled");
    await client.end();
    expect(rows[0]?.count).toBe("1");
  });

  it("is not while it is behind, while it answers too slowly, and where nothing may be filled", async () => {
    expect(await warmUp([], lag(59)).try(never)).toEqual(notSo("is 60, above 59 (1 of 3 in a row)"));
    const slow = {
      read: { query: "select 1 from pg_sleep(30)", expected: { kind: "text", is: "1" } },
    } as const;
    expect(await warmUp([], { ...slow, timeoutSeconds: 0.3 }).try(never)).toEqual(notSo("no answer in time"));
    expect(await warmUp(["select pg_prewarm('nothing')"], null).try(never)).toEqual(
      notSo("is not committed: "),
    );
  });
});
