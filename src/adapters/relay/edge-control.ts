import { request } from "node:http";
import type { EdgeView } from "../../core/failover/detection.ts";
import type { RegionId } from "../../core/failover/member.ts";
import type { EdgeAnswer, EdgeControl, StoreAnswer } from "../../core/failover/ports.ts";
import type { Epoch } from "../../core/failover/reign.ts";
import type { EdgeSight } from "./edge-verbs.ts";
import type { Endpoint } from "./listening.ts";

/** A controller's hand on the edge, over its administration port. */
export function edgeControl(admin: Endpoint): EdgeControl {
  return {
    look: async (signal) => {
      const told = await told200(admin, { method: "GET", path: "/view", body: null }, signal);
      return told.kind === "answered" ? { kind: "answered", value: seenIn(told.value as EdgeSight) } : told;
    },
    hold: async (epoch, signal) => await order(admin, { path: "/hold", body: { epoch } }, signal),
    route: async ({ epoch, active }, signal) =>
      await order(admin, { path: "/route", body: { epoch, active } }, signal),
  };
}

/** Of the region that the edge sends SQL to; held or unrouted, it has nothing to tell of any. */
function seenIn({ routing, regions }: EdgeSight): { readonly view: EdgeView; readonly epoch: Epoch | null } {
  if (routing.kind === "unrouted") return { view: "idle", epoch: null };
  const { epoch } = routing;
  if (routing.kind === "held") return { view: "idle", epoch };
  return { view: viewOf(regions, routing.active), epoch };
}

function viewOf(regions: EdgeSight["regions"], active: RegionId): EdgeView {
  return regions.find(({ region }) => region === active)?.sql.kind ?? "idle";
}

async function order(
  admin: Endpoint,
  { path, body }: { readonly path: string; readonly body: object },
  signal: AbortSignal,
): Promise<EdgeAnswer> {
  const told = await told200(admin, { method: "POST", path, body: JSON.stringify(body) }, signal);
  if (told.kind === "answered") return { kind: "done" };
  return { kind: "failed", because: (told.cause as Error).message };
}

interface Call {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body: string | null;
}

/** Anything but a 200 is a failure, with what the edge says of it. */
async function told200(
  admin: Endpoint,
  { method, path, body }: Call,
  signal: AbortSignal,
): Promise<StoreAnswer<unknown>> {
  const { promise, resolve } = settled<StoreAnswer<unknown>>();
  const failed = (message: string): void => {
    resolve({ kind: "unreachable", cause: new Error(message) });
  };
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body ?? "") };
  const call = request({ ...admin, method, path, headers, agent: false, signal }, (response) => {
    let text = "";
    response.setEncoding("utf8");
    response.on("data", (piece: string) => (text += piece));
    response.on("error", (cause) => {
      failed(`the edge broke off: ${cause.message}`);
    });
    response.on("end", () => {
      const value = response.statusCode === 200 ? jsonIn(text) : null;
      if (value === null)
        failed(`the edge answered ${response.statusCode ?? 0}: ${text.trim().slice(0, 1_000)}`);
      else resolve({ kind: "answered", value });
    });
  });
  call.on("error", (cause) => {
    failed(`the edge at ${admin.host}:${admin.port} cannot be reached: ${cause.message}`);
  });
  call.end(body ?? "");
  return await promise;
}

/** `null` when somebody else listens there. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function settled<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
