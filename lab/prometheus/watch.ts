import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { replaceFile } from "../../src/adapters/files/replace-file.ts";
import type { Parsed } from "../../src/core/problem/problem.ts";
import type { LabEffect, LabStatus } from "../../src/runtime/lab.ts";
import type { Fleet } from "../fleet.ts";
import {
  urlOf,
  type Watcher,
  watcherArguments,
  type WatcherPorts,
  type WatcherPrograms,
  watchers,
} from "./watchers.ts";

const answerMsMax = 1_000;

export interface WatchSettings {
  /** The lab's folder. */
  readonly root: string;
  readonly fleet: Pick<Fleet, "startWatcher" | "isWatcherAlive">;
  readonly programs: WatcherPrograms;
  readonly ports: WatcherPorts;
  /** What they go by, by its paths below the lab's folder. */
  readonly files: ReadonlyMap<string, string>;
}

/** A Prometheus that scrapes a lab, and the Alertmanager that it tells of alerts. */
export class Watch {
  readonly #settings: WatchSettings;

  constructor(settings: WatchSettings) {
    this.#settings = settings;
  }

  /** Starts what does not run of both. */
  async start(): Promise<Parsed<LabEffect>> {
    const { root, fleet, programs, ports, files } = this.#settings;
    for (const [path, text] of files) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await replaceFile(join(root, path), text);
    }
    const args = watcherArguments(ports);
    let effect: LabEffect = "unchanged";
    for (const each of watchers) {
      const started = await fleet.startWatcher(each, { command: programs[each], args: args[each] });
      if (!started.ok) return started;
      if (started.value === "done") effect = "done";
    }
    return { ok: true, value: effect };
  }

  /** Where each is; `null` of one that has ended. */
  urls(): Pick<LabStatus["metrics"], "prometheusUrl" | "alertmanagerUrl"> {
    return { prometheusUrl: this.#urlOf("prometheus"), alertmanagerUrl: this.#urlOf("alertmanager") };
  }

  /** Whether both answer. */
  async isReady(): Promise<boolean> {
    const answers = await Promise.all(watchers.map((each) => isReadyAt(urlOf(this.#settings.ports[each]))));
    return answers.every(Boolean);
  }

  #urlOf(watcher: Watcher): string | null {
    const { fleet, ports } = this.#settings;
    return fleet.isWatcherAlive(watcher) ? urlOf(ports[watcher]) : null;
  }
}

async function isReadyAt(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(answerMsMax) })).ok;
  } catch {
    return false;
  }
}
