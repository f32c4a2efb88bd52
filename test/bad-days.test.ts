import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { requestOf } from "../bench/options.ts";
import { isTitle, testTitlesIn } from "./test-titles.ts";

const folder = "docs/manual";

interface BadDay {
  readonly name: string;
  readonly how: string;
  readonly where: string;
  readonly outcome: string;
}

const badDays: readonly BadDay[] = readFileSync(join(folder, "bad-days.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| ---") && !line.startsWith("| bad day"))
  .map((line) => {
    const [, name = "", how = "", where = "", outcome = ""] = line.split("|").map((cell) => cell.trim());
    return { name, how, where, outcome };
  });
const tried = badDays.filter(({ how }) => how !== "not tried");

/** Folders in which each kind is tried. */
const places: Readonly<Record<string, RegExp>> = {
  real: /^(test\/(real-parts|end-to-end)|src\/adapters\/[a-z]+|lab)\/[\w/-]+\.test\.ts$/,
  measured: /^docs\/benchmarks\.md$/,
  simulated: /^sim\/(scenarios\/[\w-]+\.txt|[\w-]+\.test\.ts|[\w-]+\.sim\.test\.ts)$/,
  "on paper": /^src\/(core|runtime)\/[\w/-]+\.test\.ts$/,
};

/** Where a bad day is tried: a file, and a title, an act or a command in it. */
function citationIn(where: string): { readonly path: string; readonly title: string } {
  const [, file = "", title = ""] = /^\[[^\]]+\]\(([^)]+)\) "(.*)"$/.exec(where) ?? [];
  return { path: join(folder, file), title };
}

/** Whether the file has such a test, the story such an act, or the bench such a command line: a comment or a definition is none. */
function isTriedThere(path: string, title: string): boolean {
  const text = readFileSync(path, "utf8");
  if (path.endsWith(".txt")) return actsIn(text).some((act) => act === title || act.startsWith(`${title} `));
  if (path.endsWith(".md"))
    return text.includes(`\`${title}`) && requestOf(title.split(" ").slice(4)).kind === "bench";
  return isTitle(title, testTitlesIn(text));
}

/** What is done in a story, without when. */
function actsIn(story: string): readonly string[] {
  return story.split("\n").flatMap((line) => /^\w+ ([a-z-]+ ?[^=]*?) *=>/.exec(line)?.[1]?.trim() ?? []);
}

describe("the table of bad days", () => {
  it.each(tried)("names where this is tried: $name", ({ how, where }) => {
    const { path, title } = citationIn(where);
    expect(title, where).not.toBe("");
    expect(existsSync(path), path).toBe(true);
    expect(path).toMatch(places[how] ?? /^(real|measured|simulated|on paper|not tried)$/);
    expect(isTriedThere(path, title), `${path} has no "${title}"`).toBe(true);
  });

  it("says of what is not tried why, and names no place", () => {
    const untried = badDays.filter(({ how }) => how === "not tried");
    expect(untried.filter(({ where, outcome }) => where !== "" || outcome.length < 20)).toEqual([]);
  });

  it.each([
    ...[
      "is killed",
      "freezes, and thaws after another was promoted",
      "cut off from everybody",
      "one way only",
    ],
    ...["cut off from the store alone", "cut off from clients alone", "cut off from its peers alone"],
    ...[
      "flap",
      "slow (gray) member",
      "slow disk",
      "full disk",
      "fsync error",
      "set by an hour",
      "clocks that drift",
    ],
    ...[
      "lost, doubled, late, out of order",
      "leader is killed",
      "most voters are gone",
      "lease that runs out in mid-plan",
    ],
    ...["watch is late", "was compacted", "lost between any two steps", "two controllers at once"],
    ...["pauses longer than a lease", "point lies", "stale probe", "all probes of a healthy region are lost"],
    ...["probe network is down", "standby that lags", "wrong timeline", "broken replication slot"],
    ...[
      "synchronous standby is lost just before the primary",
      "two regions die",
      "socket hangs",
      "half-applied weights",
    ],
    ...[
      "whether a DNS update was made is not known",
      "weights that are missing",
      "answers late",
      "answers twice",
    ],
    ...["approval that has run out", "approval is revoked", "thundering reconnects", "garbage from a peer"],
    ...[
      "half-written store",
      "certificate that has run out",
      "two operators at once",
      "edited before it is run, or while it is",
    ],
    ...["evidence disk is full in the midst of a failover"],
  ])("has a row for what trusted systems have failed on: %s", (fault) => {
    expect(badDays.map(({ name }) => name).filter((name) => name.includes(fault))).not.toEqual([]);
  });

  it("takes neither a comment nor a definition nor an act in passing for a trial", () => {
    const told = testTitlesIn(`
      // it("is a comment", () => {});
      const slowness = { "is a definition": 1 }; function it2() { return "is a text"; }
      it("is a test", () => { say("is a text"); });
      it.skipIf(true)("is a test that may be left out (skipped: in a sample)", () => {});
      it.each([["east", 1]])("is a test of %s", () => {});
      describe(\`is a group\${skipped}\`, () => {});`);
    const so = [
      "is a test",
      "is a test that may be left out (skipped: in a sample)",
      "is a test of %s",
      "is a test of east",
      "is a group",
    ];
    expect(so.filter((title) => !isTitle(title, told))).toEqual([]);
    const none = ["is a comment", "is a definition", "is a text", "is a test of west", "a test"];
    expect(none.filter((title) => isTitle(title, told))).toEqual([]);
    const story =
      "# east is killed\nasynchronous\n1500 kill east => west leads\nfencing look    => fencing\n";
    expect(actsIn(story)).toEqual(["kill east", "look"]);
  });
});
