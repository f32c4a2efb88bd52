import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { identityOf, isAlive } from "../../src/adapters/processes/identity.ts";
import { startProgram } from "../../src/adapters/processes/start-program.ts";
import { sendRequest } from "../../src/adapters/http/send-request.ts";
import { runActuator } from "../../src/adapters/run/run-actuator.ts";
import type { Actuator, Applied, Look } from "../../src/core/plan/actuator.ts";
import type { ProgramWish, RequestWish, RunWish } from "../../src/core/model/wishes.ts";
import type { Problem } from "../../src/core/problem/problem.ts";
import { freePort } from "../free-port.ts";

const life = new AbortController().signal;
const path = process.env["PATH"] ?? "";

function problemIn(outcome: Applied | Look): Problem {
  if (outcome.kind !== "failed" && outcome.kind !== "unseen")
    throw new Error(`it did not fail: ${JSON.stringify(outcome)}`);
  return outcome.problem;
}

let folder = "";
let actuator: Actuator<RunWish>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-run-"));
  const environment = {
    PATH: path,
    TOKEN: "correct-horse",
    OTHER: "other-secret",
    BROKEN: "one\r\ntwo-secret",
  };
  actuator = runActuator({
    start: startProgram,
    send: sendRequest,
    logFolder: folder,
    gentleMs: 200,
    environment,
  });
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const logs = (): readonly string[] => readdirSync(folder).filter((name) => name.endsWith(".log"));

