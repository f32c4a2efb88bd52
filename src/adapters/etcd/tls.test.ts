import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { TestAuthority } from "../../../test/certificates.ts";
import { plainTrouble, whyOurs } from "./tls.ts";

describe("why a connection failed", () => {
  it.each([
    [
      "No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:1. Resolution note: ",
      "connect ECONNREFUSED 127.0.0.1:1",
    ],
    [
      "No connection established. Last error: 80BC:error:0A000412:SSL routines:ssl3_read_bytes:sslv3 alert bad certificate:../deps/openssl/ssl/record/rec_layer_s3.c:1601:SSL alert number 42\n (2026-11-27T19:57:13.977Z). Resolution note: ",
      "it does not take our certificate: bad certificate",
    ],
    [
      "No connection established. Last error: Error: read ECONNRESET (2026-11-27T19:57:13.977Z). Resolution note: x",
      "read ECONNRESET",
    ],
    ["Name resolution failed for target dns:nowhere:1", "Name resolution failed for target dns:nowhere:1"],
  ])("is told without what only the transport's authors need", (details, told) => {
    expect(plainTrouble(details)).toBe(told);
  });
});

describe("our certificate", () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-certificate-"));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it("is told of before and after its time, and not in it", () => {
    const { key, certificate } = new TestAuthority(folder).signed("ours");
    const own = { key: readFileSync(key, "utf8"), certificate: readFileSync(certificate, "utf8") };
    const at = (days: number): string | null =>
      whyOurs({ authority: null, own }, Date.now() + days * 86_400_000);
    expect(at(1)).toBeNull();
    expect(at(3)).toMatch(/^our certificate ran out on .* GMT$/);
    expect(at(-1)).toMatch(/^our certificate is not valid before .* GMT$/);
    expect(whyOurs({ authority: null, own: null }, 0)).toBeNull();
    expect(whyOurs(null, 0)).toBeNull();
  });
});
