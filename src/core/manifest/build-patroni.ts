import type { Outside } from "../model/outside-step.ts";
import type { PatroniState, PatroniWish } from "../model/patroni-wish.ts";
import type { ReadDocument } from "./schema.ts";

export type WrittenPatroni = Extract<
  ReadDocument<"RecoveryPlan">["spec"]["steps"][number],
  { readonly phase: "patroni" }
>;

export function patroniOf({
  members,
  credentials,
  shallBe,
  undo,
}: WrittenPatroni): Pick<Outside, "deed" | "undo"> {
  const wish: PatroniWish = { members, credentials: credentials ?? null, shallBe: stateOf(shallBe) };
  return {
    deed: { kind: "patroni", wish },
    undo: undo === undefined ? null : { kind: "patroni", wish: { ...wish, shallBe: stateOf(undo.shallBe) } },
  };
}

function stateOf(written: WrittenPatroni["shallBe"]): PatroniState {
  if (written.kind !== "standby-of") return written;
  const { kind, host, port, slot = null, restoreCommand = null } = written;
  return { kind, host, port, slot, restoreCommand };
}
