import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from "node:http";
import { pipeline } from "node:stream";
import type { RegionId } from "../../core/failover/member.ts";
import type { Epoch } from "../../core/failover/reign.ts";
import type { Problem } from "../../core/problem/problem.ts";
import { type Milliseconds, milliseconds } from "../../core/units/units.ts";
import { type Endpoint, listen, type Opened, stopListening } from "./listening.ts";
import { answerProblem } from "./problem-document.ts";
import type { Exchange, Traffic } from "./traffic.ts";

export interface HttpDoorBounds {
  /** A longer body is passed on and not kept, so its request is not retried. */
  readonly keptBodyBytesMax: number;
  /** From the request to the first byte of its answer, over all regions tried. */
  readonly firstByteMsMax: Milliseconds;
  readonly requestsMax: number;
}

export const defaultHttpBounds: HttpDoorBounds = {
  keptBodyBytesMax: 1024 * 1024,
  firstByteMsMax: milliseconds(120_000),
  requestsMax: 5_000,
};

export interface ModelTarget {
  readonly region: RegionId;
  readonly address: Endpoint;
  readonly traffic: Traffic;
}

/** Why an attempt at a region came to nothing. */
type Failure = "refused" | "broke" | "cut" | "late";

/**
 * What a client was told: an answer, or one in which the region says that it failed (5xx); that no region answers, and why; an
 * answer that broke off in its midst; or nothing, for it left before.
 */
export const httpOutcomes = [
  "answered",
  "server-error",
  "refused",
  "broke",
  "cut",
  "late",
  "no-region",
  "broken-off",
  "abandoned",
] as const;
export type HttpOutcome = (typeof httpOutcomes)[number];

export interface HttpDoorSettings {
  readonly listen: Endpoint;
  /** Who serves models now, best first, and under which epoch; asked at each request. */
  readonly targets: () => { readonly epoch: Epoch | null; readonly order: readonly ModelTarget[] };
  readonly bounds: HttpDoorBounds;
  /** Told once for each request that was meant for a region. */
  readonly onOutcome: (outcome: HttpOutcome) => void;
}

export interface HttpCounts {
  /** Requests that are being answered. */
  readonly streams: number;
  /** Attempts at another region since the start. */
  readonly retried: number;
}

export interface HttpDoor {
  readonly address: Endpoint;
  readonly counts: HttpCounts;
  /** Ends every answer that comes from `region`; what has no first byte yet and may be retried goes elsewhere. */
  cut(region: RegionId): void;
  close(): Promise<void>;
}

/** Opens the port that clients of the models connect to. */
export async function openHttpDoor(settings: HttpDoorSettings): Promise<Opened<HttpDoor>> {
  const hall: Hall = { ...settings, passages: new Set(), retried: 0 };
  const server = createServer((incoming, answer) => {
    void receive(incoming, answer, hall);
  });
  server.maxConnections = settings.bounds.requestsMax;
  const opened = await listen(server, settings.listen, "clients of the models");
  if (opened.kind === "refused") return opened;
  const door: HttpDoor = {
    address: opened.value,
    get counts() {
      return { streams: hall.passages.size, retried: hall.retried };
    },
    cut: (region) => {
      for (const passage of hall.passages) passage.cut(region);
    },
    close: async () => {
      const stopped = stopListening(server);
      for (const passage of hall.passages) passage.abandon();
      server.closeAllConnections();
      await stopped;
    },
  };
  return { kind: "open", value: door };
}

interface Hall extends HttpDoorSettings {
  readonly passages: Set<Passage>;
  retried: number;
}

async function receive(incoming: IncomingMessage, answer: ServerResponse, hall: Hall): Promise<void> {
  if (!(incoming.url ?? "").startsWith("/v1/")) {
    answerProblem(answer, 404, { problem: unknownPath(incoming.url ?? "") });
    return;
  }
  const key = incoming.headers["idempotency-key"];
  const isKeyed = key !== undefined && key !== "";
  const kept = isKeyed ? await keptBody(incoming, hall.bounds.keptBodyBytesMax) : notRead;
  if (answer.destroyed) return;
  const passage = new Passage({ incoming, answer, hall, kept });
  hall.passages.add(passage);
  answer.on("close", () => {
    passage.abandon();
    hall.passages.delete(passage);
    hall.onOutcome(passage.outcome);
  });
  passage.begin();
}

