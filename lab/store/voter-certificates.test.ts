import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keptCertificates, whyUnfit } from "./voter-certificates.ts";
import type { Voter } from "./voters.ts";

const now = Date.parse("2026-11-29T08:00:00Z");
const dayMs = 86_400_000;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-voters-"));
});
afterEach(() => rm(folder, { recursive: true }));

function votersIn(net: string): readonly Voter[] {
  return [1, 2, 3].map((at) => ({
    name: `voter-${at}`,
    client: { host: `${net}.${at}`, port: 2379 },
    peer: { host: `${net}.${at}`, port: 2380 },
  }));
}
const voters = votersIn("127.80.1");

async function all(): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(folder);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "utf8")])),
  ) as Readonly<Record<string, string>>;
}

describe("the certificates of a lab's voters", () => {
  it("are made once and kept, for their owner alone, and without the key of their authority", async () => {
    const made = await keptCertificates(folder, voters, now);
    expect(made.renewedBecause).toBeNull();
    const first = await all();
    expect(Object.keys(first).toSorted()).toEqual([
      "authority.pem",
      ...voters.flatMap(({ name }) => [`${name}.key`, `${name}.pem`]),
    ]);
    for (const name of Object.keys(first)) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    expect(await keptCertificates(folder, voters, now + dayMs)).toEqual(made);
    expect(await all()).toEqual(first);
    expect(await whyUnfit(folder, voters, { now, validUntil: now })).toBeNull();
  });

  it.each<Spoilt>([
    { why: "a year is left", told: /runs out on Nov 28/, days: 2 * 365 + 1 },
    { why: "they have run out", told: /ran out on/, days: 3 * 365 + 1 },
    { why: "the clock was before them", told: /is not valid before/, days: -1 },
    { why: "the voters are elsewhere", told: /is not for 127\.90\.1\.1$/, net: "127.90.1" },
    { why: "one is torn", told: /is no set of certificates$/, spoil: () => torn("voter-2.pem") },
    { why: "a key is gone", told: /is no set of certificates$/, spoil: () => gone("voter-3.key") },
    { why: "a key is another's", told: /voter-2\.pem is not of the key/, spoil: () => mixed("voter-2.key") },
    {
      why: "one is another authority's",
      told: /voter-1\.pem is signed by another/,
      spoil: () => foreign("voter-1"),
    },
  ])("are made anew, all of them, where $why", async ({ told, spoil, net = "127.80.1", days = 0 }) => {
    await keptCertificates(folder, voters, now);
    const before = await all();
    await spoil?.();
    const later = now + days * dayMs;
    const { renewedBecause } = await keptCertificates(folder, votersIn(net), later);
    expect(renewedBecause ?? "kept").toMatch(told);
    const after = await all();
    for (const name of Object.keys(before)) expect(after[name]).not.toBe(before[name]);
    const year = { now: later, validUntil: later + 365 * dayMs };
    expect(await whyUnfit(folder, votersIn(net), year)).toBeNull();
  });

  it("are whole after somebody was killed while they were made", async () => {
    await keptCertificates(folder, voters, now);
    await rm(join(folder, "authority.pem"));
    await rm(join(folder, "voter-3.pem"));
    expect((await keptCertificates(folder, voters, now)).renewedBecause).toBeNull();
    expect(await whyUnfit(folder, voters, { now, validUntil: now })).toBeNull();
  });
});

interface Spoilt {
  readonly why: string;
  readonly told: RegExp;
  readonly spoil?: () => Promise<void>;
  /** Where the voters are then. */
  readonly net?: string;
  /** How much later it is then. */
  readonly days?: number;
}

function torn(name: string): Promise<void> {
  return writeFile(join(folder, name), "-----BEGIN");
}

function gone(name: string): Promise<void> {
  return rm(join(folder, name));
}

async function mixed(name: string): Promise<void> {
  await writeFile(join(folder, name), await readFile(join(folder, "voter-3.key")));
}

/** A voter with a certificate and a key that fit one another, and nobody else. */
async function foreign(voter: string): Promise<void> {
  const another = await mkdtemp(join(tmpdir(), "holdfast-voters-"));
  await keptCertificates(another, voters, now);
  for (const ending of ["key", "pem"])
    await writeFile(join(folder, `${voter}.${ending}`), await readFile(join(another, `${voter}.${ending}`)));
  await rm(another, { recursive: true });
}
