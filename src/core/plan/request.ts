/** A request to a service of somebody's. */
export interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly timeoutMs: number;
}

export type Answered =
  | {
      readonly kind: "answered";
      readonly status: number;
      /** Its header `Holdfast-Epoch`; `null`: it has none. */
      readonly epoch: string | null;
      /** The beginning of what it said. */
      readonly text: string;
    }
  | { readonly kind: "unanswered"; readonly because: string };

/** Sends it once. Ends when it is answered, when its time is over, or at the signal. */
export type SendRequest = (request: Request, signal: AbortSignal) => Promise<Answered>;
