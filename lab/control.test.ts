import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askLab, type LabAnswer, type LabRequest, serveControl } from "./control.ts";

const root = "/srv/ada/lab";
const token = "known-to-this-user";
let said: (request: LabRequest) => Promise<LabAnswer>;
let control: Awaited<ReturnType<typeof serveControl>>;

beforeEach(async () => {
  said = () => Promise.resolve({ kind: "done", effect: "done" });
  control = await serveControl({ root, token, door: null, answer: (request) => said(request) });
});
afterEach(() => {
  control.close();
});

function ask(request: LabRequest, known = token): ReturnType<typeof askLab> {
  return askLab({ root, controlPort: control.port, token: known }, request, AbortSignal.timeout(10_000));
}

/** Sends the beginning of a request of 100 bytes, and answers what has come back when the connection ends. */
function begun(headers: readonly string[], breaksOff: "breaks off" | "waits"): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(control.port, "127.0.0.1");
    let text = "";
    socket
      .on("error", () => undefined)
      .on("close", () => {
        resolve(text);
      });
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      socket.destroy();
    });
    const head = ["POST / HTTP/1.1", "host: lab", "content-length: 100", ...headers, "", "{"];
    socket.write(head.join("\r\n"), () => {
      if (breaksOff === "breaks off") socket.resetAndDestroy();
    });
  });
}

async function posted(body: string): Promise<{ readonly status: number; readonly answer: unknown }> {
  const answer = await fetch(`http://127.0.0.1:${control.port}/`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body,
  });
  return { status: answer.status, answer: await answer.json() };
}

describe("a lab that is asked for something", () => {
  it("understands harm to a network as it was asked for, and none that cannot be", async () => {
    const heard: unknown[] = [];
    said = (request) => {
      heard.push(request);
      return Promise.resolve({ kind: "done", effect: "done" });
    };
    const harms = [
      { kind: "cut", direction: "in", from: "peers" },
      { kind: "flap", periodSeconds: 4 },
      { kind: "loss", lossRatio: 0.2 },
      { kind: "delay", delaySeconds: 0.2, direction: "out", from: "clients" },
    ] as const;
    for (const harm of harms) await ask({ ask: "harm", harm, region: "east" });
    expect(heard).toEqual(harms.map((harm) => ({ ask: "harm", harm, region: "east" })));
    const wrong = [
      {},
      null,
      { kind: "cut" },
      { kind: "flap", periodSeconds: 0 },
      { kind: "loss", lossRatio: 1 },
      { kind: "delay", delaySeconds: 0.2 },
      { kind: "delay", delaySeconds: 0, direction: "out", from: "clients" },
      { kind: "delay", delaySeconds: 11, direction: "out", from: "clients" },
    ];
    for (const harm of wrong)
      expect((await posted(JSON.stringify({ ask: "harm", harm, region: "east" }))).status).toBe(400);
  });

  it("answers whoever knows its token, and nobody else", async () => {
    expect(await ask({ ask: "status" })).toEqual({ ok: true, value: { kind: "done", effect: "done" } });
    expect(await ask({ ask: "status" }, "guessed")).toMatchObject({
      ok: false,
      problems: [{ code: "lab/no-answer" }],
    });
  });

  it("turns a stranger away before it has read what they send", async () => {
    expect(await begun([], "waits")).toMatch(/^HTTP\/1\.1 401 /);
  });

  it("goes on when a request breaks off", async () => {
    await begun([], "breaks off");
    await begun([`authorization: Bearer ${token}`], "breaks off");
    expect(await ask({ ask: "status" })).toMatchObject({ ok: true });
  });

  it.each([
    ["no JSON", "{"],
    ["nothing", "null"],
    ["a list", "[]"],
    ["an unknown wish", '{"ask": "lunch"}'],
    ["a restore of no region", '{"ask": "restore"}'],
    ["an unknown fault", '{"ask": "fault", "region": "east", "fault": "bite"}'],
    ["a body without end", `{"ask": "${"x".repeat(10_000)}"}`],
  ])("refuses what it cannot read: %s", async (_what, body) => {
    expect(await posted(body)).toMatchObject({
      status: 400,
      answer: { kind: "problem", problem: { code: "lab/unreadable-request" } },
    });
  });

  it("says so when its disk is full, and goes on", async () => {
    said = () => Promise.reject(Object.assign(new Error("no space"), { code: "ENOSPC", syscall: "write" }));
    expect(await ask({ ask: "restore", region: "east" })).toMatchObject({
      ok: true,
      value: { kind: "problem", problem: { code: "lab/disk-full" } },
    });
    said = () => Promise.resolve({ kind: "done", effect: "done" });
    expect(await ask({ ask: "status" })).toEqual({ ok: true, value: { kind: "done", effect: "done" } });
  });

  it("does not end over a mistake of its own, and names it", async () => {
    said = () => Promise.reject(new TypeError("region is not a function"));
    expect(await ask({ ask: "status" })).toMatchObject({
      ok: true,
      value: {
        kind: "problem",
        problem: { code: "lab/mistake", what: expect.stringContaining("region is not a function") as string },
      },
    });
  });
});
