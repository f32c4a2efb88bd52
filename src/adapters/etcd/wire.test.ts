import { describe, expect, it } from "vitest";
import { calls, decoded, encoded, isAtModRevision, type Said } from "./wire.ts";

const key = Buffer.from("/holdfast/reign");
const success = [{ put: { key, value: Buffer.from("west"), lease: "0" } }];
const compare = [{ ...isAtModRevision, key, modRevision: "7" }] as const;

describe("what is said to etcd", () => {
  it("cannot be a transaction that compares nothing, nor one that does not say which revision of which key", () => {
    const said: Said<"TxnRequest"> = { compare, success };
    // @ts-expect-error -- it compares nothing, which etcd would carry out at once
    const unguarded: Said<"TxnRequest"> = { success };
    // @ts-expect-error -- a list that is there and empty compares nothing either
    const empty: Said<"TxnRequest"> = { compare: [], success };
    // @ts-expect-error -- what does not name its key and revision guards another one
    const unnamed: Said<"TxnRequest"> = { compare: [isAtModRevision], success };
    expect([said, unguarded, empty, unnamed].map((each) => each.compare)).toEqual([
      compare,
      undefined,
      [],
      [isAtModRevision],
    ]);
    const bytes = encoded("TxnRequest", said);
    expect(decoded("TxnRequest", bytes).compare).toMatchObject([{ target: 2, modRevision: "7" }]);
  });

  it("has no other call that changes a key", () => {
    const ofKeys = Object.values(calls).filter(({ path }) => path.startsWith("/etcdserverpb.KV/"));
    expect(ofKeys.map(({ asked }) => asked)).toEqual(["RangeRequest", "TxnRequest"]);
  });
});
