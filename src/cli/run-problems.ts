import type { PlanRun, Setback } from "../core/plan/run.ts";
import type { SavedPlan } from "../core/plan/saved.ts";
import type { Hindrance } from "../core/plan/today.ts";
import { didYouMean } from "../core/problem/nearest.ts";
import type { Problem } from "../core/problem/problem.ts";
import { pathWord } from "../core/problem/shell-word.ts";
import { failoverCommand, labCommand } from "../runtime/lab-command.ts";

// Why a plan is not carried out, or not to its end.

export function wouldStop({ foreseen: { plan, obstacles } }: SavedPlan, workspace: string): Problem {
  const why = obstacles.filter(({ effect }) => effect === "stops").map(({ what }) => what);
  return {
    code: "plan/would-stop",
    what: `plan ${plan} is not begun, for it would stop: ${why.join("; ")}`,
    where: null,
    why: "What is begun and cannot be ended leaves the platform half way.",
    mend: `mend what \`holdfast plan check ${pathWord(workspace)}\` tells, and keep the plan anew`,
  };
}

/** @param names at least one */
export function unsetEnvironment(names: readonly string[]): Problem {
  const are = names.length === 1 ? "is" : "are";
  return {
    code: "plan/environment-unset",
    what: `steps of the plan are given ${names.join(", ")}, which ${are} not set here`,
    where: null,
    why: "A recovery that finds out half way that it lacks a password has made things worse.",
    mend: `set ${names.length === 1 ? "it" : "them"} where the plan is run, and run it again`,
  };
}

/** @param hindrances at least one */
export function heldBack({ foreseen: { plan } }: SavedPlan, hindrances: readonly Hindrance[]): Problem {
  const names = hindrances.flatMap(({ interlock }) => interlock ?? []);
  const despite = names.map((name) => `--despite ${name}`).join(" ");
  const how = hindrances.map(({ mend }) => mend).join("; ");
  return {
    code: "plan/held-back",
    what: `plan ${plan} is not begun right now: ${hindrances.map(({ what }) => what).join("; ")}`,
    where: null,
    why: "Whoever declared the plan has said when, and by what signs, it does more harm than good.",
    mend: names.length === 0 ? how : `${how}; or begin it all the same: ${despite} --because "…"`,
  };
}

export function noSuchInterlock(name: string, known: readonly string[]): Problem {
  const list = known.length === 0 ? "leave --despite out: the plan has none" : `it has ${known.join(", ")}`;
  return {
    code: "plan/unknown-interlock",
    what: `the plan has no blocked window and no gate "${name}"`,
    where: null,
    why: "What is begun despite something must say despite what, for the record.",
    mend: `${didYouMean(name, known)}${list}`,
  };
}

interface AskedOfRun {
  readonly resume?: true;
  readonly undo?: true;
  readonly to?: string;
  readonly despite?: readonly string[];
  readonly because?: string;
  readonly key?: string;
}

/** What was asked for that would not be done. `null`: nothing. @param file `undefined`: no plan is named */
export function askedInVain(file: string | undefined, asked: AskedOfRun): Problem | null {
  const { resume, undo, to, key } = asked;
  if (file === undefined && key !== undefined)
    return inVain("--key proves who runs a plan, and none is named", "name its file too, or leave it out");
  if (file === undefined && (resume ?? undo) === true)
    return inVain("--resume and --undo are for the run of a plan, and none is named", "name its file too");
  if (undo === true && resume !== true)
    return inVain("--undo is for a run that was begun, with --resume", "say --resume --undo, or neither");
  if (file !== undefined && to !== undefined)
    return inVain("a plan says itself who is to serve, and so does --to", "leave out the plan, or --to");
  return despiteInVain(file, asked);
}

/** What was asked for of `plan show` that would not be done. `null`: nothing. */
export function lookedInVain({ look, dir }: { readonly look?: true; readonly dir?: string }): Problem | null {
  if (look === true || dir === undefined) return null;
  return inVain(
    "--dir is for a look at which region serves, and none is taken",
    "say --look too, or leave it out",
  );
}

function despiteInVain(
  file: string | undefined,
  { resume, despite, because = "" }: AskedOfRun,
): Problem | null {
  if (despite === undefined) {
    if (because === "") return null;
    return inVain(
      "--because says why, and nothing despite which",
      "name it with --despite, or leave out both",
    );
  }
  if (file === undefined || resume === true)
    return inVain("--despite is for beginning a plan", "name its file, without --resume; or leave it out");
  if (because.trim() !== "") return null;
  return inVain("--despite says nothing of why", 'say it for the record: --because "the region burns"');
}

