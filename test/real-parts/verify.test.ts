import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Inference, serveInference } from "../../lab/inference/inference.ts";
import { httpVerifier } from "../../src/adapters/http/http-verifier.ts";
import { sendRequest } from "../../src/adapters/http/send-request.ts";
import { inferenceVerifier } from "../../src/adapters/openai/inference-verifier.ts";
import { databases, roles } from "../../src/adapters/postgres/credentials.ts";
import { sqlVerifier } from "../../src/adapters/postgres/sql-verifier.ts";
import { metricVerifier } from "../../src/adapters/prometheus/metric-verifier.ts";
import type {
  Expected,
  HttpWish,
  InferenceWish,
  MetricWish,
  SqlWish,
} from "../../src/core/model/verify-wish.ts";
import type { Tried } from "../../src/core/plan/verifier.ts";
import { freePort } from "../free-port.ts";
import {
  isPrometheusHere,
  type RunningPrometheus,
  runningPrometheus,
  skipped,
} from "../running-prometheus.ts";
import { Members, never, type TriedMember } from "./postgres-members.ts";

const so: Tried = { kind: "so" };
function notSo(because: string): unknown {
  return { kind: "not-so", because: expect.stringContaining(because) as string };
}

describe("a database that is verified", () => {
  let members: Members;
  let primary: TriedMember;
  const environment: Record<string, string> = {};
  const verifier = sqlVerifier(environment);

  function urlOf({ address: { host, port } }: TriedMember): string {
    return `postgresql://${roles.application}:${members.credentials.application}@${host}:${port}/${databases.application}`;
  }

  beforeAll(async () => {
    members = await Members.make();
    const [east, west] = await members.three();
    primary = east;
    Object.assign(environment, {
      PRIMARY: urlOf(east),
      STANDBY: urlOf(west),
      NOBODY: urlOf(east).replace(/:\d+\//, `:${await freePort()}/`),
      STRANGER: urlOf(east).replace(roles.application, "nobody-known"),
      NAMELESS: urlOf(east).replace(/\/\/.*@/, "//"),
      ODD: "host=127.0.0.1",
      TORN: urlOf(east).replace("@", "%zz@"),
      UNSIGNED: `${urlOf(east)}?sslmode=verify-full&sslrootcert=/nowhere/root.pem`,
    });
    const client = await members.client(east);
    await client.query("create table probe (at timestamptz, version text)");
    await client.query("insert into probe values (null, 'v3')");
    await client.end();
  });
  afterAll(async () => {
    expect(await members.end()).toEqual([]);
  });

  function tried(wish: Partial<SqlWish>, signal = never): Promise<Tried> {
    const nothing = { kind: "sql", urlFrom: "PRIMARY", write: null, read: null, timeoutSeconds: 5 } as const;
    return verifier.try({ ...nothing, ...wish }, signal);
  }

  const read = (query: string, expected: Expected): Pick<SqlWish, "read"> => ({ read: { query, expected } });
  const written = "update probe set at = now()";

  it("is back when a write is committed, and what is asked then is answered as expected", async () => {
    expect(
      await tried({ write: written, ...read("select at is not null from probe", { kind: "text", is: "t" }) }),
    ).toEqual(so);
    expect(
      await tried(read("select count(*) from probe", { kind: "number", atLeast: 1, atMost: null })),
    ).toEqual(so);
  });

  it("holds a write for committed when the standbys have it, whatever the role is set to", async () => {
    const superuser = members.superuser(primary);
    await superuser.connect();
    await superuser.query(`alter role ${roles.application} set synchronous_commit = off`);
    await superuser.end();
    expect(await tried(read("show synchronous_commit", { kind: "text", is: "on" }))).toEqual(so);
  });

  it("is not where it only reads, where nobody is, and where we are not let in", async () => {
    expect(await tried({ urlFrom: "STANDBY", write: written })).toEqual(
      notSo(`${written} is not committed: cannot execute UPDATE in a read-only transaction`),
    );
    expect(await tried({ urlFrom: "NOBODY", write: written })).toEqual(
      notSo("the database is not reached: "),
    );
    expect(await tried({ urlFrom: "NAMELESS", write: written })).toEqual(
      notSo("the database is not reached: "),
    );
    expect(await tried({ urlFrom: "STRANGER", write: written })).toEqual(
      notSo("the database is not reached: "),
    );
  });

  it("is not where it answers something else, nothing, or nonsense", async () => {
    const version = "select version from probe";
    expect(await tried(read(version, { kind: "text", is: "v4" }))).toEqual(
      notSo(`${version} is v3, and not v4`),
    );
    expect(await tried(read(`${version} where false`, { kind: "text", is: "v3" }))).toEqual(
      notSo("finds nothing"),
    );
    expect(await tried(read("select at from nowhere", { kind: "text", is: "v3" }))).toEqual(
      notSo('is not answered: relation "nowhere" does not exist'),
    );
  });

  it("cannot be tried by a question of more than one statement", async () => {
    const query = "select 1; select 2";
    const because = `${query} is more than one statement`;
    expect(await tried(read(query, { kind: "text", is: "2" }))).toEqual({
      ...{ kind: "cannot", because, mend: "ask one thing at a time" },
    });
  });

  it("is not where it takes longer than a try may, or the try is called off", async () => {
    const slow = "select pg_sleep(30)";
    expect(await tried({ write: slow, timeoutSeconds: 0.3 })).toEqual(notSo("no answer in time"));
    const off = new AbortController();
    const under = tried({ write: slow }, off.signal);
    await pause(200);
    off.abort();
    expect(await under).toEqual(notSo("no answer in time"));
  });

  it("cannot be tried without an address, and its password is told to nobody", async () => {
    const said = expect.stringMatching(/^(NOT_THERE|ODD|UNSIGNED) is not set/) as string;
    expect(await tried({ urlFrom: "UNSIGNED" })).toEqual({
      ...{ kind: "cannot", because: said, mend: "set UNSIGNED there to what the step is to use" },
    });
    expect(await tried({ urlFrom: "TORN", write: written })).toEqual(notSo("the database is not reached: "));
    expect(await tried({ urlFrom: "NOT_THERE" })).toEqual({
      ...{ kind: "cannot", because: said, mend: "set NOT_THERE there to what the step is to use" },
    });
    expect(await tried({ urlFrom: "ODD" })).toEqual({
      ...{ kind: "cannot", because: said, mend: "set ODD there to what the step is to use" },
    });
    const { application } = members.credentials;
    const told = await tried(read(`select '${application}'`, { kind: "text", is: "no" }));
    expect(told).toEqual(notSo("(password)"));
    expect(JSON.stringify(told)).not.toContain(application);
  });
});

describe("a language model that is verified", () => {
  let server: Extract<Inference, { readonly kind: "serving" }>;
  const verifier = inferenceVerifier({ send: sendRequest, environment: { KEY: "Bearer secret-key" } });
  const question = "Why did the chat gateway fail?";
  const good = { ask: question, contains: ["LOST its leader", "on-prem-b"], tokensMax: 40 };
  const bad = { ask: question, contains: ["kangaroo"], tokensMax: 40 };

  beforeAll(async () => {
    const modelPath = fileURLToPath(new URL("../../lab/model/tiny2.gguf", import.meta.url));
    const place = { host: "127.0.0.1", port: 0, region: "east" };
    const serving = await serveInference({ modelPath, ...place, tokensPerSecond: 1_000, signal: never });
    if (serving.kind === "refused") throw new Error(serving.problem.what);
    server = serving;
  });
  afterAll(async () => {
    await server.close();
  });

  function tried(wish: Partial<InferenceWish> = {}): Promise<Tried> {
    const prompts = wish.prompts ?? [good];
    return verifier.try(
      {
        ...{
          kind: "inference",
          url: `${server.url}/v1`,
          model: "holdfast-demo",
          headers: {},
          fingerprint: null,
        },
        ...{ prompts, goodMin: prompts.length, timeoutSeconds: 20 },
        ...wish,
      },
      never,
    );
  }

  it("is back when as many golden prompts are answered well as are to be", async () => {
    expect(await tried()).toEqual(so);
    expect(
      await tried({ prompts: [good, bad, good], goodMin: 2, headers: { Authorization: "KEY" } }),
    ).toEqual(so);
  });

  it("is not when it answers 200 and wrongly", async () => {
    expect(await tried({ prompts: [good, bad] })).toEqual(
      notSo(
        `1 of 2 answers are good, and 2 are to be; "${question}" is answered without "kangaroo": It lost its leader`,
      ),
    );
  });

  it("is not when another model answers, however well", async () => {
    expect(await tried({ fingerprint: "fp_other" })).toEqual(notSo("and not as fp_other"));
    const [, own = ""] =
      /answers as (\S+),/.exec(JSON.stringify(await tried({ fingerprint: "fp_other" }))) ?? [];
    expect(await tried({ fingerprint: own })).toEqual(so);
  });

  it("is not when it refuses, does not answer, or is none", async () => {
    expect(await tried({ model: "another" })).toEqual(notSo("/v1/chat/completions answers 404: "));
    expect(await tried({ url: `http://127.0.0.1:${await freePort()}/v1` })).toEqual(
      notSo("does not answer: "),
    );
    expect(await tried({ url: server.url })).toEqual(notSo(" answers 404"));
  });

  it("cannot be tried without what is to stand in its headers", async () => {
    expect(await tried({ headers: { Authorization: "NOT_THERE" } })).toMatchObject({ kind: "cannot" });
  });
});

describe("what answers a GET that is verified", () => {
  let server: Server;
  let url = "";
  const verifier = httpVerifier({ KEY: "secret-key" });

  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === "/silent") return;
      if (request.headers["x-key"] !== "secret-key") response.writeHead(401).end("who are you?");
      else response.end(JSON.stringify({ index: "documents-2026", key: request.headers["x-key"] }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  function tried(wish: Partial<HttpWish> = {}): Promise<Tried> {
    const usual = {
      kind: "http",
      url,
      headers: { "X-Key": "KEY" },
      contains: [],
      timeoutSeconds: 0.5,
    } as const;
    return verifier.try({ ...usual, expectedStatus: [200], ...wish }, never);
  }

  it("is back when it answers with all that it is to", async () => {
    expect(await tried({ contains: ["Documents-2026", "index"] })).toEqual(so);
    expect(await tried({ headers: {}, expectedStatus: [401] })).toEqual(so);
  });

  it("is not when it answers otherwise, or not in time", async () => {
    expect(await tried({ contains: ["documents-2027"] })).toEqual(
      notSo('answers without "documents-2027": {"index":"documents-2026","key":"(KEY)"}'),
    );
    expect(await tried({ headers: {} })).toEqual(notSo("answers 401: who are you?"));
    expect(await tried({ url: `${url}/silent` })).toEqual(notSo("/silent does not answer: "));
    expect(await tried({ headers: { "X-Key": "NOT_THERE" } })).toMatchObject({ kind: "cannot" });
  });
});

describe.skipIf(!isPrometheusHere)(`a metric that is verified${skipped}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-verify-"));
  let prometheus: RunningPrometheus;
  const verifier = metricVerifier({ TOKEN: "secret-token", EMPTY: "", TWO_LINES: "secret\nline" });

  beforeAll(async () => {
    prometheus = await runningPrometheus(folder, "global: {}\n");
  });
  afterAll(async () => {
    await prometheus.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function tried(query: string, expected: Expected, wish: Partial<MetricWish> = {}): Promise<Tried> {
    const usual = { kind: "promql", url: prometheus.url, tokenFrom: "TOKEN", timeoutSeconds: 5 } as const;
    return verifier.try({ ...usual, query, expected, ...wish }, never);
  }

  const most = (atMost: number): Expected => ({ kind: "number", atLeast: null, atMost });
  const lags =
    'label_replace(vector(5), "region", "west", "", "") or label_replace(vector(90), "region", "east", "", "")';

  it("is as it is to be when each series is", async () => {
    expect(await tried("vector(5)", most(60))).toEqual(so);
    expect(await tried(lags, most(90))).toEqual(so);
    expect(await tried("vector(5)", { kind: "text", is: "5" })).toEqual(so);
    expect(await tried("vector(+Inf)", { kind: "text", is: "+Inf" })).toEqual(so);
    expect(await tried("vector(-Inf)", { kind: "text", is: "-Inf" })).toEqual(so);
  });

  it("is not when one series is not, when there is none, or it is no number", async () => {
    expect(await tried(lags, most(60))).toEqual(notSo('for region="east", is 90, above 60'));
    expect(await tried("index_lag_seconds", most(60))).toEqual(notSo("index_lag_seconds finds nothing"));
    expect(await tried("vector(NaN)", most(60))).toEqual(notSo("is NaN, which is no number"));
    expect(await tried("vector(+Inf)", most(60))).toEqual(notSo("is +Inf, above 60"));
  });

  it("is not when nobody answers, or it is no question", async () => {
    expect(await tried("sum(", most(60))).toMatchObject({ kind: "not-so" });
    const nobody = { url: `http://127.0.0.1:${await freePort()}` };
    expect(await tried("up", most(60), nobody)).toMatchObject({ kind: "not-so" });
    for (const tokenFrom of ["NOT_THERE", "EMPTY", "TWO_LINES"]) {
      const because = `${tokenFrom} is not set where the plan is run, or is of no use there`;
      expect(await tried("up", most(60), { tokenFrom })).toEqual({
        ...{ kind: "cannot", because, mend: `set ${tokenFrom} there to what the step is to use` },
      });
    }
  });
});
