import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCluster } from "../../src/adapters/postgres/cluster.ts";
import { readLsn } from "../../src/adapters/postgres/look.ts";
import { processesOf, signalProcesses } from "../../src/adapters/postgres/processes.ts";
import {
  doorTo,
  failOver,
  isStreaming,
  Members,
  missingFrom,
  never,
  nextTurn,
  result,
  type TriedMember,
  untilStatus,
  valueOf,
  Writer,
} from "./postgres-members.ts";

let members: Members;

beforeEach(async () => {
  members = await Members.make();
});

afterEach(async () => {
  expect(await members.end()).toEqual([]);
});

async function writerOn(primary: TriedMember): Promise<Writer> {
  const client = await members.client(primary);
  await client.query("create table if not exists written (id integer primary key)");
  return new Writer(client);
}

describe("three members of which any one standby confirms", () => {
  it("fail over from the far side while the old primary lives: it acknowledges nothing more and nothing is lost", async () => {
    const [east, west, central] = await members.three();
    const writer = await writerOn(east);
    await writer.untilAcknowledged(50);

    await Promise.all([west.member.stopReceiving(never), central.member.stopReceiving(never)]);
    // What was confirmed before the fence may still be on its way to the writer.
    await nextTurn();
    const acknowledgedBefore = writer.acknowledged.length;
    const { next, other } = await failOver([west, central], east);
    const client = await members.client(next);
    await client.query("insert into written values (-1)");

    expect(writer.acknowledged.length).toBe(acknowledgedBefore);
    expect(await missingFrom(client, writer.acknowledged)).toEqual([]);
    expect(await untilStatus(other, isStreaming)).toMatchObject({ upstream: next.region });

    await writer.end();
    result(await east.member.reseed(next.address, never));
    expect(await east.member.status(never)).toMatchObject({
      kind: "standby",
      upstream: next.region,
      receiver: { kind: "streaming" },
      position: { timeline: 2 },
    });
    await client.end();
  });

  it("go on acknowledging when only one of the two has stopped confirming", async () => {
    const [east, west] = await members.three();
    const writer = await writerOn(east);

    result(await west.member.stopReceiving(never));
    const before = writer.acknowledged.length;
    await writer.untilAcknowledged(before + 50);

    expect(await west.member.status(never)).toMatchObject({ upstream: null, receiver: { kind: "stopped" } });
    await writer.end();
  });

  it("lose no acknowledged write when every process of the primary is killed", async () => {
    const [east, west, central] = await members.three();
    const writer = await writerOn(east);
    await writer.untilAcknowledged(50);

    await signalProcesses(east.member.dataDirectory, "SIGKILL");
    const { next } = await failOver([west, central], east);
    const client = await members.client(next);
    await client.query("insert into written values (-1)");

    expect(await missingFrom(client, writer.acknowledged)).toEqual([]);
    expect(await east.member.status(never)).toEqual({ kind: "down", holds: "primary", closedAt: null });
    await writer.end();
    await client.end();
  });

  it("hand over in order: the old primary ends with what its standbys hold, and follows without a copy", async () => {
    const [east, west, central] = await members.three();
    const writer = await writerOn(east);
    await writer.untilAcknowledged(50);

    expect(await east.member.shutDown(never)).toEqual({ kind: "done", value: null });
    const ended = await east.member.status(never);
    const closedAt = ended.kind === "down" ? ended.closedAt : null;
    expect(closedAt).toMatchObject({ timeline: 1 });
    const { next, branch } = await failOver([west, central], east);
    expect(branch.lsn).toBeGreaterThan(closedAt?.lsn ?? Number.POSITIVE_INFINITY);
    const client = await members.client(next);
    expect(await missingFrom(client, writer.acknowledged)).toEqual([]);

    result(await east.member.start({ kind: "standby", upstream: null }, never));
    const back = await untilStatus(east, ({ kind }) => kind === "standby");
    expect(back).toMatchObject({ position: branch, upstream: null });
    result(await east.member.follow(next.address, never));
    await untilStatus(east, (status) => status.kind === "standby" && status.receiver.kind === "streaming");
    await client.query("insert into written values (-1)");
    await writer.end();
    await client.end();
  });

  it("keep a primary that was frozen and thawed from acknowledging, and let it be stopped while frozen", async () => {
    const [east, west, central] = await members.three();
    const writer = await writerOn(east);
    await writer.untilAcknowledged(50);

    await signalProcesses(east.member.dataDirectory, "SIGSTOP");
    await nextTurn();
    const acknowledgedWhenFrozen = writer.acknowledged.length;
    expect(await east.member.status(AbortSignal.timeout(200))).toEqual({ kind: "silent" });
    expect(writer.acknowledged.length).toBe(acknowledgedWhenFrozen);
    const { next } = await failOver([west, central], east);
    const client = await members.client(next);
    await client.query("insert into written values (-1)");
    const acknowledgedBefore = writer.acknowledged.length;
    await signalProcesses(east.member.dataDirectory, "SIGCONT");
    await untilStatus(east, ({ kind }) => kind === "primary");
    // One write may have been confirmed before the freeze and told after it.
    await client.query("select pg_sleep(0.3)");

    expect(writer.acknowledged.length).toBeLessThanOrEqual(acknowledgedBefore + 1);
    expect(await missingFrom(client, writer.acknowledged)).toEqual([]);

    await signalProcesses(east.member.dataDirectory, "SIGSTOP");
    result(await east.member.stopNow(never));
    expect(await processesOf(east.member.dataDirectory)).toEqual([]);
    await writer.end();
    await client.end();
  });

  it("keep a fence across a restart, with the position that it was told", async () => {
    const [, west] = await members.three();
    const told = result(await west.member.stopReceiving(never));

    result(await west.member.stopNow(never));
    result(await west.member.start({ kind: "standby", upstream: null }, never));

    expect(await west.member.status(never)).toEqual({
      kind: "standby",
      upstream: null,
      receiver: { kind: "stopped" },
      position: told,
    });
  });

  it("do not call a standby fenced before its recovery has read that it is to follow nobody", async () => {
    const [, west] = await members.three();
    const superuser = members.superuser(west);
    await superuser.connect();
    const { rows } = await superuser.query<{ readonly pid: number }>(
      "select pid from pg_stat_activity where backend_type = 'startup'",
    );
    const recovery = rows[0]?.pid ?? 0;
    process.kill(recovery, "SIGSTOP");
    expect((await west.member.stopReceiving(AbortSignal.timeout(500))).kind).toBe("failed");
    process.kill(recovery, "SIGCONT");
    expect((await west.member.stopReceiving(never)).kind).toBe("done");
    await superuser.end();
  });

  it("fence a standby without waiting until its recovery has replayed all that it received", async () => {
    const [east, west] = await members.three();
    const [onEast, onWest] = [members.superuser(east), members.superuser(west)];
    await Promise.all([onEast.connect(), onWest.connect()]);
    await onWest.query("select pg_wal_replay_pause()");
    // Few bytes of log, and long to replay: each copies a folder of files.
    for (let count = 0; count < 15; count++) {
      await onEast.query(`create database copied_${count} strategy file_copy`);
    }
    await onWest.query("select pg_wal_replay_resume()");

    const told = result(await west.member.stopReceiving(never));
    const { rows } = await onWest.query<{ readonly replayed: string }>(
      "select pg_last_wal_replay_lsn()::text as replayed",
    );

    expect(await west.member.status(never)).toMatchObject({ receiver: { kind: "stopped" }, position: told });
    expect(readLsn(rows[0]?.replayed ?? "")).toBeLessThan(told.lsn);
    await Promise.all([onEast.end(), onWest.end()]);
  });
});

