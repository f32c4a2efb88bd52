import { describe, expect, it } from "vitest";
import type { EvidenceReader } from "../core/evidence/ports.ts";
import { verifyCommand, type VerifyOptions } from "./evidence-verify.ts";

const noEvidence = { logs: () => Promise.resolve({ ok: true, value: [] }) };

async function verdict(options: VerifyOptions): Promise<{ readonly status: number; readonly text: string }> {
  let text = "";
  const terminal = { isInteractive: false, columns: 80, hasColor: false };
  const shell = {
    out: (more: string) => (text += more),
    err: () => undefined,
    cwd: "/srv/ada",
    env: {},
    terminal,
    output: terminal,
    signal: new AbortController().signal,
  };
  // Nothing else of a reader is asked for where there is no log.
  const reader = noEvidence as unknown as EvidenceReader;
  const status = await verifyCommand({ shell, reader }, "evidence", options);
  return { status, text: text.replaceAll(/\s+/g, " ") };
}

const claim = "That shows that nothing was changed";

describe("the last words of a verdict on evidence", () => {
  it("say what keys found beside the logs show, where all holds", async () => {
    const { status, text } = await verdict({});
    expect({ status, claims: text.includes(claim) }).toEqual({ status: 0, claims: true });
  });

  it("claim nothing of the kind where it does not hold, and still say whose keys were believed", async () => {
    const { status, text } = await verdict({ head: "0".repeat(64) });
    expect({ status, claims: text.includes(claim) }).toEqual({ status: 2, claims: false });
    expect(text).toContain("The keys were found beside the logs and believed");
    expect(text).toContain("--key PUB.pem");
  });
});
