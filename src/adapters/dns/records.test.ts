import { describe, expect, it } from "vitest";
import type { DnsWish } from "../../core/model/wishes.ts";
import { dataOf, valueOf } from "./record-data.ts";
import { epochIn, question, recordSetOf, settingsIn, update, wantedSettings } from "./records.ts";
import { classes, encoded, type Message, types } from "./wire.ts";

const wish: DnsWish = {
  server: { host: "127.0.0.1", port: 53 },
  ...{ zone: "Example.com.", name: "API.example.com", type: "A", ttlSeconds: 30 },
  ...{ values: ["192.0.2.1"], keyFile: "key" },
};

function setOf(over: Partial<DnsWish> = {}): Exclude<ReturnType<typeof recordSetOf>, string> {
  const set = recordSetOf({ ...wish, ...over });
  if (typeof set === "string") throw new Error(set);
  return set;
}

describe("a wish for records", () => {
  it.each<readonly [Partial<DnsWish>, string]>([
    [{ zone: "a..b" }, "a..b is no name of a zone"],
    [{ name: "ä.example.com" }, "ä.example.com is no name"],
    [{ name: "api.example.org" }, "api.example.org is not in the zone Example.com."],
    [{ name: "notexample.com" }, "notexample.com is not in the zone Example.com."],
    [{ ttlSeconds: -1 }, "a TTL of -1 s is not from 0 to 2147483647, and whole"],
    [{ ttlSeconds: 0.5 }, "a TTL of 0.5 s is not from 0 to 2147483647, and whole"],
    [{ ttlSeconds: 2 ** 31 }, "a TTL of 2147483648 s is not from 0 to 2147483647, and whole"],
    [{ values: [] }, "no value is given for API.example.com, at which nobody would find anything then"],
    [{ values: ["192.0.2"] }, "192.0.2 is no value of type A"],
    [{ type: "AAAA", values: ["fe80::1%eth0"] }, "fe80::1%eth0 is no value of type AAAA"],
    [{ type: "CNAME", values: ["a", "b"] }, "2 values are more than the 1 that API.example.com may have"],
    [
      { type: "TXT", values: ["x".repeat(40_000)] },
      "the values of API.example.com are longer than 32768 bytes together",
    ],
  ])("cannot be had: %j", (over, because) => {
    expect(recordSetOf({ ...wish, ...over })).toBe(because);
  });

  it("may be for the zone's own name, and leaves room for the epoch", () => {
    expect(setOf({ name: "example.com" }).epochName).toBe("_holdfast-epoch.example.com");
    const long = Array.from({ length: 4 }, () => "x".repeat(58)).join(".");
    expect(recordSetOf({ ...wish, name: `${long}.example.com` })).toContain("is too long");
  });

  it("is shown in order, each value once", () => {
    const set = setOf({ values: ["192.0.2.2", "192.0.2.1", "192.0.2.2"] });
    expect(wantedSettings(set)).toEqual({ "api.example.com A": "192.0.2.1, 192.0.2.2, 30 s" });
  });

  it("fits into a message at its largest", () => {
    const values = Array.from({ length: 64 }, (_, at) => String(at).padStart(500, "x"));
    const name = `${Array.from({ length: 3 }, () => "x".repeat(63)).join(".")}.${"x".repeat(30)}.example.com`;
    const set = setOf({ name, type: "TXT", values });
    expect(encoded(update(1, set, { seen: { kind: "none" }, epoch: 7 })).length).toBeLessThan(65_000);
  });
});

describe("values", () => {
  it.each([
    ["AAAA", "0:0:0:0:0:0:0:0", "::"],
    ["AAAA", "::ffff:192.0.2.1", "::ffff:c000:201"],
    ["AAAA", "2001:0DB8::00ff", "2001:db8::ff"],
    ["AAAA", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"],
    ["TXT", "", ""],
    ["TXT", "ü".repeat(300), "ü".repeat(300)],
    ["CNAME", "West.example.", "west.example"],
  ] as const)("of type %s come back from a record: %s", (type, value, shown) => {
    const data = dataOf(type, value);
    expect(data === null ? null : valueOf(type, data)).toBe(shown);
  });
});

function answerOf(...answer: Message["answer"]): Message {
  return { ...question(1, { name: "api.example.com", type: types.A }), answer };
}

const txt = (value: string, name = "_holdfast-epoch.api.example.com"): Message["answer"][number] => ({
  ...{ name, type: types.TXT, class: classes.IN, ttl: 0 },
  data: dataOf("TXT", value) ?? Buffer.alloc(0),
});

describe("the epoch of a name", () => {
  it.each([
    ["none", []],
    ["none", [txt("epoch=7", "other.example.com")]],
    ["foreign", [txt("epoch=7"), txt("epoch=8")]],
    ["foreign", [txt("epoch=-7")]],
    ["foreign", [txt("epoch=9999999999999999")]],
    ["foreign", [txt("v=spf1")]],
  ])("is %s in what is no epoch", (kind, records) => {
    expect(epochIn(answerOf(...records), setOf())).toEqual({ kind });
  });

  it("is read", () => {
    expect(epochIn(answerOf(txt("epoch=7")), setOf())).toEqual({ kind: "known", epoch: 7 });
  });

  it("must still be what was seen, or there be none, for the server to change anything", () => {
    const known = update(1, setOf(), { seen: { kind: "known", epoch: 6 }, epoch: 7 });
    expect(known.answer).toEqual([txt("epoch=6")]);
    const none = update(1, setOf(), { seen: { kind: "none" }, epoch: 7 });
    expect(none.answer).toEqual([{ ...txt(""), class: classes.NONE, data: Buffer.alloc(0) }]);
    expect(update(1, setOf(), { seen: { kind: "foreign" }, epoch: 7 })).toEqual(none);
    expect(none.authority).toContainEqual(txt("epoch=7"));
  });
});

it("an alias is told where addresses were asked for", () => {
  const alias = {
    ...{ name: "api.example.com", type: types.CNAME, class: classes.IN, ttl: 5 },
    data: dataOf("CNAME", "west.example") ?? Buffer.alloc(0),
  };
  expect(settingsIn(answerOf(alias), setOf())).toEqual({
    "api.example.com A": "an alias of west.example, 5 s",
  });
});
