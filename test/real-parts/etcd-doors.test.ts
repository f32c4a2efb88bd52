import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  connectEtcd,
  type EtcdCoordinator,
  type EtcdSettings,
} from "../../src/adapters/etcd/etcd-coordinator.ts";
import { grantAccess } from "../../src/adapters/etcd/grant-access.ts";
import { type CertifiedKey, TestAuthority } from "../certificates.ts";
import {
  answered,
  patience,
  Recorder,
  revisionOf,
  whyUnreachable,
  writeOf,
} from "../coordinator-contract.ts";
import { isEtcdHere, type RunningEtcd, runningEtcd, skipped } from "../running-etcd.ts";

/** How long a certificate is valid that is to run out while somebody is connected; a busy machine takes some seconds to connect. */
const validMs = 20_000;

const clients = new Set<EtcdCoordinator>();
afterEach(() => {
  for (const each of clients) each.close();
  clients.clear();
});

function client(settings: Partial<EtcdSettings> & Pick<EtcdSettings, "endpoints">): EtcdCoordinator {
  const connected = connectEtcd({ namespace: "/holdfast/", tls: null, login: null, ...settings });
  clients.add(connected);
  return connected;
}

describe.skipIf(!isEtcdHere)(`an etcd that asks for certificates${skipped}`, () => {
  let folder: string;
  let authority: TestAuthority;
  let stranger: TestAuthority;
  let etcd: RunningEtcd;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-certificates-"));
    authority = new TestAuthority(mkdtempSync(join(folder, "ours-")));
    stranger = new TestAuthority(mkdtempSync(join(folder, "another-")));
    const tls = { authority: authority.certificate, ...authority.signed("member") };
    etcd = await runningEtcd({ members: 1, tls });
  });
  afterAll(async () => {
    await etcd.stop();
    rmSync(folder, { recursive: true });
  });

  const trusting = (trusted: TestAuthority, own: CertifiedKey | null): EtcdCoordinator =>
    client({
      endpoints: etcd.endpoints,
      tls: {
        authority: readFileSync(trusted.certificate, "utf8"),
        own:
          own === null
            ? null
            : { key: readFileSync(own.key, "utf8"), certificate: readFileSync(own.certificate, "utf8") },
      },
    });

  it("answers whoever shows one of its authority", async () => {
    const store = trusting(authority, authority.signed("client"));
    const revision = await revisionOf(store.compareAndSet(writeOf("reign", "east"), patience()));
    expect(answered(await store.get("reign", patience()))).toMatchObject({ value: "east", revision });
  });

  it.each([
    [
      "trusts another authority",
      () => trusting(stranger, authority.signed("client")),
      /: unable to verify the first certificate$/,
    ],
    ["shows none", () => trusting(authority, null), /: it does not take our certificate: bad certificate$/],
    [
      "shows one that another authority signed",
      () => trusting(authority, stranger.signed("client")),
      /: it does not take our certificate: bad certificate$/,
    ],
    [
      "shows one that has run out",
      () => trusting(authority, authority.signed("late", 0)),
      /: it does not take our certificate: bad certificate; our certificate ran out on [A-Z][a-z]{2} .* GMT$/,
    ],
  ])("is unreachable to who %s, and says why", async (_what, connect, reason) => {
    const store = connect();
    await pause(1_100);
    const told = whyUnreachable(await store.get("reign", patience()));
    expect(told).toContain(`no member of etcd is connected: ${etcd.endpoints[0] ?? ""}: `);
    expect(told).toMatch(reason);
  });
});

