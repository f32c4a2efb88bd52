import { describe, expect, it } from "vitest";
import { instantMs } from "../units/units.ts";
import { type LogLine, logLine, type LogOrigin, saidIn } from "./log-line.ts";

const origin: LogOrigin = {
  platformId: "7e57",
  process: "controller",
  region: "west",
  pid: 4_711,
  version: "0.1.0",
};

const line: LogLine = {
  at: instantMs(1_790_000_000_123),
  severity: "WARN",
  body: 'epoch 3,\n"fencing" east',
  epoch: 3,
  context: { traceId: "b3dbb696410c71e7a73b44109c0bbab5", spanId: "822224cd1820bc83" },
  attributes: { "holdfast.deed.seconds": 0.25 },
};

describe("a line of a log", () => {
  it("is one JSON object on one line, whatever is said", () => {
    const text = logLine(line, origin);
    expect(text.indexOf("\n")).toBe(text.length - 1);
    expect(JSON.parse(text)).toEqual({
      time: "2026-09-21T14:13:20.123Z",
      severity: "WARN",
      severity_number: 13,
      body: 'epoch 3,\n"fencing" east',
      "service.name": "holdfast",
      "service.version": "0.1.0",
      "process.pid": 4_711,
      "holdfast.platform.id": "7e57",
      "holdfast.process": "controller",
      "holdfast.region": "west",
      "holdfast.epoch": 3,
      trace_id: "b3dbb696410c71e7a73b44109c0bbab5",
      span_id: "822224cd1820bc83",
      trace_flags: "01",
      "holdfast.deed.seconds": 0.25,
    });
  });

  it("leaves out what is not known", () => {
    const { at, severity, body } = line;
    const text = logLine(
      { at, severity, body, epoch: null, context: null },
      { ...origin, region: null, platformId: null },
    );
    const keys = Object.keys(JSON.parse(text) as object);
    expect(keys.filter((key) => /region|epoch|trace|span|platform/.test(key))).toEqual([]);
  });

  it.each([
    ["is what was said", logLine(line, origin), line.body],
    ["is all of it where an engine wrote it that died", "FATAL ERROR: heap limit", "FATAL ERROR: heap limit"],
    ["is all of it where a lone number stands", "42", "42"],
    ["is all of it where nothing is said in it", '{"body":7}', '{"body":7}'],
  ])("%s to people", (_what, text, said) => {
    expect(saidIn(text)).toBe(said);
  });
});
