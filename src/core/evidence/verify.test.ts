import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cryptography, signerOf } from "../../adapters/files/evidence-cryptography.ts";
import { instantMs, monotonicMs } from "../units/units.ts";
import { utf8 } from "./bytes.ts";
import { envelopeBytes, preAuthenticationEncoding, statementMediaType } from "./dsse.ts";
import type { NewEntry } from "./evidence.ts";
import { placeOf, sentenceOf } from "./fault.ts";
import { headOf, type LogState, nextEntry, sealOf } from "./log.ts";
import { emptyTree } from "./merkle.ts";
import type { FileContent, LogFiles, Signer } from "./ports.ts";
import { headOfVerified, stateWithRoot, verifyEvidence, verifyLog } from "./verify.ts";

const { digest } = cryptography;
const signer = signerOf(generateKeyPairSync("ed25519").privateKey);
const stranger = signerOf(generateKeyPairSync("ed25519").privateKey);
const beside = { kind: "beside" } as const;
const stamp = { at: instantMs(1_790_000_000_123), monotonic: monotonicMs(4.5) };

interface Written {
  readonly files: LogFiles;
  readonly state: LogState;
}

function read(bytes: Uint8Array): FileContent {
  return { kind: "read", bytes };
}

function begun(log: string, by: Signer): Written {
  const state = { log, tree: emptyTree };
  const checkpoint = read(sealOf(state, { digest, signer: by }));
  const publicKey = read(utf8(by.publicKey.pem));
  return { state, files: { log, entries: new Map(), checkpoint, publicKey, strays: [] } };
}

function written({ files, state }: Written, entry: NewEntry, by = signer): Written {
  const next = nextEntry(state, { entry, stamp }, { digest, signer: by, software: "holdfast 0.1.0" });
  const entries = new Map([...files.entries, [next.sequence, read(next.entry)] as const]);
  return { files: { ...files, entries, checkpoint: read(next.checkpoint) }, state: next.state };
}

function logOf(count: number, { log = "drill", body = 0 } = {}): Written {
  let whole = begun(log, signer);
  for (let index = 1; index <= count; index += 1) {
    whole = written(whole, { kind: "observed", body: { index, body } });
  }
  return whole;
}

function withEntry(files: LogFiles, sequence: number, content: FileContent | undefined): LogFiles {
  const entries = new Map(files.entries);
  if (content === undefined) entries.delete(sequence);
  else entries.set(sequence, content);
  return { ...files, entries };
}

function entryIn(files: LogFiles, sequence: number): FileContent {
  return files.entries.get(sequence) ?? { kind: "absent" };
}

function faultOf(files: LogFiles): { place: string; kind: string } | null {
  const { fault } = verifyLog(files, beside, cryptography);
  return fault === null ? null : { place: placeOf(fault), kind: fault.fault.kind };
}

const five = logOf(5);

describe("a log as its writer left it", () => {
  it("holds, and tells what was written, when and by which program", () => {
    const log = verifyLog(five.files, beside, cryptography);
    expect(log.fault).toBeNull();
    expect(log.unsealed).toBe(0);
    expect(log.entries).toHaveLength(5);
    expect(log.entries[2]?.entry).toMatchObject({
      log: "drill",
      sequence: 3,
      at: stamp.at,
      monotonic: stamp.monotonic,
      software: "holdfast 0.1.0",
      kind: "observed",
      body: { index: 3, body: 0 },
    });
    expect(headOfVerified(log)).toEqual(headOf(digest, five.state));
  });

  it("holds when it is empty, and while it is being made", () => {
    expect(faultOf(begun("drill", signer).files)).toBeNull();
    expect(faultOf({ ...begun("drill", signer).files, checkpoint: { kind: "absent" } })).toBeNull();
  });

  it("holds with one entry beyond its checkpoint, which a crash leaves, and says so", () => {
    const crashed = { ...five.files, checkpoint: logOf(4).files.checkpoint };
    const log = verifyLog(crashed, beside, cryptography);
    expect(log.fault).toBeNull();
    expect(log.unsealed).toBe(1);
  });
});

