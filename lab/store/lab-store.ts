import type { Endpoint } from "../../src/adapters/relay/listening.ts";
import type { Placed } from "../network/places.ts";
import type { ProcessIdentity } from "../../src/adapters/processes/identity.ts";
import type { Coordinator } from "../../src/core/failover/coordinator.ts";
import type { Parsed } from "../../src/core/problem/problem.ts";
import type { CoordinatorKind, LabEffect, LabStatus } from "../../src/runtime/lab.ts";
import type { StoreAccess } from "./store-access.ts";

/** Where the voters of an etcd stand, one in each region. */
export interface Placement {
  /** The first three numbers of their addresses. */
  readonly net: string;
  readonly placed: Placed;
}

/** The store that all parts of a lab coordinate by, as the lab itself runs it. */
export interface LabStore {
  readonly kind: CoordinatorKind;
  /** What it is called where something is wrong with it: a file or a folder. */
  readonly place: string;
  readonly coordinator: Coordinator;
  /** What regions come to it with, besides the token. */
  readonly access: StoreAccess;
  /** Lets regions in who know the token. Answers where: at one door, or at one of each voter. */
  serve(token: string): Promise<Parsed<readonly Endpoint[]>>;
  /** What is told of it, but for whether it answers. */
  standing(): Promise<Omit<LabStatus["coordination"], "isAnswering">>;
  /** The processes that it has started so far. */
  processes(): readonly ProcessIdentity[];
  /** Starts what of it has ended by itself. @param onStarted told of each before anything else is done with it */
  revive(onStarted: (identity: ProcessIdentity) => Promise<void>): Promise<Parsed<LabEffect>>;
  /** Answers what does not end. */
  stop(): Promise<readonly ProcessIdentity[]>;
}
