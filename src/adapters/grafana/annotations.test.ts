import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drillEvidence, sha256 } from "../../../test/example-evidence.ts";
import { HttpReceiver } from "../../../test/http-receiver.ts";
import type { Sent } from "../../core/trace/ports.ts";
import { tracesIn } from "../../core/trace/trace.ts";
import { grafanasIn } from "./annotations.ts";

const traces = tracesIn(drillEvidence(), sha256);
/** As Grafana answers. */
const added = { status: 200, body: '{"message":"Annotation added","id":1}' } as const;
const patience = new AbortController().signal;

let grafana: HttpReceiver;
beforeAll(async () => {
  grafana = await HttpReceiver.answering(added);
});
afterAll(() => grafana.close());

async function sent(path = ""): Promise<Sent> {
  const [destination] = grafanasIn({ GRAFANA_URL: `${grafana.url}${path}`, GRAFANA_TOKEN: "glsa_secret" });
  if (destination === undefined) throw new Error("nobody wants to know");
  return destination.send(traces, patience);
}

/** The fields of an annotation that Grafana's documentation names for `POST /api/annotations`, and their types. */
function isAnnotation(body: unknown): boolean {
  if (typeof body !== "object" || body === null) return false;
  const { time, timeEnd = time, tags, text, ...more } = body as Record<string, unknown>;
  const isTags = Array.isArray(tags) && tags.every((tag) => typeof tag === "string");
  const isText = typeof text === "string" && text !== "";
  return isSpan(time, timeEnd) && isTags && isText && Object.keys(more).length === 0;
}

function isSpan(time: unknown, timeEnd: unknown): boolean {
  const isTime = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 1e12;
  return isTime(time) && isTime(timeEnd) && timeEnd >= time;
}

describe("a Grafana", () => {
  it("is sent each annotation as its documentation asks, with the token", async () => {
    grafana.answer(added);
    expect(await sent()).toEqual({ kind: "sent", to: `${grafana.url}/api/annotations` });
    expect(grafana.received).toHaveLength(4);
    for (const { method, path, headers, body } of grafana.received) {
      expect({ method, path }).toEqual({ method: "POST", path: "/api/annotations" });
      expect(headers).toMatchObject({
        authorization: "Bearer glsa_secret",
        "content-type": "application/json",
      });
      expect(isAnnotation(JSON.parse(body.toString()))).toBe(true);
    }
  });

  it("may stand below a path", async () => {
    grafana.answer(added);
    await sent("/grafana/");
    expect(grafana.received[0]?.path).toBe("/grafana/api/annotations");
  });

  it("that says no is not asked again, and is told of with what it has taken, without the token", async () => {
    grafana.answer(added, { status: 403 });
    const outcome = await sent();
    expect(outcome).toMatchObject({ kind: "failed", problem: { code: "grafana/not-taken" } });
    expect(JSON.stringify(outcome)).toContain("it answers 403 Forbidden; 1 of 4 are there");
    expect(JSON.stringify(outcome)).not.toContain("glsa_secret");
    expect(grafana.received).toHaveLength(2);
  });

  it("that is not there is a problem, as is one whose address is none", async () => {
    const gone = await HttpReceiver.answering(added);
    await gone.close();
    for (const [url, code] of [
      [gone.url, "grafana/not-taken"],
      ["grafana:3000", "grafana/setting-unreadable"],
      ["http://ada:pw@grafana", "grafana/setting-unreadable"],
    ] as const) {
      const [destination] = grafanasIn({ GRAFANA_URL: url, GRAFANA_TOKEN: "t" });
      expect(await destination?.send(traces, patience)).toMatchObject({ problem: { code } });
    }
  });

  it("that is silent is not waited for once somebody asks to stop", async () => {
    grafana.answer("hang");
    const [destination] = grafanasIn({ GRAFANA_URL: grafana.url, GRAFANA_TOKEN: "t" });
    const stop = new AbortController();
    const sending = destination?.send(traces, stop.signal);
    await expect.poll(() => grafana.received.length).toBe(1);
    stop.abort();
    expect(await sending).toMatchObject({ problem: { code: "grafana/not-taken" } });
  });

  it.each<Readonly<Record<string, string>>>([{}, { GRAFANA_URL: "http://grafana" }, { GRAFANA_TOKEN: "t" }])(
    "is not there for %j",
    (env) => {
      expect(grafanasIn(env)).toEqual([]);
    },
  );
});
