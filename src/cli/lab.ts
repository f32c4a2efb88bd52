import { type Command, Option } from "commander";
import {
  type CoordinatorKind,
  coordinatorKinds,
  labFaults,
  type NetworkKind,
  networkKinds,
  type WatchedBy,
  watchedBy,
} from "../runtime/lab.ts";
import { labDirDefault } from "../runtime/lab-command.ts";
import { cutDirections, cutPartners } from "../runtime/network-harm.ts";
import type { FaultOptions } from "./lab-fault.ts";
import type { DirOption, UpOptions } from "./lab-verbs.ts";
import { type Context, jsonOption, leadWithExamples } from "./context.ts";

const dirOption = ["--dir <dir>", "the lab's folder", labDirDefault] as const;

/** `holdfast lab`: a small real AI platform on this machine, to be broken. */
export function registerLab(program: Command, context: Context): void {
  const { run, shell, parts } = context;
  const lab = program
    .command("lab")
    .description("run a small real AI platform on this machine, and break it");
  leadWithExamples(lab, [
    ["holdfast lab up --detach", "three regions with PostgreSQL, a language model and Holdfast"],
    ["holdfast lab fault kill east", "everything in east is killed at once"],
    ["holdfast lab restore east", "east comes back, as a follower"],
  ]);
  lab
    .command("up")
    .description("start the lab; in the foreground until Ctrl-C, or with --detach on its own")
    .option(...dirOption)
    .option("--detach", "let it run on its own when it is ready")
    .option("--sql-port <port>", "where clients reach PostgreSQL; a free port when not given")
    .option("--http-port <port>", "where clients reach the model; a free port when not given")
    .option(
      "--workspace <DIR>",
      "the manifests that declare its plan region-failover; the lab's own when not given",
    )
    .option("--probes", "attempt its journeys once a second, and count what comes of it")
    .option("--prometheus", "run a Prometheus and an Alertmanager beside it; with --probes")
    .addOption(
      new Option(
        "--coordinator <kind>",
        "by what it coordinates: its own store, or an etcd of three voters; as its folder has it when not given",
      ).choices(coordinatorKinds),
    )
    .addOption(
      new Option(
        "--network <kind>",
        "what joins its regions: relays, or namespaces, whose packets the kernel carries (root); as its folder has it when not given",
      ).choices(networkKinds),
    )
    .option(...jsonOption)
    .action(run(async (options: UpOptions) => (await import("./lab-verbs.ts")).up(options, shell, parts)));
  lab
    .command("status")
    .description("say who serves, and how each region stands")
    .option(...dirOption)
    .option(...jsonOption)
    .action(
      run(async (options: DirOption) => (await import("./lab-verbs.ts")).status(options, shell, parts)),
    );
  registerFaults(lab, context);
  lab
    .command("down")
    .description("end the lab; its data and its evidence stay")
    .option(...dirOption)
    .option(...jsonOption)
    .action(run(async (options: DirOption) => (await import("./lab-verbs.ts")).down(options, shell, parts)));
  registerProcesses(lab, context);
}

/** What is done to a region, and undone. */
function registerFaults(lab: Command, { run, shell, parts }: Context): void {
  lab
    .command("fault")
    .description("do harm to a region: kill, freeze (and thaw), partition, flap, lossy, slow (and heal)")
    .argument("<fault>", [...labFaults, "flap", "lossy", "slow"].join(", "))
    .argument("<region>", "east, west or central")
    .addOption(
      new Option(
        "--direction <way>",
        "of a partition or slow: what does not pass or is late, into the region or out of it; both when not given",
      ).choices(cutDirections),
    )
    .addOption(
      new Option(
        "--from <whom>",
        "of a partition or slow: from whom, or between whom and the region; everybody when not given",
      ).choices(cutPartners),
    )
    .option("--period <time>", "of a flap: from one cut to the next, such as 500ms; 4s when not given")
    .option("--share <percent>", "of lossy: how many packets are lost, such as 20%; in a lab of namespaces")
    .option("--delay <time>", "of slow: by how much each byte is late, such as 200ms")
    .option(...dirOption)
    .option(...jsonOption)
    .action(
      run(async (fault: string, region: string, options: FaultOptions) =>
        (await import("./lab-fault.ts")).fault({ fault, region, options }, shell, parts),
      ),
    );
  lab
    .command("restore")
    .description("undo every fault of a region; it comes back as a follower")
    .argument("<region>", "east, west or central")
    .option(...dirOption)
    .option(...jsonOption)
    .action(
      run(async (region: string, options: DirOption) =>
        (await import("./lab-verbs.ts")).restore({ region, options }, shell, parts),
      ),
    );
}

interface DaemonOptions {
  readonly dir: string;
  readonly sqlPort?: number;
  readonly httpPort?: number;
  readonly leaveNothing?: true;
  readonly watchedBy: WatchedBy;
  readonly coordinator?: CoordinatorKind;
  readonly network: NetworkKind;
  readonly workspace?: string;
}

/** What the lab starts for itself; nobody types these. */
function registerProcesses(lab: Command, { run, parts, shell }: Context): void {
  lab
    .command("daemon", { hidden: true })
    .requiredOption("--dir <dir>")
    .addOption(new Option("--sql-port <port>").argParser(Number))
    .addOption(new Option("--http-port <port>").argParser(Number))
    .option("--leave-nothing")
    .addOption(new Option("--watched-by <what>").choices(watchedBy).default("nothing"))
    .addOption(new Option("--coordinator <kind>").choices(coordinatorKinds))
    .addOption(new Option("--network <kind>").choices(networkKinds).default("relays"))
    .option("--workspace <dir>")
    .action(
      run(async ({ dir, sqlPort, httpPort, leaveNothing, ...others }: DaemonOptions) => {
        const { daemon } = await parts.labProcesses();
        const ports = { sql: sqlPort ?? null, http: httpPort ?? null };
        const leaves = leaveNothing === true ? "nothing" : "data";
        const coordinator = others.coordinator ?? null;
        const { watchedBy, network } = others;
        const workspace = others.workspace ?? null;
        return daemon({ root: dir, ports, leaves, watchedBy, coordinator, network, workspace }, shell.signal);
      }),
    );
  lab
    .command("process", { hidden: true })
    .argument("<kind>")
    .argument("<config>")
    .action(
      run(async (kind: string, config: string) => {
        const { process } = await parts.labProcesses();
        return process(kind, config, shell.signal);
      }),
    );
}
