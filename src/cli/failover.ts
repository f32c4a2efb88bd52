import { labDirDefault } from "../runtime/lab-command.ts";
import { jsonOption, leadWithExamples, type Register } from "./context.ts";
import type { FailoverOptions, RunOptions } from "./failover-verbs.ts";

const dirOption = ["--dir <dir>", "the folder of the lab", labDirDefault] as const;
const byOption = ["--by <name>", "who asks, for the record; who is logged in when not given"] as const;

/** `holdfast failover`: lets another region serve, on a person's word. */
export const registerFailover: Register = (program, { run, shell, parts }) => {
  const failover = program
    .command("failover")
    .description("let another region of the lab serve, and back again");
  leadWithExamples(failover, [
    ["holdfast failover run --to west", "hand over to west in order, losing nothing"],
    ["holdfast failover failback", "hand back to the region that serves on a good day"],
    ["holdfast failover run --ungraceful", "take the region that serves for lost, on your word"],
  ]);
  failover
    .command("run")
    .description("let another region serve: in order, or taking the one that serves for lost")
    .option("--to <region>", "who is to serve; whoever holds the most when not given")
    .option("--ungraceful", "do not wait for the region that serves: fence it as it is")
    .option(...byOption)
    .option(...dirOption)
    .option(...jsonOption)
    .action(
      run(async (options: RunOptions) =>
        (await import("./failover-verbs.ts")).runFailover(options, shell, parts),
      ),
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
    .description("call off a handover that has not yet chosen another region")
    .option(...byOption)
    .option(...dirOption)
    .option(...jsonOption)
    .action(
      run(async (options: FailoverOptions) =>
        (await import("./failover-verbs.ts")).abort(options, shell, parts),
      ),
    );
};
