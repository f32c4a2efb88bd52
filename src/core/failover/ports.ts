import type { AgentMemory } from "./agent-state.ts";
import type { StoreAnswer } from "./coordinator.ts";
import type { EdgeView } from "./detection.ts";
import type { RegionId } from "./member.ts";
import type { Message } from "./message.ts";
import type { RecordBody } from "./record.ts";
import type { Epoch } from "./reign.ts";
import type { ProbeOutcome } from "./vantage.ts";

/** Fire-and-forget messages between controllers and agents; order and arrival are not promised. */
export interface Post {
  toControllers(message: Message): void;
  toAgents(message: Message): void;
}

/** A small committed write to a region's store, straight from where the prober stands. */
export interface Prober {
  probe(region: RegionId, signal: AbortSignal): Promise<ProbeOutcome>;
}

export type EdgeAnswer =
  | { readonly kind: "done" }
  /** The edge has obeyed a newer epoch, or is not there. */
  | { readonly kind: "failed"; readonly because: string };

/** The front door that sends clients to the active region. It refuses an epoch lower than the last that it obeyed. */
export interface EdgeControl {
  /** What clients are shown by the active region, and the epoch that the edge routes by: `absent` when it has no route. */
  look(signal: AbortSignal): Promise<StoreAnswer<{ readonly view: EdgeView; readonly epoch: Epoch }>>;
  /** Cuts clients of the old active region off; new ones wait for the next route. Streams are cut, or finish. */
  hold(
    hold: { readonly epoch: Epoch; readonly streams: "cut" | "drain" },
    signal: AbortSignal,
  ): Promise<EdgeAnswer>;
  route(
    route: { readonly epoch: Epoch; readonly active: RegionId },
    signal: AbortSignal,
  ): Promise<EdgeAnswer>;
}

/** Shows that the platform serves: a real write and a real inference through the edge. */
export interface ServiceProof {
  prove(active: RegionId, signal: AbortSignal): Promise<EdgeAnswer>;
}

/** Where decisions are written down; resolves when they are on disk. */
export interface Recorder {
  record(
    body: RecordBody,
  ): Promise<{ readonly kind: "recorded" } | { readonly kind: "failed"; readonly because: string }>;
}

/** What an agent must not forget; resolves when it is on disk. */
export interface MemoryFile {
  keep(
    memory: AgentMemory,
  ): Promise<{ readonly kind: "kept" } | { readonly kind: "failed"; readonly because: string }>;
}