describe("a log that was touched", () => {
  it("does not hold when any one byte of any of its files is another", () => {
    const names = ["checkpoint", "public-key", 1, 2, 3, 4, 5] as const;
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(), fc.integer({ min: 1, max: 255 }), (name, at, by) => {
        const changed = (content: FileContent): FileContent => {
          if (content.kind !== "read") return content;
          const bytes = Uint8Array.from(content.bytes);
          const index = at % bytes.length;
          bytes[index] = (bytes[index] ?? 0) ^ by;
          return read(bytes);
        };
        const { files } = five;
        if (name === "checkpoint") {
          expect(faultOf({ ...files, checkpoint: changed(files.checkpoint) })?.place).toBe(
            "drill, checkpoint",
          );
        } else if (name === "public-key") {
          expect(faultOf({ ...files, publicKey: changed(files.publicKey) })).not.toBeNull();
        } else {
          expect(faultOf(withEntry(files, name, changed(entryIn(files, name))))?.place).toBe(`drill/${name}`);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it("names the entry that was dropped", () => {
    for (const sequence of [1, 2, 3, 4, 5]) {
      const place = { place: `drill/${sequence}`, kind: "missing" };
      expect(faultOf(withEntry(five.files, sequence, undefined))).toEqual(place);
    }
  });

  it("names the first of two entries that changed places", () => {
    for (const first of [1, 2, 3, 4]) {
      for (let second = first + 1; second <= 5; second += 1) {
        const moved = withEntry(five.files, first, entryIn(five.files, second));
        const swapped = withEntry(moved, second, entryIn(five.files, first));
        expect(faultOf(swapped)).toEqual({ place: `drill/${first}`, kind: "out-of-order" });
      }
    }
  });

  it("names an entry that repeats an earlier one, also behind the last", () => {
    const repeated = entryIn(five.files, 2);
    const duplicate = (place: string): object => ({ place, kind: "duplicated" });
    expect(faultOf(withEntry(five.files, 4, repeated))).toEqual(duplicate("drill/4"));
    expect(faultOf(withEntry(five.files, 6, repeated))).toEqual(duplicate("drill/6"));
  });

  it("names an entry that is torn, empty or unreadable", () => {
    const whole = entryIn(five.files, 3);
    const half = whole.kind === "read" ? read(whole.bytes.slice(0, 200)) : whole;
    const torn = { place: "drill/3", kind: "torn" };
    expect(faultOf(withEntry(five.files, 3, half))).toEqual(torn);
    expect(faultOf(withEntry(five.files, 3, read(utf8(""))))).toEqual(torn);
    const unreadable = { kind: "unreadable", cause: "EACCES" } as const;
    expect(faultOf(withEntry(five.files, 3, unreadable))).toEqual({ place: "drill/3", kind: "unreadable" });
  });

  it("names an entry that somebody else signed", () => {
    const foreign = written(logOf(2), { kind: "observed", body: {} }, stranger);
    const planted = withEntry(five.files, 3, entryIn(foreign.files, 3));
    expect(faultOf(planted)).toEqual({ place: "drill/3", kind: "unknown-key" });
  });

  it("names an entry whose payload was changed under its signature", () => {
    const content = entryIn(five.files, 3);
    const text = content.kind === "read" ? Buffer.from(content.bytes).toString() : "";
    const payload = /"payload":"([^"]+)"/.exec(text)?.[1] ?? "";
    const lie = Buffer.from(Buffer.from(payload, "base64").toString().replace('"index":3', '"index":4'));
    const forged = read(utf8(text.replace(payload, lie.toString("base64"))));
    expect(faultOf(withEntry(five.files, 3, forged))).toEqual({
      place: "drill/3",
      kind: "signature-mismatch",
    });
  });

  it("names a well signed entry of another history, of another log, and one that is no entry", () => {
    const otherHistory = logOf(5, { body: 1 });
    const otherLog = logOf(5, { log: "controller-east" });
    const payload = utf8('{"hello":1}');
    const bare = envelopeBytes({
      payloadType: statementMediaType,
      payload,
      keyId: signer.publicKey.fingerprint,
      signature: signer.sign(preAuthenticationEncoding(statementMediaType, payload)),
    });
    const kindWith = (content: FileContent): object | null => faultOf(withEntry(five.files, 3, content));
    expect(kindWith(entryIn(otherHistory.files, 3))).toEqual({
      place: "drill/3",
      kind: "previous-root-mismatch",
    });
    expect(kindWith(entryIn(otherLog.files, 3))).toEqual({ place: "drill/3", kind: "foreign-log" });
    expect(kindWith(read(bare))).toEqual({ place: "drill/3", kind: "not-an-entry" });
  });

  it("names the last entry missing when its checkpoint counts it", () => {
    const cut = { ...logOf(4).files, checkpoint: five.files.checkpoint };
    expect(faultOf(cut)).toEqual({ place: "drill/5", kind: "missing" });
  });

  it("names a checkpoint that is absent, too old, of other entries, of another log or key", () => {
    const kindWith = (checkpoint: FileContent): string | undefined =>
      faultOf({ ...five.files, checkpoint })?.kind;
    const signedByStranger = read(sealOf(five.state, { digest, signer: stranger }));
    expect(kindWith({ kind: "absent" })).toBe("absent");
    expect(kindWith(logOf(3).files.checkpoint)).toBe("behind");
    expect(kindWith(logOf(5, { body: 1 }).files.checkpoint)).toBe("root-mismatch");
    expect(kindWith(logOf(5, { log: "controller-east" }).files.checkpoint)).toBe("foreign-log");
    expect(kindWith(signedByStranger)).toBe("signature-mismatch");
  });
});

describe("trust", () => {
  it("is refused to a log rewritten whole under another key, once keys are given", () => {
    let forged = begun("drill", stranger);
    forged = written(forged, { kind: "observed", body: {} }, stranger);
    const given = { kind: "given", keys: [signer.publicKey] } as const;
    expect(verifyLog(forged.files, beside, cryptography).fault).toBeNull();
    expect(verifyLog(forged.files, given, cryptography).fault?.fault.kind).toBe("not-trusted");
    expect(verifyLog(five.files, given, cryptography).fault).toBeNull();
  });
});

describe("a log that seals another", () => {
  const east = logOf(3, { log: "controller-east" });
  const anchors = [headOf(digest, east.state)];
  const drill = written(logOf(2), { kind: "drill-ended", body: {}, anchors });

  function faultsWith(...logs: readonly LogFiles[]): readonly string[] {
    const { faults } = verifyEvidence(logs, beside, cryptography);
    return faults.map((fault) => `${placeOf(fault)}: ${fault.fault.kind}`);
  }

  it("holds with it, also after the other has gone on", () => {
    expect(faultsWith(east.files, drill.files)).toEqual([]);
    expect(faultsWith(written(east, { kind: "observed", body: {} }).files, drill.files)).toEqual([]);
  });

  it("shows the other cut back to an earlier state, which the other alone cannot show", () => {
    const cut = logOf(2, { log: "controller-east" }).files;
    expect(faultsWith(cut)).toEqual([]);
    expect(faultsWith(cut, drill.files)).toEqual(["controller-east, as sealed by drill/3: log-shorter"]);
  });

  it("shows the other rewritten or gone", () => {
    const rewritten = logOf(3, { log: "controller-east", body: 1 }).files;
    expect(faultsWith(rewritten, drill.files)).toEqual(["controller-east, as sealed by drill/3: other-root"]);
    expect(faultsWith(drill.files)).toEqual(["controller-east, as sealed by drill/3: log-missing"]);
  });

  it("tells a fault of the other once", () => {
    expect(faultsWith(withEntry(east.files, 2, undefined), drill.files)).toEqual([
      "controller-east/2: missing",
    ]);
  });
});

describe("a head kept elsewhere", () => {
  it("is found again after the log has gone on, and not in a log that never had it", () => {
    const { root } = headOf(digest, logOf(3).state);
    const { logs } = verifyEvidence([five.files], beside, cryptography);
    expect(stateWithRoot(logs, root)).toEqual({ log: "drill", size: 3, root });
    expect(stateWithRoot(logs, "0".repeat(64))).toBeNull();
  });

  it("is never the root of an empty log, which every log has had", () => {
    const { root } = headOf(digest, { log: "drill", tree: emptyTree });
    const { logs } = verifyEvidence([five.files], beside, cryptography);
    expect(stateWithRoot(logs, root)).toBeNull();
  });
});

describe("an entry", () => {
  it("with a number that JSON cannot hold is refused as our mistake", () => {
    const bad = { kind: "observed", body: { lagSeconds: Number.NaN } };
    expect(() => written(begun("drill", signer), bad)).toThrow(/lagSeconds/);
  });

  it("keeps the subjects that it was given", () => {
    const subjects = [{ name: "platform.yaml", sha256: "a".repeat(64) }];
    const { files } = written(begun("drill", signer), { kind: "checked", body: {}, subjects });
    expect(verifyLog(files, beside, cryptography).entries[0]?.entry.subjects).toEqual(subjects);
  });

  it("that does not hold is told in words", () => {
    const { fault } = verifyLog(withEntry(five.files, 2, undefined), beside, cryptography);
    expect(fault === null ? "" : sentenceOf(fault)).toMatch(/missing/);
  });
});