/** What was read of a request's body before it was passed on. */
interface KeptBody {
  readonly chunks: readonly Buffer[];
  /** Whether that is all of it, so that it can be sent again. */
  readonly isWhole: boolean;
}

const notRead: KeptBody = { chunks: [], isWhole: false };

async function keptBody(incoming: IncomingMessage, bytesMax: number): Promise<KeptBody> {
  return await new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (isWhole: boolean): void => {
      incoming.off("data", read);
      incoming.pause();
      resolve({ chunks, isWhole });
    };
    const read = (chunk: Buffer): void => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > bytesMax) settle(false);
    };
    incoming.on("data", read);
    incoming.on("end", () => {
      settle(true);
    });
    incoming.on("close", () => {
      settle(false);
    });
    incoming.on("error", () => undefined); // a close always follows
  });
}

interface PassageParts {
  readonly incoming: IncomingMessage;
  readonly answer: ServerResponse;
  readonly hall: Hall;
  readonly kept: KeptBody;
}

/** One request on its way: tried at one region after the other while that is allowed, then answered by one of them. */
class Passage {
  readonly #parts: PassageParts;
  readonly #epoch: Epoch | null;
  readonly #untried: ModelTarget[];
  readonly #tooLate: NodeJS.Timeout;
  #target: ModelTarget | null = null;
  #attempt: ClientRequest | null = null;
  #exchange: Exchange | null = null;
  #hasAnswer = false;
  #isOver = false;
  #outcome: HttpOutcome | null = null;

