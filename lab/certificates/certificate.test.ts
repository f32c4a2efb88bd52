import { createPrivateKey, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Authority, type CertifiedKey } from "./certificate.ts";

const span = { from: new Date("2026-11-29T08:00:00.900Z"), until: new Date("2050-01-01T00:00:00Z") };
const authority = new Authority("an authority", span);
const signer = new X509Certificate(authority.certificate);

function issued(...addresses: readonly string[]): CertifiedKey & { readonly shown: X509Certificate } {
  const made = authority.issue("voter-1", addresses);
  return { ...made, shown: new X509Certificate(made.certificate) };
}

describe("a certificate", () => {
  it("is signed by its authority and by no other of the same name", () => {
    const { shown } = issued("127.0.0.1");
    const other = new X509Certificate(new Authority("an authority", span).certificate);
    expect([shown.checkIssued(signer), shown.verify(signer.publicKey)]).toEqual([true, true]);
    expect([shown.checkIssued(other), shown.verify(other.publicKey)]).toEqual([false, false]);
  });

  it("is of the key beside it, for its addresses alone, as a server and as a client", () => {
    const { key, shown } = issued("127.64.200.3", "198.18.0.1");
    expect(shown.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(shown.subjectAltName).toBe("IP Address:127.64.200.3, IP Address:198.18.0.1");
    expect(shown.checkIP("127.64.200.2")).toBeUndefined();
    expect(shown.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
    expect([shown.subject, shown.issuer]).toEqual(["CN=voter-1", "CN=an authority"]);
  });

  it("signs nothing itself: its authority alone does", () => {
    expect([signer.ca, issued("127.0.0.1").shown.ca]).toEqual([true, false]);
    expect(signer.checkIssued(signer)).toBe(true);
  });

  it("is valid for as long as its authority is, to the second, also beyond the years of two digits", () => {
    for (const { validFrom, validTo } of [signer, issued("127.0.0.1").shown])
      expect([Date.parse(validFrom), Date.parse(validTo)]).toEqual([
        Date.parse("2026-11-29T08:00:00Z"),
        span.until.getTime(),
      ]);
  });

  it("has a number of its own that is above 0, whatever its bytes", () => {
    const numbers = Array.from({ length: 50 }, () => issued("127.0.0.1").shown.serialNumber);
    expect(new Set(numbers).size).toBe(numbers.length);
    for (const number of numbers) expect(number).toMatch(/^[0-9A-F]{1,32}$/);
  });
});