describe.skipIf(!isEtcdHere)(`an etcd whose own certificate runs out${skipped}`, () => {
  let folder: string;
  let authority: TestAuthority;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-certificates-"));
    authority = new TestAuthority(folder);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function trusting({ endpoints }: RunningEtcd, { key, certificate }: CertifiedKey): EtcdCoordinator {
    const own = { key: readFileSync(key, "utf8"), certificate: readFileSync(certificate, "utf8") };
    return client({ endpoints, tls: { authority: readFileSync(authority.certificate, "utf8"), own } });
  }

  it("is unreachable when it has run out already, and the cause is told", async () => {
    const tls = { authority: authority.certificate, ...authority.signed("late", 0) };
    await pause(1_100);
    const etcd = await runningEtcd({ members: 1, tls });
    try {
      const told = whyUnreachable(await trusting(etcd, authority.signed("client")).get("reign", patience()));
      expect(told).toContain(`no member of etcd is connected: ${etcd.endpoints[0] ?? ""}: `);
      expect(told).toMatch(/: certificate has expired$/);
    } finally {
      await etcd.stop();
    }
  });

  it("goes on answering over a connection that stands, and a new one is refused until it is renewed, without a restart", async () => {
    const end = new Date(Date.now() + validMs);
    const tls = { authority: authority.certificate, ...authority.signedUntil("member", end) };
    const etcd = await runningEtcd({ members: 1, tls });
    try {
      const own = authority.signed("client");
      const standing = trusting(etcd, own);
      let first = await standing.compareAndSet(writeOf("reign", "east"), patience());
      while (first.kind === "unreachable")
        first = await standing.compareAndSet(writeOf("reign", "east"), patience());
      await pause(end.getTime() + 1_100 - Date.now());
      expect(answered(await standing.get("reign", patience()))).toMatchObject({ value: "east" });
      const late = trusting(etcd, own);
      expect(whyUnreachable(await late.get("reign", patience()))).toMatch(/: certificate has expired$/);
      authority.signedUntil("member", new Date(Date.now() + 3_600_000));
      const renewed = trusting(etcd, own);
      expect(answered(await renewed.get("reign", patience()))).toMatchObject({ value: "east" });
    } finally {
      await etcd.stop();
    }
  });
});

const login = { name: "holdfast", password: "open sesame" };

function grant({ endpoints }: RunningEtcd, user = login, rootPassword = "root"): Promise<void> {
  const place = { endpoints, tls: null, namespace: "/holdfast/" };
  return grantAccess({ ...place, user, rootPassword: () => Promise.resolve(rootPassword) }, patience());
}

describe.skipIf(!isEtcdHere)(`an etcd that asks for a password${skipped}`, () => {
  let etcd: RunningEtcd;
  beforeAll(async () => {
    etcd = await runningEtcd({ tokenSeconds: 1 });
    await grant(etcd);
  });
  afterAll(() => etcd.stop());

  it("answers who knows it, also once it has forgotten who signed in", async () => {
    const store = client({ endpoints: etcd.endpoints, login });
    const first = await revisionOf(store.compareAndSet(writeOf("reign", "east"), patience()));
    await pause(4_000);
    await revisionOf(store.compareAndSet(writeOf("reign", "west", { expected: first }), patience()));
  });

  it("keeps a watch over a restart, after which nobody is known to have signed in", async () => {
    const store = client({ endpoints: etcd.endpoints, login });
    const recorder = new Recorder();
    store.watch("night", recorder.listener);
    const first = await revisionOf(store.compareAndSet(writeOf("night", "1"), patience()));
    await recorder.until("night=1");
    for (const member of etcd.members) await member.kill();
    await pause(4_000);
    for (const member of etcd.members) member.start();
    await etcd.leader();
    await revisionOf(store.compareAndSet(writeOf("night", "2", { expected: first }), patience()));
    await recorder.until("night=2");
  });

  it.each([
    [
      "a wrong password",
      { ...login, password: "sesame" },
      "authentication failed, invalid user ID or password",
    ],
    ["none", null, "user name is empty"],
  ])("says so to who comes with %s", async (_what, given, told) => {
    const store = client({ endpoints: etcd.endpoints, login: given });
    const begun = whyUnreachable(await store.compareAndSet(writeOf("reign", "east"), patience()));
    expect(begun).toContain(`etcdserver: ${told}`);
  });

  it("says so where it may not write", async () => {
    const store = client({ endpoints: etcd.endpoints, login, namespace: "/somebody/else/" });
    expect(whyUnreachable(await store.compareAndSet(writeOf("reign", "east"), patience()))).toContain(
      "permission denied",
    );
  });
});

