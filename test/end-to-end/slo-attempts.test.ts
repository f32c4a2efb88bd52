import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keepAttempts } from "../../src/adapters/libsql/attempt-store.ts";
import { holdfast, inOneLine, projectRoot } from "../built-program.ts";

const workspace = join(projectRoot, "examples", "lab");
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-attempts-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Ten minutes of attempts, of which six in 600 failed. */
function keepTenMinutes(lab: string): void {
  mkdirSync(lab, { recursive: true });
  const keeper = keepAttempts(join(lab, "attempts.db"));
  const now = Math.floor(Date.now() / 1000);
  for (let ago = 600; ago > 0; ago -= 1)
    keeper.keep({ journey: "chat-completion", at: now - ago, isBad: ago % 100 === 1 });
  keeper.close();
}

describe("holdfast slo status by built-in probes", () => {
  it("tells how the objectives of a workspace stand", () => {
    keepTenMinutes(folder);
    const { status, out, err } = holdfast(["slo", "status", workspace, "--probes", folder]);
    expect({ status, err }).toEqual({ status: 0, err: `\nBy the built-in probes of ${folder}.\n` });
    expect(out).toMatch(/^chat-completion-availability +99\.9 % +99(\.00)? %/m);
    expect(out).toContain("1 objective: 0 met, 1 missed, 0 unknown (measured)");
  });

  it("answers programs, and says by whom", () => {
    keepTenMinutes(folder);
    const { out } = holdfast(["slo", "status", workspace, "--probes", folder, "--json"]);
    const answer = JSON.parse(out) as { readonly objectives: readonly unknown[] };
    expect(answer).toMatchObject({ ok: true, source: "probes", warnings: [] });
    expect(answer.objectives).toMatchObject([
      { slo: "chat-completion-availability", known: { kind: "known", events: { bad: 6, total: 600 } } },
    ]);
  });

  it("asks the probes of the lab here where no Prometheus is named", () => {
    keepTenMinutes(join(folder, ".holdfast", "lab"));
    const { status, err } = holdfast(["slo", "status", workspace], folder);
    expect({ status, err }).toEqual({ status: 0, err: "\nBy the built-in probes of .holdfast/lab.\n" });
    const named = holdfast(["slo", "status", workspace, "--prometheus", "http://127.0.0.1:1"], folder);
    expect(named.status).toBe(1);
    expect(named.err).toContain("127.0.0.1:1");
  });

  it("knows nothing of what probes do not attempt", () => {
    keepTenMinutes(folder);
    const { status, out } = holdfast(["slo", "status", "examples/slos", "--probes", folder]);
    expect(status).toBe(0);
    expect(inOneLine(out)).toContain("unknown: no built-in probe has attempted it");
    expect(out).toMatch(/0 met, 0 missed, \d unknown/);
  });

  it.each<[string, string, () => readonly string[]]>([
    ["a lab without probes", "slo/no-attempts", () => ["--probes", folder]],
    [
      "a file of something else",
      "slo/attempts-unreadable",
      () => {
        writeFileSync(
          join(folder, "attempts.db"),
          "not a database, and long enough to be looked at ".repeat(20),
        );
        return ["--probes", folder];
      },
    ],
    ["two sources", "cli/contradiction", () => ["--probes", folder, "--prometheus", "http://127.0.0.1:9090"]],
  ])("refuses %s", (_, code, options) => {
    const { status, out, err } = holdfast(["slo", "status", workspace, ...options()]);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toMatch(new RegExp(`^${code}\n`));
  });
});
