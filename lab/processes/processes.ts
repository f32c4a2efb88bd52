import type { ExitStatus } from "../../src/cli/shell.ts";
import type { LabProcesses } from "../../src/cli/parts.ts";

/** Where this program stands. */
export interface ProgramFiles {
  /** What Node runs. */
  readonly program: string;
  readonly model: string;
  /** The folder of the manifests that declare the lab. */
  readonly workspace: string;
  /** The folder of this package, in which the catalogue stands. */
  readonly packageFolder: string;
}

/** What the lab's own command lines run; each file is loaded when it is asked for. */
export function labProcesses({ program, model, workspace, packageFolder }: ProgramFiles): LabProcesses {
  return {
    daemon: async (settings, signal) => {
      const { runDaemonProcess } = await import("./daemon.ts");
      const declared = { workspace: settings.workspace ?? workspace, startedWith: settings.workspace };
      const of = { program, modelPath: model, packageFolder, ...declared };
      const daemon = { ...settings, ...of };
      return spokenFor("lab", () => runDaemonProcess(daemon, signal));
    },
    process: (kind, config, signal) => spokenFor(kind, () => runPart(kind, config, signal)),
  };
}

/** What breaks off a process of the lab is told in its log like anything else; nobody reads its standard error but as that. */
async function spokenFor(name: string, run: () => Promise<ExitStatus>): Promise<ExitStatus> {
  const { ProcessLog } = await import("./process-log.ts");
  const log = new ProcessLog({ process: name, region: null, platformId: null });
  log.catchAll();
  try {
    return await run();
  } catch (error) {
    log.fatal(error);
    return 1;
  }
}

async function runPart(kind: string, config: string, signal: AbortSignal): Promise<ExitStatus> {
  switch (kind) {
    case "edge":
      return (await import("./edge.ts")).runEdgeProcess(config, signal);
    case "inference":
      return (await import("./inference.ts")).runInferenceProcess(config, signal);
    case "agent":
      return (await import("./agent.ts")).runAgentProcess(config, signal);
    case "controller":
      return (await import("./controller.ts")).runControllerProcess(config, signal);
    case "delayer":
      return (await import("./delayer.ts")).runDelayerProcess(config, signal);
    default:
      return 1;
  }
}
