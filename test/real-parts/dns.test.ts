import { writeFileSync } from "node:fs";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dnsActuator } from "../../src/adapters/dns/dns-actuator.ts";
import type { Applied } from "../../src/core/plan/actuator.ts";
import type { DnsWish } from "../../src/core/model/wishes.ts";
import type { Problem } from "../../src/core/problem/problem.ts";
import { freePort } from "../free-port.ts";
import { generatedKey, isNamedHere, type RunningNamed, runningNamed, skipped } from "../running-named.ts";

const life = new AbortController().signal;
const actuator = dnsActuator({ now: Date.now, answerMsMax: 5_000 });

function problemIn(outcome: Applied): Problem {
  if (outcome.kind !== "failed") throw new Error(`it did not fail: ${JSON.stringify(outcome)}`);
  return outcome.problem;
}

describe.skipIf(!isNamedHere)(`the records of a name, in a real BIND${skipped}`, () => {
  let named: RunningNamed;
  let names = 0;
  beforeAll(async () => {
    named = await runningNamed();
  });
  afterAll(() => named.stop());

  /** Each of a name of its own. */
  function wished(over: Partial<DnsWish> = {}): DnsWish {
    names += 1;
    return {
      server: { host: "127.0.0.1", port: named.port },
      ...{ zone: "example.test", name: `api-${names}.example.test`, type: "A", ttlSeconds: 30 },
      ...{ values: ["192.0.2.1"], keyFile: named.keyFile("writer") },
      ...over,
    };
  }

  it("are made where there were none, with the epoch beside them", async () => {
    const wish = wished({ values: ["192.0.2.2", "192.0.2.1"] });
    const setting = `${wish.name} A`;
    expect(await actuator.look(wish, life)).toEqual({
      ...{ kind: "seen", now: { [setting]: "none" }, epoch: null },
      wanted: { [setting]: "192.0.2.1, 192.0.2.2, 30 s" },
    });
    const now = { [setting]: "192.0.2.1, 192.0.2.2, 30 s" };
    expect(await actuator.apply(wish, 7, life)).toEqual({ kind: "done", now });
    expect(await actuator.look(wish, life)).toEqual({ kind: "seen", now, wanted: now, epoch: 7 });
    expect(named.dig(wish.name, "A").split("\n").sort()).toEqual(["192.0.2.1", "192.0.2.2"]);
    expect(named.dig(`_holdfast-epoch.${wish.name}`, "TXT")).toBe('"epoch=7"');
  });

  it.each<readonly [DnsWish["type"], readonly string[], string]>([
    ["AAAA", ["2001:DB8:0:0:0::1", "2001:db8::2"], "2001:db8::1, 2001:db8::2, 30 s"],
    ["CNAME", ["West.Example."], "west.example, 30 s"],
    ["TXT", ["one, two", "x".repeat(600)], `"one, two", "${"x".repeat(600)}", 30 s`],
  ])("may be of type %s", async (type, values, shown) => {
    const wish = wished({ type, values });
    const now = { [`${wish.name} ${type}`]: shown };
    expect(await actuator.apply(wish, 7, life)).toEqual({ kind: "done", now });
    expect(await actuator.look(wish, life)).toEqual({ kind: "seen", now, wanted: now, epoch: 7 });
  });

  it("are changed under a higher epoch, and under the same one again", async () => {
    const east = wished();
    const west = { ...east, values: ["198.51.100.1"], ttlSeconds: 5 };
    await actuator.apply(east, 7, life);
    for (const [wish, epoch] of [
      [west, 8],
      [west, 8],
      [east, 8],
      [east, 8],
    ] as const) {
      expect(await actuator.apply(wish, epoch, life)).toMatchObject({ kind: "done" });
      expect(named.dig(wish.name, "A")).toBe(wish.values[0]);
    }
    expect(await actuator.apply(east, 10, life)).toMatchObject({ kind: "done" });
    expect(await actuator.look(east, life)).toMatchObject({ epoch: 10 });
  });

  it("are not changed under a lower epoch", async () => {
    const wish = wished();
    await actuator.apply(wish, 8, life);
    const late = await actuator.apply({ ...wish, values: ["198.51.100.1"] }, 7, life);
    expect(late).toEqual({ kind: "outdated", epoch: 8 });
    expect(await actuator.apply(wish, 7, life)).toEqual({ kind: "outdated", epoch: 8 });
    expect(named.dig(wish.name, "A")).toBe("192.0.2.1");
  });

  it("are those of the highest epoch, whoever races", async () => {
    for (let race = 0; race < 20; race += 1) {
      const wish = wished();
      const epochs = race % 2 === 0 ? [7, 8, 9] : [9, 8, 7];
      const outcomes = await Promise.all(
        epochs.map(async (epoch) => ({
          epoch,
          outcome: await actuator.apply({ ...wish, values: [`192.0.2.${epoch}`] }, epoch, life),
        })),
      );
      expect(named.dig(wish.name, "A")).toBe("192.0.2.9");
      expect(await actuator.look(wish, life)).toMatchObject({ epoch: 9 });
      const ends = outcomes.map(({ epoch, outcome }) => [epoch, outcome.kind]);
      expect(ends).toContainEqual([9, "done"]);
      expect(ends.flat()).not.toContain("failed");
    }
  });

  it("are made below a name that answers whatever is asked", async () => {
    const wish = wished({ name: `api-${names}.wild.example.test` });
    expect(await actuator.apply(wish, 7, life)).toMatchObject({ kind: "done" });
    expect(named.dig(wish.name, "A")).toBe("192.0.2.1");
  });

  it("do not take the place of an alias, and it says so", async () => {
    const wish = wished({ name: "alias.example.test" });
    const now = { "alias.example.test A": "an alias of elsewhere.example, 60 s" };
    expect(await actuator.look(wish, life)).toMatchObject({ kind: "seen", now });
    const problem = problemIn(await actuator.apply(wish, 7, life));
    expect(problem).toMatchObject({ code: "dns/not-as-wished" });
    expect(problem.what).toContain("an alias of elsewhere.example");
    expect(
      await actuator.apply(
        wished({ name: "taken.example.test", type: "CNAME", values: ["west.example"] }),
        7,
        life,
      ),
    ).toMatchObject({ kind: "failed", problem: { code: "dns/not-as-wished" } });
  });

  it("stay as they are where no epoch can be read", async () => {
    const wish = wished();
    const strange = { ...wish, name: `_holdfast-epoch.${wish.name}`, type: "TXT", values: ["mine"] } as const;
    await actuator.apply(strange, 7, life);
    const problem = problemIn(await actuator.apply(wish, 7, life));
    expect(problem).toMatchObject({ code: "dns/epoch-unreadable" });
    expect(named.dig(wish.name, "A")).toBe("");
  });

  it("are refused to a key with another secret, another name or another algorithm", async () => {
    const file = join(named.folder, "other.key");
    const wish = wished({ keyFile: file });
    const attempt = async (key: string): Promise<unknown> => {
      writeFileSync(file, key);
      expect(await actuator.look(wish, life)).toMatchObject({ problem: { code: "dns/wrong-key" } });
      return problemIn(await actuator.apply(wish, 7, life)).what;
    };
    expect(await attempt(generatedKey("writer"))).toContain("(BADSIG)");
    expect(await attempt(generatedKey("nobody"))).toContain("(BADKEY)");
    expect(await attempt(generatedKey("writer", "hmac-sha512"))).toContain("(BADKEY)");
    expect(named.dig(wish.name, "A")).toBe("");
  });

  it("are refused to a key that may only ask, and where a zone takes no updates", async () => {
    const reader = wished({ keyFile: named.keyFile("reader") });
    expect(await actuator.look(reader, life)).toMatchObject({ kind: "seen" });
    expect(problemIn(await actuator.apply(reader, 7, life))).toMatchObject({
      code: "dns/refused",
      what: `127.0.0.1:${named.port} refuses ${reader.name} A in the zone example.test (REFUSED)`,
    });
    const fixed = wished({ zone: "fixed.test", name: "api.fixed.test" });
    expect(problemIn(await actuator.apply(fixed, 7, life))).toMatchObject({ code: "dns/refused" });
  });

  it.each([
    ["a zone that it does not hold", { zone: "nowhere.test", name: "api.nowhere.test" }, "dns/refused"],
    ["a zone above its own", { zone: "test" }, "dns/not-its-zone"],
    ["a name of a zone below", { name: "api.below.example.test" }, "dns/not-its-zone"],
  ])("cannot be changed in %s", async (_, over, code) => {
    expect(problemIn(await actuator.apply(wished(over), 7, life))).toMatchObject({ code });
  });

  it.each([3_600, -3_600])(
    "are refused to whoever's clock is %i s off, and both clocks are told",
    async (offSeconds) => {
      const skewed = dnsActuator({ now: () => Date.now() + offSeconds * 1_000, answerMsMax: 5_000 });
      const problem = problemIn(await skewed.apply(wished(), 7, life));
      expect(problem).toMatchObject({ code: "dns/clocks-differ" });
      const [ours = "", theirs = ""] = problem.what.match(/\d{4}-\d\d-\d\dT[\d:.]+Z/g) ?? [];
      const apart = (Date.parse(ours) - Date.parse(theirs)) / 1_000;
      expect(Math.abs(apart - offSeconds)).toBeLessThan(60);
    },
  );

  it("are told not to be known while the server is frozen, and the change may be made again", async () => {
    const wish = wished();
    const impatient = dnsActuator({ now: Date.now, answerMsMax: 300 });
    named.signal("SIGSTOP");
    try {
      const problem = problemIn(await impatient.apply(wish, 7, life));
      expect(problem).toMatchObject({ code: "dns/silent" });
      expect(problem.what).toContain("no answer within 300 ms");
      const stopping = AbortSignal.abort(new Error("a newer plan"));
      expect(problemIn(await actuator.apply(wish, 7, stopping)).what).toContain("a newer plan");
    } finally {
      named.signal("SIGCONT");
    }
    expect(await actuator.apply(wish, 7, life)).toMatchObject({ kind: "done" });
  });

  it("cannot be changed where nobody listens", async () => {
    const wish = wished({ server: { host: "127.0.0.1", port: await freePort() } });
    expect(problemIn(await actuator.apply(wish, 7, life))).toMatchObject({ code: "dns/away" });
  });

  describe("through somebody in between", () => {
    let between: Server;
    let change: (answer: Buffer) => readonly Buffer[];
    let port = 0;
    beforeAll(async () => {
      between = createServer((client) => {
        passOn(client, named.port, (answer) => change(answer));
      });
      port = await freePort();
      await new Promise<void>((resolve) => between.listen(port, "127.0.0.1", resolve));
    });
    afterAll(() => new Promise((resolve) => between.close(resolve)));

    const wish = (): DnsWish => wished({ server: { host: "127.0.0.1", port } });

    it("are read from answers that come byte by byte", async () => {
      change = (answer) => [...answer].map((byte) => Buffer.of(byte));
      expect(await actuator.apply(wish(), 7, life)).toMatchObject({ kind: "done" });
    });

    it.each<readonly [string, (answer: Buffer) => readonly Buffer[], string]>([
      ["one bit is another", (answer) => [flipped(answer, answer.length - 30)], "dns/answer-unproven"],
      ["the outcome is another", (answer) => [flipped(answer, 5)], "dns/answer-unproven"],
      ["the signature is missing", (answer) => [withoutLast(answer)], "dns/answer-unproven"],
      ["it answers another question", (answer) => [flipped(answer, 3)], "dns/other-answer"],
      ["it is no DNS", () => [Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")], "dns/silent"],
      ["it is noise", () => [Buffer.from([0, 40]), Buffer.alloc(40, 0xc0)], "dns/other-answer"],
      ["it ends too early", (answer) => [answer.subarray(0, 20)], "dns/silent"],
    ])("are not believed where %s", async (_, changed, code) => {
      change = changed;
      expect(problemIn(await actuator.apply(wish(), 7, life))).toMatchObject({ code });
    });
  });
});

/** Carries a question to the server and its answer, changed, back; then ends. */
function passOn(client: Socket, port: number, change: (answer: Buffer) => readonly Buffer[]): void {
  const server = createConnection({ port, host: "127.0.0.1" });
  let heard = Buffer.alloc(0);
  client.on("error", () => server.destroy()).on("close", () => server.destroy());
  client.on("data", (chunk) => server.write(chunk));
  server.on("error", () => client.destroy());
  server.on("data", (chunk: Buffer) => {
    heard = Buffer.concat([heard, chunk]);
    if (heard.length < 2 || heard.length < 2 + heard.readUInt16BE(0)) return;
    void sent(client, change(heard));
  });
}

async function sent(client: Socket, pieces: readonly Buffer[]): Promise<void> {
  client.setNoDelay(true);
  for (const piece of pieces) await new Promise((resolve) => client.write(piece, resolve));
  client.end();
}

/** @param at counted from the length that goes before a message */
function flipped(answer: Buffer, at: number): Buffer {
  const other = Buffer.from(answer);
  other.writeUInt8(other.readUInt8(at) ^ 1, at);
  return other;
}

/** Without the record at the end, as whoever has no key could send it. */
function withoutLast(answer: Buffer): Buffer {
  const signature = answer.lastIndexOf(Buffer.from("\x06writer\0"));
  const other = Buffer.from(answer.subarray(0, signature));
  other.writeUInt16BE(other.length - 2, 0);
  other.writeUInt16BE(other.readUInt16BE(12) - 1, 12);
  return other;
}
