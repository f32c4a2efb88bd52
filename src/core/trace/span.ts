/** Nanoseconds since 1970 in UTC. */
export type UnixNanos = bigint;

/** A whole number is a `bigint`, any other quantity a `number`: a reader must find the same type in every trace. */
export type Attribute = string | boolean | bigint | number | readonly string[];
export type Attributes = Readonly<Record<string, Attribute>>;

/** A moment within a span. */
export interface SpanEvent {
  readonly name: string;
  readonly at: UnixNanos;
  readonly attributes: Attributes;
}

export type SpanStatus =
  | { readonly kind: "unset" }
  | { readonly kind: "ok" }
  /** `because` is one sentence without a full stop. */
  | { readonly kind: "error"; readonly because: string };

/** What took place from one instant to another. */
export interface Span {
  /** 16 hexadecimal digits. */
  readonly id: string;
  /** `null`: it is the root. */
  readonly parentId: string | null;
  readonly name: string;
  readonly from: UnixNanos;
  /** At least `from`. */
  readonly to: UnixNanos;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  readonly status: SpanStatus;
}

/** Leaves out what is not known: an attribute that is not there says nothing, and one that is empty says something wrong. */
export function known(attributes: Readonly<Record<string, Attribute | null>>): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, Attribute] => entry[1] !== null),
  );
}
