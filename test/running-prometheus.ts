import { spawn, spawnSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "./free-port.ts";

/** Whether Debian's package prometheus is here, and what the name of a test that needs it says where it is not. */
export const isPrometheusHere = ["prometheus", "promtool"].every(
  (each) => spawnSync(each, ["--version"]).status === 0,
);
export const skipped = isPrometheusHere ? "" : " (skipped: Debian's package prometheus is not here)";

export interface RunningPrometheus {
  readonly url: string;
  /** Ends it and removes its folder. */
  readonly stop: () => Promise<void>;
}

/**
 * Puts samples into the store of a Prometheus that is yet to start.
 *
 * @param openMetrics in that text format, in pieces: what thousands of series had in a month is longer than any text can be
 */
export function backfill(folder: string, openMetrics: Iterable<string>): void {
  const past = join(folder, "past.txt");
  const file = openSync(past, "w");
  for (const piece of openMetrics) writeSync(file, piece);
  closeSync(file);
  const into = ["tsdb", "create-blocks-from", "openmetrics"];
  // Without the flag a month becomes 361 blocks, and takes a minute and a half.
  const args = [...into, "--max-block-duration=720h", "-q", "past.txt", "data"];
  const { status, stderr } = spawnSync("promtool", args, { cwd: folder, encoding: "utf8" });
  rmSync(past);
  if (status !== 0) throw new Error(`promtool: ${stderr}`);
}

export interface PrometheusStart {
  readonly options?: readonly string[];
  /** With which it lets in whoever asks whether it is ready. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Starts one on loopback, on what is in `folder`: `data` and the files that its configuration names. */
export async function runningPrometheus(
  folder: string,
  configuration: string,
  { options = [], headers = {} }: PrometheusStart = {},
): Promise<RunningPrometheus> {
  writeFileSync(join(folder, "prometheus.yml"), configuration);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const given = [
    "--config.file=prometheus.yml",
    "--storage.tsdb.path=data",
    "--storage.tsdb.retention.time=400d",
    "--log.level=error",
    `--web.listen-address=127.0.0.1:${port}`,
    ...options,
  ];
  const child = spawn("prometheus", given, { cwd: folder, stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true });
  };
  for (let tries = 0; tries < 400; tries += 1) {
    const isReady = await fetch(`${url}/-/ready`, { headers }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return { url, stop };
    await pause(50);
  }
  await stop();
  throw new Error("Prometheus does not get ready");
}
