import { type Applied, type Epoch, type Failed, failed, type Look } from "../../core/plan/actuator.ts";
import type { RequestWish } from "../../core/model/wishes.ts";
import { headersNamedIn, headerValueForm, lastLines, type PassedOn } from "../../core/plan/passed-on.ts";
import {
  missingEnvironment,
  notAsWished,
  otherStatus,
  strangeCheck,
  uncheckable,
  unreached,
  unusableWish,
} from "./problems.ts";
import type { RunSettings } from "./run-program.ts";
import { faultInStep } from "./step-form.ts";
import { shownSettings, toldEpoch, toldSettings, type ToldSettings, unsettled } from "./told-settings.ts";

interface Task extends RunSettings {
  readonly wish: RequestWish;
  readonly signal: AbortSignal;
}

/** Precondition failed (RFC 9110): how a service says that a newer epoch was there, which it tells in the header `Holdfast-Epoch`. */
const outdatedStatus = 412;

export async function lookByRequest(task: Task): Promise<Look> {
  const given = headersOf(task);
  if (given.kind === "failed") return { kind: "unseen", problem: given.problem };
  const told = await check(task, given);
  return told.kind === "failed"
    ? { kind: "unseen", problem: told.problem }
    : { kind: "seen", ...shownSettings(told.settings, given.values) };
}

export async function applyRequest(task: Task, epoch: Epoch): Promise<Applied> {
  const { wish, signal } = task;
  const { method, url, timeoutSeconds } = wish;
  const body = wish.body?.text ?? null;
  const given = headersOf(task);
  if (given.kind === "failed") return given;
  const headers = { ...given.headers, ...ownHeadersOf(wish, epoch) };
  const timeoutMs = 1_000 * timeoutSeconds;
  const answer = await task.send({ method, url, headers, body, timeoutMs }, signal);
  if (answer.kind === "unanswered") return failed(unreached(wish, lastLines(answer.because, given.values)));
  const { status, text } = answer;
  const newer = toldEpoch(`epoch=${answer.epoch ?? ""}`, epoch);
  if (status === outdatedStatus && newer !== null) return { kind: "outdated", epoch: newer };
  if (!wish.expectedStatus.includes(status))
    return failed(otherStatus(wish, status, lastLines(text, given.values)));
  return wish.check === null
    ? { kind: "done", now: { [`${wish.plan}/${wish.step}`]: `done, as the status ${status} says` } }
    : readBack(task, given);
}

function ownHeadersOf({ plan, step, body }: RequestWish, epoch: Epoch): Readonly<Record<string, string>> {
  return {
    ...(body === null ? {} : { "Content-Type": body.type }),
    "Holdfast-Epoch": String(epoch),
    "Idempotency-Key": `${plan}/${step}/${epoch}`,
  };
}

async function readBack(task: Task, given: Given): Promise<Applied> {
  const told = await check(task, given);
  if (told.kind === "failed") return told;
  const left = unsettled(told.settings);
  return left.length === 0
    ? { kind: "done", now: told.settings.now }
    : failed(notAsWished(task.wish, lastLines(left.join("; "), given.values)));
}

interface Given {
  readonly kind: "given";
  readonly headers: Readonly<Record<string, string>>;
  readonly values: PassedOn;
}

function headersOf({ wish, environment }: Task): Given | Failed {
  const fault = faultInStep(wish) ?? faultIn(wish);
  if (fault !== null) return failed(unusableWish(fault));
  const named = headersNamedIn(environment, wish.headers);
  return named.kind === "missing"
    ? failed(missingEnvironment(wish, named.name))
    : { kind: "given", headers: named.headers, values: named.values };
}

const headerForm = /^[A-Za-z0-9-]+$/;
/** Those are set here. */
const ownHeaders = ["content-type", "content-length", "host", "holdfast-epoch", "idempotency-key"];

function faultIn({ url, headers, check, expectedStatus, body }: RequestWish): string | null {
  const odd = [url, ...(check === null ? [] : [check])].find((each) => !isPlainUrl(each));
  // It is not shown: what is wrong with it may be the password in it.
  if (odd !== undefined)
    return "an address is not a whole one of http or https, or has a name or a password in it";
  const header = Object.keys(headers).find(
    (name) => !headerForm.test(name) || ownHeaders.includes(name.toLowerCase()),
  );
  if (header !== undefined) return `${JSON.stringify(header)} is no header that a wish can set`;
  if (body !== null && !headerValueForm.test(body.type)) return "the type of the body is none";
  return expectedStatus.length > 0 ? null : "no status is named that says that it is done";
}

function isPlainUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
}

async function check(
  { wish, signal, send }: Task,
  { headers, values }: Given,
): Promise<{ readonly kind: "told"; readonly settings: ToldSettings } | Failed> {
  if (wish.check === null) return failed(uncheckable(wish));
  const timeoutMs = 1_000 * wish.timeoutSeconds;
  const answer = await send({ method: "GET", url: wish.check, headers, body: null, timeoutMs }, signal);
  if (answer.kind === "unanswered") return failed(unreached(wish, lastLines(answer.because, values)));
  const said = lastLines(answer.text, values);
  if (answer.status !== 200) return failed(otherStatus(wish, answer.status, said));
  const settings = toldSettings(answer.text);
  return settings === null ? failed(strangeCheck(wish, said)) : { kind: "told", settings };
}
