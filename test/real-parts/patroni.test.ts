import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { sendRequest } from "../../src/adapters/http/send-request.ts";
import { patroniActuator } from "../../src/adapters/patroni/patroni-actuator.ts";
import type { PatroniState, PatroniWish } from "../../src/core/model/patroni-wish.ts";
import type { Applied } from "../../src/core/plan/actuator.ts";
import type { SendRequest } from "../../src/core/plan/request.ts";
import type { Problem } from "../../src/core/problem/problem.ts";
import { freePort } from "../free-port.ts";
import { type RunningEtcd, runningEtcd } from "../running-etcd.ts";
import {
  isPatroniHere,
  newSecrets,
  type PatroniMember,
  type PatroniSecrets,
  type RunningPatroni,
  runningPatroni,
  skipped,
} from "../running-patroni.ts";

const life = new AbortController().signal;
const credentials = { userFrom: "PATRONI_USER", passwordFrom: "PATRONI_PASSWORD" };

function problemIn(outcome: Applied): Problem {
  if (outcome.kind !== "failed") throw new Error(`it did not fail: ${JSON.stringify(outcome)}`);
  return outcome.problem;
}

function environmentOf({ api }: PatroniSecrets): Readonly<Record<string, string>> {
  return { PATRONI_USER: api.user, PATRONI_PASSWORD: api.password };
}

function actuatorWith(
  secrets: PatroniSecrets,
  send: SendRequest = sendRequest,
): ReturnType<typeof patroniActuator> {
  return patroniActuator({ send, environment: environmentOf(secrets), answerMsMax: 5_000 });
}

function wishFor(members: readonly string[], shallBe: PatroniState): PatroniWish {
  return { members, shallBe, credentials };
}

const independent: PatroniState = { kind: "independent" };

function ledBy(member: string): PatroniState {
  return { kind: "led-by", member };
}

function standbyOf({ port }: PatroniMember): PatroniState {
  return { kind: "standby-of", host: "127.0.0.1", port, slot: null, restoreCommand: null };
}

/** The configuration as Patroni's store has it: what members tell may be a moment old. */
async function configurationIn(etcd: RunningEtcd, scope: string): Promise<Readonly<Record<string, unknown>>> {
  const key = Buffer.from(`/service/${scope}/config`).toString("base64");
  const answer = (await etcd.members[0]?.ask("/v3/kv/range", { key })) as {
    readonly kvs: readonly [{ readonly value: string }];
  };
  return JSON.parse(Buffer.from(answer.kvs[0].value, "base64").toString("utf8")) as Record<string, unknown>;
}

