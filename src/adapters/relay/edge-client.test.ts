import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { absent } from "../../core/failover/coordinator.ts";
import type { Epoch } from "../../core/failover/reign.ts";
import { monotonicMs } from "../../core/units/units.ts";
import { type Edge, openEdge } from "./edge.ts";
import { connectEdge } from "./edge-client.ts";

const epoch = (value: number): Epoch => value as Epoch;
const at = { host: "127.0.0.1", port: 0 };
const { signal } = new AbortController();
let folder: string;
let edge: Edge;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "edge-"));
  const opened = await openEdge({
    sql: at,
    http: at,
    admin: at,
    regions: ["east", "west"].map((name) => ({ name, postgres: at, inference: at })),
    stateFile: join(folder, "routing.json"),
    clock: { now: () => monotonicMs(0) },
  });
  if (opened.kind === "refused") throw new Error(opened.problem.what);
  edge = opened.value;
});
afterEach(async () => {
  await edge.close();
  await rm(folder, { recursive: true });
});

describe("a controller's hand on the edge", () => {
  it("holds, routes and sees what the edge has obeyed", async () => {
    const control = connectEdge(edge.addresses.admin);
    expect(await control.look(signal)).toEqual({ kind: "answered", value: { view: "idle", epoch: absent } });
    expect(await control.hold({ epoch: epoch(4), streams: "cut" }, signal)).toEqual({ kind: "done" });
    expect(await control.look(signal)).toEqual({ kind: "answered", value: { view: "idle", epoch: absent } });
    expect(edge.view().routing).toEqual({ kind: "held", epoch: 4, previous: null });
    expect(await control.route({ epoch: epoch(4), active: "west" }, signal)).toEqual({ kind: "done" });
    expect(await control.look(signal)).toEqual({ kind: "answered", value: { view: "idle", epoch: 4 } });
  });

  it("fails with the edge's own words when it has seen a newer epoch", async () => {
    await edge.hold({ epoch: epoch(9) });
    const answer = await connectEdge(edge.addresses.admin).route({ epoch: epoch(8), active: "west" }, signal);
    expect(answer).toEqual({ kind: "failed", because: expect.stringContaining("lower than 9") as string });
  });

  it("says that the edge cannot be reached, or did not answer in time", async () => {
    const control = connectEdge(edge.addresses.admin);
    expect((await control.look(AbortSignal.abort())).kind).toBe("unreachable");
    await edge.close();
    expect((await control.look(signal)).kind).toBe("unreachable");
    expect((await control.hold({ epoch: epoch(1), streams: "cut" }, signal)).kind).toBe("failed");
  });
});
