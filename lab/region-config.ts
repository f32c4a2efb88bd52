import { readFile } from "node:fs/promises";
import type { Credentials } from "../src/adapters/postgres/credentials.ts";
import type { Endpoint } from "../src/adapters/relay/listening.ts";
import type { RegionId } from "../src/core/failover/member.ts";
import type { FailoverSettings } from "../src/core/failover/settings.ts";
import type { StoreAccess } from "./store/store-access.ts";

/** Where a region reaches the store, and as who: the one in the lab's own process, or each voter of an etcd. */
export type Coordination =
  | { readonly kind: "built-in"; readonly at: Endpoint }
  | { readonly kind: "etcd"; readonly voters: readonly Endpoint[]; readonly access: StoreAccess };

/** All that the processes of one region are told: who they are, and where each thing is reached from there. */
export interface RegionConfig {
  readonly region: RegionId;
  readonly root: string;
  /** The folder of the record, without a link on the way: problems name where it really is. */
  readonly evidence: string;
  /** Known to all parts of one lab and to nobody else. */
  readonly token: string;
  /** Names this very lab in its evidence and its logs. */
  readonly platformId: string;
  readonly credentials: Credentials;
  readonly settings: FailoverSettings;
  /** PostgreSQL's folder; outside the lab's own where PostgreSQL's account could not reach it there. */
  readonly dataFolder: string;
  readonly coordination: Coordination;
  readonly edge: { readonly sql: Endpoint; readonly http: Endpoint; readonly admin: Endpoint };
  /** Where this region's own services listen. */
  readonly own: Readonly<
    Record<"postgres" | "inference" | "agent" | "controller" | "agentMetrics" | "controllerMetrics", Endpoint>
  >;
  /** Every region's services as reached from here. */
  readonly members: Readonly<Record<RegionId, Endpoint>>;
  readonly agents: readonly Endpoint[];
  /** Controllers, and the lab's own observer among them. */
  readonly controllers: readonly Endpoint[];
  readonly modelPath: string;
}

export interface EdgeConfig {
  readonly root: string;
  /** Names this very lab in its logs. */
  readonly platformId: string;
  readonly sql: Endpoint;
  readonly http: Endpoint;
  readonly admin: Endpoint;
  readonly metrics: Endpoint;
  readonly regions: readonly {
    readonly name: RegionId;
    readonly postgres: Endpoint;
    readonly inference: Endpoint;
  }[];
}

/** Reads what the lab wrote for one of its own processes. @throws when it is not there: only the lab starts them */
export async function readConfig<Config>(path: string): Promise<Config> {
  return JSON.parse(await readFile(path, "utf8")) as Config;
}
