import type { ExitStatus } from "../../src/cli/shell.ts";
import { serveInference } from "../inference/inference.ts";
import { readConfig, type RegionConfig } from "../region-config.ts";
import { aborted } from "./aborted.ts";
import { Parent } from "./parent.ts";

/** One region's language model, as a process. */
export async function runInferenceProcess(configPath: string, signal: AbortSignal): Promise<ExitStatus> {
  const parent = new Parent(signal);
  const config = await readConfig<RegionConfig>(configPath);
  const inference = await serveInference({
    modelPath: config.modelPath,
    host: config.own.inference.host,
    port: config.own.inference.port,
    region: config.region,
    signal: parent.until,
  });
  if (inference.kind === "refused") return parent.giveUp([inference.problem]);
  await aborted(parent.until);
  await inference.close();
  return 0;
}
