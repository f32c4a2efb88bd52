import { createPrivateKey, X509Certificate } from "node:crypto";
import { makeFolder } from "../../src/adapters/files/make-folder.ts";
import { replaceFile } from "../../src/adapters/files/replace-file.ts";
import { textIfThere } from "../../src/adapters/files/text-if-there.ts";
import { Authority } from "../certificates/certificate.ts";
import { authorityFile, certificateFiles } from "./access-files.ts";
import type { Voter } from "./voters.ts";

const dayMs = 86_400_000;
/** How long certificates are valid: a lab that is started anew once in two years never sees them run out. */
const validDays = 3 * 365;
/** Such as are valid for less than that are made anew when the lab is started. */
const renewedBeforeDays = 365;
/** Of a clock that is set back after they were made. */
const earlierMs = 3_600_000;
/** From where relays reach a voter, and from where one loopback address reaches another. */
const loopback = "127.0.0.1";
/** Its key is in no file: nobody signs anything by it later. */
const authorityName = "etcd of a Holdfast lab";

interface KeptCertificates {
  /** Of the authority that signed them, in PEM. */
  readonly authority: string;
  /** Why they were made anew; `null`: they were fit, or are the first. */
  readonly renewedBecause: string | null;
}

/**
 * The certificates of a lab's voters, below a folder; made where they are missing, not fit, or near their end. All of them are made at once, by
 * an authority of their own, so that whoever is killed over it makes them again. To be asked while no voter runs.
 *
 * @throws what the file system throws
 */
export async function keptCertificates(
  folder: string,
  voters: readonly Voter[],
  now: number,
): Promise<KeptCertificates> {
  await makeFolder(folder);
  const before = await textIfThere(authorityFile(folder));
  const unfit = await whyUnfit(folder, voters, { now, validUntil: now + renewedBeforeDays * dayMs });
  if (before !== null && unfit === null) return { authority: before, renewedBecause: null };
  const span = { from: new Date(now - earlierMs), until: new Date(now + validDays * dayMs) };
  const authority = new Authority(authorityName, span);
  for (const { name, client, peer } of voters) {
    const made = authority.issue(name, [...new Set([client.host, peer.host, loopback])]);
    const files = certificateFiles(folder, name);
    await replaceFile(files.key, made.key);
    await replaceFile(files.certificate, made.certificate);
  }
  await replaceFile(authorityFile(folder), authority.certificate);
  return { authority: authority.certificate, renewedBecause: before === null ? null : unfit };
}

interface Moment {
  readonly now: number;
  /** Until when at least they must be valid. */
  readonly validUntil: number;
}

/** What is wrong with the first of the certificates with which something is; `null`: voters are believed by them. */
export async function whyUnfit(
  folder: string,
  voters: readonly Voter[],
  moment: Moment,
): Promise<string | null> {
  try {
    const file = authorityFile(folder);
    const authority = new X509Certificate((await textIfThere(file)) ?? "");
    const late = whyUntimely(authority, moment);
    if (late !== null) return `${file} ${late}`;
    for (const voter of voters) {
      const files = certificateFiles(folder, voter.name);
      const wrong = await whyNotBelieved(voter, { ...files, authority, moment });
      if (wrong !== null) return `${files.certificate} ${wrong}`;
    }
    return null;
  } catch (error) {
    if (error instanceof Error && "syscall" in error) throw error;
    return `what is in ${folder} is no set of certificates`;
  }
}

interface Shown {
  readonly certificate: string;
  readonly key: string;
  readonly authority: X509Certificate;
  readonly moment: Moment;
}

async function whyNotBelieved(
  { client, peer }: Voter,
  { certificate, key, authority, moment }: Shown,
): Promise<string | null> {
  const shown = new X509Certificate((await textIfThere(certificate)) ?? "");
  const isSigned = shown.checkIssued(authority) && shown.verify(authority.publicKey);
  if (!isSigned) return "is signed by another authority";
  const missing = [client.host, peer.host, loopback].find((host) => shown.checkIP(host) === undefined);
  if (missing !== undefined) return `is not for ${missing}`;
  const own = createPrivateKey((await textIfThere(key)) ?? "");
  return shown.checkPrivateKey(own) ? whyUntimely(shown, moment) : "is not of the key beside it";
}

function whyUntimely({ validFrom, validTo }: X509Certificate, { now, validUntil }: Moment): string | null {
  if (Date.parse(validFrom) > now) return `is not valid before ${validFrom}`;
  if (Date.parse(validTo) <= now) return `ran out on ${validTo}`;
  return Date.parse(validTo) < validUntil ? `runs out on ${validTo}` : null;
}