describe.skipIf(!isPatroniHere)(`a cluster under a real Patroni${skipped}`, () => {
  const secrets = newSecrets();
  const actuator = actuatorWith(secrets);
  let etcd: RunningEtcd;
  let east: RunningPatroni;
  let epoch = 40;

  beforeAll(async () => {
    etcd = await runningEtcd({ members: 1 });
    east = await runningPatroni({ etcd: etcd.endpoints, scope: "east", members: 3, secrets });
    await east.settled();
  });
  afterAll(async () => {
    expect(await east.stop()).toEqual([]);
    await etcd.stop();
  });

  /** Some member that does not lead. */
  async function follower(): Promise<PatroniMember> {
    const leader = await east.settled();
    const found = east.members.find((member) => member !== leader);
    if (found === undefined) throw new Error("there is one member alone");
    return found;
  }

  it("is looked at as people read it, and nothing is changed by that", async () => {
    const leader = await east.settled();
    const next = await follower();
    const before = await configurationIn(etcd, "east");
    expect(await actuator.look(wishFor(east.urls, ledBy(next.name)), life)).toEqual({
      kind: "seen",
      now: {
        "east is": "independent",
        "east is led by": leader.name,
        ...Object.fromEntries(
          east.members
            .filter((member) => member !== leader)
            .map(({ name }) => [`east member ${name}`, "running, 0 B behind"]),
        ),
      },
      wanted: { "east is led by": next.name },
      epoch: null,
    });
    expect(await configurationIn(etcd, "east")).toEqual(before);
  });

  it("is switched over while somebody writes, and keeps every write that was acknowledged", async () => {
    const next = await follower();
    const writer = east.writer();
    await writer.untilMore(100);
    epoch += 1;
    const since = performance.now();
    const outcome = await actuator.apply(wishFor(east.urls, ledBy(next.name)), epoch, life);
    const tookMs = performance.now() - since;
    // Done is said when it takes writes, and not before.
    expect(await next.isWritable()).toBe(true);
    await writer.untilMore(100);
    await writer.end();
    expect(outcome).toMatchObject({ kind: "done", now: { "east is led by": next.name } });
    expect((await configurationIn(etcd, "east"))["holdfast"]).toEqual({ [epoch]: "null" });
    await east.settled();
    for (const member of east.members) expect(await writer.missingFrom(member)).toEqual([]);
    const [took, gap] = [tookMs, writer.longestGapMs].map((ms) => `${(ms / 1_000).toFixed(1)} s`);
    process.stdout.write(
      `patroni: switched over in ${took}; no write was acknowledged for ${gap}; 0 of ${writer.acknowledged.length} lost\n`,
    );
  });

  it("is asked for nothing when it is as wished: twice is as once", async () => {
    const leader = await east.settled();
    epoch += 1;
    const asked: string[] = [];
    const watched = actuatorWith(secrets, (request, signal) => {
      if (request.method !== "GET") asked.push(`${request.method} ${new URL(request.url).pathname}`);
      return sendRequest(request, signal);
    });
    const wish = wishFor(east.urls, ledBy(leader.name));
    expect(await watched.apply(wish, epoch, life)).toMatchObject({ kind: "done" });
    expect(asked).toEqual(["PATCH /config"]);
    expect(await watched.apply(wish, epoch, life)).toMatchObject({ kind: "done" });
    expect(asked).toEqual(["PATCH /config"]);
    expect(await east.leader()).toBe(leader);
  });

  it("is not changed under a lower epoch than the last", async () => {
    const leader = await east.settled();
    const next = await follower();
    const before = await configurationIn(etcd, "east");
    const late = wishFor(east.urls, ledBy(next.name));
    expect(await actuator.apply(late, epoch - 1, life)).toEqual({ kind: "outdated", epoch });
    expect(await actuator.look(late, life)).toMatchObject({ epoch });
    expect(await east.leader()).toBe(leader);
    expect(await configurationIn(etcd, "east")).toEqual(before);
  });

  it("is led by whom the higher of two epochs wants, when both come at once", async () => {
    const leader = await east.settled();
    const [one, other] = east.members.filter((member) => member !== leader);
    if (one === undefined || other === undefined) throw new Error("three members are needed");
    const [lower, higher] = [epoch + 1, epoch + 2];
    epoch += 2;
    const [early, late] = await Promise.all([
      actuatorWith(secrets).apply(wishFor(east.urls, ledBy(one.name)), lower, life),
      actuatorWith(secrets).apply(wishFor(east.urls, ledBy(other.name)), higher, life),
    ]);
    expect(late).toMatchObject({ kind: "done", now: { "east is led by": other.name } });
    // It may have been done, and was then changed by the newer one.
    expect(["outdated", "done"]).toContain(early.kind);
    expect(await east.settled()).toBe(other);
    expect(Object.keys((await configurationIn(etcd, "east"))["holdfast"] as object)).toContain(
      String(higher),
    );
  });

  it("is left alone while it is paused, and the problem says so", async () => {
    const leader = await east.settled();
    const next = await follower();
    await east.configure({ pause: true });
    try {
      const wish = wishFor(east.urls, ledBy(next.name));
      expect(await actuator.look(wish, life)).toMatchObject({
        now: { "east is": "independent, paused for maintenance" },
      });
      const before = await configurationIn(etcd, "east");
      const problem = problemIn(await actuator.apply(wish, epoch + 1, life));
      expect(problem).toMatchObject({
        code: "patroni/paused",
        what: expect.stringContaining("maintenance mode") as string,
      });
      expect(await configurationIn(etcd, "east")).toEqual(before);
      expect(await east.leader()).toBe(leader);
    } finally {
      await east.configure({ pause: null });
    }
  });

  it("has no member of another name, and the nearest is told", async () => {
    const before = await configurationIn(etcd, "east");
    expect(
      problemIn(await actuator.apply(wishFor(east.urls, ledBy("east-4")), epoch + 1, life)),
    ).toMatchObject({
      code: "patroni/unknown-member",
      what: "the cluster east has no member east-4; nothing was changed",
      mend: expect.stringContaining("its members are east-1, east-2, east-3") as string,
    });
    expect(await configurationIn(etcd, "east")).toEqual(before);
  });

  it("is switched over to nobody who is down, and Patroni's own words are told", async () => {
    const next = await follower();
    await next.kill();
    try {
      epoch += 1;
      const asked: string[] = [];
      const watched = actuatorWith(secrets, (request, signal) => {
        asked.push(request.method);
        return sendRequest(request, signal);
      });
      const wish = wishFor(east.urls, ledBy(next.name));
      const problem = problemIn(await watched.apply(wish, epoch, life));
      // What Patroni has refused it is not asked for again.
      expect(asked.filter((method) => method === "POST")).toEqual(["POST"]);
      expect(problem).toMatchObject({
        code: "patroni/switchover-refused",
        what: expect.stringContaining("no good candidates have been found") as string,
      });
    } finally {
      next.start();
      await east.settled();
    }
  });

  it("is asked of others when the member that is asked first is down or frozen", async () => {
    const leader = await east.settled();
    const [down, next] = east.members.filter((member) => member !== leader);
    if (down === undefined || next === undefined) throw new Error("three members are needed");
    const urls = [down.url, ...east.urls.filter((url) => url !== down.url)];
    await down.freeze();
    try {
      epoch += 1;
      const wish = wishFor(urls, ledBy(next.name));
      // It does not answer within this test's time, and nobody waits for that.
      const patient = patroniActuator({
        ...{ send: sendRequest, environment: environmentOf(secrets), answerMsMax: 3_600_000 },
      });
      expect(await patient.apply(wish, epoch, AbortSignal.timeout(60_000))).toMatchObject({ kind: "done" });
    } finally {
      await down.thaw();
    }
    await east.settled();
    await down.kill();
    try {
      epoch += 1;
      const wish = wishFor(urls, ledBy(leader.name));
      expect(await actuator.apply(wish, epoch, life)).toMatchObject({ kind: "done" });
    } finally {
      down.start();
      await east.settled();
    }
  });

  it("is not changed with a wrong password, which is not told", async () => {
    const before = await configurationIn(etcd, "east");
    const next = await follower();
    const wrong = actuatorWith({ ...secrets, api: { user: secrets.api.user, password: "wrong-password" } });
    const problem = problemIn(await wrong.apply(wishFor(east.urls, ledBy(next.name)), epoch + 1, life));
    expect(problem).toMatchObject({
      code: "patroni/not-permitted",
      what: expect.stringContaining("(401): not authenticated") as string,
    });
    expect(JSON.stringify(problem)).not.toContain("wrong-password");
    expect(await configurationIn(etcd, "east")).toEqual(before);
    const unnamed = { ...wishFor(east.urls, ledBy(next.name)), credentials: null };
    expect(problemIn(await actuator.apply(unnamed, epoch + 1, life)).what).toContain(
      "no auth header received",
    );
  });

  it("ends when it is called off, and tells what it waited for", async () => {
    const leader = await east.settled();
    epoch += 1;
    const off = new AbortController();
    // Nobody follows whoever is not there, so it waits.
    const wish = wishFor([leader.url], ledBy(leader.name));
    const mute = actuatorWith(secrets, (request, signal) => {
      if (request.url.endsWith("/health"))
        setTimeout(() => {
          off.abort(new Error("its time is over"));
        }, 300);
      return request.url.endsWith("/health")
        ? Promise.resolve({
            ...{ kind: "answered", status: 200, epoch: null },
            text: JSON.stringify({ state: "running", role: "replica", patroni: { scope: "east" } }),
          })
        : sendRequest(request, signal);
    });
    const problem = problemIn(await mute.apply(wish, epoch, off.signal));
    expect(problem.code).toBe("patroni/not-yet");
    expect(problem.what).toContain("its time is over");
  });

  it("is not one with another cluster whose members are named beside its own", async () => {
    const west = await runningPatroni({ etcd: etcd.endpoints, scope: "west", members: 1, secrets });
    try {
      await west.settled();
      const problem = problemIn(
        await actuator.apply(wishFor([...east.urls, ...west.urls], independent), epoch + 1, life),
      );
      expect(problem).toMatchObject({
        code: "patroni/members-disagree",
        what: expect.stringContaining(`${west.urls[0] ?? ""} is of the cluster west`) as string,
      });
    } finally {
      expect(await west.stop()).toEqual([]);
    }
  });
});

