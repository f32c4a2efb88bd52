import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
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
