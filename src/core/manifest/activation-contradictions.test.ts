import { describe, expect, it } from "vitest";
import { exampleFiles } from "../../../test/example-workspaces.ts";
import { shippedCatalogue } from "../../../test/shipped-catalogue.ts";
import { readWorkspace } from "./manifest.ts";

function toldOf(before: string, after: string): readonly (readonly [string, string])[] {
  const files = exampleFiles("cold-region").map((file) => {
    expect(file.text).toContain(before);
    return { ...file, text: file.text.replace(before, after) };
  });
  const read = readWorkspace(files, shippedCatalogue);
  return read.ok ? [] : read.problems.map(({ what, mend }) => [what, mend] as const);
}

const plan = 'RecoveryPlan "leave-east": spec';

const cases: readonly (readonly [
  title: string,
  before: string,
  after: string,
  what: string,
  mend: string,
])[] = [
  [
    "a place where the component does not stand",
    "component: llm\n      region: west\n      to: 6",
    "component: llm\n      region: central\n      to: 6",
    `${plan}.steps[0].region is central, where llm does not stand`,
    "write where it stands: east, west",
  ],
  [
    "more machines than are declared",
    "to: 6\n",
    "to: 9\n",
    `${plan}.steps[0].to is 9, and 8 are declared there`,
    "write 8 or fewer, or declare more",
  ],
  [
    "a time that no attempt has",
    'takes: "6 min, p95 12 min"',
    "takes: 16 min to 20 min",
    `${plan}.steps[0].takes is longer than within, 15 min: every attempt would be given up`,
    "raise within, or say what it really takes",
  ],
  [
    "a number and a share",
    "to: 6\n",
    "to: 6\n      share: 50 %\n",
    `${plan}.steps[0].share is said beside to, which says the same otherwise`,
    "keep one of them",
  ],
  [
    "a share that starts nothing",
    "to: 6\n",
    "share: 0 %\n",
    `${plan}.steps[0].share is 0 %, which starts nothing`,
    "write a larger share",
  ],
  [
    "a first token that may come after the step is over",
    "firstTokenWithin: 800 ms",
    "firstTokenWithin: 6 min",
    `${plan}.steps[4].by.firstTokenWithin is longer than the whole step may take`,
    "lower it, or raise within",
  ],
  [
    "an answer within no time",
    "answersWithin: 200 ms",
    "answersWithin: 0 s",
    `${plan}.steps[5].by.answersWithin is 0 s, in which nothing is answered`,
    "write how long one answer may take, up to 1 h",
  ],
  [
    "an address that is none",
    'url: "https://llm.west.example.com/health"',
    'url: "llm.west.example.com/health"',
    `${plan}.steps[8].by.url is no whole address of http or https without a name and a password in it`,
    "write it as in https://api.example.com/ready",
  ],
  [
    "an index that is neither filled nor asked",
    /        statements:[\s\S]*?atMost: 100 \}\n/.exec(exampleFiles("cold-region")[0]?.text ?? "")?.[0] ??
      "?",
    "",
    `${plan}.steps[5].by says and asks nothing`,
    "add statements or read",
  ],
];

describe("a step that scales or warms refuses", () => {
  it.each(cases)("%s", (...[, before, after, what, mend]) => {
    expect(toldOf(before, after)).toEqual([[what, mend]]);
  });
});
