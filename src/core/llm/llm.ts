import { gateways } from "./gateways.ts";
import type { LlmSli, Measured, NameSet } from "./name-set.ts";
import { servers } from "./servers.ts";
import { vllm } from "./vllm.ts";

/** Every runtime, and each generation of its names, oldest first. */
export const nameSets: readonly NameSet[] = [...vllm, ...servers, ...gateways];

export const runtimes: readonly string[] = [...new Set(nameSets.map(({ runtime }) => runtime))];

/** Its generations, oldest first; none: no such runtime is known. */
export function generationsOf(runtime: string): readonly NameSet[] {
  return nameSets.filter((each) => each.runtime === runtime);
}

/** How a runtime measures an indicator; `null`: it does not. */
export function measuredIn({ measured }: NameSet, sli: LlmSli): Measured | null {
  return measured.find((each) => each.sli === sli) ?? null;
}

/** `vllm v0.12` */
export function titleOf({ runtime, generation }: NameSet): string {
  return generation === null ? runtime : `${runtime} ${generation}`;
}
