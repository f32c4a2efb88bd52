import type { Problem } from "../problem/problem.ts";
import type { Trace } from "./trace.ts";

/** What came of sending. However the other side behaves, it is a value: telling others must not change what is told. */
export type Sent =
  | { readonly kind: "sent"; readonly to: string }
  | { readonly kind: "failed"; readonly problem: Problem };

/** Somebody who wants to know of traces. Ends within a bound of its own. */
export interface Destination {
  send(traces: readonly Trace[], signal: AbortSignal): Promise<Sent>;
}

/** Who wants to know, as the environment names them; one that is named badly answers why it cannot be told. */
export type FindDestinations = (
  env: Readonly<Record<string, string | undefined>>,
) => Promise<readonly Destination[]>;
