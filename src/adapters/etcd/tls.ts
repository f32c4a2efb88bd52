import { X509Certificate } from "node:crypto";
import { type ChannelCredentials, credentials } from "@grpc/grpc-js";

export interface EtcdTls {
  /** Of the authority that signed the certificates of the members, in PEM; `null`: those that the system trusts. */
  readonly authority: string | null;
  /** Ours, in PEM, where the members ask for one. */
  readonly own: { readonly key: string; readonly certificate: string } | null;
}

export function credentialsOf(url: string, tls: EtcdTls | null): ChannelCredentials {
  if (new URL(url).protocol === "http:") return credentials.createInsecure();
  const pem = (text: string | undefined | null): Buffer | null =>
    text === undefined || text === null ? null : Buffer.from(text);
  return credentials.createSsl(pem(tls?.authority), pem(tls?.own?.key), pem(tls?.own?.certificate));
}

/** What the transport tells of a connection that failed, without what only its authors need. */
export function plainTrouble(details: string): string {
  const [, last = details] = details.split("Last error: ");
  const alert = /alert ([a-z ]+):/.exec(last)?.[1];
  if (alert !== undefined) return `it does not take our certificate: ${alert}`;
  return last
    .replace(/ *Resolution note:.*$/s, "")
    .replace(/ \(\d{4}-\d{2}-\d{2}T[^)]*\)/, "")
    .replace(/^Error: /, "")
    .replace(/[\s.]+$/, "");
}

/** Members do not say which of its faults they hold against a certificate. @returns `null`: its time is not over */
export function whyOurs(tls: EtcdTls | null, nowMs: number): string | null {
  if (tls?.own === undefined || tls.own === null) return null;
  const { validFrom, validTo } = new X509Certificate(tls.own.certificate);
  if (Date.parse(validTo) <= nowMs) return `our certificate ran out on ${validTo}`;
  return Date.parse(validFrom) > nowMs ? `our certificate is not valid before ${validFrom}` : null;
}
