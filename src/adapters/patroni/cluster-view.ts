import { z } from "zod";
import type { Epoch } from "../../core/plan/actuator.ts";

/** A cluster as one of its members tells of it, or several that agree. */
export interface ClusterView {
  /** Name of the cluster. */
  readonly scope: string;
  readonly members: readonly MemberSeen[];
  /** Who holds the lock; `null`: nobody does just now. */
  readonly leader: string | null;
  /** Patroni leaves the cluster alone: its maintenance mode. */
  readonly isPaused: boolean;
  /** Whom all of it follows, as Patroni's configuration has it. */
  readonly standby: Standby | null;
  /** What epochs have left in Patroni's configuration. */
  readonly kept: readonly KeptEpoch[];
  /** What the leader's PostgreSQL is, as the leader itself says; `null`: it does not say. */
  readonly leaderIs: OwnRole | null;
}

type OwnRole = "primary" | "standby";

export interface MemberSeen {
  readonly name: string;
  readonly state: string;
  /** Bytes of the log that it lacks; `null`: nobody knows, or it leads. */
  readonly lagBytes: number | null;
}

/** `standby_cluster` of Patroni's configuration, with what we have no name for. */
export type Standby = Readonly<Record<string, unknown>>;

export interface KeptEpoch {
  readonly epoch: Epoch;
  /** Whom all of the cluster shall follow under it; `untold`: somebody else has written there. */
  readonly standby: Standby | null | "untold";
}

/** What one member answers to `/cluster`, `/config` and `/health`. */
export interface Told {
  readonly url: string;
  readonly cluster: string;
  readonly config: string;
  readonly own: string;
}

/** As one member tells it, with what it says of its own PostgreSQL. */
export interface MemberView extends Omit<ClusterView, "leaderIs"> {
  readonly url: string;
  readonly leaderUrl: string | null;
  readonly ownRole: OwnRole | null;
}

/** Names are shown, so nothing that moves the cursor is in them. */
const shownName = z.string().regex(/^[\u0020-\u007e]{1,200}$/);

const clusterForm = z.object({
  members: z.array(
    z.object({
      name: shownName,
      role: shownName,
      state: shownName.catch("unknown"),
      lag: z.int().nonnegative().nullable().catch(null),
      api_url: z.string().nullable().catch(null),
    }),
  ),
  pause: z.boolean().catch(false),
});

const configForm = z.record(z.string(), z.unknown());

const ownForm = z.object({
  state: z.string(),
  role: z.string(),
  patroni: z.object({ scope: shownName }),
});

/** `null`: it is not what Patroni answers, or not all of it. */
export function memberViewIn({ url, cluster, config, own }: Told): MemberView | null {
  const seen = clusterForm.safeParse(jsonIn(cluster));
  const configured = configurationIn(config);
  const said = ownForm.safeParse(jsonIn(own));
  if (!seen.success || configured === null || !said.success) return null;
  const { members, pause } = seen.data;
  const leader = members.find(({ role }) => leaderRoles.includes(role));
  return {
    ...{ url, scope: said.data.patroni.scope, isPaused: pause, ...configured },
    members: members.map(({ name, state, lag }) => ({ name, state, lagBytes: lag })),
    leader: leader?.name ?? null,
    leaderUrl: leader?.api_url ?? null,
    ownRole: said.data.state === "running" ? ownRoleOf(said.data.role) : null,
  };
}

/** Up to 3.x a primary was told as `master` in places. */
const leaderRoles: readonly string[] = ["leader", "standby_leader", "master", "primary"];

/** What `/health` says: up to 3.x `master`, then `primary`. A mere replica leads nothing. */
function ownRoleOf(role: string): OwnRole | null {
  if (role === "master" || role === "primary") return "primary";
  return role === "standby_leader" ? "standby" : null;
}