  constructor(parts: PassageParts) {
    const { epoch, order } = parts.hall.targets();
    this.#parts = parts;
    this.#epoch = epoch;
    this.#untried = [...order];
    this.#tooLate = setTimeout(() => {
      this.#fail("late");
    }, parts.hall.bounds.firstByteMsMax);
  }

  /** What the client was told; to be asked when nothing more will be. */
  get outcome(): HttpOutcome {
    if (this.#outcome !== null) return this.#outcome;
    const { answer } = this.#parts;
    if (!answer.writableFinished) return "abandoned";
    return answer.statusCode >= serverErrorMin ? "server-error" : "answered";
  }

  begin(): void {
    const target = this.#untried.shift();
    if (target === undefined) {
      this.#outcome = "no-region";
      answerProblem(this.#parts.answer, 503, { problem: noRegion });
      return;
    }
    this.#target = target;
    const { incoming, kept } = this.#parts;
    const { method, url } = incoming;
    const exchange = target.traffic.open();
    // A connection of its own for each attempt: one that was kept from before tells nothing of the region now.
    const attempt = request({
      ...target.address,
      ...(method === undefined ? {} : { method }),
      ...(url === undefined ? {} : { path: url }),
      headers: passedOn(incoming.headersDistinct),
      agent: false,
    });
    this.#attempt = attempt;
    this.#exchange = exchange;
    exchange.sent();
    attempt.on("response", (response) => {
      this.#answer(response, target);
    });
    attempt.on("error", () => {
      if (attempt !== this.#attempt) return;
      target.traffic.refused();
      this.#fail(hasBegunToAnswer(attempt) ? "broke" : "refused");
    });
    for (const chunk of kept.chunks) attempt.write(chunk);
    if (kept.isWhole) attempt.end();
    else incoming.pipe(attempt);
  }

  /** The region is taken for lost. */
  cut(region: RegionId): void {
    if (this.#target?.region === region) this.#fail("cut");
  }

  /** Nobody waits for the answer any more. */
  abandon(): void {
    clearTimeout(this.#tooLate);
    this.#isOver = true;
    this.#exchange?.close();
    this.#attempt?.destroy();
  }

  #answer(response: IncomingMessage, { region }: ModelTarget): void {
    const { answer } = this.#parts;
    clearTimeout(this.#tooLate);
    this.#hasAnswer = true;
    this.#exchange?.received();
    response.on("data", () => {
      this.#exchange?.received();
    });
    response.on("error", () => {
      if (!this.#isOver) this.#outcome = "broken-off";
    });
    const headers = { ...passedOn(response.headersDistinct), ...stamp(region, this.#epoch) };
    answer.writeHead(response.statusCode ?? 502, response.statusMessage ?? "", headers);
    answer.flushHeaders();
    // A region that breaks off in the middle must not look like one that has finished: the client's connection breaks too.
    pipeline(response, answer, () => undefined);
  }

  #fail(failure: Failure): void {
    if (this.#isOver) return;
    const attempt = this.#attempt;
    const mayRetry = this.#mayRetry(failure);
    this.#attempt = null;
    attempt?.destroy();
    this.#exchange?.close();
    if (this.#hasAnswer) {
      this.#outcome = "broken-off";
      this.#parts.answer.destroy();
    } else if (mayRetry) {
      this.#parts.hall.retried += 1;
      this.begin();
    } else this.#tell(failure);
  }

  /** Only what carries a key, and is kept whole, may be done a second time; and only before anybody has seen an answer. */
  #mayRetry(failure: Failure): boolean {
    const hasByte = this.#attempt !== null && hasBegunToAnswer(this.#attempt);
    return this.#parts.kept.isWhole && !hasByte && failure !== "late" && this.#untried.length > 0;
  }

  #tell(failure: Failure): void {
    const { answer, kept } = this.#parts;
    const region = this.#target?.region ?? "no region";
    this.#outcome = failure;
    const problem = failedAt(region, failure, kept.isWhole ? "retried" : "not-retried");
    answerProblem(answer, statusOf[failure], { problem, headers: stamp(region, this.#epoch) });
  }
}

function hasBegunToAnswer(attempt: ClientRequest): boolean {
  return (attempt.socket?.bytesRead ?? 0) > 0;
}

/** Headers that speak of one connection alone (RFC 9110, section 7.6.1), and those that each hop says for itself. */
const hopHeaders: ReadonlySet<string> = new Set([
  "connection",
  "expect",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

function passedOn(headers: NodeJS.Dict<string[]>): OutgoingHttpHeaders {
  const named = (headers["connection"] ?? []).flatMap((value) => value.toLowerCase().split(/\s*,\s*/));
  const passed: OutgoingHttpHeaders = {};
  for (const [name, values = []] of Object.entries(headers)) {
    if (!hopHeaders.has(name) && !named.includes(name))
      passed[name] = values.length === 1 ? values[0] : values;
  }
  return passed;
}

function stamp(region: RegionId, epoch: Epoch | null): OutgoingHttpHeaders {
  return { "x-holdfast-region": region, ...(epoch === null ? {} : { "x-holdfast-epoch": String(epoch) }) };
}

const serverErrorMin = 500;

const statusOf: Readonly<Record<Failure, number>> = { refused: 503, broke: 502, cut: 503, late: 504 };

const happened: Readonly<Record<Failure, string>> = {
  refused: "refused the connection, or broke it before it answered",
  broke: "broke off while it began to answer",
  cut: "was taken for lost before it answered",
  late: "has not begun to answer in time",
};

function failedAt(region: RegionId, failure: Failure, retry: "retried" | "not-retried"): Problem {
  return {
    code: `edge/region-${failure}`,
    what: `${region} ${happened[failure]}`,
    where: null,
    why:
      retry === "retried"
        ? "No other region was left to try, or its answer had begun."
        : "Without an Idempotency-Key header the edge cannot know that the request may be done twice, so it is not retried.",
    mend: "send the request again, with an Idempotency-Key header if it may be done twice: it is then retried on another region",
  };
}

const noRegion: Problem = {
  code: "edge/no-region",
  what: "no region has been chosen to serve yet",
  where: null,
  why: "The edge sends clients only where a controller has told it to, or did before its last restart.",
  mend: "wait until the platform is ready, or look at the controllers: they route the edge once a region serves",
};

function unknownPath(path: string): Problem {
  return {
    code: "edge/unknown-path",
    what: `the edge serves nothing under ${path.slice(0, 200)}`,
    where: null,
    why: "It passes on the models' API alone, which lies under /v1/.",
    mend: "call a path such as /v1/chat/completions",
  };
}
