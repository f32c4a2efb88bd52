import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drillEvidence, sha256 } from "../../../test/example-evidence.ts";
import { HttpReceiver } from "../../../test/http-receiver.ts";
import { decodedTraces, partialSuccessBytes } from "../../../test/otlp-decoder.ts";
import { otlpOf } from "../../core/trace/otlp.ts";
import type { Sent } from "../../core/trace/ports.ts";
import { tracesIn } from "../../core/trace/trace.ts";
import { collectorsIn } from "./collector.ts";

const traces = tracesIn(drillEvidence(), sha256);
const taken = { status: 200, body: new Uint8Array() } as const;
const patience = new AbortController().signal;

let collector: HttpReceiver;
beforeAll(async () => {
  collector = await HttpReceiver.answering(taken);
});
afterAll(() => collector.close());

async function sent(more: Readonly<Record<string, string>> = {}, signal = patience): Promise<Sent> {
  const [destination] = collectorsIn({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...more });
  if (destination === undefined) throw new Error("nobody wants to know");
  return destination.send(traces, signal);
}

function because(outcome: Sent): string {
  if (outcome.kind === "sent") throw new Error("it was taken");
  expect(outcome.problem.code).toBe("trace/not-taken");
  return outcome.problem.what;
}

describe("a collector", () => {
  it("is sent what the file holds, as the bytes of the official messages", async () => {
    collector.answer(taken);
    expect(await sent()).toEqual({ kind: "sent", to: `${collector.url}/v1/traces` });
    const [{ method, path, headers, body } = { body: Buffer.alloc(0), headers: {} }] = collector.received;
    expect({ method, path }).toEqual({ method: "POST", path: "/v1/traces" });
    expect(headers["content-type"]).toBe("application/x-protobuf");
    const ids = decodedTraces(body).resourceSpans.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) => spans.map(({ spanId }) => spanId)),
    );
    expect(ids).toEqual(traces.flatMap(({ spans }) => spans.map(({ id }) => id)));
  });

  it("is sent JSON, packed, with headers and a resource of the user's, where that is asked for", async () => {
    collector.answer(taken);
    await sent({
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_COMPRESSION: "gzip",
      OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20key",
      OTEL_SERVICE_NAME: "drills",
    });
    const [request] = collector.received;
    expect(request?.headers).toMatchObject({
      authorization: "Bearer key",
      "content-type": "application/json",
      "content-encoding": "gzip",
    });
    const document = JSON.parse(gunzipSync(request?.body ?? "").toString()) as unknown;
    expect(document).toEqual(JSON.parse(JSON.stringify(otlpOf(traces, { "service.name": "drills" }))));
  });

  it("is asked again when it says that it is busy, and not when it says no", async () => {
    collector.answer({ status: 503, headers: { "retry-after": "0" } }, taken);
    expect((await sent()).kind).toBe("sent");
    expect(collector.received).toHaveLength(2);
    collector.answer({ status: 400 }, taken);
    expect(because(await sent())).toContain("it answers 400");
    expect(collector.received).toHaveLength(1);
  });

  it("is given up when it stays busy", async () => {
    collector.answer({ status: 429, headers: { "retry-after": "0" } });
    expect(because(await sent())).toContain("it answers 429");
    expect(collector.received).toHaveLength(3);
  });

  it("is not waited for longer than its timeout, whether it is silent or asks to come back in an hour", async () => {
    const busy = { status: 503, headers: { "retry-after": "3600" } } as const;
    for (const [answer, heard] of [
      ["hang", "nothing was heard of it"],
      [busy, "it answers 503"],
    ] as const) {
      collector.answer(answer);
      const told = because(await sent({ OTEL_EXPORTER_OTLP_TIMEOUT: "700" }));
      expect(told).toContain(`it was given 700 ms, and ${heard}`);
      expect(collector.received).toHaveLength(1);
    }
  });

  it("is left at once by somebody who asks to stop", async () => {
    collector.answer("hang");
    const stop = new AbortController();
    const sending = sent({}, stop.signal);
    await expect.poll(() => collector.received.length).toBe(1);
    stop.abort(new Error("interrupted"));
    expect(because(await sending)).toContain("interrupted");
  });

  it("that is not there is named, with why it was not reached", async () => {
    const gone = await HttpReceiver.answering(taken);
    await gone.close();
    const told = because(
      await sent({ OTEL_EXPORTER_OTLP_ENDPOINT: gone.url, OTEL_EXPORTER_OTLP_TIMEOUT: "300" }),
    );
    expect(told).toContain(`${gone.url}/v1/traces`);
    expect(told).toContain("ECONNREFUSED");
  });

  it("does not lead the headers to somebody else", async () => {
    collector.answer({ status: 307, headers: { location: `${collector.url}/elsewhere` } }, taken);
    expect(because(await sent())).toContain("it answers 307");
    expect(collector.received).toHaveLength(1);
  });

  it("that rejects spans has not taken the trace, in bytes and in JSON", async () => {
    collector.answer({ status: 200, body: partialSuccessBytes(2, "too old") });
    expect(because(await sent())).toContain("it has rejected 2 spans: too old");
    const partialSuccess = { rejectedSpans: "1", errorMessage: "" };
    collector.answer({ status: 200, body: JSON.stringify({ partialSuccess }) });
    expect(because(await sent({ OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" }))).toContain("rejected 1 span");
  });

  it.each([
    ["warns only", partialSuccessBytes(0, "use a newer version")],
    ["answers with a page", "<html>"],
    ["breaks off its answer", Uint8Array.from([0x0a, 0x7f, 0x08])],
  ])("that %s has taken it", async (_what, body) => {
    collector.answer({ status: 200, body });
    expect((await sent()).kind).toBe("sent");
  });

  it("that is named badly is a problem, and nobody is asked", async () => {
    const [destination] = collectorsIn({ OTEL_EXPORTER_OTLP_ENDPOINT: "nowhere" });
    expect(await destination?.send(traces, patience)).toMatchObject({
      kind: "failed",
      problem: { code: "trace/setting-unreadable" },
    });
  });

  it("that nobody names is not there", () => {
    expect(collectorsIn({})).toEqual([]);
  });
});
