import { randomInt } from "node:crypto";
import type { DnsWish } from "../../core/model/wishes.ts";
import type { Problem } from "../../core/problem/problem.ts";
import { exchange } from "./exchange.ts";
import type { SignatureKey } from "./key-file.ts";
import { rcode, refusal, refusedSignature, strangeAnswer, unanswered, unproven } from "./problems.ts";
import { proofOf, signed } from "./tsig.ts";
import { decoded, type Message } from "./wire.ts";

export interface Speaker {
  readonly wish: DnsWish;
  readonly key: SignatureKey;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly answerMsMax: number;
  readonly signal: AbortSignal;
}

export type Said =
  | { readonly kind: "said"; readonly message: Message; readonly rcode: number }
  | { readonly kind: "failed"; readonly problem: Problem };

const isAnswerFlag = 1 << 15;
const opcodeMask = 0b1111 << 11;

/** Asks, signed; an answer counts only when it is signed too, by whoever has the same key, for just this question. */
export async function say(messageWith: (id: number) => Message, speaker: Speaker): Promise<Said> {
  const { wish, key, now, signal, answerMsMax } = speaker;
  const asked = messageWith(randomInt(2 ** 16));
  const at = Math.floor(now() / 1_000);
  const request = signed(asked, key, at);
  const outcome = await exchange(request.bytes, wish.server, { signal, answerMsMax });
  if (outcome.kind !== "answered") return { kind: "failed", problem: unanswered(wish, outcome) };
  const answer = decoded(outcome.bytes);
  if (answer === null || !answers(answer.message, asked))
    return { kind: "failed", problem: strangeAnswer(wish) };
  const code = answer.message.flags & 0b1111;
  const proof = proofOf({ bytes: outcome.bytes, decoded: answer }, key, {
    at: Math.floor(now() / 1_000),
    requestMac: request.mac,
  });
  switch (proof.kind) {
    case "unproven":
      return { kind: "failed", problem: unproven(wish, { because: proof.because, rcode: code }) };
    case "refused":
      return { kind: "failed", problem: refusedSignature(wish, proof, { ...key, at }) };
    case "genuine":
      return heard(wish, answer.message, code);
  }
}

function answers({ id, flags, question }: Message, asked: Message): boolean {
  const isAnswer = (flags & isAnswerFlag) !== 0 && (flags & opcodeMask) === (asked.flags & opcodeMask);
  return (
    isAnswer &&
    id === asked.id &&
    question.name === asked.question.name &&
    question.type === asked.question.type
  );
}

/** A name that is not there, and an epoch that is another one, are answers. */
const answered = [rcode.noError, rcode.nxDomain, rcode.yxRrset, rcode.nxRrset];

function heard(wish: DnsWish, message: Message, code: number): Said {
  if (answered.includes(code)) return { kind: "said", message, rcode: code };
  return { kind: "failed", problem: refusal(wish, code) };
}
