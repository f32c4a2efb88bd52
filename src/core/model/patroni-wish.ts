/** How a cluster of PostgreSQL that Patroni runs shall be, asked for by the REST APIs of its members. Plain data. */
export interface PatroniWish {
  /** Where the REST API of each member of the one cluster answers; whichever does is asked. Without a name and a password. */
  readonly members: readonly string[];
  readonly shallBe: PatroniState;
  /** Names of what holds user and password in our environment; `null`: the API asks for none. */
  readonly credentials: PatroniCredentials | null;
}

export interface PatroniCredentials {
  readonly userFrom: string;
  readonly passwordFrom: string;
}

/**
 * - `led-by`: this member has the leader's lock, whatever the cluster is besides
 * - `independent`: it follows nobody, and its leader takes writes
 * - `standby-of`: all of it follows a primary elsewhere, and takes no writes
 */
export type PatroniState =
  | { readonly kind: "led-by"; readonly member: string }
  | { readonly kind: "independent" }
  | {
      readonly kind: "standby-of";
      /** Whatever leads to the primary that is followed. */
      readonly host: string;
      readonly port: number;
      /** Replication slot that the primary keeps for it; `null`: none. */
      readonly slot: string | null;
      /** As PostgreSQL's `restore_command`; `null`: none. */
      readonly restoreCommand: string | null;
    };

/** `10.1.0.5:5432, slot west`, as people read whom a cluster follows, and how. */
export function followedText(
  primary: string,
  { slot, restoreCommand }: { readonly slot: string | null; readonly restoreCommand: string | null },
): string {
  const kept = slot === null ? "" : `, slot ${slot}`;
  return `${primary}${kept}${restoreCommand === null ? "" : `, archive by ${restoreCommand}`}`;
}

/** Whether requests can be sent there: a whole address of http or https, without a name, a password and a question in it. */
export function isMemberUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === "";
}
