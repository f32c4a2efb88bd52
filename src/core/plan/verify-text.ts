import type { Expected, VerifyWish } from "../model/verify-wish.ts";
import { unreachable } from "../problem/problem.ts";
import { objectText } from "../model/kubernetes-wish.ts";
import { countedText } from "../units/shown.ts";

/** What is so when it is verified, in words: `max(lag) is at most 60`. */
export function verifyText(wish: VerifyWish): string {
  switch (wish.kind) {
    case "sql": {
      const written = wish.write === null ? [] : [`${wish.write} is committed`];
      const read = wish.read === null ? [] : [`${wish.read.query} ${expectedText(wish.read.expected)}`];
      return [...written, ...read].join(", and ");
    }
    case "http": {
      const holds = wish.contains.map((part) => JSON.stringify(part)).join(", ");
      return `${wish.url} answers ${wish.expectedStatus.join(" or ")}${holds === "" ? "" : `, with ${holds}`}`;
    }
    case "inference": {
      const { prompts, goodMin, fingerprint } = wish;
      const version = fingerprint === null ? "" : `, as ${fingerprint}`;
      const answers = `${goodMin} of ${countedText(prompts.length, "golden prompt")}`;
      return `${wish.model} at ${wish.url} answers ${answers} well${version}`;
    }
    case "promql":
      return `${wish.query} ${expectedText(wish.expected)}`;
    case "kubernetes": {
      const fields = wish.fields.map(({ path, expected }) => `${path} ${expectedText(expected)}`);
      return `${objectText(wish.object)} tells that ${fields.join(", and ")}`;
    }
    default:
      return unreachable(wish);
  }
}

function expectedText(expected: Expected): string {
  if (expected.kind === "text") return `is ${expected.is}`;
  const { atLeast, atMost } = expected;
  const bounds = [
    ...(atLeast === null ? [] : [`at least ${atLeast}`]),
    ...(atMost === null ? [] : [`at most ${atMost}`]),
  ];
  return `is ${bounds.join(" and ")}`;
}
