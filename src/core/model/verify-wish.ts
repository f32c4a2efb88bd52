import type { ClusterAccess, ObjectName } from "./kubernetes-wish.ts";

/** What shows that a journey is back, tried again and again until it is so. Plain data. */
export type VerifyWish = SqlWish | HttpWish | InferenceWish | MetricWish | KubernetesVerifyWish;

interface TriedWish {
  /** Longest that one try may take. */
  readonly timeoutSeconds: number;
}

/** A statement that is committed, a question whose answer is looked at, or one after the other in one session. */
export interface SqlWish extends TriedWish {
  readonly kind: "sql";
  /** The name of what holds the address of the database in our environment, `postgresql://user:password@host/name`. */
  readonly urlFrom: string;
  readonly write: string | null;
  /** The first value of its first row is what is looked at. */
  readonly read: { readonly query: string; readonly expected: Expected } | null;
}

interface RequestedWish extends TriedWish {
  /** By header the name of what holds its value in our environment, so that no secret stands here. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Something that answers a GET. */
export interface HttpWish extends RequestedWish {
  readonly kind: "http";
  readonly url: string;
  readonly expectedStatus: readonly number[];
  /** All that the answer must hold. */
  readonly contains: readonly string[];
}

/** A language model behind the OpenAI API, asked what a good answer to is known. */
export interface InferenceWish extends RequestedWish {
  readonly kind: "inference";
  /** To which `/chat/completions` is added. */
  readonly url: string;
  readonly model: string;
  /** What it tells of itself in every answer, as `system_fingerprint`; `null`: anything. */
  readonly fingerprint: string | null;
  readonly prompts: readonly GoldenPrompt[];
  /** As many answers must be good. */
  readonly goodMin: number;
}

export interface GoldenPrompt {
  readonly ask: string;
  /** All that a good answer holds, whatever the case of its letters. */
  readonly contains: readonly string[];
  readonly tokensMax: number;
}

/** A question to whatever speaks the API of Prometheus; every series of the answer is looked at, and there must be one. */
export interface MetricWish extends TriedWish {
  readonly kind: "promql";
  readonly url: string;
  /** The name of what holds a bearer token in our environment; `null`: none is sent. */
  readonly tokenFrom: string | null;
  readonly query: string;
  readonly expected: Expected;
}

/** What an object of a Kubernetes cluster tells of itself, as its controller has seen it by now. */
export interface KubernetesVerifyWish extends TriedWish {
  readonly kind: "kubernetes";
  readonly cluster: ClusterAccess;
  readonly object: ObjectName;
  /** Each where a path leads to as `settingPath` reads it: `status.conditions[type=Ready].status`. */
  readonly fields: readonly ExpectedField[];
}

export interface ExpectedField {
  readonly path: string;
  readonly expected: Expected;
}

/** What a value must be: this very text, or a number within bounds (`null`: unbounded there). */
export type Expected =
  | { readonly kind: "text"; readonly is: string }
  | { readonly kind: "number"; readonly atLeast: number | null; readonly atMost: number | null };
