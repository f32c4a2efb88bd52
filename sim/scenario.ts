import type { RegionId } from "../src/core/failover/member.ts";
import { type OrderKind, orderKinds } from "../src/core/failover/order.ts";
import { leaderKey, wantedSyncSet } from "../src/core/failover/reign.ts";
import { hub, type PlaceName, regions, storePlace, type Weather } from "./network.ts";
import { Random } from "./random.ts";
import { type Replication, simulatedSettings } from "./schedule.ts";
import { startClient } from "./simulate.ts";
import { World } from "./world.ts";

/** Nothing is lost or late: what happens in a scenario is what its text does. */
const calm: Weather = {
  delayMsMin: 1,
  delayMsMax: 1,
  spikeShare: 0,
  spikeMs: 0,
  lossShare: 0,
  duplicateShare: 0,
  echoMs: 0,
};

const phaseMsMax = 15_000;
const servedMsMax = 600;
const actWidth = 28;

/**
 * Performs a story and writes down what follows from each of its lines.
 *
 * On the left of `=>` stands what a person wrote: when, and what is done then. *When* is a time in milliseconds since the
 * beginning, or a phase of the reign to be waited for. On the right, rewritten by each run: what happened from then until the
 * next line. Lines that begin with `#` are for readers; `asynchronous` on a line of its own changes the replication.
 *
 * | act | |
 * | --- | --- |
 * | `kill R`, `power-off R`, `restore R` | its processes are gone and their ports refuse; nothing answers there; all starts again |
 * | `freeze R`, `thaw R` | its machine stops and goes on, its clock runs on |
 * | `cut A > B`, `heal` | messages from A to B are lost; all arrive again |
 * | `order switchover R`, `order failover R`, `order abort` | a person asks the leading controller |
 * | `look` | who serves, how each member stands, and what clients have |
 *
 * R may be `leader` or `active`; A and B also `hub` (clients and edge), `store` or `all`.
 */
export function performed(text: string): string {
  const lines = text.split("\n").filter((line) => !line.trimStart().startsWith("=>"));
  const replication: Replication = lines.includes("asynchronous") ? "asynchronous" : "synchronous";
  const random = new Random(1);
  const settings = simulatedSettings(random, replication);
  const world = new World({ random, settings, weather: calm, bugs: new Set() });
  startClient(world);
  const acts = lines.flatMap((line, index) => (isAct(line) ? [index] : []));
  const told = new Map<number, readonly string[]>();
  let seen = world.trace.length;
  acts.forEach((index, at): void => {
    const [when = "", ...words] = actOf(lines[index] ?? "").split(" ");
    runUntil(world, when);
    const previous = acts[at - 1];
    if (previous !== undefined)
      told.set(previous, [...(told.get(previous) ?? []), ...notesSince(world, seen)]);
    const answer = act(world, words);
    seen = world.trace.length;
    told.set(index, answer);
  });
  const { violations } = world.audit;
  const broken = violations.map(({ invariant, what }) => `! invariant ${invariant} is broken: ${what}`);
  return [...lines.flatMap((line, index) => written(line, told.get(index))), ...broken].join("\n");
}

function isAct(line: string): boolean {
  return line !== "" && !line.startsWith("#") && line !== "asynchronous";
}

function actOf(line: string): string {
  return (line.split("=>")[0] ?? "").trim();
}

function written(line: string, told: readonly string[] | undefined): readonly string[] {
  if (told === undefined) return [line];
  const [first, ...rest] = told;
  const act = actOf(line).padEnd(actWidth);
  return [
    `${act} =>${first === undefined ? "" : ` ${first}`}`,
    ...rest.map((note) => `${" ".repeat(actWidth)} => ${note}`),
  ];
}

function notesSince(world: World, seen: number): readonly string[] {
  return world.trace.slice(seen).map((note) => note.slice(note.indexOf(" ") + 1));
}

function runUntil(world: World, when: string): void {
  if (/^\d+$/.test(when)) {
    world.agenda.runUntil(Number(when));
    return;
  }
  const end = world.agenda.now + phaseMsMax;
  while (world.presentReign().reign.phase !== when) {
    if (world.agenda.now >= end) throw new Error(`the reign was never ${when}`);
    world.agenda.runUntil(world.agenda.now + 1);
  }
}

function act(world: World, words: readonly string[]): readonly string[] {
  const [verb = "", first = "", , last = ""] = words;
  switch (verb) {
    case "kill":
      world.kill(regionNamed(world, first), "processes-gone");
      return [];
    case "power-off":
      world.kill(regionNamed(world, first), "machine-off");
      return [];
    case "restore":
      world.restore(regionNamed(world, first));
      return [];
    case "freeze":
      world.pause(regionNamed(world, first));
      return [];
    case "thaw":
      world.thaw(regionNamed(world, first));
      return [];
    case "cut":
      for (const from of placesNamed(first)) cut(world, from, last);
      return [];
    case "heal":
      world.network.mendAll();
      return [];
    case "order":
      world.order(orderNamed(first), words[2] === undefined ? null : regionNamed(world, words[2]));
      return [];
    case "look":
      return look(world);
    default:
      throw new Error(`no scenario knows how to "${words.join(" ")}"`);
  }
}

function cut(world: World, from: PlaceName, to: string): void {
  for (const place of placesNamed(to)) world.network.cut(from, place);
}

function orderNamed(name: string): OrderKind {
  const kind = orderKinds.find((each) => each === name);
  if (kind === undefined) throw new Error(`there is no order "${name}"`);
  return kind;
}

function regionNamed(world: World, name: string): RegionId {
  if (name === "active") return world.presentReign().reign.active;
  const region = name === "leader" ? world.store.get(leaderKey)?.value : name;
  if (region === undefined || !regions.includes(region)) throw new Error(`there is no region ${name}`);
  return region;
}

function placesNamed(name: string): readonly PlaceName[] {
  return name === "all" ? [...regions, hub, storePlace] : [name];
}

function look(world: World): readonly string[] {
  const { reign } = world.presentReign();
  const { members, confirmations } = wantedSyncSet(reign);
  const confirmed =
    confirmations === 0
      ? "confirmed by nobody"
      : `confirmed by any ${confirmations} of ${members.join(", ")}`;
  return [
    `${reign.phase}: ${reign.active} under epoch ${reign.epoch}, ${confirmed}`,
    regions.map((region) => `${region} ${stateOf(world, region)}`).join("; "),
    clientsOf(world),
  ];
}

function stateOf(world: World, region: RegionId): string {
  const member = world.memberOf(region);
  if (!member.isUp) return "is down";
  if (member.holds === "primary") return "is a primary";
  return `${member.isStreaming ? "streams from" : "is set to follow"} ${member.upstream ?? "nobody"}`;
}

function clientsOf(world: World): string {
  const { clientAcknowledged } = world.audit;
  const held = new Set(world.memberOf(world.presentReign().reign.active).ids);
  const lost = clientAcknowledged.filter(({ id }) => !held.has(id)).length;
  const sinceMs = world.agenda.now - (clientAcknowledged.at(-1)?.atMs ?? 0);
  const served =
    sinceMs <= servedMsMax ? "clients are served" : `clients wait since ${(sinceMs / 1_000).toFixed(1)} s`;
  return `${served}; ${lost === 0 ? "no acknowledged write is lost" : `${lost} acknowledged writes are lost`}`;
}
