import { readFile, realpath } from "node:fs/promises";
import { dirname } from "node:path";
import { replaceFile } from "../src/adapters/files/replace-file.ts";
import { identityOf, type ProcessIdentity } from "../src/adapters/processes/identity.ts";

/** How the lab that runs in a folder is reached; kept in its state file. */
export interface LabState {
  readonly formatVersion: 1;
  /** The lab's folder when it was written: a copy of the folder still tells of the lab in the first one. */
  readonly root: string;
  readonly daemon: ProcessIdentity;
  readonly controlPort: number;
  readonly token: string;
  /** Every process that the lab has started, so that a lab whose daemon was killed can be cleaned away. */
  readonly processes: readonly ProcessIdentity[];
  readonly dataFolders: readonly string[];
}

/** What a state file tells. `none`: no lab of this folder; `unreadable`: something else stands there, so a lab may run that nobody can reach. */
export type FoundState =
  | { readonly kind: "none" }
  | { readonly kind: "state"; readonly state: LabState }
  | { readonly kind: "unreadable" }
  | { readonly kind: "refused"; readonly cause: unknown };

export async function readLabState(path: string): Promise<FoundState> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : null;
    return code === "ENOENT" || code === "ENOTDIR" ? { kind: "none" } : { kind: "refused", cause };
  }
  const state = stateIn(text);
  if (state === null) return { kind: "unreadable" };
  const isCopy = (await realPathOf(state.root)) !== (await realPathOf(dirname(path)));
  return isCopy ? { kind: "none" } : { kind: "state", state };
}

function realPathOf(folder: string): Promise<string> {
  return realpath(folder).catch(() => folder);
}

function stateIn(text: string): LabState | null {
  try {
    const stored = JSON.parse(text) as unknown;
    return isState(stored) ? stored : null;
  } catch {
    return null;
  }
}

function isState(value: unknown): value is LabState {
  if (!isRecord(value)) return false;
  const { formatVersion, root, daemon, controlPort, token, processes, dataFolders } = value;
  return (
    formatVersion === 1 &&
    typeof root === "string" &&
    isIdentity(daemon) &&
    Number.isSafeInteger(controlPort) &&
    typeof token === "string" &&
    Array.isArray(processes) &&
    processes.every(isIdentity) &&
    Array.isArray(dataFolders) &&
    dataFolders.every((folder) => typeof folder === "string")
  );
}

/** A number of 0 or below would name a whole group, or everybody. */
function isIdentity(value: unknown): value is ProcessIdentity {
  if (!isRecord(value)) return false;
  const { pid, startedAt } = value;
  const isPid = typeof pid === "number" && Number.isSafeInteger(pid) && pid > 0;
  return isPid && (startedAt === null || typeof startedAt === "string");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Keeps on disk what is needed to reach the lab, and to clean up after it should its daemon be killed. */
export class StateFile {
  readonly #path: string;
  readonly #dataFolders: readonly string[];
  readonly #token: string;
  #processes: readonly ProcessIdentity[] = [];
  #controlPort = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, dataFolders: readonly string[], token: string) {
    this.#path = path;
    this.#dataFolders = dataFolders;
    this.#token = token;
  }

  add(identity: ProcessIdentity): Promise<void> {
    this.#processes = [...this.#processes, identity];
    return this.#write();
  }

  controlledAt(port: number): Promise<void> {
    this.#controlPort = port;
    return this.#write();
  }

  #write(): Promise<void> {
    const state: LabState = {
      formatVersion: 1,
      root: dirname(this.#path),
      daemon: identityOf(process.pid) ?? { pid: process.pid, startedAt: null },
      controlPort: this.#controlPort,
      token: this.#token,
      processes: this.#processes,
      dataFolders: this.#dataFolders,
    };
    const write = (): Promise<void> => replaceFile(this.#path, JSON.stringify(state));
    // One that failed, on a full disk, keeps no later one from being tried: each holds everything.
    this.#writing = this.#writing.then(write, write);
    return this.#writing;
  }
}
