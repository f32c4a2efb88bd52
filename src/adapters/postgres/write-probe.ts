import { within } from "../../waiting/deadline.ts";
import { databases, roles } from "./credentials.ts";
import { type Answer, type Connection, type Link, openLink, untilAborted } from "./session.ts";
import { guardedQuery } from "./synchronous-wait.ts";

/** One probe: a small committed write, seen from outside. `because` says what the server said. */
export type WriteProbeOutcome =
  | { readonly kind: "answered" }
  | { readonly kind: "refused" }
  | { readonly kind: "silent" }
  /** A process is there and takes no writes now: starting, or a standby, or unable for a reason of its own. */
  | { readonly kind: "recovering"; readonly because: "starting" | "read-only" | "failing" };

export interface WriteProbe {
  /** Ends at `signal` at the latest, and then with `silent`. */
  probe(signal: AbortSignal): Promise<WriteProbeOutcome>;
  close(): void;
}

export interface ProbeTarget {
  readonly host: string;
  readonly port: number;
  readonly password: string;
  /** Who probes; each has a row of its own, so that no probe waits for another's. */
  readonly prober: string;
}

/** After this long without an answer a try is given up and the connection with it; until then, later probes wait for it too. */
const tryMsMax = 3_000;

const beat = {
  name: "beat",
  text: `insert into holdfast.heartbeat (prober, beats) values ($1, 1)
    on conflict (prober) do update set beats = heartbeat.beats + 1`,
} as const;

/** A session cut while it waited for standbys goes on waiting in the server; whoever comes back clears it away. */
const clearAway = `select pg_terminate_backend(pid) from pg_stat_activity
  where usename = current_user and application_name = current_setting('application_name') and pid <> pg_backend_pid()`;

/**
 * Shows again and again that a store takes writes, over one connection that is replaced at once when it breaks.
 *
 * A try outlives the probe that began it: while the server is silent, probes join the one try that is on its way, so that a
 * primary whose standbys are gone is not buried under sessions that all wait.
 */
export function createWriteProbe({ host, port, password, prober }: ProbeTarget): WriteProbe {
  const connection: Connection = {
    host,
    port,
    user: roles.prober,
    password,
    database: databases.probes,
    applicationName: `probe ${prober}`,
    options: "-c synchronous_commit=on -c client_min_messages=warning",
  };
  const closing = new AbortController();
  let link: Link | null = null;
  let onItsWay: Promise<WriteProbeOutcome> | null = null;

  async function attempt(bound: AbortSignal): Promise<WriteProbeOutcome> {
    const kept = link;
    link = null;
    const first = kept === null ? null : await beatOver(kept, bound);
    if (first !== null && first.kind !== "refused") return outcomeOf(first);
    const opened = await openLink(connection, bound);
    if (opened.kind !== "open") return outcomeOf(opened);
    await untilAborted(opened.link, bound, async () => opened.link.client.query(clearAway));
    return outcomeOf(await beatOver(opened.link, bound));
  }

  /** Keeps the connection only after an answer that shows it whole. */
  async function beatOver(over: Link, bound: AbortSignal): Promise<Answer<never>> {
    const answer = await guardedQuery<never>(over, { ...beat, values: [prober] }, bound);
    if (answer.kind === "rows" && !closing.signal.aborted) link = over;
    else over.socket.destroy();
    return answer;
  }

  return {
    async probe(signal) {
      onItsWay ??= within({ signals: [closing.signal], ms: tryMsMax }, attempt).finally(() => {
        onItsWay = null;
      });
      return firstOf(onItsWay, signal);
    },
    close() {
      closing.abort();
      link?.socket.destroy();
      link = null;
    },
  };
}

async function firstOf(
  onItsWay: Promise<WriteProbeOutcome>,
  signal: AbortSignal,
): Promise<WriteProbeOutcome> {
  if (signal.aborted) return { kind: "silent" };
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      resolve({ kind: "silent" });
    };
    signal.addEventListener("abort", giveUp, { once: true });
    onItsWay.then(resolve, reject).finally(() => {
      signal.removeEventListener("abort", giveUp);
    });
  });
}

function outcomeOf(answer: Answer<never>): WriteProbeOutcome {
  switch (answer.kind) {
    case "rows":
      return { kind: "answered" };
    case "refused":
      return { kind: "refused" };
    case "silent":
      return { kind: "silent" };
    case "error":
      return { kind: "recovering", because: reasonOf(answer.code) };
  }
}

/** 57P03: cannot connect now; 25006: read-only transaction. */
function reasonOf(code: string): "starting" | "read-only" | "failing" {
  if (code === "57P03") return "starting";
  return code === "25006" ? "read-only" : "failing";
}
