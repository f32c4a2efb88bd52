import type { MemberAddress, RegionId, SyncSet } from "../../core/failover/member.ts";
import { invariant } from "../../core/problem/problem.ts";
import { roles } from "./credentials.ts";

/** What a member is set to be; all that changes in the settings of a member while it lives. */
export type Role =
  | { readonly kind: "primary"; readonly syncSet: SyncSet | null }
  | { readonly kind: "standby"; readonly upstream: MemberAddress | null };

/**
 * `postgresql.conf`: what never changes while a member runs.
 *
 * There is no replication slot: on behalf of a region that is gone, a slot keeps log without bound and fills the disk of the
 * region that survived. A standby that fell behind `wal_keep_size` is seeded anew.
 */
export function fixedSettings({ host, port }: MemberAddress): string {
  return settingsText({
    listen_addresses: host,
    port: String(port),
    unix_socket_directories: "",
    password_encryption: "scram-sha-256",
    // Settings have one writer, the agent: a set of confirming standbys that was changed by hand would void the fence.
    allow_alter_system: "off",
    wal_level: "replica",
    wal_log_hints: "on",
    wal_keep_size: "256MB",
    max_wal_senders: "10",
    max_replication_slots: "0",
    hot_standby: "on",
    // Replay waits for no reader: a standby must be fenced and promoted at once.
    max_standby_streaming_delay: "0",
    max_standby_archive_delay: "0",
    wal_retrieve_retry_interval: "100ms",
    wal_receiver_timeout: "5s",
    wal_sender_timeout: "5s",
    wal_receiver_status_interval: "1s",
    tcp_user_timeout: "5s",
    synchronous_commit: "on",
    max_connections: "60",
    // A storm of clients must not look like a lost region: the prober and the agent keep a way in.
    superuser_reserved_connections: "5",
    reserved_connections: "5",
    shared_buffers: "32MB",
    min_wal_size: "64MB",
    max_wal_size: "256MB",
    io_method: "sync",
    huge_pages: "off",
    jit: "off",
    max_worker_processes: "2",
    max_parallel_workers: "0",
    max_logical_replication_workers: "0",
    autovacuum_worker_slots: "2",
    autovacuum_max_workers: "2",
    log_timezone: "UTC",
    timezone: "UTC",
    lc_messages: "C",
    log_line_prefix: "%m [%p] %q%u@%d ",
    log_checkpoints: "off",
    log_destination: "stderr",
    logging_collector: "off",
  });
}

/** Confirms nothing, for no standby can have this name: see `roleSettings`. */
const nobody: SyncSet = { members: ["holdfast.nobody"], confirmations: 1 };

/**
 * `postgresql.auto.conf`: what a member is set to be, by name of setting. It overrides every other file.
 *
 * A standby waits for the confirmation of nobody: should anything but its agent make a primary of it, it acknowledges no
 * write. It also means that confirmations are already asked for when a promotion gives their real set.
 */
export function roleSettings(
  role: Role,
  self: RegionId,
  replicationPassword: string,
): Readonly<Record<string, string>> {
  if (role.kind === "primary") {
    return {
      primary_conninfo: "",
      "holdfast.upstream": "",
      synchronous_standby_names: syncSetText(role.syncSet),
    };
  }
  const { upstream } = role;
  return {
    primary_conninfo: upstream === null ? "" : connectionText(upstream, self, replicationPassword),
    "holdfast.upstream": upstream?.region ?? "",
    synchronous_standby_names: syncSetText(nobody),
  };
}

function connectionText({ host, port }: MemberAddress, self: RegionId, password: string): string {
  return Object.entries({
    host,
    port: String(port),
    user: roles.replication,
    password,
    application_name: self,
    connect_timeout: "2",
    gssencmode: "disable",
    tcp_user_timeout: "5000",
  })
    .map(([key, value]) => `${key}='${value.replace(/[\\']/g, "\\$&")}'`)
    .join(" ");
}

/**
 * `pg_hba.conf`: passwords for everybody, from this machine alone, for nothing on the wire is encrypted. A member that does not listen on
 * loopback stands in a network of the machine's own, and lets in whoever is in it too.
 */
export function admissions({ host }: Pick<MemberAddress, "host">): string {
  const from = host === "127.0.0.1" ? "127.0.0.1/32" : "samenet";
  return `${[
    "# TYPE  DATABASE     USER  ADDRESS       METHOD",
    `host    replication  ${roles.replication}  ${from}  scram-sha-256`,
    `host    all          all   ${from}  scram-sha-256`,
  ].join("\n")}\n`;
}

/** A settings file that says `settings` and nothing else. */
export function settingsText(settings: Readonly<Record<string, string>>): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${escaped(value)}'`);
  return `# Written by holdfast; changes made here are overwritten.\n${lines.join("\n")}\n`;
}

/** In a settings file a quote is doubled, and a backslash begins an escape. */
function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll("'", "''");
}

/** A region's name as a standby shows it on the wire: 63 bytes at most, in letters that PostgreSQL keeps as they are. */
const wireNamePattern = /^[A-Za-z0-9._-]{1,63}$/;

/**
 * `synchronous_standby_names` for a set; the empty text is asynchronous replication.
 *
 * @throws InvariantBroken when a member's name would not reach the primary unchanged
 */
export function syncSetText(set: SyncSet | null): string {
  if (set === null || set.confirmations === 0) return "";
  for (const member of set.members) {
    invariant(
      wireNamePattern.test(member),
      `a region's name is 1 to 63 of A-Z a-z 0-9 . _ -, got "${member}"`,
    );
  }
  return `ANY ${set.confirmations} (${set.members.map((member) => `"${member}"`).join(", ")})`;
}

/** Reads what `syncSetText` wrote; `null` for the empty text, and for any other that we would not have written. */
export function readSyncSet(text: string): SyncSet | null {
  const [, confirmations, members] = /^ANY (\d+) \((.*)\)$/.exec(text) ?? [];
  if (confirmations === undefined || members === undefined) return null;
  return {
    confirmations: Number.parseInt(confirmations, 10),
    members: members.split(", ").map((member) => member.replaceAll('"', "")),
  };
}
