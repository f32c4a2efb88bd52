import { rename, writeFile } from "node:fs/promises";
import { identityOf, type ProcessIdentity } from "../src/adapters/processes/identity.ts";
import type { LabState } from "./control.ts";

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
      daemon: identityOf(process.pid) ?? { pid: process.pid, startedAt: null },
      controlPort: this.#controlPort,
      token: this.#token,
      processes: this.#processes,
      dataFolders: this.#dataFolders,
    };
    const write = async (): Promise<void> => {
      const beside = `${this.#path}.next`;
      await writeFile(beside, JSON.stringify(state), { mode: 0o600 });
      await rename(beside, this.#path);
    };
    // One that failed, on a full disk, keeps no later one from being tried: each holds everything.
    this.#writing = this.#writing.then(write, write);
    return this.#writing;
  }
}
