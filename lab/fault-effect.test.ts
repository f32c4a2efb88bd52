import { describe, expect, it } from "vitest";
import { effectOf, type Struck } from "./fault-effect.ts";

const root = "/srv/ada/lab";
const runs: Struck = { root, region: "east", run: "running" };
const killed: Struck = { ...runs, run: "nothing-runs" };
const frozen: Struck = { ...runs, run: "frozen" };
const partlyFrozen: Struck = { ...runs, run: "partly-frozen" };

/** What each fault comes to, in this order: the effect, or the code of the refusal. */
function effects(struck: Struck): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (["kill", "freeze", "thaw"] as const).map((fault) => {
      const effect = effectOf(fault, struck);
      return [fault, effect.ok ? effect.value : effect.problems[0].code];
    }),
  );
}

describe("a fault that is asked for", () => {
  it.each([
    ["runs", runs, ["done", "done", "unchanged"]],
    ["was killed", killed, ["unchanged", "lab/nothing-runs", "lab/nothing-runs"]],
    ["is frozen", frozen, ["done", "unchanged", "done"]],
    ["is half frozen", partlyFrozen, ["done", "done", "done"]],
  ] as const)("says whether anything was done to a region that %s", (_how, struck, expected) => {
    expect(Object.values(effects(struck))).toEqual(expected);
  });

  it("names the way out where nothing runs that could be thawed", () => {
    expect(effectOf("thaw", killed)).toMatchObject({
      problems: [
        {
          what: "nothing runs in east, so nothing can be thawed",
          mend: "bring it back first: `holdfast lab restore east --dir /srv/ada/lab`",
        },
      ],
    });
  });
});