describe.skipIf(!isPatroniHere)(`a standby cluster under a real Patroni${skipped}`, () => {
  const secrets = newSecrets();
  const actuator = actuatorWith(secrets);
  let etcd: RunningEtcd;
  let east: RunningPatroni;
  let west: RunningPatroni;

  beforeAll(async () => {
    etcd = await runningEtcd({ members: 1 });
    east = await runningPatroni({ etcd: etcd.endpoints, scope: "east", members: 2, secrets });
    const { port } = await east.settled();
    const at = { host: "127.0.0.1", port };
    west = await runningPatroni({ etcd: etcd.endpoints, scope: "west", members: 2, secrets, standbyOf: at });
    await west.settled();
  });
  afterAll(async () => {
    expect(await Promise.all([east.stop(), west.stop()])).toEqual([[], []]);
    await etcd.stop();
  });

  const wished = (of: RunningPatroni, shallBe: PatroniState): PatroniWish => wishFor(of.urls, shallBe);

  it("is left a standby by an attempt that is older than the one that made it so", async () => {
    const primary = await east.settled();
    const leader = await west.settled();
    expect(await actuator.apply(wished(west, standbyOf(primary)), 50, life)).toMatchObject({ kind: "done" });
    expect(await actuator.apply(wished(west, independent), 49, life)).toEqual({
      kind: "outdated",
      epoch: 50,
    });
    expect(await leader.isWritable()).toBe(false);
    expect(Object.keys((await configurationIn(etcd, "west"))["standby_cluster"] as object)).toEqual([
      "host",
      "port",
    ]);
  });

  it("is promoted while the site that it followed is dead, takes writes, and has all that had reached it", async () => {
    const writer = east.writer();
    await writer.untilMore(50);
    await writer.end();
    const leader = await west.settled();
    while ((await writer.missingFrom(leader)).length > 0)
      await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all(east.members.map((member) => member.kill()));
    const since = performance.now();
    const outcome = await actuator.apply(wished(west, independent), 61, life);
    const tookMs = performance.now() - since;
    expect(outcome).toMatchObject({ kind: "done", now: { "west is": "independent" } });
    expect(await leader.isWritable()).toBe(true);
    expect(await leader.ask("insert into holdfast_written values (1000001) returning id")).toEqual([
      1_000_001,
    ]);
    expect(await writer.missingFrom(leader)).toEqual([]);
    process.stdout.write(`patroni: a standby cluster was promoted in ${(tookMs / 1_000).toFixed(1)} s\n`);
  });

  it("takes the old site back as its standby, with what was written meanwhile", async () => {
    const leader = await west.settled();
    for (const member of east.members) member.start();
    await east.settled();
    const since = performance.now();
    const outcome = await actuator.apply(wished(east, standbyOf(leader)), 70, life);
    const tookMs = performance.now() - since;
    expect(outcome).toMatchObject({
      kind: "done",
      now: { "east is": `a standby of 127.0.0.1:${leader.port}` },
    });
    const back = await east.settled();
    expect(await back.isWritable()).toBe(false);
    while ((await back.ask("select id from holdfast_written where id = 1000001"))?.length !== 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    process.stdout.write(`patroni: a cluster was made a standby in ${(tookMs / 1_000).toFixed(1)} s\n`);
  });

  it("is made a standby again and the other promoted: the way back, on which writes that had arrived are kept", async () => {
    const [from, to] = [await west.settled(1), await east.settled(1)];
    expect(await actuator.apply(wished(west, standbyOf(to)), 71, life)).toMatchObject({ kind: "done" });
    expect(await from.isWritable()).toBe(false);
    expect(await actuator.apply(wished(east, independent), 72, life)).toMatchObject({ kind: "done" });
    expect(await to.isWritable()).toBe(true);
    expect(await to.ask("insert into holdfast_written values (1000002) returning id")).toEqual([1_000_002]);
    while ((await from.ask("select id from holdfast_written where id = 1000002"))?.length !== 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
  });
});

describe.skipIf(!isPatroniHere)(
  `a standby cluster of which two attempts want something else${skipped}`,
  () => {
    const secrets = newSecrets();
    const actuator = actuatorWith(secrets);
    let etcd: RunningEtcd;
    let east: RunningPatroni;
    let west: RunningPatroni;

    beforeAll(async () => {
      etcd = await runningEtcd({ members: 1 });
      east = await runningPatroni({ etcd: etcd.endpoints, scope: "east", members: 1, secrets });
      const { port } = await east.settled();
      const at = { host: "127.0.0.1", port };
      west = await runningPatroni({
        etcd: etcd.endpoints,
        scope: "west",
        members: 1,
        secrets,
        standbyOf: at,
      });
      await west.settled();
    });
    afterAll(async () => {
      expect(await Promise.all([east.stop(), west.stop()])).toEqual([[], []]);
      await etcd.stop();
    });

    const wished = (shallBe: PatroniState): PatroniWish => wishFor(west.urls, shallBe);

    it("is set back by an attempt that was overtaken between its look and its request", async () => {
      const primary = await east.settled();
      let isOvertaken = false;
      const asked: string[] = [];
      const slow = actuatorWith(secrets, async (request, signal) => {
        asked.push(request.method);
        if (request.method === "PATCH" && !isOvertaken) {
          isOvertaken = true;
          const newer = await actuator.apply(wished(standbyOf(primary)), 52, life);
          expect(newer).toMatchObject({ kind: "done" });
        }
        return sendRequest(request, signal);
      });
      const problem = problemIn(await slow.apply(wished(independent), 51, life));
      expect(problem).toMatchObject({
        code: "patroni/overtaken",
        what: expect.stringContaining("epoch 52") as string,
      });
      // At once: it does not look before it sets back.
      expect(asked.slice(asked.indexOf("PATCH"))).toEqual(["PATCH", "PATCH"]);
      const { holdfast, standby_cluster: standby } = await configurationIn(etcd, "west");
      expect(standby).toEqual({ host: "127.0.0.1", port: primary.port });
      expect(Object.keys(holdfast as object)).toEqual(["52"]);
      // Patroni has begun to promote it, and takes that back.
      expect(await actuator.apply(wished(standbyOf(primary)), 52, life)).toMatchObject({ kind: "done" });
    });

    it("is as the higher of two epochs wants, when both come at once", async () => {
      const primary = await east.settled();
      const [early, late] = await Promise.all([
        actuatorWith(secrets).apply(wished(independent), 61, life),
        actuatorWith(secrets).apply(wished(standbyOf(primary)), 62, life),
      ]);
      expect(late).toMatchObject({ kind: "done" });
      // It may have been done, and was then changed by the newer one.
      if (early.kind === "failed") expect(early.problem.code).toBe("patroni/overtaken");
      const { standby_cluster: standby } = await configurationIn(etcd, "west");
      expect(standby).toEqual({ host: "127.0.0.1", port: primary.port });
      expect(await actuator.apply(wished(standbyOf(primary)), 62, life)).toMatchObject({ kind: "done" });
      expect(await (await west.settled()).isWritable()).toBe(false);
    });
  },
);

describe("addresses where no Patroni answers", () => {
  const secrets = newSecrets();
  const actuator = actuatorWith(secrets);
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  async function served(
    answer: (authorization: string) => { readonly status: number; readonly text: string } | null,
  ): Promise<string> {
    const server = createServer((request, response) => {
      const told = answer(request.headers.authorization ?? "");
      if (told === null) request.socket.destroy();
      else response.writeHead(told.status).end(told.text);
    }).listen(0, "127.0.0.1");
    servers.push(server);
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it("are all told, when none answers", async () => {
    const urls = [`http://127.0.0.1:${await freePort()}`, `http://127.0.0.1:${await freePort()}`];
    const problem = problemIn(await actuator.apply(wishFor(urls, independent), 1, life));
    expect(problem.code).toBe("patroni/away");
    for (const url of urls) expect(problem.what).toContain(`${url}: connect ECONNREFUSED`);
    expect(await actuator.look(wishFor(urls, independent), life)).toMatchObject({
      kind: "unseen",
      problem: { code: "patroni/away" },
    });
  });

  it.each([
    ["a page", "<html>Welcome to nginx</html>"],
    ["half of an answer", '{"members": [{"name": "east-1", "role": "lea'],
    ["more than can be read", `{"members": [${'"x", '.repeat(500_000)}`],
    ["JSON of somebody else", '{"status": "ok"}'],
    ["nothing", ""],
  ])("are told when %s comes", async (_, text) => {
    const url = await served(() => ({ status: 200, text }));
    const problem = problemIn(await actuator.apply(wishFor([url], independent), 1, life));
    expect(problem).toMatchObject({
      code: "patroni/other-answer",
      what: expect.stringContaining(url) as string,
    });
    expect(problem.what.length).toBeLessThan(1_500);
  });

  it.each([
    [502, "patroni/other-answer"],
    [401, "patroni/not-permitted"],
    [302, "patroni/other-answer"],
  ])("are told when the status is %d", async (status, code) => {
    const url = await served(() => ({ status, text: "no" }));
    expect(problemIn(await actuator.apply(wishFor([url], independent), 1, life))).toMatchObject({ code });
  });

  it("are told without the secrets that they have been given, and say again", async () => {
    const { user, password } = secrets.api;
    const url = await served((authorization) => ({
      status: 403,
      text: `not ${authorization} (${password})`,
    }));
    const problem = problemIn(await actuator.apply(wishFor([url], independent), 1, life));
    expect(problem.what).toContain("not Basic (PATRONI_USER and PATRONI_PASSWORD) ((PATRONI_PASSWORD))");
    const encoded = Buffer.from(`${user}:${password}`).toString("base64");
    for (const secret of [password, encoded]) expect(JSON.stringify(problem)).not.toContain(secret);
  });

  it("are told why, when they end the connection without an answer, as Patroni without its store does", async () => {
    const url = await served(() => null);
    const problem = problemIn(await actuator.apply(wishFor([url], independent), 1, life));
    expect(problem.what).toContain("other side closed");
  });

  it("are not asked without what the wish names of the environment", async () => {
    const url = await served(() => ({ status: 200, text: "" }));
    for (const environment of [{}, { PATRONI_USER: "holdfast", PATRONI_PASSWORD: "" }]) {
      const poor = patroniActuator({ send: sendRequest, environment, answerMsMax: 1_000 });
      expect(problemIn(await poor.apply(wishFor([url], independent), 1, life)).code).toBe(
        "patroni/environment",
      );
    }
  });

  it.each(["ftp://10.1.0.5", "http://holdfast:hush-hush@10.1.0.5:8008", "10.1.0.5:8008"])(
    "are not asked when they are no addresses, and are not shown: %s",
    async (url) => {
      const problem = problemIn(await actuator.apply(wishFor([url], independent), 1, life));
      expect(problem.code).toBe("patroni/wish-unusable");
      expect(JSON.stringify(problem)).not.toContain("hush-hush");
    },
  );
});
