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
      return runDaemonProcess({ ...settings, program, modelPath: model, workspace, packageFolder }, signal);
    },
    process: runPart,
  };
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
    default:
      return 1;
  }
}
