import { request } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { type AdminDoor, openAdminDoor } from "./admin.ts";
import type { EdgeVerbs } from "./edge-verbs.ts";

const verbs: EdgeVerbs = {
  route: () => Promise.reject(new TypeError("active is not a function")),
  hold: () => Promise.resolve({ kind: "unknown-region", known: ["east"] }),
  view: () => ({ routing: { kind: "unrouted" }, regions: [] }),
  status: () => {
    throw new RangeError("no such count");
  },
};

let door: AdminDoor | null = null;
afterEach(async () => {
  await door?.close();
});

async function asked(method: string, path: string, body = ""): Promise<{ status: number; code: string }> {
  const opened = await openAdminDoor({ host: "127.0.0.1", port: 0 }, verbs);
  if (opened.kind === "refused") throw new Error(opened.problem.what);
  door = opened.value;
  const { host, port } = door.address;
  const headers = { "content-type": "application/json" };
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, method, path, headers, agent: false }, (answer) => {
      let text = "";
      answer.on("data", (chunk: Buffer) => (text += chunk.toString()));
      answer.on("end", () => {
        const { code } = JSON.parse(text) as { readonly code: string };
        resolve({ status: answer.statusCode ?? 0, code });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

describe("the edge's administration", () => {
  it.each(["//", "//[", "/%", "*", "http://[", "/status/"])("knows no path %s, and goes on", async (path) => {
    expect(await asked("GET", path)).toEqual({ status: 404, code: "edge/unknown-path" });
  });

  it("reads a path up to its question mark", async () => {
    const order = JSON.stringify({ epoch: 1 });
    expect(await asked("POST", "/hold?by=hand", order)).toEqual({ status: 422, code: "edge/unknown-region" });
  });

  it.each([
    ["GET", "/status", ""],
    ["POST", "/route", JSON.stringify({ epoch: 1, active: "east" })],
  ])("does not end over a mistake of its own in %s %s, and names it", async (method, path, body) => {
    expect(await asked(method, path, body)).toEqual({ status: 500, code: "edge/mistake" });
  });
});
