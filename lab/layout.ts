import { join } from "node:path";
import { attemptsFileName } from "../src/runtime/lab.ts";
import type { RegionId } from "../src/core/failover/member.ts";

/** Where everything of one lab stands, below its folder. */
export interface LabLayout {
  readonly root: string;
  /** How to reach the lab that runs here; gone when none does. */
  readonly stateFile: string;
  /** Of the store in the lab's own process. */
  readonly coordinationFile: string;
  /** Of a store that is an etcd: its voters' data, and where they are. */
  readonly etcd: string;
  /** What probes of journeys have found. */
  readonly attemptsFile: string;
  readonly secretsFile: string;
  readonly edgeFile: string;
  /** By which manifests it went last, where it has others than its own. */
  readonly workspaceFile: string;
  readonly evidence: string;
  readonly keys: string;
  readonly logs: string;
  readonly regions: string;
}

export function layoutOf(root: string): LabLayout {
  return {
    root,
    stateFile: join(root, "lab.json"),
    coordinationFile: join(root, "coordination.db"),
    etcd: join(root, "etcd"),
    attemptsFile: join(root, attemptsFileName),
    secretsFile: join(root, "secrets.json"),
    edgeFile: join(root, "edge-routing.json"),
    workspaceFile: join(root, "workspace-path"),
    evidence: join(root, "evidence"),
    keys: join(root, "keys"),
    logs: join(root, "logs"),
    regions: join(root, "regions"),
  };
}

/** What one process is told when it starts. */
export function configFile(layout: LabLayout, region: RegionId, process: string): string {
  return join(layout.regions, region, `${process}.json`);
}

export function memoryFile(layout: LabLayout, region: RegionId): string {
  return join(layout.regions, region, "agent-memory.json");
}

export function logFile(layout: LabLayout, name: string): string {
  return join(layout.logs, `${name}.log`);
}
