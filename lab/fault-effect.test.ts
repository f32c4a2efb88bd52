import { describe, expect, it } from "vitest";
import { labFaults } from "../src/runtime/lab.ts";
import { effectOf, type Struck } from "./fault-effect.ts";

const root = "/srv/ada/lab";
const runs: Struck = { root, region: "east", run: "running", isPartitioned: false };
const killed: Struck = { ...runs, run: "nothing-runs" };
const frozen: Struck = { ...runs, run: "frozen" };
const partlyFrozen: Struck = { ...runs, run: "partly-frozen" };
const cutOff: Struck = { ...runs, isPartitioned: true };

/** What each fault comes to, in the order of `labFaults`: the effect, or the code of the refusal. */
function effects(struck: Struck): Readonly<Record<string, string>> {
  return Object.fromEntries(
    labFaults.map((fault) => {
      const effect = effectOf(fault, struck);
      return [fault, effect.ok ? effect.value : effect.problems[0].code];
    }),
  );
}

describe("a fault that is asked for", () => {
  it.each([
    ["runs", runs, ["done", "done", "unchanged", "done", "unchanged"]],
    ["was killed", killed, ["unchanged", "lab/nothing-runs", "lab/nothing-runs", "done", "unchanged"]],
    ["is frozen", frozen, ["done", "unchanged", "done", "done", "unchanged"]],
    ["is half frozen", partlyFrozen, ["done", "done", "done", "done", "unchanged"]],
    ["is cut off", cutOff, ["done", "done", "unchanged", "unchanged", "done"]],
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
