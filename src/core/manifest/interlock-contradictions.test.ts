import { describe, expect, it } from "vitest";
import { type Change, problemsWith } from "../../../test/sample-workspace.ts";

function interlocks(text: string): readonly Change[] {
  return [["plan", "interlocks: { coolDown: 10 min }", `interlocks: { coolDown: 10 min, ${text} }`]];
}

type Case = readonly [why: string, text: string, told: Readonly<Record<string, string>>];

const said = 'RecoveryPlan "leave-east": spec.interlocks';
const days = "kind: dates, name: a, from: 2026-12-24, until: 2027-01-02";
const hours = 'kind: week, name: a, days: [fri], from: "16:00", until: "24:00"';
const gate = "{ name: a, by: { kind: http, url: https://a.example.com } }";

const cases: readonly Case[] = [
  [
    "days that end before they begin",
    "blocked: [{ kind: dates, name: a, from: 2026-12-24, until: 2026-12-24 }]",
    {
      what: `${said}.blocked[0].until is 2026-12-24, and it begins on 2026-12-24`,
      mend: "let it end after it begins",
    },
  ],
  [
    "hours of no length",
    'blocked: [{ kind: week, name: a, days: [fri], from: "16:00", until: "16:00" }]',
    { what: `${said}.blocked[0].until is 16:00, when it begins` },
  ],
  [
    "a day that is named twice",
    'blocked: [{ kind: week, name: a, days: [fri, fri], from: "16:00", until: "24:00" }]',
    { what: `${said}.blocked[0].days[1] says "fri" again` },
  ],
  [
    "no time of day",
    `blocked: [{ ${hours.replace("16:00", "24:01")} }]`,
    {
      what: `${said}.blocked[0].from is "24:01", which is no time of day`,
      mend: 'write a time of day, such as "16:00"',
    },
  ],
  [
    "no time zone",
    `blocked: [{ ${hours}, timeZone: Mars/Base }]`,
    { what: `${said}.blocked[0].timeZone is "Mars/Base", which is no time zone` },
  ],
  [
    "a gate that expects nothing",
    "gates: [{ name: a, by: { kind: promql, url: https://a.example.com, query: up } }]",
    { what: `${said}.gates[0].by does not say what the value is to be` },
  ],
  [
    "a gate called as a window",
    `blocked: [{ ${days} }], gates: [${gate}]`,
    {
      what: `${said}.gates[0].name is a, as a blocked window is called: nobody could tell which of them is overridden`,
    },
  ],
  ["two gates of one name", `gates: [${gate}, ${gate}]`, { what: expect.stringContaining("a") as string }],
];

describe("what must hold before a plan is begun", () => {
  it.each(cases)("is refused for %s", (_why, text, told) => {
    expect(problemsWith(...interlocks(text))).toEqual([expect.objectContaining(told)]);
  });

  it("may be days, hours of a week and whatever can be verified", () => {
    const named = hours.replace("name: a", "name: b");
    expect(
      problemsWith(
        ...interlocks(`blocked: [{ ${days} }, { ${named} }], gates: [${gate.replace("a,", "c,")}]`),
      ),
    ).toEqual([]);
  });
});
