import type { Revision, StoredEntry } from "../../core/failover/coordinator.ts";
import type { Message, Said } from "./wire.ts";

/** Our keys as etcd has them: bytes, below a text that stands before each. */
export class KeySpace {
  readonly #namespace: string;

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  bytesOf(key: string): Uint8Array {
    return Buffer.from(this.#namespace + key);
  }

  keyOf(bytes: Uint8Array): string {
    return Buffer.from(bytes).toString().slice(this.#namespace.length);
  }

  /** All keys that begin with `prefix`. */
  rangeOf(prefix: string): Said<"RangeRequest"> {
    const key = this.bytesOf(prefix);
    return key.length === 0 ? everyKey : { key, rangeEnd: afterAllWith(key) };
  }

  entryOf({ key, value, modRevision }: Message<"KeyValue">): StoredEntry {
    return {
      key: this.keyOf(key),
      value: Buffer.from(value).toString(),
      revision: Number(modRevision) as Revision,
    };
  }
}

const zero = Buffer.of(0);
/** A range that ends with a zero byte has no end. */
const everyKey = { key: zero, rangeEnd: zero };

/** The first key after all that begin with this one. No text has the byte 255 in it: adding one to the last never carries. */
function afterAllWith(key: Uint8Array): Uint8Array {
  const end = Uint8Array.from(key);
  end[end.length - 1] = (end.at(-1) ?? 0) + 1;
  return end;
}