function inVain(what: string, mend: string): Problem {
  const why = "What was asked for and would not be done must not look as if it were.";
  return { code: "plan/asked-in-vain", what, where: null, why, mend };
}

/** Names a runner whom the key is not of. */
export function notTheirKey(told: string, owner: string): Problem {
  return {
    code: "plan/not-their-key",
    what: `the key is ${owner}'s by the plan, and --by says ${told}`,
    where: null,
    why: "Who somebody is goes by their key: whoever is named as the runner can approve nothing of the run.",
    mend: "leave out --by, or give the key of whom it names",
  };
}

export function storeSilent(dir: string): Problem {
  return {
    code: "plan/store-silent",
    what: "the coordination store does not answer",
    where: null,
    why: "What nobody can write down is not begun; what was begun stands there.",
    mend: `bring it back first: \`${labCommand("status", dir)}\` tells which part is missing`,
  };
}

export function anotherRuns({ by, plan }: PlanRun, dir: string): Problem {
  return {
    code: "plan/another-runs",
    what: `a run that ${by} has begun is not over: ${plan}`,
    where: null,
    why: "Two plans that change the same platform at once would each undo what the other has done.",
    mend: `look with \`${failoverCommand("status", dir)}\`; go on with that one (--resume), or call it off (\`${failoverCommand("abort", dir)}\`)`,
  };
}

export function notOfThisPlan(run: PlanRun | null, file: string, dir: string): Problem {
  return {
    code: "plan/other-run",
    what:
      run === null
        ? "there is no run to go on with"
        : `the run of now is of ${run.plan}, and ${pathWord(file)} is another plan`,
    where: null,
    why: "A run goes on by the very plan that it was begun with, whatever the manifests say by now.",
    mend:
      run === null
        ? "begin one: leave --resume out"
        : `name the file that it was begun with; \`${failoverCommand("status", dir)}\` tells its steps`,
  };
}

export function isOver(end: "done" | "undone", dir: string): Problem {
  return {
    code: "plan/run-over",
    what: `the run is over: it is ${end}`,
    where: null,
    why: "What has come to its end has nothing to go on with.",
    mend:
      end === "done"
        ? `go back with --resume --undo, or hand back alone: \`${failoverCommand("failback", dir)}\``
        : "begin anew: leave --resume out",
  };
}

export function nothingToCarry(dir: string): Problem {
  return {
    code: "plan/nothing-to-carry",
    what: "nobody need go on with the run",
    where: null,
    why: "It is over, or somebody else has just taken it over.",
    mend: `\`${failoverCommand("status", dir)}\` tells how it stands`,
  };
}

export function takenOver(by: string, dir: string): Problem {
  return {
    code: "plan/taken-over",
    what: `somebody else goes on with the run that ${by} began`,
    where: null,
    why: "One alone carries a run out; what was under way here was ended first.",
    mend: `\`${failoverCommand("status", dir)}\` tells how it stands`,
  };
}

/** @param mend where something else helps than to see which step asks */
export function notApproved({ because, mend }: Setback, dir: string): Problem {
  return {
    code: "plan/not-approved",
    what: because,
    where: null,
    why: "An approval is for one step of one run, while it asks for that, by somebody who does not run it.",
    mend: mend ?? `\`${failoverCommand("status", dir)}\` tells which step asks, and what for`,
  };
}

/** @param mend where something else helps than to see who has approved */
export function notWithdrawn({ because, mend }: Setback, dir: string): Problem {
  return {
    code: "plan/not-withdrawn",
    what: because,
    where: null,
    why: "An approval is taken back by whoever gave it, while its step still asks.",
    mend: mend ?? `\`${failoverCommand("status", dir)}\` tells which step asks, and who has approved it`,
  };
}

/** The step has been passed. */
export function withdrawnTooLate({ end }: PlanRun, step: string, dir: string): Problem {
  const goBack = `\`${failoverCommand("run FILE --resume --undo", dir)}\``;
  return {
    code: "plan/withdrawn-too-late",
    what: `step "${step}" has been approved, and the run has gone on: it is too late to withdraw`,
    where: null,
    why: "What an approval has let through is not held back by taking it away.",
    mend:
      end === null
        ? `stop the run: \`${failoverCommand("abort", dir)}\`; then go back: ${goBack}`
        : `the run is over; go back: ${goBack}`,
  };
}
