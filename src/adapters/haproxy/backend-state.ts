/** A server of a backend, as HAProxy has it. */
export interface ServerState {
  readonly name: string;
  readonly state: "ready" | "drain" | "maint";
  /** From 0 to 256. */
  readonly weight: number;
  /** HAProxy's own checks find it down. Of one in maintenance they find nothing. */
  readonly isDown: boolean;
  /** Requests and connections that it is busy with. */
  readonly sessions: number;
}

/** What is asked of HAProxy for `backendIn` to read. */
export function stateCommands(backend: string): readonly string[] {
  // 4: servers only; -1: all of them.
  return [`show servers state ${backend}`, `show stat ${backend} 4 -1`];
}

/**
 * The servers of a backend by the answers to `stateCommands`. Columns are found by their names, for each version of HAProxy has
 * more of them. `null`: it is no such answer, or not a whole one. https://docs.haproxy.org/2.6/management.html#9.3
 */
export function backendIn(text: string, backend: string): readonly ServerState[] | null {
  const states = tableIn(text, "# be_id ", " ");
  const statistics = tableIn(text, "# pxname,", ",");
  if (states === null || statistics === null) return null;
  const own = states.filter((row) => row.get("be_name") === backend);
  const servers = own.map((row) => {
    const name = row.get("srv_name");
    const counted = statistics.find((each) => each.get("pxname") === backend && each.get("svname") === name);
    return serverIn(row, counted?.get("scur"));
  });
  return servers.every((server) => server !== null) ? servers : null;
}

type Row = ReadonlyMap<string, string>;

/** Quoted fields come after those that are read here. */
function tableIn(text: string, beginning: string, separator: string): readonly Row[] | null {
  const from = text.indexOf(beginning);
  const end = text.indexOf("\n\n", from);
  if (from < 0 || end < 0) return null;
  const [header = "", ...lines] = text.slice(from + "# ".length, end).split("\n");
  const names = header.split(separator);
  return lines.map((line) => {
    const fields = line.split(separator);
    return new Map(names.map((name, at) => [name, fields[at] ?? ""]));
  });
}

/**
 * Bits of `srv_admin_state`: ordered here, inherited from a server that is tracked, without an address. That the configuration
 * began with maintenance (4) stays set when it has long ended.
 */
const maintBits = 0x01 | 0x02 | 0x20;
/** Ordered here, inherited. */
const drainBits = 0x08 | 0x10;

function serverIn(row: Row, sessionsText: string | undefined): ServerState | null {
  const name = row.get("srv_name") ?? "";
  const texts = ["srv_admin_state", "srv_op_state", "srv_uweight"].map((column) => row.get(column));
  const numbers = [...texts, sessionsText].flatMap((text = "") => (/^\d+$/.test(text) ? [Number(text)] : []));
  const [admin = 0, operation = 0, weight = 0, sessions = 0] = numbers;
  if (numbers.length < 4 || name === "") return null;
  const state = stateOf(admin);
  return { name, state, weight, isDown: state !== "maint" && operation === 0, sessions };
}

function stateOf(admin: number): ServerState["state"] {
  if ((admin & maintBits) !== 0) return "maint";
  return (admin & drainBits) !== 0 ? "drain" : "ready";
}
