import type { BlockedWindow } from "../model/blocked-window.ts";
import type { Gate, Interlocks } from "../model/recovery-plan.ts";
import { verifyWish } from "./build-verify.ts";
import type { ReadDocument } from "./schema.ts";

type Written = ReadDocument<"RecoveryPlan">["spec"]["interlocks"];

export function interlocksOf({
  placesOnMin,
  coolDown,
  dataLoss,
  blocked,
  gates,
  cellsDrainedMax,
}: Written): Interlocks {
  return {
    ...{ placesOnMin, coolDown, dataLoss },
    cellsDrainedMax: cellsDrainedMax ?? null,
    blocked: blocked.map((window): BlockedWindow => window),
    gates: gates.map(({ name, by }) => ({ name, wish: gateWish(by) })),
  };
}

function gateWish(by: Written["gates"][number]["by"]): Gate["wish"] {
  if (by.kind !== "slo") return verifyWish(by);
  return { kind: "slo", action: by.for, policy: by.policy ?? null };
}
