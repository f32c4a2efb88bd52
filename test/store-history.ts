import type {
  Coordinator,
  GuardedWrite,
  Revision,
  StoredEntry,
  WriteOutcome,
} from "../src/core/failover/coordinator.ts";
import { absent } from "../src/core/failover/coordinator.ts";
import { within } from "../src/waiting/deadline.ts";
import type { Operation, SequentialModel } from "./linearizability.ts";

export type StoreCall =
  | { readonly kind: "get" }
  | { readonly kind: "write"; readonly write: Pick<GuardedWrite, "value" | "expected"> };
export type StoreReply = StoredEntry | WriteOutcome | { readonly kind: "nothing" };
export type StoreOperation = Operation<StoreCall, StoreReply>;

/** One key: `revision` is `null` after a write of which nobody was told the revision, until somebody reads it. */
interface Register {
  readonly value: string | null;
  readonly revision: Revision | null;
  /** What every later revision must pass. */
  readonly atLeast: Revision;
}

/** A key of a coordination store, under guarded writes alone. Values are written once each. */
export const registerModel: SequentialModel<Register, StoreCall, StoreReply> = {
  initial: { value: null, revision: absent, atLeast: absent },
  after: (state, call, reply) => {
    if (call.kind === "get") return reply === null ? null : asRead(state, reply);
    return reply === null ? afterUnknown(state, call.write) : afterWrite(state, call.write, reply);
  },
  keyOf: ({ value, revision, atLeast }) => `${value ?? "-"} ${revision ?? "?"} ${atLeast}`,
};

type Write = Extract<StoreCall, { readonly kind: "write" }>["write"];

/** Of a write of which nobody knows whether it was done; that it was tried in vain is the same as that it was not. */
function afterUnknown(state: Register, { value, expected }: Write): Register | null {
  return isAt(state, expected) ? written(state, value, null) : null;
}

function afterWrite(state: Register, { value, expected }: Write, reply: StoreReply): Register | null {
  if (!("kind" in reply) || reply.kind === "nothing") return null;
  if (reply.kind === "written") {
    const isRising = reply.revision > state.atLeast;
    return isAt(state, expected) && isRising ? written(state, value, reply.revision) : null;
  }
  const seen = asRead(state, reply.current ?? { kind: "nothing" });
  return seen?.revision === expected ? null : seen;
}

/** Where nobody knows the revision, it may be the expected one. */
function isAt({ value, revision, atLeast }: Register, expected: Revision): boolean {
  if (value === null) return expected === absent;
  return revision === null ? expected > atLeast : revision === expected;
}

function written(state: Register, value: string | null, revision: Revision | null): Register {
  return {
    value,
    revision: value === null ? absent : revision,
    atLeast: revision ?? state.revision ?? state.atLeast,
  };
}

function asRead(state: Register, reply: StoreReply): Register | null {
  if ("kind" in reply) return state.value === null ? state : null;
  if (state.value !== reply.value) return null;
  if (state.revision === null)
    return reply.revision > state.atLeast ? { ...state, revision: reply.revision } : null;
  return state.revision === reply.revision ? state : null;
}

export interface HistoryPlan {
  readonly clients: readonly Coordinator[];
  readonly key: string;
  /** Of each client. */
  readonly calls: number;
  readonly callMs: number;
  /** Between 0 and 1, as `Math.random`. */
  readonly chance: () => number;
  /** Told how many calls have ended so far. */
  readonly onEnded?: (count: number) => void;
}

/** What clients were answered who read and write one key at the same time. */
export async function recordedHistory(plan: HistoryPlan): Promise<readonly StoreOperation[]> {
  const { clients, key, calls, callMs, chance, onEnded } = plan;
  const history: StoreOperation[] = [];
  let order = 0;
  const next = (): number => {
    order += 1;
    return order;
  };
  const tell = async (client: Coordinator, who: number): Promise<void> => {
    let seen: Revision = absent;
    for (let count = 0; count < calls; count += 1) {
      const isRead = chance() < 0.3;
      const isDeletion = seen !== absent && chance() < 0.1;
      const write = { value: isDeletion ? null : `${who}.${count}`, expected: seen };
      const call: StoreCall = isRead ? { kind: "get" } : { kind: "write", write };
      const began = next();
      const deadline = { signals: [], ms: callMs };
      const answer = await within(deadline, (signal) => asked(client, { key, call }, signal));
      if (answer !== null) seen = revisionAfter(call, answer);
      history.push({ call, answer, began, ended: answer === null ? Number.POSITIVE_INFINITY : next() });
      onEnded?.(history.length);
    }
  };
  await Promise.all(clients.map((client, who) => tell(client, who)));
  return history;
}

async function asked(
  client: Coordinator,
  { key, call }: { readonly key: string; readonly call: StoreCall },
  signal: AbortSignal,
): Promise<StoreReply | null> {
  if (call.kind === "get") {
    const answer = await client.get(key, signal);
    return answer.kind === "unreachable" ? null : (answer.value ?? { kind: "nothing" });
  }
  const answer = await client.compareAndSet({ key, lease: null, ...call.write }, signal);
  return answer.kind === "unreachable" ? null : answer.value;
}

/** At which the key stands, as far as this client was told. */
function revisionAfter(call: StoreCall, reply: StoreReply): Revision {
  if (!("kind" in reply)) return reply.revision;
  if (reply.kind === "written")
    return call.kind === "write" && call.write.value === null ? absent : reply.revision;
  return reply.kind === "refused" ? (reply.current?.revision ?? absent) : absent;
}
