import { InvalidArgumentError, Option } from "commander";
import { durationText } from "../core/units/text.ts";
import { type Seconds, seconds } from "../core/units/units.ts";
import { labDirDefault } from "../runtime/lab-command.ts";
import { patienceMsMin } from "../runtime/run-beat.ts";
import { formatOf, jsonOption, leadWithExamples, type Register, repeated } from "./context.ts";
import type { ApproveOptions } from "./failover-approvals.ts";
import type { KeyOptions } from "./failover-key.ts";
import type { PlanRunOptions } from "./failover-plan.ts";
import type { StatusOptions } from "./failover-runs.ts";
import type { StandByOptions } from "./failover-stand-by.ts";
import type { FailoverOptions } from "./failover-verbs.ts";
import { askedInVain } from "./run-problems.ts";
import { fail } from "./shell.ts";

const dirOption = ["--dir <dir>", "the folder of the lab", labDirDefault] as const;
const byOption = ["--by <name>", "who asks, for the record; who is logged in when not given"] as const;

function readPatience(text: string): Seconds {
  const read = durationText.read(text);
  if (!read.ok || read.value < patienceMsMin / 1_000)
    throw new InvalidArgumentError(`Write a duration of at least ${patienceMsMin / 1_000} s, such as 20s.`);
  return read.value;
}

/** `holdfast failover`: lets another region serve, on a person's word. */
export const registerFailover: Register = (program, context) => {
  const { run, shell, parts } = context;
  const failover = program
    .command("failover")
    .description("let another region of the lab serve, and back again");
  leadWithExamples(failover, [
    ["holdfast failover run --to west", "hand over to west in order, losing nothing"],
    ["holdfast failover run agreed.json", "carry out a plan that was kept, step by step"],
    ["holdfast failover failback", "hand back to the region that serves on a good day"],
    ["holdfast failover run --ungraceful", "take the region that serves for lost, on your word"],
  ]);
  failover
    .command("run")
    .description("let another region serve: in order, or taking the one that serves for lost")
    .argument("[FILE]", "a plan that `plan show --out` kept: it is carried out, step by step")
    .option("--to <region>", "who is to serve; whoever holds the most when not given")
    .option("--ungraceful", "do not wait for the region that serves: fence it as it is")
    .option("--resume", "go on with the run of the plan where it stopped, or where whoever ran it was lost")
    .option("--undo", "with --resume: go back instead")
    .option(
      "--despite <NAME>",
      "of a plan: begin it despite this window or gate; several times for several",
      repeated,
    )
    .option("--because <TEXT>", "with --despite: why, for the record")
    .option("--workspace <DIR>", "of a plan: the folder of its manifests", ".")
    .option("--key <PRIVATE.pem>", "of a plan: prove who runs it; this key approves nothing of it")
    .option(...byOption)
    .option(...dirOption)
    .option(...jsonOption)
    .action(
      run(async (file: string | undefined, options: PlanRunOptions) => {
        const inVain = askedInVain(file, options);
        if (inVain !== null) return fail(shell, [inVain], formatOf(options));
        if (file !== undefined) return (await import("./failover-plan.ts")).runPlan(file, options, context);
        return (await import("./failover-verbs.ts")).runFailover(options, shell, parts);
      }),
    );
  failover
    .command("failback")
    .description("hand back to the region that serves on a good day")
    .option(...byOption)
    .option(...dirOption)
    .option(...jsonOption)
    .action(
      run(async (options: FailoverOptions) =>
        (await import("./failover-verbs.ts")).failBack(options, shell, parts),
      ),
    );
  failover
    .command("abort")
    .description("stop the run of a plan, or call off a handover that has not yet chosen another region")
    .option(...byOption)
    .option(...dirOption)
    .option(...jsonOption)
    .action(
      run(async (options: FailoverOptions) => (await import("./failover-runs.ts")).abort(options, context)),
    );
  registerRuns(failover, context);
};

/** What people do about the run of a plan that somebody else carries out. */
const registerRuns: Register = (failover, context) => {
  const { run } = context;
  failover
    .command("status")
    .description("say who serves, and how each step of the newest run of a plan stands")
    .option(...dirOption)
    .option(...jsonOption)
    .action(
      run(async (options: StatusOptions) =>
        (await import("./failover-runs.ts")).failoverStatus(options, context),
      ),
    );
  failover
    .command("stand-by")
    .argument("<FILE>", "the plan, as `plan show --out` kept it")
    .description("go on with a run of a plan whenever whoever carried it out was lost")
    .addOption(
      new Option("--after <DURATION>", "how long nobody may have carried it out")
        .argParser(readPatience)
        .default(seconds(20), "20s"),
    )
    .option("--workspace <DIR>", "the folder of its manifests", ".")
    .option(...byOption)
    .option(...dirOption)
    .option(...jsonOption)
    .action(
      run(async (file: string, options: StandByOptions) =>
        (await import("./failover-stand-by.ts")).standBy(file, options, context),
      ),
    );
  registerApprovals(failover, context);
};

/** What people say to a step that asks for it. */
const registerApprovals: Register = (failover, context) => {
  const { run } = context;
  failover
    .command("approve")
    .argument("[FILE]", "the plan that is meant, as `plan show --out` kept it: no other is approved")
    .description("say yes to the step of a run that asks for it")
    .option("--step <NAME>", "which step, where several ask")
    .option("--key <PRIVATE.pem>", "sign it, where the plan declares who may approve")
    .option(...byOption)
    .option(...dirOption)
    .option(...jsonOption)
    .action(
      run(async (file: string | undefined, options: ApproveOptions) =>
        (await import("./failover-approvals.ts")).approve(file, options, context),
      ),
    );
  failover
    .command("withdraw")
    .argument("[FILE]", "the plan that is meant, as `plan show --out` kept it: of no other is it withdrawn")
    .description("take back your approval of a step, while it still asks")
    .option("--step <NAME>", "which step, where several ask")
    .option("--key <PRIVATE.pem>", "sign it with the key that has signed the approval")
    .option(...byOption)
    .option(...dirOption)
    .option(...jsonOption)
    .action(
      run(async (file: string | undefined, options: ApproveOptions) =>
        (await import("./failover-approvals.ts")).withdraw(file, options, context),
      ),
    );
  failover
    .command("key")
    .description("make a key to approve with, and tell its public half, which a plan declares")
    .requiredOption("--out <PRIVATE.pem>", "where the private key is kept; one that is there stays as it is")
    .option(...jsonOption)
    .action(
      run(async (options: KeyOptions) => (await import("./failover-key.ts")).personalKey(options, context)),
    );
};
