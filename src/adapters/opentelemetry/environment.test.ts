import { describe, expect, it } from "vitest";
import { collectorIn } from "./environment.ts";

const endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
const at = { [endpoint]: "http://127.0.0.1:4318" };

describe("the environment", () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ["names no endpoint", {}],
    ["names an empty one", { [endpoint]: " " }],
    ["switches telemetry off", { ...at, OTEL_SDK_DISABLED: "TRUE" }],
    ["sends traces nowhere", { ...at, OTEL_TRACES_EXPORTER: "none" }],
    ["sends traces elsewhere", { ...at, OTEL_TRACES_EXPORTER: "console, zipkin" }],
  ])("asks for nothing where it %s", (_what, env) => {
    expect(collectorIn(env)).toEqual({ ok: true, value: null });
  });

  it("goes without saying: bytes over HTTP, not packed, within ten seconds", () => {
    expect(collectorIn({ ...at, OTEL_SDK_DISABLED: "false", OTEL_TRACES_EXPORTER: "console,otlp" })).toEqual({
      ok: true,
      value: {
        url: "http://127.0.0.1:4318/v1/traces",
        headers: {},
        timeout: 10_000,
        protocol: "http/protobuf",
        compression: "none",
        resource: {},
      },
    });
  });

  it.each([
    ["http://collector:4318", "http://collector:4318/v1/traces"],
    ["http://collector:4318/", "http://collector:4318/v1/traces"],
    ["https://collector/otlp", "https://collector/otlp/v1/traces"],
  ])("has a path for traces below an endpoint for everything: %s", (given, url) => {
    expect(collectorIn({ [endpoint]: given })).toMatchObject({ value: { url } });
  });

  it.each([
    ["http://collector:4318", "http://collector:4318/"],
    ["https://collector/api/traces", "https://collector/api/traces"],
  ])("is taken at its word in an endpoint for traces: %s", (given, url) => {
    expect(collectorIn({ ...at, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: given })).toMatchObject({
      value: { url },
    });
  });

  it("lets what is said of traces win over what is said of everything", () => {
    expect(
      collectorIn({
        ...at,
        OTEL_EXPORTER_OTLP_HEADERS: "api-key=secret%20one, x-org = a=b",
        OTEL_EXPORTER_OTLP_TRACES_HEADERS: "Api-Key=other",
        OTEL_EXPORTER_OTLP_TIMEOUT: "9000",
        OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: "500",
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
        OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/json",
        OTEL_EXPORTER_OTLP_COMPRESSION: "gzip",
        OTEL_RESOURCE_ATTRIBUTES: "service.name=of-attributes,deployment.environment.name=lab%2C1",
        OTEL_SERVICE_NAME: "drills",
      }),
    ).toMatchObject({
      value: {
        headers: { "api-key": "other", "x-org": "a=b" },
        timeout: 500,
        protocol: "http/json",
        compression: "gzip",
        resource: { "service.name": "drills", "deployment.environment.name": "lab,1" },
      },
    });
  });

  it.each<[string, string, string]>([
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", "trace/setting-unreadable"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "localhost", "trace/setting-unreadable"],
    ["OTEL_EXPORTER_OTLP_TIMEOUT", "10s", "trace/setting-unreadable"],
    ["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "0", "trace/setting-unreadable"],
    ["OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "trace/setting-unknown"],
    ["OTEL_EXPORTER_OTLP_COMPRESSION", "zstd", "trace/setting-unknown"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "no pair", "trace/setting-malformed"],
    ["OTEL_EXPORTER_OTLP_TRACES_HEADERS", "a=b%0d%0aHost: c", "trace/setting-malformed"],
    ["OTEL_RESOURCE_ATTRIBUTES", "a=%", "trace/setting-malformed"],
  ])("is told what is wrong with %s=%s", (name, value, code) => {
    expect(collectorIn({ ...at, [name]: value })).toMatchObject({
      ok: false,
      problems: [{ code, what: expect.stringContaining(name) as string }],
    });
  });

  it("is not shown to anybody where it holds a password", () => {
    const secrets = [
      { [endpoint]: "http://ada:s3cret@collector" },
      { ...at, OTEL_EXPORTER_OTLP_HEADERS: "authorization=s3cret,oops" },
    ];
    for (const env of secrets) {
      const read = collectorIn(env);
      expect(read.ok).toBe(false);
      expect(JSON.stringify(read)).not.toContain("s3cret");
    }
  });

  it("has every problem told at once", () => {
    const read = collectorIn({ [endpoint]: "nowhere", OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" });
    expect(read).toMatchObject({
      problems: [{ code: "trace/setting-unreadable" }, { code: "trace/setting-unknown" }],
    });
  });
});