/** What Patroni's dynamic configuration says of what is changed here; `null`: it is none. */
export function configurationIn(text: string): Pick<ClusterView, "standby" | "kept"> | null {
  const config = configForm.safeParse(jsonIn(text));
  if (!config.success) return null;
  return { standby: standbyIn(config.data["standby_cluster"]), kept: keptIn(config.data["holdfast"]) };
}

/** By Patroni's own rule (`is_standby_cluster`): what names neither a host, a port nor an archive makes no standby of a cluster. */
function standbyIn(value: unknown): Standby | null {
  const parsed = configForm.safeParse(value);
  if (!parsed.success) return null;
  const { host, port, restore_command: restoreCommand } = parsed.data;
  return [host, port, restoreCommand].some(Boolean) ? parsed.data : null;
}

function keptIn(value: unknown): readonly KeptEpoch[] {
  const parsed = configForm.safeParse(value);
  if (!parsed.success) return [];
  return Object.entries(parsed.data).flatMap(([key, text]) => {
    const epoch = Number(key);
    const isEpoch = /^\d+$/.test(key) && Number.isSafeInteger(epoch) && text !== null;
    return isEpoch ? [{ epoch, standby: keptStandby(text) }] : [];
  });
}

function keptStandby(text: unknown): KeptEpoch["standby"] {
  const value = typeof text === "string" ? jsonIn(text) : undefined;
  if (value === null) return null;
  return standbyIn(value) ?? "untold";
}

/** `undefined`: it is no JSON. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether two say the same, in whatever order: Patroni merges key by key. */
export function isSameStandby(one: Standby | null, other: Standby | null): boolean {
  const plain = (standby: Standby | null): string =>
    JSON.stringify(standby === null ? null : Object.entries(standby).sort(([a], [b]) => (a < b ? -1 : 1)));
  return plain(one) === plain(other);
}

/** The newest attempt that has left its epoch; `null`: none has. */
export function newestOf(kept: readonly KeptEpoch[]): KeptEpoch | null {
  return kept.reduce<KeptEpoch | null>(
    (newest, each) => (newest === null || each.epoch > newest.epoch ? each : newest),
    null,
  );
}

export type Joined =
  | { readonly kind: "agreed"; readonly view: ClusterView; readonly told: MemberView }
  /** They are of two clusters, or see two leaders. */
  | { readonly kind: "disagree"; readonly told: string };

/** What members tell together. The configuration is read from whoever knows of the newest epoch. */
export function joined(views: readonly [MemberView, ...MemberView[]]): Joined {
  const apart = [
    ["is of the cluster", ({ scope }: MemberView) => scope],
    ["sees as leader", ({ leader }: MemberView) => leader],
  ] as const;
  for (const [what, of] of apart) {
    if (new Set(views.map(of).filter((each) => each !== null)).size < 2) continue;
    return {
      kind: "disagree",
      told: views.map((view) => `${view.url} ${what} ${of(view) ?? "nobody"}`).join("; "),
    };
  }
  const told = views.reduce((best, each) => (epochIn(each) > epochIn(best) ? each : best));
  const leading = views.find(({ leader }) => leader !== null) ?? told;
  const { scope, members, isPaused, standby, kept } = told;
  const { leader } = leading;
  const view = { scope, members, leader, isPaused, standby, kept, leaderIs: leaderIs(views, leading) };
  return { kind: "agreed", view, told };
}

function epochIn({ kept }: MemberView): number {
  return newestOf(kept)?.epoch ?? -1;
}

/** The leader's own word counts where its API is among those that were asked; else anybody's, as only a leader says that of itself. */
function leaderIs(views: readonly MemberView[], { leader, leaderUrl }: MemberView): OwnRole | null {
  if (leader === null) return null;
  const own = views.find(({ url }) => leaderUrl !== null && originOf(url) === originOf(leaderUrl));
  if (own !== undefined) return own.ownRole;
  return views.find(({ ownRole }) => ownRole !== null)?.ownRole ?? null;
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
