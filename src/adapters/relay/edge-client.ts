import { z } from "zod";
import type { EdgeView } from "../../core/failover/detection.ts";
import type { RegionId } from "../../core/failover/member.ts";
import { absent, type StoreAnswer } from "../../core/failover/coordinator.ts";
import { type EdgeAnswer, type EdgeControl } from "../../core/failover/ports.ts";
import type { Epoch } from "../../core/failover/reign.ts";
import type { Endpoint } from "./listening.ts";

const viewKind = z.enum(["answering", "refusing", "silent", "idle"]);
const sight = z.object({
  routing: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("unrouted") }),
    z.object({ kind: z.literal("held"), epoch: z.number(), previous: z.string().nullable() }),
    z.object({ kind: z.literal("routed"), epoch: z.number(), active: z.string() }),
  ]),
  regions: z.array(z.object({ region: z.string(), sql: z.object({ kind: viewKind }) })),
});

type Sight = z.output<typeof sight>;

/** The edge's administration port, as controllers command it from afar. */
export function connectEdge(admin: Endpoint): EdgeControl {
  const url = `http://${admin.host}:${admin.port}`;
  return {
    look: (signal) => look(url, signal),
    hold: (hold, signal) => order(`${url}/hold`, hold, signal),
    route: (route, signal) => order(`${url}/route`, route, signal),
  };
}

async function look(
  url: string,
  signal: AbortSignal,
): Promise<StoreAnswer<{ readonly view: EdgeView; readonly epoch: Epoch }>> {
  try {
    const answer = await fetch(`${url}/view`, { signal });
    const seen = sight.parse(await answer.json());
    return { kind: "answered", value: { view: viewOf(seen), epoch: routedEpoch(seen) } };
  } catch (cause) {
    return { kind: "unreachable", cause };
  }
}

/** What clients are shown by the region that they are sent to. */
function viewOf({ routing, regions }: Sight): EdgeView {
  const active: RegionId | null = routing.kind === "routed" ? routing.active : null;
  return regions.find((region) => region.region === active)?.sql.kind ?? "idle";
}

function routedEpoch({ routing }: Sight): Epoch {
  // The store gave the number; here it comes back as text.
  return routing.kind === "routed" ? (routing.epoch as Epoch) : absent;
}

async function order(url: string, body: unknown, signal: AbortSignal): Promise<EdgeAnswer> {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal,
    });
    const text = await answer.text();
    return answer.ok ? { kind: "done" } : { kind: "failed", because: `${answer.status} ${text.trim()}` };
  } catch (cause) {
    return { kind: "failed", because: cause instanceof Error ? cause.message : String(cause) };
  }
}
