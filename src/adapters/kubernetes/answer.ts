import type { JsonMap } from "./json.ts";

/** What comes of asking a cluster's API. */
export type Answer =
  | { readonly kind: "told"; readonly object: JsonMap }
  /** @property said of the server, in its words, without what is secret */
  | { readonly kind: "refused"; readonly status: number; readonly said: string }
  /** It answers what no API server does. */
  | { readonly kind: "strange"; readonly said: string }
  | { readonly kind: "unanswered"; readonly because: string };
