import { randomBytes } from "node:crypto";

/** Who may enter the store, besides its superuser. None of them is a superuser; the names are the same in every region. */
export const roles = {
  superuser: "postgres",
  /** Copies and follows, and can read no table. */
  replication: "holdfast_replication",
  /** Writes one row, to show that writes are taken. */
  prober: "holdfast_prober",
  /** The application's, owner of the database of the same name. */
  application: "app",
} as const;

/** The databases: the application's own, and the one in which the probers' row stands. */
export const databases = { application: "app", probes: "postgres" } as const;

/** The passwords of `roles`; one set for all regions, for the roles are copied with the data. */
export type Credentials = Readonly<Record<keyof typeof roles, string>>;

const passwordBytes = 24;

/** New random passwords, in letters that need no quoting anywhere. */
export function newCredentials(): Credentials {
  const password = (): string => randomBytes(passwordBytes).toString("base64url");
  return {
    superuser: password(),
    replication: password(),
    prober: password(),
    application: password(),
  };
}
