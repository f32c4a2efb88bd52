import { findProgram } from "../../src/adapters/processes/find-program.ts";
import type { Parsed, Problem } from "../../src/core/problem/problem.ts";
import type { Endpoint } from "../../src/adapters/relay/listening.ts";

/** What watches a lab from beside it, as programs that are none of its own. */
export const watchers = ["alertmanager", "prometheus"] as const;
export type Watcher = (typeof watchers)[number];
export type WatcherPorts = Readonly<Record<Watcher, Endpoint>>;
/** The file of each program. */
export type WatcherPrograms = Readonly<Record<Watcher, string>>;

/** As Debian calls them, and as their makers do. */
const programNames: Readonly<Record<Watcher, readonly string[]>> = {
  alertmanager: ["prometheus-alertmanager", "alertmanager"],
  prometheus: ["prometheus"],
};

/** Below the lab's folder, in which they run: so they are known for the lab's where its state file is lost. */
export const configFiles: Readonly<Record<Watcher, string>> = {
  alertmanager: "prometheus/alertmanager.yml",
  prometheus: "prometheus/prometheus.yml",
};

/** What each is told when it starts. */
export function watcherArguments({ alertmanager, prometheus }: WatcherPorts): Record<Watcher, string[]> {
  return {
    alertmanager: [
      configOption("alertmanager"),
      "--storage.path=prometheus/alertmanager-data",
      ...listeningAt(alertmanager),
      // Without others of its kind it needs no port to meet them.
      "--cluster.listen-address=",
    ],
    prometheus: [
      configOption("prometheus"),
      "--storage.tsdb.path=prometheus/data",
      // The period of the objectives, and a day.
      "--storage.tsdb.retention.time=31d",
      ...listeningAt(prometheus),
    ],
  };
}

function configOption(watcher: Watcher): string {
  return `--config.file=${configFiles[watcher]}`;
}

function listeningAt(at: Endpoint): readonly string[] {
  return [`--web.listen-address=${at.host}:${at.port}`, `--web.external-url=${urlOf(at)}`];
}

export function urlOf({ host, port }: Endpoint): string {
  return `http://${host}:${port}`;
}

/** Whether a process that stands in a lab's folder is one of its watchers, by its command line. */
export function isWatcher(words: readonly string[]): boolean {
  return watchers.some((each) => words.includes(configOption(each)));
}

/** Looks for the programs. @param path folders, as the environment lists them */
export async function findWatchers(path: string): Promise<Parsed<WatcherPrograms>> {
  const alertmanager = await findProgram(programNames.alertmanager, path);
  const prometheus = await findProgram(programNames.prometheus, path);
  if (alertmanager !== null && prometheus !== null) return { ok: true, value: { alertmanager, prometheus } };
  const missing = [
    ...(prometheus === null ? ["Prometheus"] : []),
    ...(alertmanager === null ? ["Alertmanager"] : []),
  ];
  return { ok: false, problems: [notInstalled(missing)] };
}

function notInstalled(missing: readonly string[]): Problem {
  return {
    code: "observe/not-installed",
    what: `${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} not among the programs of this machine (PATH)`,
    where: null,
    why: "With --prometheus a Prometheus scrapes the lab and an Alertmanager is told of its alerts.",
    mend: "install them (Debian, Ubuntu: `apt-get install prometheus prometheus-alertmanager`), or leave --prometheus out",
  };
}