describe("the set of confirming standbys", () => {
  it("leaves out a member for good: its confirmations no longer let a commit end", async () => {
    const [east, west, central] = await members.three();
    result(await east.member.applySyncSet({ members: ["west"], confirmations: 1 }, never));

    expect(await east.member.status(never)).toMatchObject({
      kind: "primary",
      syncSet: { members: ["west"], confirmations: 1 },
    });
    const status = await east.member.status(never);
    const counting =
      status.kind === "primary" ? status.standbys.filter((standby) => standby.isSynchronous) : [];
    expect(counting.map(({ region }) => region)).toEqual(["west"]);

    result(await west.member.stopNow(never));
    const writer = new Writer(await members.client(east));
    await untilStatus(central, isStreaming);
    await nextTurn();
    expect(writer.acknowledged).toEqual([]);
    await writer.end();
  });

  it("is not changed as long as the new set does not hold what was written", async () => {
    const [east, west, central] = await members.three();
    result(await central.member.stopNow(never));
    const client = await members.client(east);
    await client.query("create table while_central_was_away ()");

    const onlyCentral = { members: ["central"], confirmations: 1 };
    const early = await east.member.applySyncSet(onlyCentral, AbortSignal.timeout(500));
    expect(early.kind).toBe("failed");

    result(await central.member.start({ kind: "standby", upstream: east.address }, never));
    result(await east.member.applySyncSet(onlyCentral, never));
    result(await west.member.stopNow(never));
    await client.query("create table confirmed_by_central ()");
    await client.end();
  });

  it("asks for more confirmations of the same members from the moment that it is applied", async () => {
    const [east, west, central] = await members.three();
    result(await east.member.applySyncSet({ members: ["west", "central"], confirmations: 2 }, never));
    const client = await members.client(east);
    await client.query("create table written (id integer primary key)");
    const writer = new Writer(client);
    await writer.untilAcknowledged(5);

    result(await central.member.stopReceiving(never));
    await nextTurn();
    const before = writer.acknowledged.length;
    await untilStatus(west, isStreaming);
    await nextTurn();
    expect(writer.acknowledged.length).toBe(before);
    await writer.end();
  });

  it("lets commits that waited for nobody wait for every other member, whoever is away, and lets them go again", async () => {
    const [east, west, central] = await members.three();
    const others = ["west", "central"];
    const [all, nobody] = [
      { members: others, confirmations: 2 },
      { members: others, confirmations: 0 },
    ];
    result(await east.member.applySyncSet(nobody, never));
    result(await central.member.stopReceiving(never));
    const client = await members.client(east);
    await client.query("create table written (id integer primary key)");
    const writer = new Writer(client);
    await writer.untilAcknowledged(5);

    result(await east.member.holdCommits(all, never));
    await nextTurn();
    const before = writer.acknowledged.length;
    await untilStatus(west, isStreaming);
    await nextTurn();
    expect(writer.acknowledged.length).toBe(before);

    result(await east.member.applySyncSet(nobody, never));
    await writer.untilAcknowledged(before + 5);
    await writer.end();
  });

  it("confirms the very first write after a promotion", async () => {
    const [, west, central] = await members.three();
    await Promise.all([west.member.stopReceiving(never), central.member.stopReceiving(never)]);
    result(await west.member.promote({ members: ["central", "east"], confirmations: 1 }, never));

    const client = await members.client(west);
    const observer = await members.client(west);
    const write = client.query("create table first_write ()").then(() => "acknowledged");
    expect(await Promise.race([write, observer.query("select pg_sleep(0.5)").then(() => "waits")])).toBe(
      "waits",
    );
    result(await central.member.follow(west.address, never));
    expect(await write).toBe("acknowledged");
    await client.end();
    await observer.end();
  });

  it("is nobody on a standby that somebody else promotes, so that it acknowledges nothing", async () => {
    const [, west] = await members.three();
    const stranger = members.superuser(west);
    await stranger.connect();
    await stranger.query("select pg_promote()");

    const client = await members.client(west);
    const ended = await Promise.race([
      client.query("create table split_brain ()").then(
        () => "acknowledged",
        () => "failed",
      ),
      stranger.query("select pg_sleep(0.5)").then(() => "waits"),
    ]);
    expect(ended).toBe("waits");
    await stranger.end();
    result(await west.member.stopNow(never));
    await client.end();
  });

  it("cannot be changed behind the agent's back", async () => {
    const east = await members.member("east");
    valueOf(await createCluster(east.parts, never));
    result(await east.member.start({ kind: "primary", syncSet: null }, never));
    const stranger = members.superuser(east);
    await stranger.connect();
    await expect(stranger.query("alter system set synchronous_standby_names = ''")).rejects.toThrow(
      /ALTER SYSTEM is not allowed/,
    );
    await stranger.end();
  });
});

