import { afterEach, beforeEach, expect, it } from "vitest";
import { signalProcesses } from "../../src/adapters/postgres/processes.ts";
import type { Position } from "../../src/core/failover/member.ts";
import {
  failOver,
  isStreaming,
  Members,
  missingFrom,
  never,
  result,
  type TriedMember,
  untilStatus,
  Writer,
} from "./postgres-members.ts";

let members: Members;

beforeEach(async () => {
  members = await Members.make();
});
afterEach(async () => {
  expect(await members.end()).toEqual([]);
});

async function positionOf({ member }: TriedMember): Promise<Position> {
  const status = await member.status(never);
  if (status.kind !== "standby") throw new Error(`it is no standby: ${status.kind}`);
  return status.position;
}

it("a standby on an older timeline is not promoted though its log reaches further, and follows once it is seeded anew", async () => {
  const [east, west, central] = await members.three();
  const client = await members.client(east);
  await client.query("create table written (id integer primary key)");
  await client.query("create table unconfirmed (text text)");
  result(await east.member.applySyncSet({ members: ["west"], confirmations: 1 }, never));
  // Nobody confirms any more, and what central receives from now on was never acknowledged. It is more than a seed takes of the log.
  result(await west.member.stopReceiving(never));
  const begin = await positionOf(central);
  void client
    .query("insert into unconfirmed select repeat('x', 1000) from generate_series(1, 40000)")
    .catch(() => null);
  await untilStatus(
    central,
    (status) => status.kind === "standby" && status.position.lsn > begin.lsn + 36_000_000,
  );
  const further = result(await central.member.stopReceiving(never));

  result(await east.member.stopNow(never));
  result(await west.member.promote({ members: ["east", "central"], confirmations: 1 }, never));
  result(await east.member.reseed(west.address, never));
  const onWest = await members.client(west);
  const writer = new Writer(onWest);
  await writer.untilAcknowledged(50);
  await signalProcesses(west.member.dataDirectory, "SIGKILL");

  expect(further.timeline).toBe(1);
  const held = result(await east.member.stopReceiving(never));
  expect(held.timeline).toBe(2);
  expect(further.lsn).toBeGreaterThan(held.lsn);
  const { next } = await failOver([central, east], west);
  expect(next.region).toBe("east");
  const onEast = await members.client(east);
  expect(await missingFrom(onEast, writer.acknowledged)).toEqual([]);
  expect((await onEast.query("select from unconfirmed")).rowCount).toBe(0);
  result(await central.member.reseed(east.address, never));
  expect(await untilStatus(central, isStreaming)).toMatchObject({
    upstream: "east",
    position: { timeline: 3 },
  });
  await writer.end();
  await onEast.end();
  void client.end();
});
