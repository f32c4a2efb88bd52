import { describe, expect, it } from "vitest";
import type { HttpWish, SqlWish, VerifyWish } from "../core/model/verify-wish.ts";
import type { PromptedWish } from "../core/model/warm-wish.ts";
import { notSo, type Tried, type Verifier } from "../core/plan/verifier.ts";
import { WarmUp, type WarmParts } from "./warm-up.ts";

const life = new AbortController().signal;
const so: Tried = { kind: "so" };

/** What tries show, one after another; after the last it is so. */
function shown(...answers: Tried[]): { readonly parts: WarmParts; readonly tried: unknown[] } {
  const tried: unknown[] = [];
  const verifier = <Wish extends VerifyWish | PromptedWish>(): Verifier<Wish> => ({
    try: (wish) => {
      tried.push(wish.kind === "sql" ? (wish.write ?? wish.read?.query) : wish.kind);
      return Promise.resolve(answers.shift() ?? so);
    },
  });
  const verifiers = {
    ...{ sql: verifier<SqlWish>(), http: verifier<HttpWish>(), inference: verifier() },
    ...{ promql: verifier(), prompted: verifier<PromptedWish>() },
  } as WarmParts["verifiers"];
  const runOnce: WarmParts["runOnce"] = ({ command }) => {
    tried.push(command[0]);
    return Promise.resolve(answers.shift() ?? so);
  };
  return { parts: { verifiers, runOnce }, tried };
}

const usual = { kind: "sql", urlFrom: "INDEX_URL", timeoutSeconds: 5 } as const;
const statement = (write: string): SqlWish => ({ ...usual, write, read: null });
const question: SqlWish = {
  ...usual,
  write: null,
  read: { query: "lag", expected: { kind: "text", is: "0" } },
};
const index = { kind: "sql", statements: [statement("one"), statement("two")], question, inARow: 2 } as const;

describe("what is made ready", () => {
  it("is when every statement is committed, and as many questions in a row are answered", async () => {
    const { parts, tried } = shown();
    expect(await new WarmUp(index, parts).try(life)).toEqual(so);
    expect(tried).toEqual(["one", "two", "lag", "lag"]);
  });

  it("is told no statement twice that was committed, and asked again from the first of a row", async () => {
    const { parts, tried } = shown(so, notSo("it is down"), so, so, notSo("no answer in time"));
    const warmUp = new WarmUp(index, parts);
    expect(await warmUp.try(life)).toEqual(notSo("it is down"));
    expect(await warmUp.try(life)).toEqual(notSo("no answer in time (2 of 2 in a row)"));
    expect(await warmUp.try(life)).toEqual(so);
    expect(tried).toEqual(["one", "two", "two", "lag", "lag", "lag", "lag"]);
  });

  it("is where what is fetched is, as often in a row", async () => {
    const request: HttpWish = {
      ...{ kind: "http", url: "http://127.0.0.1", headers: {}, contains: [] },
      ...{ expectedStatus: [200], timeoutSeconds: 1 },
    };
    const { parts, tried } = shown(so, so, notSo("slow"));
    expect(await new WarmUp({ kind: "http", request, inARow: 3 }, parts).try(life)).toEqual(
      notSo("slow (3 of 3 in a row)"),
    );
    expect(tried).toHaveLength(3);
  });

  it("cannot be where no try can be made", async () => {
    const cannot: Tried = { kind: "cannot", because: "INDEX_URL is not set" };
    expect(await new WarmUp(index, shown(cannot).parts).try(life)).toEqual(cannot);
    expect(await new WarmUp(index, shown(so, so, cannot).parts).try(life)).toEqual(cannot);
  });
});
