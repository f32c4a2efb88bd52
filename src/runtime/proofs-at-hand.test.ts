import { describe, expect, it } from "vitest";
import { cryptography } from "../adapters/files/evidence-cryptography.ts";
import type { EvidenceReader } from "../core/evidence/ports.ts";
import type { Problem } from "../core/problem/problem.ts";
import { ProofsAtHand } from "./proofs-at-hand.ts";

const torn: Problem = { code: "evidence/torn", what: "half of it", where: null, why: "", mend: "" };

/** A folder that is whole from so many reads on. @param traces what it shows of itself, one after another, and the last from then on */
function reader(
  wholeFrom: number,
  traces: readonly string[],
): EvidenceReader & { readonly reads: () => number } {
  let [reads, looks] = [0, 0];
  return {
    ...cryptography,
    reads: () => reads,
    logs: () => {
      reads += 1;
      return Promise.resolve(reads < wholeFrom ? { ok: false, problems: [torn] } : { ok: true, value: [] });
    },
    trace: () => {
      looks += 1;
      return Promise.resolve(traces[looks - 1] ?? traces.at(-1) ?? "");
    },
    publicKey: () => Promise.resolve({ ok: false, problems: [torn] }),
  };
}

async function read(of: EvidenceReader): Promise<Problem | null | undefined> {
  const hand = new ProofsAtHand(of, { kind: "beside" }, [{ folder: "evidence", path: "/evidence" }]);
  const [folder] = await hand.read(new AbortController().signal);
  return folder?.problem;
}

describe("evidence that is written while it is read", () => {
  it("is read again where it does not hold and has changed meanwhile", async () => {
    const written = reader(3, ["a", "b", "b", "c", "c"]);
    expect(await read(written)).toBeNull();
    expect(written.reads()).toBe(3);
  });

  it("is told as it is where nobody has changed it", async () => {
    const still = reader(3, ["a"]);
    expect(await read(still)).toEqual(torn);
    expect(still.reads()).toBe(1);
  });

  it("is told as it is once it was read five times, for somebody may write without an end", async () => {
    const busy = reader(9, ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"]);
    expect(await read(busy)).toEqual(torn);
    expect(busy.reads()).toBe(5);
  });
});
