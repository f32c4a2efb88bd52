import type { RegionId } from "../../core/failover/member.ts";
import { edgeMetrics } from "../../core/metrics/exported.ts";
import type { Sample } from "../../core/metrics/metrics.ts";
import { Tally } from "../../core/metrics/tally.ts";
import type { Epoch } from "../../core/failover/reign.ts";
import { invariant, type Problem } from "../../core/problem/problem.ts";
import { openAdminDoor } from "./admin.ts";
import { edgeSamples } from "./edge-samples.ts";
import type { OrderAnswer, EdgeSight, EdgeVerbs } from "./edge-verbs.ts";
import {
  defaultHttpBounds,
  type HttpDoor,
  type HttpDoorBounds,
  httpOutcomes,
  type ModelTarget,
  openHttpDoor,
} from "./http-door.ts";
import type { Endpoint, Opened } from "./listening.ts";
import { modelOrder, type Order, type Routing, rule, type Ruling } from "./routing.ts";
import { rememberedRouting, rememberRouting } from "./routing-file.ts";
import {
  defaultSqlBounds,
  openSqlDoor,
  type SqlDoor,
  type SqlDoorBounds,
  sqlOutcomes,
  type SqlTarget,
} from "./sql-door.ts";
import { defaultBounds, type MonotonicClock, Traffic, type ViewBounds } from "./traffic.ts";

interface EdgeRegion {
  readonly name: RegionId;
  readonly postgres: Endpoint;
  readonly inference: Endpoint;
}

export interface EdgeSettings {
  /** Ports of 0 let the system choose. */
  readonly sql: Endpoint;
  readonly http: Endpoint;
  /** Takes orders from whoever reaches it: a loopback address. */
  readonly admin: Endpoint;
  /** In order of preference for models while SQL is held. */
  readonly regions: readonly EdgeRegion[];
  /** Keeps the last routing; its folder exists. */
  readonly stateFile: string;
  readonly clock: MonotonicClock;
  /** Told whenever clients are sent elsewhere from now on. */
  readonly onRouting?: (routing: Routing) => void;
  readonly bounds?: { readonly sql?: Partial<SqlDoorBounds>; readonly http?: Partial<HttpDoorBounds> };
}

/**
 * The platform's front door. Clients keep one address for SQL and one for the models; which region they reach is the word of
 * the highest epoch that the edge has seen, which it keeps on disk, so that it goes on when nobody can be asked.
 */
export interface Edge extends EdgeVerbs {
  readonly addresses: { readonly sql: Endpoint; readonly http: Endpoint; readonly admin: Endpoint };
  /** For connections to come. @throws InvariantBroken for a region that the edge was not opened with */
  setRegionAddress(region: EdgeRegion): void;
  /** What it tells of itself to whoever measures. */
  samples(): readonly Sample[];
  /** Ends when no connection, listener or timer is left. */
  close(): Promise<void>;
}

/** Opens all three ports, or none. It starts from the routing in the state file; without one it waits for the first. */
export async function openEdge(settings: EdgeSettings): Promise<Opened<Edge>> {
  const remembered = await rememberedRouting(
    settings.stateFile,
    settings.regions.map(({ name }) => name),
  );
  if (remembered.kind === "refused") return remembered;
  const core = new Core(settings, remembered.value);
  const told = toldOutcomes();
  const sql = await openSqlDoor({
    listen: settings.sql,
    target: () => core.sqlTarget(),
    bounds: { ...defaultSqlBounds, ...settings.bounds?.sql },
    onOutcome: told.count("sql"),
  });
  if (sql.kind === "refused") return sql;
  const http = await openHttpDoor({
    listen: settings.http,
    targets: () => core.modelTargets(),
    bounds: { ...defaultHttpBounds, ...settings.bounds?.http },
    onOutcome: told.count("http"),
  });
  if (http.kind === "refused") return await refusedAfter(http.problem, [sql.value]);
  const doors = { sql: sql.value, http: http.value };
  const verbs = verbsOf(core, doors);
  const admin = await openAdminDoor(settings.admin, verbs);
  if (admin.kind === "refused") return await refusedAfter(admin.problem, [sql.value, http.value]);
  return {
    kind: "open",
    value: {
      ...verbs,
      addresses: { sql: sql.value.address, http: http.value.address, admin: admin.value.address },
      setRegionAddress: (region) => {
        core.setAddress(region);
      },
      samples: () => [...edgeSamples(verbs.status(), core.names), ...told.samples()],
      close: async () => {
        await Promise.all([admin.value.close(), http.value.close(), sql.value.close()]);
        await core.saved();
      },
    },
  };
}

/** What clients were told through both doors, counted. */
function toldOutcomes(): {
  readonly count: (protocol: string) => (outcome: string) => void;
  readonly samples: () => readonly Sample[];
} {
  const tally = new Tally();
  const { requests } = edgeMetrics;
  const each = { sql: sqlOutcomes, http: httpOutcomes };
  for (const [protocol, outcomes] of Object.entries(each))
    tally.begin(
      requests,
      outcomes.map((outcome) => ({ protocol, outcome })),
    );
  return {
    count: (protocol) => (outcome) => {
      tally.count(requests, { protocol, outcome });
    },
    samples: () => tally.samples(),
  };
}

