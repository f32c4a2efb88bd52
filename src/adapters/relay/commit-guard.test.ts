import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commitGuard, noticeBytesMax, type StatementEnd } from "./commit-guard.ts";
import type { Outlet } from "./flow.ts";

function message(type: string, body: string | Buffer): Buffer {
  const bytes = Buffer.from(body as string, "latin1");
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeUInt32BE(bytes.length + 4, 1);
  return Buffer.concat([head, bytes]);
}

const cancelled = [
  "SWARNING",
  "VWARNING",
  "C01000",
  "Mcanceling wait for synchronous replication due to user request",
  "DThe transaction has already committed locally, but might not have been replicated to the standby.",
  "Fsyncrep.c",
  "L284",
  "RSyncRepWaitForLSN",
];
const warning = message("N", `${cancelled.join("\0")}\0\0`);
const success = message("C", "INSERT 0 1\0");
const errorHead = "E";

interface Passed {
  text: Buffer;
  ended: boolean;
  trips: number;
  readonly ends: StatementEnd[];
}

function pass(chunks: readonly Buffer[]): Passed {
  const passed: Passed = { text: Buffer.alloc(0), ended: false, trips: 0, ends: [] };
  const next: Outlet = {
    write: (chunk) => {
      passed.text = Buffer.concat([passed.text, chunk]);
      return true;
    },
    end: () => (passed.ended = true),
    reset: () => undefined,
  };
  const guard = commitGuard({
    unconfirmed: () => (passed.trips += 1),
    ended: (how) => passed.ends.push(how),
  })({ before: { ready: () => undefined }, next });
  for (const chunk of chunks) guard.write(chunk);
  return passed;
}

function split(whole: Buffer, cuts: readonly number[]): Buffer[] {
  const points = [...new Set([0, ...cuts.map((cut) => cut % (whole.length + 1)), whole.length])].sort(
    (a, b) => a - b,
  );
  return points.slice(1).map((to, index) => Buffer.from(whole.subarray(points[index], to)));
}

const harmless = fc.oneof(
  fc.tuple(fc.constantFrom("C", "D", "T", "Z", "S", "E", "A", "d", "1", "2"), fc.string({ maxLength: 300 })),
  // Rows may hold the very words that are looked for.
  fc.constant(["D", `\0\x01\0\0\0\x40${cancelled.join("\0")}`] as [string, string]),
  fc.constant(["N", "SNOTICE\0C00000\0Mtable is missing, skipping\0RDropErrorMsg\0\0"] as [string, string]),
  fc.constant(["N", `SNOTICE\0M${"x".repeat(noticeBytesMax)}\0RSyncRepWaitForLSN\0\0`] as [string, string]),
);
const messages = fc
  .array(harmless, { maxLength: 12 })
  .map((all) => Buffer.concat(all.map(([type, body]) => message(type, body))));
const cuts = fc.array(fc.nat(20_000), { maxLength: 40 });

/** How the statements among these messages ended, by the messages' own types. */
function endsIn(whole: Buffer): readonly StatementEnd[] {
  const ends: StatementEnd[] = [];
  for (let at = 0; at < whole.length; at += 1 + whole.readUInt32BE(at + 1)) {
    const type = whole.toString("latin1", at, at + 1);
    if (type === "C") ends.push("completed");
    if (type === "E") ends.push("error");
  }
  return ends;
}

describe("the commit guard", () => {
  it("tells how each statement ended, wherever chunks end, and of none after a cancelled wait", () => {
    fc.assert(
      fc.property(messages, cuts, (before, at) => {
        const whole = Buffer.concat([before, warning, success]);
        expect(pass(split(whole, at)).ends).toEqual(endsIn(before));
      }),
    );
  });

  it("passes every byte of harmless answers unchanged, wherever chunks end", () => {
    fc.assert(
      fc.property(messages, cuts, (whole, at) => {
        const passed = pass(split(whole, at));
        expect(passed.text.equals(whole)).toBe(true);
        expect(passed).toMatchObject({ trips: 0, ended: false });
      }),
    );
  });

  it("passes nothing that follows a cancelled synchronous wait, wherever chunks end", () => {
    fc.assert(
      fc.property(messages, messages, cuts, (before, after, at) => {
        const passed = pass(split(Buffer.concat([before, warning, success, after]), at));
        const kept = Buffer.concat([before, warning]);
        expect(passed.text.subarray(0, kept.length).equals(kept)).toBe(true);
        expect(passed.text.subarray(kept.length).toString("latin1")).toMatch(
          /^E[^]{4}SFATAL\0VFATAL\0C40003\0M[^\0]+\0H[^\0]+\0\0$/,
        );
        expect(passed).toMatchObject({ trips: 1, ended: true });
      }),
    );
  });

  it("sees the warning cut into single bytes", () => {
    const whole = Buffer.concat([warning, success]);
    const passed = pass([...whole].map((byte) => Buffer.from([byte])));
    expect(passed.text.includes("INSERT 0 1")).toBe(false);
    expect(passed.text.subarray(warning.length).toString("latin1").startsWith(errorHead)).toBe(true);
  });

  it("knows the warning by its routine when the server speaks another language", () => {
    const translated = message(
      "N",
      "SWARNUNG\0C01000\0MWarten auf synchrone Replikation wird storniert\0RSyncRepWaitForLSN\0\0",
    );
    expect(pass([translated, success]).trips).toBe(1);
  });

  it("knows the warning by its text when the server names no routine", () => {
    const terminated = message(
      "N",
      "SWARNING\0C57P01\0Mcanceling the wait for synchronous replication and terminating connection due to administrator command\0\0",
    );
    expect(pass([terminated, success]).trips).toBe(1);
  });
});
