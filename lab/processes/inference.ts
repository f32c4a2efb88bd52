import type { ExitStatus } from "../../src/cli/shell.ts";
import { serveInference } from "../inference/inference.ts";
import { readConfig, type RegionConfig } from "../region-config.ts";
import { aborted } from "./aborted.ts";
import { Parent } from "./parent.ts";
import { ProcessLog } from "./process-log.ts";

/** One region's language model, as a process. */
export async function runInferenceProcess(configPath: string, signal: AbortSignal): Promise<ExitStatus> {
  const config = await readConfig<RegionConfig>(configPath);
  const { region, platformId } = config;
  const log = new ProcessLog({ process: "inference", region, platformId });
  const parent = new Parent(signal, log);
  const inference = await serveInference({
    modelPath: config.modelPath,
    host: config.own.inference.host,
    port: config.own.inference.port,
    region: config.region,
    signal: parent.until,
  });
  if (inference.kind === "refused") return parent.giveUp([inference.problem]);
  log.write("INFO", `the language model of ${region} is served at ${inference.url}`);
  await aborted(parent.until);
  await inference.close();
  log.write("INFO", `the language model of ${region} is served no more`);
  return 0;
}
