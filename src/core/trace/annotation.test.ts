import { describe, expect, it } from "vitest";
import {
  controllerEntries,
  drillEvidence,
  logOf,
  sha256,
  wallAtZero,
} from "../../../test/example-evidence.ts";
import type { VerifiedLog } from "../evidence/verify.ts";
import { type Annotation, annotationsOf } from "./annotation.ts";
import { tracesIn } from "./trace.ts";

function annotationsIn(logs: readonly VerifiedLog[]): readonly Annotation[] {
  return tracesIn(logs, sha256).flatMap(annotationsOf);
}

describe("the annotations of a trace", () => {
  it("mark the outage as a stretch, and the fault, the decision and the recovery as moments", () => {
    const [trace] = tracesIn(drillEvidence(), sha256);
    const tags = (what: string): readonly string[] => [
      "holdfast",
      what,
      "drill region-loss",
      `trace_id:${trace?.id ?? ""}`,
    ];
    expect(annotationsIn(drillEvidence())).toEqual([
      {
        time: wallAtZero + 4_002,
        timeEnd: wallAtZero + 4_844,
        tags: tags("outage"),
        text: "drill region-loss: outage of 0.842 s",
      },
      { time: wallAtZero + 4_000, tags: tags("fault"), text: "region east is lost" },
      {
        time: wallAtZero + 4_219,
        tags: tags("decision"),
        text: "region east is given up; another is to serve",
      },
      {
        time: wallAtZero + 4_893,
        tags: tags("recovery"),
        text: "region west serves under epoch 3; a write and a completion have passed",
      },
    ]);
  });

  it("mark the failover as the stretch where nobody measured an outage", () => {
    const [stretch] = annotationsIn([logOf("controller-west", controllerEntries())]);
    expect(stretch).toMatchObject({ time: wallAtZero + 4_184, timeEnd: wallAtZero + 4_894 });
  });

  it("say of an outage that did not end that it did not", () => {
    const outage = { kind: "not-restored", fromMonotonicMs: 4_002, toMonotonicMs: null };
    const [stretch] = annotationsIn(drillEvidence({ verdict: "missed", outage }));
    expect(stretch?.text).toContain("the writer was not answered again");
  });
});
