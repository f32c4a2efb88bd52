import type { Metrics, Standing } from "./metrics.ts";
import { envoyNames, litellmNames } from "./names-gateways.ts";
import { tgiNames, tritonNames, tritonVllmNames } from "./names-servers.ts";
import { vllmNames } from "./names-vllm.ts";
import { type Exposed, exposedText } from "./exposed.ts";

type Names = (metrics: Metrics, standing: Standing) => readonly Exposed[];

/** Names under which the same is told as other runtimes tell it, each by `GET /metrics?names=…`. */
export const names: ReadonlyMap<string, Names> = new Map<string, Names>([
  ["vllm-v0.12", (metrics, standing) => vllmNames("v0.12", metrics, standing)],
  ["vllm-v0.10.2", (metrics, standing) => vllmNames("v0.10.2", metrics, standing)],
  ["vllm-v0.4", (metrics, standing) => vllmNames("v0.4", metrics, standing)],
  ["tgi", tgiNames],
  ["triton", tritonNames],
  ["triton-vllm", tritonVllmNames],
  ["litellm", litellmNames],
  ["envoy-ai-gateway", envoyNames],
]);

/** @returns `null`: there are no such names */
export function metricsText(called: string, metrics: Metrics, standing: Standing): string | null {
  const found = names.get(called);
  return found === undefined ? null : exposedText(found(metrics, standing));
}
