import type { Expected, VerifyWish } from "../model/verify-wish.ts";
import { unreachable } from "../problem/problem.ts";
import { objectOf } from "./build-kubernetes.ts";
import type { ReadDocument } from "./schema.ts";

type Step = Extract<ReadDocument<"RecoveryPlan">["spec"]["steps"][number], { readonly phase: "verify" }>;
export type VerifiedBy = NonNullable<Step["by"]>;

const timeoutSecondsByDefault = 5;

export function verifyWish(by: VerifiedBy): VerifyWish {
  const timeoutSeconds = by.timeout ?? timeoutSecondsByDefault;
  switch (by.kind) {
    case "sql": {
      const { kind, urlFrom, write = null, read } = by;
      const looked = read === undefined ? null : { query: read.query, expected: expectedOf(read) };
      return { kind, urlFrom, write, read: looked, timeoutSeconds };
    }
    case "http": {
      const { kind, url, expectedStatus, contains = [] } = by;
      return { kind, url, expectedStatus, contains, headers: headersOf(by.headers), timeoutSeconds };
    }
    case "inference": {
      const { kind, url, model, prompts, fingerprint = null, goodMin = prompts.length } = by;
      const headers = headersOf(by.headers);
      return { kind, url, model, prompts, fingerprint, goodMin, headers, timeoutSeconds };
    }
    case "promql": {
      const { kind, url, tokenFrom = null, query } = by;
      return { kind, url, tokenFrom, query, expected: expectedOf(by), timeoutSeconds };
    }
    case "kubernetes": {
      const { kind, cluster } = by;
      const fields = by.fields.map(({ path, ...bounds }) => ({ path, expected: expectedOf(bounds) }));
      return { kind, cluster, object: objectOf(by.object), fields, timeoutSeconds };
    }
    default:
      return unreachable(by);
  }
}

/** By header the name of what holds its value. */
export function headersOf(
  headers: readonly { readonly name: string; readonly from: string }[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(headers.map(({ name, from }) => [name, from]));
}

type Bounds = Pick<Extract<VerifiedBy, { readonly kind: "promql" }>, "is" | "atLeast" | "atMost">;

/** Contradictions let nothing through that expects nothing. */
export function expectedOf({ is, atLeast, atMost }: Bounds): Expected {
  if (is !== undefined) return { kind: "text", is };
  return { kind: "number", atLeast: atLeast ?? null, atMost: atMost ?? null };
}
