import { InvalidArgumentError, Option } from "commander";
import { trustStates } from "../core/plan/trust-state.ts";
import { durationText } from "../core/units/text.ts";
import { type Seconds, seconds } from "../core/units/units.ts";
import {
  formatOf,
  type JsonOption,
  jsonOption,
  leadWithExamples,
  type Register,
  repeated,
} from "./context.ts";
import type { TrustOptions } from "./plan-trust.ts";
import type { WatchOptions } from "./plan-watch.ts";
import type { DiffOptions, ShowOptions } from "./plan-options.ts";
import { lookedInVain } from "./run-problems.ts";
import { fail } from "./shell.ts";

const workspaceOption = ["--workspace <DIR>", "the folder of your manifests", "."] as const;

const evidenceOption = [
  "--evidence <DIR>",
  "where drills and runs have left evidence, which says how far each is to be trusted; several times for several",
  repeated,
] as const;
const keyOption = [
  "--key <PUB.pem>",
  "believe this key alone; may be given more than once",
  repeated,
] as const;

function readEvery(text: string): Seconds {
  const read = durationText.read(text);
  if (!read.ok || read.value < 1)
    throw new InvalidArgumentError("Write a duration of at least a second, such as 30min.");
  return read.value;
}

/** `holdfast plan`: what recovery plans would do, before anything happens. */
export const registerPlan: Register = (program, context) => {
  const plan = program
    .command("plan")
    .description("say what recovery plans would do, and what stands in their way");
  leadWithExamples(plan, [
    ["holdfast plan check platform", "every plan in every scenario that it covers"],
    ["holdfast plan show region-failover", "all that it would change, take, lose and cost"],
    ["holdfast plan show region-failover --out agreed.json", "keep it as it is agreed to"],
    ["holdfast plan show region-failover --look --out agreed.json", "and how all of it is right now"],
    ["holdfast plan diff agreed.json", "what has changed since"],
    [
      "holdfast plan trust platform --evidence .holdfast/lab/evidence",
      "what was proven, and how long it holds",
    ],
    ["holdfast plan watch platform", "which plans could be had right now, and whenever that changes"],
    [
      "holdfast plan watch platform --evidence .holdfast/lab/evidence",
      "and how far each is to be trusted, and when it falls back",
    ],
  ]);
  registerAllPlans(plan, context);
  registerOnePlan(plan, context);
};

/** What is said of every plan of a workspace. */
const registerAllPlans: Register = (plan, context) => {
  plan
    .command("check")
    .argument("[DIR]", "the workspace: the folder of your manifests", ".")
    .description(
      "say of every plan whether it would go, ask or stop today; exit status 2: one would stop, or is held",
    )
    .option("--now", "look as well at what each is to be looked at for before it is begun")
    .option(...jsonOption)
    .action(
      context.reckon(async (folder: string, options: JsonOption & { readonly now?: true }) =>
        (await import("./plan-check.ts")).checkPlans({ ...options, workspace: folder }, context),
      ),
    );
  plan
    .command("watch")
    .argument("[DIR]", "the workspace: the folder of your manifests", ".")
    .description("say which plans could be had right now, and say it again whenever that changes")
    .option(...evidenceOption)
    .option(...keyOption)
    .addOption(
      new Option(
        "--every <DURATION>",
        "how often, besides when a manifest or evidence changes, a window begins or ends, or a proof grows too old",
      )
        .argParser(readEvery)
        .default(seconds(1_800), "30min"),
    )
    .option(...jsonOption)
    .action(
      context.run(async (folder: string, options: Omit<WatchOptions, "workspace">) =>
        (await import("./plan-watch.ts")).watchPlans({ ...options, workspace: folder }, context),
      ),
    );
  plan
    .command("trust")
    .argument("[DIR]", "the workspace: the folder of your manifests", ".")
    .description("say how far each plan is to be trusted, by what was done for real, and why no further")
    .option(...evidenceOption)
    .option(...keyOption)
    .addOption(new Option("--require <STATE>", "exit status 2: one is trusted less").choices(trustStates))
    .option(...jsonOption)
    .action(
      context.reckon(async (folder: string, options: Omit<TrustOptions, "workspace">) =>
        (await import("./plan-trust.ts")).tellTrust({ ...options, workspace: folder }, context),
      ),
    );
};

/** What is said of one, in one scenario. */
const registerOnePlan: Register = (plan, context) => {
  plan
    .command("show")
    .argument("<PLAN>", "as the manifests name it")
    .description("say all that a plan would change, take, lose and cost, before anything happens")
    .option("--scenario <NAME>", "in which scenario; the first that the plan covers when not given")
    .option("--out <FILE>", "keep it there, to be agreed to and held against the plan of a later day")
    .option("--look", "look as well at how that is which its steps change, and keep what is seen")
    .option("--dir <DIR>", "with --look: the folder of the lab, of which it is told which region serves")
    .option(...workspaceOption)
    .option(...jsonOption)
    .action(
      context.run(async (name: string, options: ShowOptions) => {
        const inVain = lookedInVain(options);
        if (inVain !== null) return fail(context.shell, [inVain], formatOf(options));
        return (await import("./plan-show.ts")).showPlan(name, options, context);
      }),
    );
  plan
    .command("diff")
    .argument("<FILE>", "what `plan show --out` kept")
    .description("say what of a plan has changed since it was kept; exit status 2: something has")
    .option("--dir <DIR>", "of one that was kept with --look: the folder of the lab")
    .option(...workspaceOption)
    .option(...jsonOption)
    .action(
      // It may start programs, which are ended before it is.
      context.run(async (file: string, options: DiffOptions) =>
        (await import("./plan-diff.ts")).diffPlan(file, options, context),
      ),
    );
};
