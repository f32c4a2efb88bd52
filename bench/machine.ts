import { cpus, release, totalmem } from "node:os";

/** What the figures were measured on. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly node: string;
}

export function thisMachine(): Machine {
  const all = cpus();
  return {
    processor: all[0]?.model.trim() ?? "unknown processor",
    cores: all.length,
    memoryBytes: totalmem(),
    kernel: `${process.platform} ${release()}`,
    node: process.versions.node,
  };
}

/** One line; `others` names what else took part, with its version. */
export function machineText(machine: Machine, others: readonly string[] = []): string {
  const memory = `${(machine.memoryBytes / 1024 ** 3).toFixed(1)} GiB`;
  return [
    machine.processor,
    `${machine.cores} cores`,
    memory,
    machine.kernel,
    `Node ${machine.node}`,
    ...others,
  ].join(", ");
}
