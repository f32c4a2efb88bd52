import {
  connectEtcd,
  type EtcdCoordinator,
  type EtcdSettings,
} from "../../src/adapters/etcd/etcd-coordinator.ts";
import type { Endpoint } from "../../src/adapters/relay/listening.ts";
import { labNamespace, urlOf } from "./voters.ts";

/** What a part of the lab comes to the voters with; `null`: to one of the first kind, which speaks plainly and asks nobody who they are. */
export type StoreAccess = Pick<EtcdSettings, "tls" | "login"> | null;

/** As every part of a lab is connected to its etcd. @param voters where they are reached from here */
export function connectVoters(voters: readonly Endpoint[], access: StoreAccess): EtcdCoordinator {
  const scheme = access === null ? "http" : "https";
  return connectEtcd({
    endpoints: voters.map((each) => urlOf(each, scheme)),
    namespace: labNamespace,
    ...(access ?? { tls: null, login: null }),
  });
}
