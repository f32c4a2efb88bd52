import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { milliseconds } from "../src/core/units/units.ts";
import { PartReports } from "./part-reports.ts";

it("takes a pipe that breaks for the end of a part, and its status for the cause", async () => {
  const reports = new PartReports();
  const pipe = new PassThrough();
  const identity = { pid: 4_711, startedAt: null };
  const ended = Promise.resolve({ kind: "exited", status: 1 } as const);
  reports.follow("agent-east", "no log", { identity, pipes: [pipe], ended });
  pipe.destroy(new Error("read ECONNRESET"));
  await expect.poll(() => reports.causesOfEnd()).toMatchObject([{ code: "lab/part-ended" }]);
});

it("tells what a part tries in vain for as long as it was said a moment ago", async () => {
  const reports = new PartReports();
  const pipe = new PassThrough();
  const identity = { pid: 4_711, startedAt: null };
  reports.follow("controller-east", "no log", {
    identity,
    pipes: [pipe],
    ended: new Promise(() => undefined),
  });
  const within = (ms: number): string | null => reports.inVainWithin("controller-east", milliseconds(ms));
  expect(within(60_000)).toBeNull();
  pipe.write('{"kind":"tried-in-vain","text":"the disk is full"}\n');
  await expect.poll(() => within(60_000)).toBe("the disk is full");
  expect(within(0)).toBeNull();
  expect(reports.inVain("controller-east")).toBe("the disk is full");
  pipe.destroy();
});
