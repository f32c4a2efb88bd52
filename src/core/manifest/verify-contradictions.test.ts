import { describe, expect, it } from "vitest";
import { type Change, problemsWith } from "../../../test/sample-workspace.ts";

const fence = "    - { phase: fence, component: database, method: far-side }\n";

/** A step before all others that verifies by this. */
function by(text: string, more = "within: 1 min, "): readonly Change[] {
  return [["plan", fence, `    - { phase: verify, journey: buy, ${more}by: { ${text} } }\n${fence}`]];
}

const said = 'RecoveryPlan "leave-east": spec.steps[0]';
const prompts = "prompts: [{ ask: a, contains: [b] }]";

type Case = readonly [why: string, changes: readonly Change[], told: Readonly<Record<string, string>>];

const cases: readonly Case[] = [
  [
    "no bound",
    by("kind: http, url: http://a.example.com", ""),
    {
      at: "plan.yaml:8:42",
      what: `${said}.by says what is tried, and not how long that may take`,
      mend: "add within: 10 s",
    },
  ],
  [
    "what only others than the failover engine have",
    [["plan", "journey: buy, needs", "journey: buy, takes: 1 s, needs"]],
    {
      what: 'RecoveryPlan "leave-east": spec.steps[2].takes is said of a step that the failover engine carries out',
      mend: "delete it, or say by: what shows that buy is back instead",
    },
  ],
  [
    "neither a write nor a question",
    by("kind: sql, urlFrom: A"),
    { what: `${said}.by writes nothing and reads nothing`, mend: "add write or read" },
  ],
  [
    "a question without an expected answer",
    by("kind: sql, urlFrom: A, read: { query: select 1 }"),
    { what: `${said}.by.read does not say what the value is to be`, mend: "add is, atLeast or atMost" },
  ],
  [
    "a metric that is to be two things",
    by("kind: promql, url: http://a.example.com, query: up, is: a, atMost: 3"),
    {
      what: `${said}.by says what the value is, and bounds too`,
      mend: "keep is, or keep atLeast and atMost",
    },
  ],
  [
    "bounds between which nothing lies",
    by("kind: promql, url: http://a.example.com, query: up, atLeast: 3, atMost: 2"),
    { what: `${said}.by is at least 3 and at most 2, which no number is` },
  ],
  [
    "a try that has no time",
    by("kind: http, url: http://a.example.com, timeout: 0 s"),
    {
      what: `${said}.by.timeout is 0 s, in which nothing is answered`,
      mend: "write how long one answer may take, up to 1 h",
    },
  ],
  [
    "a try that would never end",
    by("kind: http, url: http://a.example.com, timeout: 30 d"),
    { what: `${said}.by.timeout is 30 d, in which one try would never end` },
  ],
  [
    "a question of no letters",
    by('kind: promql, url: http://a.example.com, query: "", is: "1"'),
    { what: `${said}.by.query is "", which is no text`, mend: "write at least one letter" },
  ],
  [
    "an answer that is to contain no letters",
    by('kind: http, url: http://a.example.com, contains: [""]'),
    { what: `${said}.by.contains[0] is "", which is no text` },
  ],
  ...["two words", "Content-Length", "host", ""].map(
    (name): Case => [
      `a header called "${name}"`,
      by(`kind: http, url: http://a.example.com, headers: [{ name: "${name}", from: A }]`),
      { what: `${said}.by.headers[0].name is "${name}", which is no header that can be given to a request` },
    ],
  ),
  ...[
    "ftp://a.example.com",
    "a.example.com",
    "http://ann@a.example.com",
    "http://ann:secret@a.example.com",
    "http://a.example.com/#x",
  ].map(
    (url): Case => [
      `the address ${url}`,
      by(`kind: http, url: "${url}"`),
      { what: `${said}.by.url is no whole address of http or https without a name and a password in it` },
    ],
  ),
  [
    "no name of the environment",
    by('kind: sql, urlFrom: "", write: select 1'),
    { what: `${said}.by.urlFrom is "", which is no name in an environment` },
  ],
  [
    "more good answers than questions",
    by(`kind: inference, url: http://a.example.com, model: m, ${prompts}, goodMin: 2`),
    { what: `${said}.by.goodMin is 2, of 1 prompts`, mend: "ask more, or ask for fewer good answers" },
  ],
];

describe("what a verify step tries", () => {
  it.each(cases)("is refused for %s", (_why, changes, expected) => {
    expect(problemsWith(...changes)).toEqual([expect.objectContaining({ ...expected })]);
  });

  it("may be any of what can be tried", () => {
    for (const text of [
      "kind: sql, urlFrom: A, write: select 1",
      'kind: sql, urlFrom: A, read: { query: select 1, is: "1" }',
      "kind: http, url: https://a.example.com/ready?deep=1",
      `kind: inference, url: http://a.example.com, model: m, ${prompts}, goodMin: 1`,
      "kind: promql, url: http://a.example.com, query: up, atLeast: 2, atMost: 2",
    ])
      expect(problemsWith(...by(text))).toEqual([]);
  });
});