async function refusedAfter(
  problem: Problem,
  opened: readonly { close(): Promise<void> }[],
): Promise<Opened<Edge>> {
  await Promise.all(opened.map((door) => door.close()));
  return { kind: "refused", problem };
}

interface Doors {
  readonly sql: SqlDoor;
  readonly http: HttpDoor;
}

function verbsOf(core: Core, doors: Doors): EdgeVerbs {
  return {
    route: async (order) => {
      if (!core.knows(order.active)) return { kind: "unknown-region", known: core.names };
      return await obey(core, { kind: "route", ...order }, () => {
        doors.sql.follow(order.active);
      });
    },
    hold: async ({ epoch, streams = "cut" }) =>
      await obey(core, { kind: "hold", epoch }, (routing) => {
        doors.sql.follow(null);
        const left = routing.kind === "held" ? routing.previous : null;
        if (streams === "cut" && left !== null) doors.http.cut(left);
      }),
    view: (bounds = defaultBounds) => core.sight(bounds),
    status: () => ({
      ...core.sight(defaultBounds),
      sql: doors.sql.counts,
      http: doors.http.counts,
      routingUnsaved: core.unsaved,
    }),
  };
}

/** Clients move at once; the answer waits for the disk, so that what was answered holds after a crash unless the status says why not. */
async function obey(core: Core, order: Order, move: (routing: Routing) => void): Promise<OrderAnswer> {
  const ruling = core.rule(order);
  if (ruling.kind === "applied") move(ruling.routing);
  await core.saved();
  return ruling;
}

interface Region {
  readonly name: RegionId;
  readonly sql: Traffic;
  readonly http: Traffic;
  postgres: Endpoint;
  inference: Endpoint;
}

/** The routing, and the regions that it may name. */
class Core {
  /** Why the last routing is not on disk. */
  unsaved: string | null = null;
  readonly #stateFile: string;
  readonly #regions: ReadonlyMap<RegionId, Region>;
  readonly #onRouting: (routing: Routing) => void;
  #routing: Routing;
  #saving: Promise<void> = Promise.resolve();

  constructor({ stateFile, regions, clock, onRouting }: EdgeSettings, routing: Routing) {
    this.#stateFile = stateFile;
    this.#onRouting = onRouting ?? (() => undefined);
    this.#regions = new Map(
      regions.map((region) => [
        region.name,
        { ...region, sql: new Traffic(clock), http: new Traffic(clock) },
      ]),
    );
    this.#routing = routing;
  }

  get names(): readonly RegionId[] {
    return [...this.#regions.keys()];
  }

  knows(region: RegionId): boolean {
    return this.#regions.has(region);
  }

  rule(order: Order): Ruling {
    const ruling = rule(this.#routing, order);
    if (ruling.kind === "applied") {
      this.#routing = ruling.routing;
      this.#onRouting(ruling.routing);
      this.#saving = this.#saving.then(() => this.#save());
    }
    return ruling;
  }

  /** Ends when every routing so far is on disk, or could not be written there. */
  async saved(): Promise<void> {
    await this.#saving;
  }

  sqlTarget(): SqlTarget | null {
    if (this.#routing.kind !== "routed") return null;
    const { name, postgres, sql } = this.#region(this.#routing.active);
    return { region: name, address: postgres, traffic: sql };
  }

  modelTargets(): { readonly epoch: Epoch | null; readonly order: readonly ModelTarget[] } {
    const order = modelOrder(this.#routing, this.names).map((each) => {
      const { name, inference, http } = this.#region(each);
      return { region: name, address: inference, traffic: http };
    });
    return { epoch: this.#routing.kind === "unrouted" ? null : this.#routing.epoch, order };
  }

  setAddress({ name, postgres, inference }: EdgeRegion): void {
    const region = this.#region(name);
    region.postgres = postgres;
    region.inference = inference;
  }

  sight(bounds: ViewBounds): EdgeSight {
    const regions = [...this.#regions.values()].map(({ name, sql, http }) => ({
      region: name,
      sql: sql.view(bounds),
      http: http.view(bounds),
    }));
    return { routing: this.#routing, regions };
  }

  #region(name: RegionId): Region {
    const region = this.#regions.get(name);
    invariant(region !== undefined, `the edge was not opened with a region ${name}`);
    return region;
  }

  async #save(): Promise<void> {
    try {
      await rememberRouting(this.#stateFile, this.#routing);
      this.unsaved = null;
    } catch (cause) {
      // A full disk must not keep clients from a region that serves; the status page says so until it is mended.
      this.unsaved = `the routing could not be written to ${this.#stateFile}: ${(cause as Error).message}`;
    }
  }
}
