import { z } from "zod";
import { keyCharactersMax, leaseMsMax, valueCharactersMax } from "../../core/failover/coordination.ts";
import type {
  GuardedWrite,
  LeaseId,
  Revision,
  StoredEntry,
  WatchEvent,
} from "../../core/failover/coordinator.ts";
import { invariant } from "../../core/problem/problem.ts";
import { type Milliseconds, milliseconds } from "../../core/units/units.ts";

/** What a client says first; rises when frames change their meaning. */
export const protocol = "holdfast-coordination/1";

/** A frame is one line of JSON. The longest that the bounds of keys and values allow, each character escaped, is shorter. */
export const frameBytesMax = 524_288;
invariant(
  6 * (valueCharactersMax + keyCharactersMax) + 1_024 < frameBytesMax,
  "the largest value must fit into a frame, however it is escaped",
);

// Brands are given here, where numbers and texts come in from the wire.
const revision = z
  .number()
  .int()
  .nonnegative()
  .transform((value) => value as Revision);
const lease = z
  .string()
  .min(1)
  .max(64)
  .transform((value) => value as LeaseId);
const ttl = z.number().positive().max(leaseMsMax).transform(milliseconds);
const key = z.string().min(1).max(keyCharactersMax);
const prefix = z.string().max(keyCharactersMax);
const id = z.number().int().nonnegative();

const write = z.object({
  key,
  value: z.string().max(valueCharactersMax).nullable(),
  expected: revision,
  lease: lease.nullable(),
});

export const storedEntry = z.object({ key: z.string(), value: z.string(), revision });

export const helloSchema = z.object({ hello: z.literal(protocol), token: z.string().max(1_024) });

export const requestSchema = z.discriminatedUnion("ask", [
  z.object({ id, ask: z.literal("get"), key }),
  z.object({ id, ask: z.literal("compare-and-set"), write }),
  z.object({ id, ask: z.literal("grant-lease"), ttl }),
  z.object({ id, ask: z.literal("keep-alive"), lease }),
  z.object({ id, ask: z.literal("revoke-lease"), lease }),
  z.object({ id, ask: z.literal("watch"), prefix }),
  z.object({ id, ask: z.literal("stop-watch"), watch: id }),
  z.object({ id, ask: z.literal("ping") }),
]);

export type Request = z.output<typeof requestSchema>;

/** What a client asks, before it has a number. */
export type Ask =
  | { readonly ask: "get"; readonly key: string }
  | { readonly ask: "compare-and-set"; readonly write: GuardedWrite }
  | { readonly ask: "grant-lease"; readonly ttl: Milliseconds }
  | { readonly ask: "keep-alive" | "revoke-lease"; readonly lease: LeaseId }
  | { readonly ask: "watch"; readonly prefix: string }
  | { readonly ask: "stop-watch"; readonly watch: number }
  | { readonly ask: "ping" };

const watchEvent = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("changed"), entry: storedEntry }),
  z.object({ kind: z.literal("deleted"), key: z.string(), revision }),
]);

export const writeOutcome = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("written"), revision }),
  z.object({ kind: z.literal("refused"), current: storedEntry.nullable() }),
]);

export const leaseId = lease;

/** The number of pings, whose answers only show that somebody is there. */
export const pingId = 0;

export const replySchema = z.union([
  z.object({ id, unreachable: z.string() }),
  z.object({ id, answer: z.unknown() }),
  z.object({ watch: id, event: watchEvent }),
  z.object({ watch: id, presentAsOf: revision }),
  z.object({ welcome: z.literal(protocol) }),
  z.object({ refused: z.string() }),
]);

/** What a server says. */
export type Reply =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly unreachable: string }
  | { readonly watch: number; readonly event: WatchEvent }
  /** Ends the present values of a watch: what was not among them is gone. */
  | { readonly watch: number; readonly presentAsOf: Revision }
  | { readonly welcome: typeof protocol }
  | { readonly refused: string };

/** What stands under a prefix, in order of revision, and the revision as of which it does. */
export interface Present {
  readonly revision: Revision;
  readonly entries: readonly StoredEntry[];
}