describe("one member", () => {
  it("is created once: a second creation leaves the data as it is", async () => {
    const east = await members.member("east");
    valueOf(await createCluster(east.parts, never));
    result(await east.member.start({ kind: "primary", syncSet: null }, never));
    const client = await members.client(east);
    await client.query("create table kept ()");
    result(await east.member.stopNow(never));
    await client.end();

    valueOf(await createCluster(east.parts, never));
    result(await east.member.start({ kind: "primary", syncSet: null }, never));
    const again = await members.client(east);
    await again.query("select from kept");
    await again.end();
  });

  it("does not start as a standby a primary's data that did not end in order, nor nothing at all", async () => {
    const east = await members.member("east");
    expect(await east.member.status(never)).toEqual({ kind: "down", holds: "nothing", closedAt: null });
    expect((await east.member.start({ kind: "primary", syncSet: null }, never)).kind).toBe("failed");
    valueOf(await createCluster(east.parts, never));
    result(await east.member.start({ kind: "primary", syncSet: null }, never));
    result(await east.member.stopNow(never));
    expect((await east.member.start({ kind: "standby", upstream: null }, never)).kind).toBe("failed");
  });

  it("may be told everything twice", async () => {
    const [east, west, central] = await members.three();
    result(
      await east.member.start({ kind: "primary", syncSet: { members: ["west"], confirmations: 1 } }, never),
    );
    const [told, toldAgain] = [
      result(await west.member.stopReceiving(never)),
      result(await west.member.stopReceiving(never)),
    ];
    expect(toldAgain).toEqual(told);
    result(await west.member.promote({ members: ["central"], confirmations: 1 }, never));
    result(await west.member.promote({ members: ["central"], confirmations: 1 }, never));
    result(await central.member.stopNow(never));
    result(await central.member.stopNow(never));
    result(await central.member.reseed(west.address, never));
    result(await central.member.reseed(west.address, never));
    result(await central.member.follow(west.address, never));
    result(await central.member.follow(west.address, never));
    expect(await west.member.status(never)).toMatchObject({ kind: "primary", position: { timeline: 2 } });
  });

  it("goes on with its old data when the copy that was to replace them cannot be made", async () => {
    const [east, west] = await members.three();
    result(await east.member.stopNow(never));
    expect((await west.member.reseed(east.address, never)).kind).toBe("failed");
    expect(await west.member.status(never)).toMatchObject({ kind: "standby" });
    result(await west.member.promote({ members: ["central"], confirmations: 1 }, never));
  });

  it("answers in time when the primary that it copies from is frozen", async () => {
    const [east, west] = await members.three();
    await signalProcesses(east.member.dataDirectory, "SIGSTOP");
    const seeded = await west.member.reseed(east.address, AbortSignal.timeout(300));
    expect(seeded.kind).toBe("failed");
  });

  it("is started once more when its receiver met a primary that was silent just then", async () => {
    const [east, west] = [await members.member("east"), await members.member("west")];
    valueOf(await createCluster(east.parts, never));
    result(await east.member.start({ kind: "primary", syncSet: null }, never));
    // The first connection makes the copy, the second is the receiver's.
    const door = await doorTo(east.address, (connection) => connection !== 2);
    result(await west.member.reseed({ ...east.address, port: door.port }, never));
    expect(await west.member.status(never)).toMatchObject({ receiver: { kind: "streaming" } });
    expect(door.connections()).toBe(3);
    await door.close();
  });

  it("has no role for the application that could change the rules", async () => {
    const east = await members.member("east");
    valueOf(await createCluster(east.parts, never));
    result(await east.member.start({ kind: "primary", syncSet: null }, never));
    const client = await members.client(east);
    const { rows } = await client.query<{ readonly super: boolean; readonly replication: boolean }>(
      "select rolsuper as super, rolreplication as replication from pg_roles where rolname = current_user",
    );
    expect(rows).toEqual([{ super: false, replication: false }]);
    await expect(client.query("select pg_promote()")).rejects.toThrow(/permission denied/);
    await client.end();
  });
});