describe.skipIf(!isEtcdHere)(`an etcd that is to ask for a password${skipped}`, () => {
  let etcd: RunningEtcd;
  beforeEach(async () => {
    etcd = await runningEtcd({ members: 1 });
  });
  afterEach(() => etcd.stop());

  it("asks from then on, and is as it was when that is wished for again", async () => {
    await grant(etcd);
    await grant(etcd);
    const store = client({ endpoints: etcd.endpoints, login });
    await revisionOf(store.compareAndSet(writeOf("reign", "east"), patience()));
    const stranger = client({ endpoints: etcd.endpoints });
    expect(whyUnreachable(await stranger.get("reign", patience()))).toContain("user name is empty");
    const next = client({ endpoints: etcd.endpoints, login, namespace: "/holdfasu" });
    expect(whyUnreachable(await next.get("", patience()))).toContain("permission denied");
  });

  it("does so after it was broken off, with passwords that were others then", async () => {
    const [member] = etcd.members;
    await member?.ask("/v3/auth/user/add", { name: "root", password: "of before" });
    await member?.ask("/v3/auth/role/add", { name: login.name });
    await member?.ask("/v3/auth/user/add", { ...login, password: "of before" });
    await grant(etcd);
    const store = client({ endpoints: etcd.endpoints, login });
    await revisionOf(store.compareAndSet(writeOf("reign", "east"), patience()));
  });

  it("takes another password of its user from its root, and from nobody else", async () => {
    await grant(etcd);
    const other = { ...login, password: "another" };
    await expect(grant(etcd, other, "guessed")).rejects.toMatchObject({ kind: "refused" });
    await grant(etcd, other);
    const store = client({ endpoints: etcd.endpoints, login: other });
    await revisionOf(store.compareAndSet(writeOf("reign", "east"), patience()));
  });
});

describe.skipIf(!isEtcdHere)(
  `an etcd that looks at a password for longer than any call may wait${skipped}`,
  () => {
    it("lets in who knows it, however many ask", async () => {
      const etcd = await runningEtcd({ members: 1, passwordCost: 13 });
      try {
        await letIn(etcd);
        const stores = [1, 2, 3, 4].map(() => client({ endpoints: etcd.endpoints, login }));
        const answers = stores.map(async (store) => {
          let answer = await store.get("reign", patience());
          for (let tries = 1; answer.kind === "unreachable" && tries < 20; tries += 1)
            answer = await store.get("reign", patience());
          return answered(answer);
        });
        expect(await Promise.all(answers)).toEqual([null, null, null, null]);
      } finally {
        await etcd.stop();
      }
    });
  },
);

/** Makes each of them as often as it takes: such an etcd gives up by itself what it then does all the same. */
async function letIn({ members: [member] }: RunningEtcd): Promise<void> {
  const steps: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ["user/add", { name: "root", password: "root" }],
    ["user/grant", { user: "root", role: "root" }],
    ["user/add", login],
    ["user/grant", { user: login.name, role: "root" }],
    ["enable", {}],
  ];
  for (const [path, question] of steps) {
    for (;;) {
      const answer = await member?.ask(`/v3/auth/${path}`, question).catch(() => null);
      if (answer?.["header"] !== undefined || String(answer?.["error"]).includes("already exists")) break;
    }
  }
}

describe.skipIf(!isEtcdHere)(`an etcd that asks for nothing${skipped}`, () => {
  let etcd: RunningEtcd;
  beforeAll(async () => {
    etcd = await runningEtcd({ members: 1 });
  });
  afterAll(() => etcd.stop());

  it("says so to who would sign in", async () => {
    const store = client({ endpoints: etcd.endpoints, login: { name: "holdfast", password: "x" } });
    expect(whyUnreachable(await store.get("reign", patience()))).toContain("authentication is not enabled");
  });

  it("is unreachable once its client is closed", async () => {
    const store = client({ endpoints: etcd.endpoints });
    answered(await store.get("reign", patience()));
    store.close();
    expect((await store.get("reign", patience())).kind).toBe("unreachable");
  });

  it("is told apart from a port where nobody listens", async () => {
    const [url = ""] = etcd.endpoints;
    const nobody = url.replace(/\d+$/, "1");
    expect(whyUnreachable(await client({ endpoints: [nobody] }).get("reign", patience()))).toContain(
      "ECONNREFUSED",
    );
    expect(answered(await client({ endpoints: [nobody, url] }).get("reign", patience()))).toBeNull();
  });
});
