import { describe, expect, it } from "vitest";
import { logOf, type ToldEntry } from "../../../test/example-evidence.ts";
import { placeOf, sentenceOf } from "./fault.ts";
import { lostSince, seenAfter, type SeenHeads } from "./seen-before.ts";
import type { VerifiedLog } from "./verify.ts";

function drill(count: number, first = "one"): VerifiedLog {
  const entries = Array.from({ length: count }, (_, at): ToldEntry => {
    return { kind: "observed", ms: at, body: { what: at === 0 ? first : at } };
  });
  return logOf("drill", entries);
}

/** What is told of logs after these were seen, one after another. */
function told(...reads: readonly (readonly VerifiedLog[])[]): readonly string[] {
  let seen: SeenHeads = new Map();
  let faults: readonly string[] = [];
  for (const logs of reads) {
    faults = lostSince(seen, logs).map((fault) => `${placeOf(fault)}: ${sentenceOf(fault)}`);
    seen = seenAfter(seen, logs);
  }
  return faults;
}

describe("a log that was seen before", () => {
  it("is as it was, or has grown", () => {
    expect(told([drill(2)], [drill(2)], [drill(3)])).toEqual([]);
  });

  it("is told where it was cut off and sealed anew, until what was seen is there again", () => {
    const cut = "drill, as seen before: 3 entries were seen and 2 are here";
    expect(told([drill(3)], [drill(2)])).toEqual([cut]);
    expect(told([drill(3)], [drill(2)], [drill(2)])).toEqual([cut]);
    expect(told([drill(3)], [drill(2)], [drill(4)])).toEqual([]);
  });

  it("is told where it was taken away, and where another stands in its place", () => {
    expect(told([drill(2)], [])).toEqual(["drill, as seen before: the log is missing"]);
    const other = "drill, as seen before: its first 2 entries are not those that were seen";
    expect(told([drill(2)], [drill(2, "two")])).toEqual([other]);
    expect(told([drill(2)], [drill(3, "two")], [drill(3, "two")])).toEqual([other]);
  });

  it("is told once where it has a fault of its own, and what held last is remembered", () => {
    const broken: VerifiedLog = {
      ...drill(1),
      fault: { at: "entry", entry: { log: "drill", sequence: 2 }, fault: { kind: "missing" } },
    };
    expect(told([drill(3)], [broken])).toEqual([]);
    expect(told([drill(3)], [broken], [drill(2)])).toHaveLength(1);
  });
});
