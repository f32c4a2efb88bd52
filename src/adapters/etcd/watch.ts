import type { LastingWatch } from "../../core/failover/lasting-watch.ts";
import type { Revision, StoredEntry, WatchEvent } from "../../core/failover/coordinator.ts";
import { rest } from "../../waiting/rest.ts";
import type { Endpoints } from "./endpoints.ts";
import { EtcdFailure } from "./failure.ts";
import type { KeySpace } from "./key-space.ts";
import type { Stream } from "./transport.ts";
import { calls, deletion, type Message, streams } from "./wire.ts";

/** How often a member is asked how far it is, and after how long a silence it is left. */
const askEveryMs = 700;
const silenceMs = 2_000;
/** Between two tries to open a watch. */
const pauseMs = 100;

interface Following {
  readonly endpoints: Endpoints;
  readonly keys: KeySpace;
  readonly signal: AbortSignal;
}

/**
 * Tells a watch what stands, and every change from there on, until the signal aborts. When a stream breaks, or a member falls
 * silent, it goes on elsewhere after the last revision that was told; where etcd has forgotten what was since, or is younger
 * than that, with what stands now.
 */
export async function follow(watch: LastingWatch, following: Following): Promise<void> {
  let told: Revision | null = null;
  while (!following.signal.aborted) {
    try {
      const present = await readPresent(watch, following);
      if (told === null || present.revision < told) {
        tellPresent(watch, present);
        told = present.revision;
      }
      told = await tellChanges(watch, { ...following, after: told });
    } catch (error) {
      if (!(error instanceof EtcdFailure)) throw error;
    }
    await rest(pauseMs, following.signal);
  }
}

interface Present {
  readonly revision: Revision;
  readonly entries: readonly StoredEntry[];
}

async function readPresent(watch: LastingWatch, { endpoints, keys, signal }: Following): Promise<Present> {
  const said = keys.rangeOf(watch.prefix);
  const { header, kvs } = await endpoints.ask(calls.range, said, { signal, mayBeRepeated: true });
  const entries = kvs.map((each) => keys.entryOf(each));
  return { revision: revisionIn(header), entries: entries.toSorted((a, b) => a.revision - b.revision) };
}

function tellPresent(watch: LastingWatch, { revision, entries }: Present): void {
  watch.begin();
  for (const entry of entries) watch.hear({ kind: "changed", entry });
  watch.endPresent(revision);
}

/** Until the stream ends. @returns after which revision to go on; `null`: what was since is forgotten */
async function tellChanges(
  watch: LastingWatch,
  { endpoints, keys, signal, after }: Following & { readonly after: Revision },
): Promise<Revision | null> {
  const { stream, failed } = await endpoints.open(streams.watch, signal);
  const pulse = askHowFar(stream);
  const abort = (): void => {
    stream.destroy();
  };
  signal.addEventListener("abort", abort);
  let told = after;
  try {
    if (signal.aborted) return told;
    stream.write({ create: { ...keys.rangeOf(watch.prefix), startRevision: String(after + 1) } });
    for await (const answer of stream as AsyncIterable<Message<"WatchResponse">>) {
      pulse.heard();
      if (answer.compactRevision !== "0") return null;
      // The store lost its data after it was read: the revision from which it is watched may never come.
      if (revisionIn(answer.header) < after) return told;
      if (answer.canceled) throw new EtcdFailure("refused", `etcd ended a watch: ${answer.cancelReason}`);
      for (const event of eventsIn(answer, keys)) {
        told = event.kind === "changed" ? event.entry.revision : event.revision;
        watch.hear(event);
      }
    }
  } catch (error) {
    if (!signal.aborted) failed(error);
  } finally {
    signal.removeEventListener("abort", abort);
    pulse.stop();
    stream.cancel();
  }
  return told;
}

function eventsIn({ events }: Message<"WatchResponse">, keys: KeySpace): readonly WatchEvent[] {
  return events.flatMap(({ type, kv }): readonly WatchEvent[] => {
    if (kv === null) return [];
    const entry = keys.entryOf(kv);
    const { key, revision } = entry;
    return [type === deletion ? { kind: "deleted", key, revision } : { kind: "changed", entry }];
  });
}

/** A frozen member's stream does not break: it is destroyed when the member says nothing, not even how far it is. */
function askHowFar(stream: Stream<"WatchRequest", "WatchResponse">): {
  readonly heard: () => void;
  readonly stop: () => void;
} {
  let heardAtMs = performance.now();
  // A stream that was ended fails once more, to nobody.
  stream.on("error", () => undefined);
  const timer = setInterval(() => {
    if (performance.now() - heardAtMs > silenceMs)
      stream.destroy(new EtcdFailure("unknown", "a member of etcd has fallen silent"));
    else stream.write({ progress: {} });
  }, askEveryMs);
  return {
    heard: () => {
      heardAtMs = performance.now();
    },
    stop: () => {
      clearInterval(timer);
    },
  };
}

function revisionIn(header: Message<"ResponseHeader"> | null): Revision {
  return Number(header?.revision ?? 0) as Revision;
}
