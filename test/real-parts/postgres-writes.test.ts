import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { databases, roles } from "../../src/adapters/postgres/credentials.ts";
import { signalProcesses } from "../../src/adapters/postgres/processes.ts";
import { openLink } from "../../src/adapters/postgres/session.ts";
import { guardedQuery } from "../../src/adapters/postgres/synchronous-wait.ts";
import { createWriteProbe, type WriteProbe } from "../../src/adapters/postgres/write-probe.ts";
import { Members, never, nextTurn, result, type TriedMember } from "./postgres-members.ts";
import { freePort } from "../free-port.ts";

let members: Members;
const probes: WriteProbe[] = [];

beforeEach(async () => {
  members = await Members.make();
});

afterEach(async () => {
  for (const probe of probes.splice(0)) probe.close();
  expect(await members.end()).toEqual([]);
});

function probeOf({ address }: Pick<TriedMember, "address">, prober = "controller-west"): WriteProbe {
  const probe = createWriteProbe({
    host: address.host,
    port: address.port,
    password: members.credentials.prober,
    prober,
  });
  probes.push(probe);
  return probe;
}

function soon(ms = 400): AbortSignal {
  return AbortSignal.timeout(ms);
}

async function sessionsOfProbers(primary: TriedMember): Promise<number> {
  const superuser = members.superuser(primary);
  await superuser.connect();
  const { rows } = await superuser.query<{ readonly count: number }>(
    "select count(*)::int as count from pg_stat_activity where usename = $1",
    [roles.prober],
  );
  await superuser.end();
  return rows[0]?.count ?? 0;
}

describe("a write probe", () => {
  it("is answered by a primary, refused by nothing, and told by a standby that it only reads", async () => {
    const [east, west] = await members.three();
    expect(await probeOf(east).probe(soon())).toEqual({ kind: "answered" });
    expect(await probeOf(west).probe(soon())).toEqual({ kind: "recovering", because: "read-only" });
    const nothing = { address: { ...east.address, port: await freePort() } };
    expect(await probeOf(nothing).probe(soon())).toEqual({ kind: "refused" });
  });

  it("tells a killed primary at once, and its return at once", async () => {
    const [east] = await members.three();
    const probe = probeOf(east);
    await probe.probe(soon());
    await signalProcesses(east.member.dataDirectory, "SIGKILL");
    await nextTurn();
    expect(await probe.probe(soon())).toEqual({ kind: "refused" });

    result(
      await east.member.start(
        { kind: "primary", syncSet: { members: ["west", "central"], confirmations: 1 } },
        never,
      ),
    );
    expect(await probe.probe(soon(2_000))).toEqual({ kind: "answered" });
  });

  it("tells a frozen primary from a killed one, and is answered when it thaws", async () => {
    const [east] = await members.three();
    const probe = probeOf(east);
    await probe.probe(soon());
    await signalProcesses(east.member.dataDirectory, "SIGSTOP");
    expect(await probe.probe(soon(100))).toEqual({ kind: "silent" });
    expect(await probeOf(east, "controller-east").probe(soon(100))).toEqual({ kind: "silent" });
    await signalProcesses(east.member.dataDirectory, "SIGCONT");
    expect(await probe.probe(soon(2_000))).toEqual({ kind: "answered" });
  });

  it("tells a primary whose standbys are gone as silent, and leaves one session waiting there, not hundreds", async () => {
    const [east, west, central] = await members.three();
    const probe = probeOf(east);
    await probe.probe(soon());
    result(await west.member.stopReceiving(never));
    result(await central.member.stopReceiving(never));
    for (let count = 0; count < 80; count++) {
      expect(await probe.probe(soon(50))).toEqual({ kind: "silent" });
    }
    expect(await sessionsOfProbers(east)).toBeLessThanOrEqual(2);

    result(await west.member.follow(east.address, never));
    await expect.poll(async () => probe.probe(soon(100)), { timeout: 10_000 }).toEqual({ kind: "answered" });
    expect(await sessionsOfProbers(east)).toBe(1);
  });

  it("still finds a way in when clients have taken every other", async () => {
    const [east] = await members.three();
    const clients = [];
    for (;;) {
      const client = await members.client(east).catch(() => null);
      if (client === null) break;
      clients.push(client);
    }
    expect(await probeOf(east).probe(soon(2_000))).toEqual({ kind: "answered" });
    expect(clients.length).toBeGreaterThan(30);
    await Promise.all(clients.map(async (client) => client.end()));
  });
});

describe("a write of our own whose wait for standbys is cancelled", () => {
  it("counts as failed, although the server reports success and shows the row", async () => {
    const [east, west, central] = await members.three();
    const setUp = await members.client(east);
    await setUp.query("create table written (id integer primary key)");
    result(await west.member.stopReceiving(never));
    result(await central.member.stopReceiving(never));

    const opened = await openLink(
      {
        host: east.address.host,
        port: east.address.port,
        user: roles.application,
        password: members.credentials.application,
        database: databases.application,
        applicationName: "writer",
        options: "",
      },
      never,
    );
    if (opened.kind !== "open") throw new Error(opened.kind);
    const write = guardedQuery(opened.link, { text: "insert into written values (1)" }, never);
    const superuser = members.superuser(east);
    await superuser.connect();
    await expect
      .poll(async () => {
        const { rowCount } = await superuser.query(
          "select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'",
        );
        return rowCount;
      })
      .toBe(1);

    expect(await write).toMatchObject({ kind: "error", code: "40003" });
    const { rows } = await superuser.query<{ readonly id: number }>("select id from written");
    expect(rows).toEqual([{ id: 1 }]);
    opened.link.socket.destroy();
    await superuser.end();
    await setUp.end();
  });
});
