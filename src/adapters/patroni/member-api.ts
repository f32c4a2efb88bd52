import { isMemberUrl, type PatroniWish } from "../../core/model/patroni-wish.ts";
import { type Failed, failed } from "../../core/plan/actuator.ts";
import { lastLines, namedIn, type PassedOn } from "../../core/plan/passed-on.ts";
import type { Answered, SendRequest } from "../../core/plan/request.ts";
import type { Problem } from "../../core/problem/problem.ts";
import { rest } from "../../waiting/rest.ts";
import { type ClusterView, joined, type MemberView, memberViewIn } from "./cluster-view.ts";
import {
  away,
  membersDisagree,
  missingEnvironment,
  notPermitted,
  otherAnswer,
  type Silent,
  unusableWish,
} from "./problems.ts";

export interface PatroniSettings {
  readonly send: SendRequest;
  /** Ours, which holds user and password. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How long one answer is waited for. Patroni asks its store first, for as long as its `retry_timeout`. */
  readonly answerMsMax: number;
}

/** The members' REST APIs, and what they are asked with. */
export interface Api extends PatroniSettings {
  readonly wish: PatroniWish;
  readonly signal: AbortSignal;
  readonly headers: Readonly<Record<string, string>>;
  /** What is not told, by name. */
  readonly hidden: PassedOn;
}

export function apiOf(
  wish: PatroniWish,
  signal: AbortSignal,
  settings: PatroniSettings,
): { readonly kind: "api"; readonly api: Api } | Failed {
  if (wish.members.length === 0 || !wish.members.every(isMemberUrl)) return failed(unusableWish());
  const { credentials } = wish;
  const common = { ...settings, wish, signal };
  if (credentials === null) return { kind: "api", api: { ...common, headers: {}, hidden: {} } };
  const { userFrom, passwordFrom } = credentials;
  const named = namedIn(settings.environment, [userFrom, passwordFrom]);
  if (named.kind === "missing") return failed(missingEnvironment(named.name));
  const empty = [userFrom, passwordFrom].find((name) => named.values[name] === "");
  if (empty !== undefined) return failed(missingEnvironment(empty));
  const both = `${named.values[userFrom] ?? ""}:${named.values[passwordFrom] ?? ""}`;
  const encoded = Buffer.from(both, "utf8").toString("base64");
  const headers = { Authorization: `Basic ${encoded}` };
  const hidden = { ...named.values, [`${userFrom} and ${passwordFrom}`]: encoded };
  return { kind: "api", api: { ...common, headers, hidden } };
}

export interface Question {
  readonly method: "GET" | "PATCH" | "POST";
  readonly path: "/cluster" | "/config" | "/health" | "/switchover";
  readonly body?: object;
  readonly timeoutMs?: number;
}

/** Asks one member once. What it says is without secrets; what it answers is for reading, not for showing. */
export async function askMember(
  api: Pick<Api, "send" | "headers" | "signal" | "answerMsMax">,
  url: string,
  { method, path, body, timeoutMs = api.answerMsMax }: Question,
): Promise<Answered> {
  const text = body === undefined ? null : JSON.stringify(body);
  const whole = `${url.replace(/\/+$/, "")}${path}`;
  return api.send({ method, url: whole, headers: api.headers, body: text, timeoutMs }, api.signal);
}

/** 401: who we are is not believed. 403: our address or our certificate is not on the list. */
export function isForbidden(status: number): boolean {
  return status === 401 || status === 403;
}

type MemberAnswer =
  | { readonly kind: "view"; readonly view: MemberView }
  | ({ readonly kind: "silent" } & Silent)
  | { readonly kind: "strange"; readonly problem: Problem };

/** How long others may still answer once one has: a member that is frozen holds nobody up. */
const graceMs = 500;
/** Members that are asked one moment after the other may see a change of leader between them. */
const triesMax = 3;
export const lookEveryMs = 200;

/** How the cluster is, as all who answer tell it. @returns with whom the newest was heard from, who is asked next */
export async function see(
  api: Api,
): Promise<{ readonly kind: "seen"; readonly view: ClusterView; readonly url: string } | Failed> {
  for (let tries = 1; ; tries += 1) {
    const answers = await gathered(api);
    const [first, ...others] = answers.flatMap((each) => (each.kind === "view" ? [each.view] : []));
    if (first === undefined) return failed(nothingTold(answers));
    const join = joined([first, ...others]);
    if (join.kind === "agreed") return { kind: "seen", view: join.view, url: join.told.url };
    if (tries >= triesMax || api.signal.aborted) return failed(membersDisagree(join.told));
    await rest(lookEveryMs, api.signal);
  }
}

/** What members answer until all have, or until some time after the first that tells the cluster. In their order. */
async function gathered(api: Api): Promise<readonly MemberAnswer[]> {
  const over = new AbortController();
  const signal = AbortSignal.any([api.signal, over.signal]);
  const answers = new Map<string, MemberAnswer>();
  let tell: () => void = () => undefined;
  const someView = new Promise<void>((resolve) => (tell = resolve));
  const all = api.wish.members.map(async (url) => {
    const answer = await lookAt({ ...api, signal }, url);
    answers.set(url, answer);
    if (answer.kind === "view") tell();
  });
  await Promise.race([Promise.all(all), someView.then(() => rest(graceMs, over.signal))]);
  const told = api.wish.members.flatMap((url) => answers.get(url) ?? []);
  over.abort();
  return told;
}

async function lookAt(api: Api, url: string): Promise<MemberAnswer> {
  const texts: string[] = [];
  // In this order: to answer `/cluster` the member looks at its store, and `/config` is told from when it last did.
  for (const path of ["/cluster", "/config", "/health"] as const) {
    const answer = await askMember(api, url, { method: "GET", path });
    if (answer.kind === "unanswered")
      return { kind: "silent", url, because: lastLines(answer.because, api.hidden) };
    if (!isTold(path, answer.status)) return strangeAnswer(api, { ...answer, url, path });
    texts.push(answer.text);
  }
  const [cluster = "", config = "", own = ""] = texts;
  const view = memberViewIn({ url, cluster, config, own });
  return view === null
    ? { kind: "strange", problem: otherAnswer(url, lastLines(cluster, api.hidden)) }
    : { kind: "view", view };
}

/** A PostgreSQL that does not run is told with 503, in the same form. */
function isTold(path: Question["path"], status: number): boolean {
  return status === 200 || (path === "/health" && status === 503);
}

interface StrangeAnswer {
  readonly url: string;
  readonly path: string;
  readonly status: number;
  readonly text: string;
}

function strangeAnswer({ hidden }: Api, { url, path, status, text }: StrangeAnswer): MemberAnswer {
  const said = lastLines(text, hidden);
  const problem = isForbidden(status)
    ? notPermitted(url, status, said)
    : otherAnswer(url, `${path} has the status ${status}: ${said}`);
  return { kind: "strange", problem };
}

function nothingTold(answers: readonly MemberAnswer[]): Problem {
  const strange = answers.find((each) => each.kind === "strange");
  return strange?.problem ?? away(answers.flatMap((each) => (each.kind === "silent" ? [each] : [])));
}
