import { isDeepStrictEqual } from "node:util";
import type { InBetween, Request } from "./kubernetes-in-between.ts";
import {
  answerIn,
  type Discovery,
  type OwnExchange,
  type Recording,
  type WholeAnswer,
  whose,
} from "./kubernetes-recording.ts";
import type { Others, Stage } from "./kubernetes-story.ts";

/** The same answer to the same question is recorded once, however often it was asked. */
const repeatsMax = 50;

const nothing = (): Promise<void> => Promise.resolve();
const goneBy: Others = {
  ...{ make: nothing, patch: nothing, tell: nothing, remove: nothing },
  ...{ pods: nothing, settled: nothing, restart: nothing },
};

/** A story as it was recorded: the same requests are expected in the same order, and answered as they were. */
export class ReplayStage implements Stage {
  readonly folder: string;
  readonly others = goneBy;
  /** Requests that were not recorded, or not there. */
  readonly unexpected: string[] = [];
  readonly #inBetween: InBetween;
  readonly #discovery: Discovery;
  readonly #expected: OwnExchange[];
  #last: OwnExchange | null = null;
  #repeats = 0;
  #over: AbortController | null = null;

  constructor(
    recording: Recording,
    parts: { readonly inBetween: InBetween; readonly discovery: Discovery; readonly folder: string },
  ) {
    this.folder = parts.folder;
    this.#inBetween = parts.inBetween;
    this.#discovery = parts.discovery;
    this.#expected = recording.exchanges.filter((each) => each.by === "holdfast");
    this.#inBetween.answerBy((request) => Promise.resolve(this.#answer(request)));
  }

  /** What was recorded and not asked for. */
  get missing(): readonly string[] {
    return this.#expected.map(({ method, path }) => `${method} ${path}`);
  }

  kubeconfig(as: string): string {
    return this.#inBetween.kubeconfig(as);
  }

  beforeWrite(): void {
    // It has happened.
  }

  afterWrite(): void {
    // It has happened.
  }

  calledOff(): AbortSignal {
    this.#over = new AbortController();
    return this.#over.signal;
  }

  #answer(request: Request): WholeAnswer | "connection lost" {
    const [next] = this.#expected;
    if (next !== undefined && isSame(next, request)) {
      this.#expected.shift();
      this.#last = next;
      return answerIn(next, this.#discovery);
    }
    if (next === undefined && this.#over !== null) {
      this.#over.abort(new Error("its time is over"));
      return "connection lost";
    }
    const last = this.#last;
    if (last?.method === "GET" && isSame(last, request) && this.#repeats < repeatsMax) {
      this.#repeats += 1;
      return answerIn(last, this.#discovery);
    }
    const { method, path, text } = request;
    this.unexpected.push(`${method} ${path} ${text}`.trim());
    return { status: 400, type: "text/plain", body: "this was not recorded" };
  }
}

function isSame({ as, method, path, body }: OwnExchange, request: Request): boolean {
  const isTyped = body === undefined || request.type === "application/merge-patch+json";
  const sent: unknown = request.text === "" ? undefined : JSON.parse(request.text);
  return (
    isTyped &&
    as === whose(request.authorization) &&
    method === request.method &&
    path === request.path &&
    isDeepStrictEqual(sent, body)
  );
}
