import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Lsn } from "../../core/failover/member.ts";
import { type LookRow, readLsn, statusOf } from "./look.ts";
import { readSyncSet, roleSettings, settingsText, syncSetText } from "./settings.ts";
import { isCancelledSynchronousWait } from "./synchronous-wait.ts";

describe("the set of confirming standbys in PostgreSQL's words", () => {
  it("asks for any k of the named", () => {
    expect(syncSetText({ members: ["west", "central-2"], confirmations: 1 })).toBe(
      'ANY 1 ("west", "central-2")',
    );
  });

  it("is empty when no confirmation is asked for", () => {
    expect(syncSetText({ members: ["west"], confirmations: 0 })).toBe("");
    expect(syncSetText(null)).toBe("");
  });

  it("is read back as it was written", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9._-]{1,63}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 1 }),
        fc.integer({ min: 1, max: 9 }),
        (members, confirmations) => {
          expect(readSyncSet(syncSetText({ members, confirmations }))).toEqual({ members, confirmations });
        },
      ),
    );
  });

  it("refuses a name that would let another standby confirm", () => {
    expect(() => syncSetText({ members: ['west", "*'], confirmations: 1 })).toThrow(/a region's name is/);
  });
});

describe("the settings of a role", () => {
  it("quote a password of any letters, twice: for the connection and for the file", () => {
    const settings = roleSettings(
      { kind: "standby", upstream: { region: "east", host: "127.0.0.1", port: 5432 } },
      "west",
      `it's a \\`,
    );
    expect(settings["primary_conninfo"]).toContain(`password='it\\'s a \\\\'`);
    expect(settingsText({ a: `it's a \\` })).toContain(`a = 'it''s a \\\\'`);
  });

  it("let nobody confirm what a standby would write", () => {
    const settings = roleSettings({ kind: "standby", upstream: null }, "west", "secret");
    expect(settings["synchronous_standby_names"]).toBe('ANY 1 ("holdfast.nobody")');
    expect(settings["primary_conninfo"]).toBe("");
  });
});

describe("a position", () => {
  it.each([
    ["0/0", 0],
    ["0/3000148", 0x3000148],
    ["16/B374D848", 0x16_b374_d848],
    ["FFFFF/FFFFFFFF", 2 ** 52 - 1],
  ])("%s is byte %i", (text, lsn) => {
    expect(readLsn(text)).toBe(lsn as Lsn);
  });
});

describe("what a standby says of itself", () => {
  const standby: LookRow = {
    isStandby: true,
    lsn: "0/3000148",
    timeline: "00000002",
    syncSet: "",
    upstream: "",
    hasReceived: true,
    receiverPid: null,
    recoveryWaitsFor: null,
    silentForMs: null,
    standbys: [],
  };

  it("is a stopped receiver when none is left", () => {
    expect(statusOf(standby)).toMatchObject({ upstream: null, receiver: { kind: "stopped" } });
  });

  it("is no fence while a receiver that only connects is still there", () => {
    expect(statusOf({ ...standby, receiverPid: 7 })).toMatchObject({ receiver: { kind: "streaming" } });
  });

  it("is no position to choose by while it reads its own log after a start", () => {
    expect(statusOf({ ...standby, hasReceived: false, recoveryWaitsFor: null })).toEqual({
      kind: "starting",
    });
    expect(
      statusOf({ ...standby, hasReceived: false, recoveryWaitsFor: "RecoveryRetrieveRetryInterval" }),
    ).toMatchObject({ kind: "standby", position: { timeline: 2, lsn: 0x3000148 } });
  });
});

describe("a notice", () => {
  it("of a cancelled wait for standbys is known by its routine, in any language", () => {
    expect(isCancelledSynchronousWait({ severity: "WARNING", routine: "SyncRepWaitForLSN" })).toBe(true);
  });

  it.each([
    { severity: "NOTICE", routine: "SyncRepWaitForLSN" },
    { severity: "WARNING", routine: "DefineRelation" },
    {},
  ])("%j is about something else", (notice) => {
    expect(isCancelledSynchronousWait(notice)).toBe(false);
  });
});
