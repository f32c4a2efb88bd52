import { createCluster } from "../src/adapters/postgres/cluster.ts";
import type { Endpoint } from "../src/adapters/relay/listening.ts";
import { absent } from "../src/core/failover/coordinator.ts";
import { intentText, readReign, reignKey, type SeenReign } from "../src/core/failover/reign.ts";
import { invariant, type Parsed, type Problem } from "../src/core/problem/problem.ts";
import type { CoordinatorKind, EdgePorts, NetworkKind, OnLabProgress } from "../src/runtime/lab.ts";
import type { Ground } from "./ground.ts";
import { namespacedNet } from "./network/places.ts";
import { dataHeld, rememberingFiles, storeGone } from "./remembered.ts";
import { type LabSecrets, labSecrets } from "./secrets.ts";
import type { LabStore } from "./store/lab-store.ts";
import { openStore } from "./store/open-store.ts";
import { labRegions, othersOf } from "./topology.ts";
import { chosenPorts, type LabPorts, namespacedPorts } from "./wiring.ts";

/** What all parts of a lab know one another by, and go by. */
export interface Founded {
  readonly store: LabStore;
  /** Where regions reach the store. */
  readonly doors: readonly Endpoint[];
  readonly secrets: LabSecrets;
  readonly ports: LabPorts;
  /** Who serves. */
  readonly reign: SeenReign;
}

export interface FoundingRequest {
  readonly coordinator: CoordinatorKind | null;
  readonly network: NetworkKind;
  readonly ports: EdgePorts;
  readonly onProgress: OnLabProgress;
}

/**
 * Opens the store of a lab; on first use founds the lab: makes its secrets, the first member's data, and a reign that says who serves.
 * What was opened is closed again when something refuses.
 */
export async function openFounded(
  request: FoundingRequest,
  ground: Ground,
  signal: AbortSignal,
): Promise<Parsed<Founded>> {
  const placement = request.network === "namespaces" ? { net: namespacedNet, placed: ground.placed } : null;
  const place = { layout: ground.layout, placement, onProgress: request.onProgress };
  const store = await openStore(request.coordinator, place, signal);
  if (!store.ok) return store;
  const founded = await foundedIn(store.value, { ...request, ground }, signal).catch(
    async (error: unknown) => {
      await store.value.stop();
      throw error;
    },
  );
  if (!founded.ok) await store.value.stop();
  return founded;
}

async function foundedIn(
  store: LabStore,
  { ports: wanted, network, onProgress, ground }: FoundingRequest & { readonly ground: Ground },
  signal: AbortSignal,
): Promise<Parsed<Founded>> {
  const kept = await readKept(ground, store, signal);
  if (!kept.ok) return kept;
  const { secrets } = kept.value;
  const doors = await store.serve(secrets.token);
  if (!doors.ok) return doors;
  const ports =
    network === "relays" ? await chosenPorts(wanted) : ({ ok: true, value: namespacedPorts() } as const);
  if (!ports.ok) return ports;
  const all = { store, doors: doors.value, secrets, ports: ports.value };
  if (kept.value.reign !== null) return { ok: true, value: { ...all, reign: kept.value.reign } };
  onProgress("PostgreSQL: creating the first member", "step");
  const reign = await found({ ...ground, ...all }, signal);
  return reign.ok ? { ok: true, value: { ...all, reign: reign.value } } : reign;
}

interface Kept {
  readonly secrets: LabSecrets;
  /** Who serves, by the store, so that the lab goes on as it was; `null`: it is yet to be founded. */
  readonly reign: SeenReign | null;
}

/** What the lab's folder holds of earlier; read by whoever has its store, so that no two make its secrets at once. */
async function readKept(
  { layout, dataFolders }: Ground,
  { coordinator, place }: LabStore,
  signal: AbortSignal,
): Promise<Parsed<Kept>> {
  const remembering = await rememberingFiles(layout);
  if (!remembering.ok) return remembering;
  const answer = await coordinator.get(reignKey, signal);
  if (answer.kind === "unreachable") return { ok: false, problems: [notFounded(place, answer.cause)] };
  const reign = answer.value === null ? null : readReign(answer.value.value, answer.value.revision);
  const held = await dataHeld(dataFolders);
  const earlier = [...remembering.value, ...held.filter(({ isCopy }) => isCopy).map(({ path }) => path)];
  if (reign === null && earlier.length > 0)
    return { ok: false, problems: [storeGone({ layout, dataFolders, store: place }, earlier)] };
  const secrets = await labSecrets(
    layout.secretsFile,
    held.map(({ path }) => path),
  );
  return secrets.ok ? { ok: true, value: { secrets: secrets.value, reign } } : secrets;
}

type Founding = Ground & Omit<Founded, "doors" | "reign">;

/** The first member's data, and a reign that says who serves. */
async function found(founding: Founding, signal: AbortSignal): Promise<Parsed<SeenReign>> {
  const { store, installation, secrets, plan, dataFolders, ports } = founding;
  const [first] = labRegions;
  const address = ports.regions[first]?.postgres;
  const folder = dataFolders[first];
  invariant(address !== undefined && folder !== undefined, `the lab has no region ${first}`);
  const created = await createCluster(
    { installation, folder, address: { region: first, ...address }, credentials: secrets.credentials },
    signal,
  );
  if (!created.ok) return created;
  const text = intentText({
    phase: "steady",
    active: first,
    guards: [{ members: othersOf(first), confirmations: plan.settings.confirmations }],
    branch: null,
    floor: null,
    wanted: null,
    mayLack: null,
    settledAt: null,
    // What is to be proven first is held until it is.
    automation: plan.automation.failover === "always" ? "armed" : "held",
    armedUntil: null,
  });
  const write = { key: reignKey, value: text, expected: absent, lease: null };
  const written = await store.coordinator.compareAndSet(write, signal);
  if (written.kind === "unreachable")
    return { ok: false, problems: [notFounded(store.place, written.cause)] };
  invariant(written.value.kind === "written", "nobody else founds a lab whose store is ours");
  return { ok: true, value: readReign(text, written.value.revision) };
}

function notFounded(store: string, cause: unknown): Problem {
  return {
    code: "lab/not-founded",
    what: `the coordination store ${store} does not say who serves: ${String(cause)}`,
    where: null,
    why: "Every agent and controller goes by what the store says.",
    mend: "see that there is room on its disk, and run the command again",
  };
}