describe("a step that a program does", () => {
  const wished = (script: string, over: Partial<ProgramWish> = {}): ProgramWish => ({
    ...{ kind: "exec", plan: "east-lost", step: "warm-caches", command: ["sh", "-c", script] },
    ...{ directory: folder, environment: ["PATH"], timeoutSeconds: 60, check: null },
    ...over,
  });
  const written = (name: string): string => readFileSync(join(folder, name), "utf8");

  it("is done when the program ends with 0, and was told the step and the epoch", async () => {
    const wish = wished('echo "$HOLDFAST_PLAN $HOLDFAST_STEP $HOLDFAST_EPOCH" > told');
    expect(await actuator.apply(wish, 7, life)).toEqual({
      ...{ kind: "done", now: { "east-lost/warm-caches": "done, as its program says" } },
    });
    expect(written("told")).toBe("east-lost warm-caches 7\n");
    expect(logs()).toEqual([]);
  });

  it("is given the environment that is named, and nothing else of ours", async () => {
    await actuator.apply(wished("env > told", { environment: ["PATH", "TOKEN"] }), 7, life);
    const names = written("told")
      .split("\n")
      .map((line) => line.replace(/=.*/, ""));
    // What a shell sets by itself is not ours.
    expect(names.filter((name) => !["", "PWD", "OLDPWD", "SHLVL", "_"].includes(name)).sort()).toEqual([
      "HOLDFAST_EPOCH",
      "HOLDFAST_PLAN",
      "HOLDFAST_STEP",
      "PATH",
      "TOKEN",
    ]);
    const missing = wished("touch begun", { environment: ["NONE"] });
    expect(problemIn(await actuator.apply(missing, 7, life)).code).toBe("run/environment");
    expect(existsSync(join(folder, "begun"))).toBe(false);
  });

  it("has arguments that no shell reads", async () => {
    const wish = wished("", { command: ["sh", "-c", 'printf %s "$1" > told', "it", "$(touch bad); *"] });
    await actuator.apply(wish, 7, life);
    expect(written("told")).toBe("$(touch bad); *");
    expect(existsSync(join(folder, "bad"))).toBe(false);
  });

  it("is outdated when the program ends with 3 and tells a newer epoch", async () => {
    const compare =
      'last=9; echo looking; if [ "$HOLDFAST_EPOCH" -lt "$last" ]; then echo "epoch=$last"; exit 3; fi';
    expect(await actuator.apply(wished(compare), 7, life)).toEqual({ kind: "outdated", epoch: 9 });
    expect(await actuator.apply(wished(compare), 9, life)).toMatchObject({ kind: "done" });
    for (const script of ["exit 3", "echo epoch=7; exit 3", "echo epoch=9; echo bye; exit 3"]) {
      const { code } = problemIn(await actuator.apply(wished(script), 7, life));
      expect(code).toBe("run/newer-epoch-untold");
    }
  });

  it("has failed when the program ends otherwise, and its last lines are told safely", async () => {
    const script = 'seq 1 30; echo "key $TOKEN"; printf "\\033[2Jgone\\n" >&2; exit 4';
    const wish = wished(script, { environment: ["PATH", "TOKEN"] });
    const { code, what } = problemIn(await actuator.apply(wish, 7, life));
    expect(code).toBe("run/program-failed");
    expect(what).toContain("ended with 4: 23; 24;");
    expect(what).toContain("30; key (TOKEN); \\u001b[2Jgone");
    expect(problemIn(await actuator.apply(wished("kill -9 $$"), 7, life)).what).toContain("a signal");
  });

  it("may say more than is kept", async () => {
    const isLong = '[ "$(stat -c %s step-*.log)" -gt 1048576 ]';
    const script = `head -c 3000000 /dev/zero | tr '\\0' x; while ${isLong}; do sleep 0.05; done; echo the end; exit 1`;
    const { what } = problemIn(await actuator.apply(wished(script, { timeoutSeconds: 20 }), 7, life));
    expect(what).toMatch(/: the end$/);
    const atOnce = "head -c 3000000 /dev/zero | tr '\\0' x; exit 1";
    expect(problemIn(await actuator.apply(wished(atOnce), 7, life)).what.length).toBeLessThan(1_200);
  });

  const sleepers =
    "sh -c 'trap \"\" TERM; echo $$ > child; while :; do sleep 0.05; done' & echo $$ > self; wait";

  async function begun(): Promise<readonly number[]> {
    const pids = (): readonly number[] =>
      ["self", "child"].map((name) => (existsSync(join(folder, name)) ? Number(written(name)) : 0));
    for (let tries = 0; tries < 400 && pids().includes(0); tries += 1) await pause(25);
    return pids();
  }

  function left(pids: readonly number[]): readonly number[] {
    return pids.filter((pid) => {
      const identity = identityOf(pid);
      return identity !== null && isAlive(identity);
    });
  }

  it("is ended with all its children when it is called off, also those that do not listen", async () => {
    const abort = new AbortController();
    const applying = actuator.apply(wished(sleepers), 7, abort.signal);
    const pids = await begun();
    expect(left(pids)).toEqual(pids);
    abort.abort(new Error("a newer plan"));
    const { code, what } = problemIn(await applying);
    expect(code).toBe("run/stopped");
    expect(what).toContain("a newer plan");
    expect(left(pids)).toEqual([]);
    expect(logs()).toEqual([]);
    expect(problemIn(await actuator.apply(wished("touch late"), 7, abort.signal)).code).toBe("run/stopped");
    expect(existsSync(join(folder, "late"))).toBe(false);
  });

  it("is ended when its time is over", async () => {
    const { code, what } = problemIn(await actuator.apply(wished(sleepers, { timeoutSeconds: 2 }), 7, life));
    expect(code).toBe("run/stopped");
    expect(what).toContain("longer than 2000 ms");
    expect(left(await begun())).toEqual([]);
  });

  const told = (now: string, epoch = 7): string =>
    `echo looking; echo '${JSON.stringify({ now: { caches: now }, wanted: { caches: "warm" }, epoch })}'`;

  it("is looked at by its check, and cannot be known without one", async () => {
    expect(await actuator.look(wished("exit 1", { check: ["sh", "-c", told("cold")] }), life)).toEqual({
      ...{ kind: "seen", now: { caches: "cold" }, wanted: { caches: "warm" }, epoch: 7 },
    });
    expect(problemIn(await actuator.look(wished("touch begun"), life)).code).toBe("run/no-check");
    expect(existsSync(join(folder, "begun"))).toBe(false);
    for (const [script, code] of [
      ["echo warm", "run/check-unreadable"],
      ["echo '{\"now\": {}}'", "run/check-unreadable"],
      ["echo no; exit 1", "run/program-failed"],
    ] as const)
      expect(problemIn(await actuator.look(wished("", { check: ["sh", "-c", script] }), life)).code).toBe(
        code,
      );
  });

  it("is done only when its check says so too", async () => {
    const check = ["sh", "-c", `if [ -e done ]; then ${told("warm")}; else ${told("cold")}; fi`] as const;
    const { code, what } = problemIn(await actuator.apply(wished("true", { check }), 7, life));
    expect(code).toBe("run/not-as-wished");
    expect(what).toContain("caches is cold, and not warm");
    expect(await actuator.apply(wished("touch done", { check }), 7, life)).toEqual({
      ...{ kind: "done", now: { caches: "warm" } },
    });
  });

  it("cannot be done by a program that is not there, or under a name that is none", async () => {
    const codeOf = async (over: Partial<ProgramWish>): Promise<string> =>
      problemIn(await actuator.apply(wished("touch begun", over), 7, life)).code;
    expect(await codeOf({ command: ["/none/program"] })).toBe("run/cannot-start");
    expect(await codeOf({ directory: join(folder, "none") })).toBe("run/cannot-start");
    expect(await codeOf({ step: "a step/of two" })).toBe("run/wish-unusable");
    expect(await codeOf({ timeoutSeconds: 0 })).toBe("run/wish-unusable");
    expect(existsSync(join(folder, "begun"))).toBe(false);
  });
});

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

