import { mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  connectEtcd,
  type EtcdCoordinator,
  type EtcdSettings,
} from "../../src/adapters/etcd/etcd-coordinator.ts";
import { keptCertificates } from "../../lab/store/voter-certificates.ts";
import { keptVoters } from "../../lab/store/voters.ts";
import type { LabStatus } from "../../src/runtime/lab.ts";
import { answered, patience, whyUnreachable } from "../coordinator-contract.ts";
import { isEtcdHere, skipped } from "../running-etcd.ts";
import { ownProgram, RunningLab } from "../running-lab.ts";

const dayMs = 86_400_000;
const clients = new Set<EtcdCoordinator>();

function client(settings: Partial<EtcdSettings> & Pick<EtcdSettings, "endpoints">): EtcdCoordinator {
  const connected = connectEtcd({ namespace: "/holdfast/lab/", tls: null, login: null, ...settings });
  clients.add(connected);
  return connected;
}

function urlsOf({ coordination }: LabStatus): readonly string[] {
  return coordination.voters.map(({ url }) => url);
}

/** What a person comes with who goes by the status alone. */
async function shownBy({ coordination }: LabStatus): Promise<Pick<EtcdSettings, "tls" | "login">> {
  const { authorityFile = "", user = "", passwordFile = "" } = coordination.access ?? {};
  const authority = await readFile(authorityFile, "utf8");
  const password = (await readFile(passwordFile, "utf8")).trim();
  return { tls: { authority, own: null }, login: { name: user, password } };
}

describe.skipIf(!isEtcdHere)(`the etcd of a lab${skipped}`, () => {
  let program: Awaited<ReturnType<typeof ownProgram>>;
  let lab: RunningLab;
  const folder = (): string => join(lab.root, "etcd", "access");

  beforeAll(async () => {
    program = await ownProgram();
    lab = await RunningLab.inNewFolder(program.file);
    await lab.up("--coordinator", "etcd");
  });

  afterAll(async () => {
    for (const each of clients) each.close();
    await lab.remove();
    await program.remove();
  });

  it("answers who comes with what the status names, below the lab's own keys alone", async () => {
    const status = await lab.untilReady();
    const shown = await shownBy(status);
    const endpoints = urlsOf(status);
    const reign = answered(await client({ endpoints, ...shown }).get("reign", patience()));
    expect(reign?.value).toContain(`"active":"${status.active}"`);
    const elsewhere = client({ endpoints, ...shown, namespace: "/holdfast/lac" });
    expect(whyUnreachable(await elsewhere.get("reign", patience()))).toContain("permission denied");
  });

  it("answers nobody who speaks plainly, does not sign in, or trusts another authority", async () => {
    const status = await lab.untilReady();
    const { tls, login } = await shownBy(status);
    const endpoints = urlsOf(status);
    const plain = client({ endpoints: endpoints.map((url) => url.replace("https:", "http:")), login });
    expect(whyUnreachable(await plain.get("reign", patience()))).toContain("no member of etcd is connected");
    const nameless = client({ endpoints, tls });
    expect(whyUnreachable(await nameless.get("reign", patience()))).toContain("user name is empty");
    const distrustful = client({ endpoints, tls: null, login });
    expect(whyUnreachable(await distrustful.get("reign", patience()))).toContain("certificate");
  });

  it("keeps its keys and passwords for their owner, and tells a password nowhere", async () => {
    const status = await lab.untilReady();
    const secret = (await shownBy(status)).login?.password ?? "none";
    for (const name of await readdir(folder()))
      expect((await stat(join(folder(), name))).mode & 0o077).toBe(0);
    const { out } = await lab.lab("status");
    expect(out).toContain(`  login   holdfast, by the password in ${folder()}/holdfast.password\n`);
    expect(out + JSON.stringify(status)).not.toContain(secret);
    const logs = await readdir(join(lab.root, "logs"));
    for (const name of logs)
      expect(await readFile(join(lab.root, "logs", name), "utf8")).not.toContain(secret);
    for (const pid of await lab.processes())
      expect(await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).not.toContain(secret);
  });

  it("is told when its certificates have run out, serves on, and has new ones when the lab is started anew", async () => {
    const before = await lab.untilReady();
    const kept = await keptVoters(join(lab.root, "etcd"));
    if (!kept.ok) throw new Error(kept.problems[0].what);
    await rm(join(folder(), "authority.pem"));
    // As they were made four years ago.
    await keptCertificates(folder(), kept.value.voters, Date.now() - 4 * 365 * dayMs);
    const told = await lab.status();
    expect(told).toMatchObject({ state: "ready", active: before.active });
    expect(told.coordination.notBelieved).toMatch(
      /authority\.pem ran out on .* GMT; `lab down` and `lab up` make new ones$/,
    );
    const stranger = client({ endpoints: urlsOf(told), ...(await shownBy(told)) });
    expect(whyUnreachable(await stranger.get("reign", patience()))).toContain("certificate has expired");
    await lab.do("down");
    const { status, err } = await lab.lab("up", "--detach");
    expect(err.replaceAll(/\s+/g, " ")).toContain("the etcd's certificates are made anew: ");
    expect(status).toBe(0);
    const after = await lab.untilReady();
    expect(after.coordination.notBelieved).toBeNull();
    expect(after.epoch).toBeGreaterThanOrEqual(before.epoch);
    const again = client({ endpoints: urlsOf(after), ...(await shownBy(after)) });
    expect(answered(await again.get("reign", patience()))).not.toBeNull();
  });

  it("takes a new password where the old one is lost, and lets nobody in by a guess once its root's is lost too", async () => {
    await lab.do("down");
    const password = join(folder(), "holdfast.password");
    const root = join(folder(), "root.password");
    const oldRoot = await readFile(root, "utf8");
    await rm(password);
    const status = await lab.up();
    const shown = await shownBy(status);
    expect(
      answered(await client({ endpoints: urlsOf(status), ...shown }).get("reign", patience())),
    ).not.toBeNull();
    await lab.do("down");
    const kept = await readFile(password, "utf8");
    await Promise.all([password, root].map((path) => writeFile(path, "a guess\n")));
    const refused = await lab.lab("up", "--detach");
    expect(refused.status).toBe(1);
    expect(refused.err).toMatch(/lab\/etcd-login-refused\n/);
    expect(await lab.processes()).toEqual([]);
    await writeFile(root, oldRoot);
    await writeFile(password, kept);
    expect(await lab.up()).toMatchObject({ state: "ready" });
  });
});

describe.skipIf(!isEtcdHere)(`the etcd of a lab of before it asked for anything${skipped}`, () => {
  it("comes up as it was, plainly, and asks for nothing", async () => {
    const program = await ownProgram();
    const lab = await RunningLab.inNewFolder(program.file);
    try {
      await mkdir(join(lab.root, "etcd"));
      await writeFile(join(lab.root, "etcd", "voters.json"), '{"formatVersion":1,"net":"127.190.77"}\n');
      const first = await lab.up();
      expect(first.coordination).toMatchObject({ kind: "etcd", access: null, notBelieved: null });
      expect(urlsOf(first)[0]).toBe("http://127.190.77.1:2379");
      await lab.do("down");
      const again = await lab.up();
      expect(again).toMatchObject({ state: "ready", coordination: { kind: "etcd", access: null } });
      const store = client({ endpoints: urlsOf(again) });
      expect(answered(await store.get("reign", patience()))).not.toBeNull();
    } finally {
      await lab.remove();
      await program.remove();
    }
  });
});