describe("a step that a service is asked for", () => {
  let server: Server;
  let url = "";
  let asked: Asked[] = [];
  let answer: (asked: Asked, response: ServerResponse) => void;
  beforeEach(async () => {
    asked = [];
    answer = (_, response) => response.end("taken");
    server = createServer((request, response) => {
      void textOf(request).then((body) => {
        const { method = "", url: place = "", headers } = request;
        const each = { method, path: place, headers, body };
        asked.push(each);
        answer(each, response);
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const wished = (over: Partial<RequestWish> = {}): RequestWish => ({
    ...{ kind: "http", plan: "east-lost", step: "raise-quota", method: "POST", url: `${url}/quota` },
    ...{ headers: { Authorization: "TOKEN" }, body: { type: "application/json", text: '{"gpus": 8}' } },
    ...{ expectedStatus: [200, 202], timeoutSeconds: 60, check: null },
    ...over,
  });

  it("is done when the status is one of those that say so, and goes with its key, its epoch and its secret", async () => {
    answer = (_, response) => response.writeHead(202).end();
    expect(await actuator.apply(wished(), 7, life)).toEqual({
      ...{ kind: "done", now: { "east-lost/raise-quota": "done, as the status 202 says" } },
    });
    await actuator.apply(wished(), 7, life);
    await actuator.apply(wished({ method: "DELETE", body: null }), 8, life);
    expect(asked.map(({ method, path: place, body }) => [method, place, body])).toEqual([
      ["POST", "/quota", '{"gpus": 8}'],
      ["POST", "/quota", '{"gpus": 8}'],
      ["DELETE", "/quota", ""],
    ]);
    expect(asked.map(({ headers }) => headers["idempotency-key"])).toEqual([
      "east-lost/raise-quota/7",
      "east-lost/raise-quota/7",
      "east-lost/raise-quota/8",
    ]);
    expect(asked[0]?.headers).toMatchObject({
      ...{ authorization: "correct-horse", "holdfast-epoch": "7", "content-type": "application/json" },
    });
  });

  it("is outdated when the service says 412 and tells a newer epoch", async () => {
    answer = (_, response) => response.writeHead(412, { "Holdfast-Epoch": "9" }).end();
    expect(await actuator.apply(wished(), 7, life)).toEqual({ kind: "outdated", epoch: 9 });
    expect(problemIn(await actuator.apply(wished(), 9, life)).code).toBe("run/other-status");
    answer = (_, response) => response.writeHead(200, { "Holdfast-Epoch": "9" }).end();
    expect(await actuator.apply(wished(), 7, life)).toMatchObject({ kind: "done" });
  });

  it("has failed at any other status, and what the service says is told safely", async () => {
    answer = ({ headers }, response) =>
      response.writeHead(500).end(`no quota\nfor ${headers.authorization ?? ""}\u001b[2J`);
    const { code, what } = problemIn(await actuator.apply(wished(), 7, life));
    expect(code).toBe("run/other-status");
    expect(what).toContain("status 500: no quota; for (TOKEN)\\u001b[2J");
  });

  it("is taken to nobody else by a redirection", async () => {
    answer = ({ path: place }, response) =>
      place === "/quota" ? response.writeHead(307, { Location: `${url}/else` }).end() : response.end();
    expect(problemIn(await actuator.apply(wished(), 7, life)).what).toContain("status 307");
    expect(asked.map(({ path: place }) => place)).toEqual(["/quota"]);
  });

  it("is not known to be done without an answer", async () => {
    answer = () => undefined;
    const late = problemIn(await actuator.apply(wished({ timeoutSeconds: 0.3 }), 7, life));
    expect(late.code).toBe("run/unreached");
    expect(late.what).toContain("within 300 ms");
    const abort = new AbortController();
    answer = () => {
      abort.abort(new Error("a newer plan"));
    };
    expect(problemIn(await actuator.apply(wished(), 7, abort.signal)).what).toContain("a newer plan");
    const nobody = wished({ url: `http://127.0.0.1:${await freePort()}/` });
    expect(problemIn(await actuator.apply(nobody, 7, life)).code).toBe("run/unreached");
  });

  it("is looked at by its check, which has the same headers, and done only when that says so too", async () => {
    let quota = "4";
    answer = ({ method }, response) => {
      if (method === "POST") response.end();
      else response.end(JSON.stringify({ now: { quota }, wanted: { quota: "8" } }));
    };
    const wish = wished({ check: `${url}/now` });
    expect(await actuator.look(wish, life)).toEqual({
      ...{ kind: "seen", now: { quota: "4" }, wanted: { quota: "8" }, epoch: null },
    });
    expect(asked.map(({ method, headers }) => [method, headers.authorization])).toEqual([
      ["GET", "correct-horse"],
    ]);
    expect(problemIn(await actuator.apply(wish, 7, life)).what).toContain("quota is 4, and not 8");
    quota = "8";
    expect(await actuator.apply(wish, 7, life)).toEqual({ kind: "done", now: { quota: "8" } });
    // More than is read, and no end of it.
    answer = (_, response) => response.write("x".repeat(3_000_000));
    expect(problemIn(await actuator.look(wish, life)).code).toBe("run/check-unreadable");
    expect(problemIn(await actuator.look(wished(), life)).code).toBe("run/no-check");
  });

  it.each<readonly [string, string, Partial<RequestWish>]>([
    ["a password in its address", "run/wish-unusable", { url: "http://ann:two-secret@127.0.0.1/" }],
    ["a check at a file", "run/wish-unusable", { check: "file:///etc/passwd" }],
    ["a header that is set here", "run/wish-unusable", { headers: { "idempotency-key": "TOKEN" } }],
    ["a header on two lines", "run/wish-unusable", { headers: { "a\r\nb": "TOKEN" } }],
    ["no status that says it is done", "run/wish-unusable", { expectedStatus: [] }],
    ["a secret that is not there", "run/environment", { headers: { Authorization: "NONE" } }],
    ["a secret on two lines", "run/environment", { headers: { Authorization: "BROKEN" } }],
  ])("is not asked for with %s", async (...[, code, over]) => {
    const problem = problemIn(await actuator.apply(wished(over), 7, life));
    expect(problem.code).toBe(code);
    expect(JSON.stringify(problem)).not.toContain("two-secret");
    expect(asked).toEqual([]);
  });
});
