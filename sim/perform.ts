import type { RegionId } from "../src/core/failover/member.ts";
import { type OrderKind, orderKinds } from "../src/core/failover/order.ts";
import { leaderKey } from "../src/core/failover/reign.ts";
import { type Act, type Fault, momentsOf, undoingOf } from "./act.ts";
import { lookAround } from "./look.ts";
import { hub, type PlaceName, regions, storePlace, type Way } from "./network.ts";
import { type Deed, trustDeeds } from "./trust/trust-deeds.ts";
import { settle } from "./settle.ts";
import type { World } from "./world.ts";

const places: readonly PlaceName[] = [...regions, hub, storePlace];

/** Does to the world, one after another, what a schedule says, and answers the schedule with the names that it came to mean. */
export function play(world: World, faults: readonly Fault[]): readonly Fault[] {
  const played = [...faults];
  for (const { at, fault, kind } of momentsOf(faults)) {
    world.agenda.runUntil(at);
    const { act, ...times } = played[fault] as Fault;
    if (kind === "begins") {
      const meant = named(world, act);
      played[fault] = { ...times, act: meant };
      perform(world, meant);
    } else perform(world, undoingOf(act) ?? "");
  }
  return played;
}

/** The act with `leader`, `active`, `all` and `others` replaced by whoever they are now. */
export function named(world: World, act: Act): Act {
  const [verb = "", ...words] = act.split(" ");
  const arrow = words.findIndex((word) => word === ">" || word === "<>");
  if (arrow < 0) return [verb, ...words.map((word) => nameNow(world, word))].join(" ");
  const [left = "", right = ""] = [words[0], words[2]];
  const from = left === "others" ? othersThan(placesNamed(world, right)) : placesNamed(world, left);
  const to = right === "others" ? othersThan(from) : placesNamed(world, right);
  return [verb, from.join(","), words[1], to.join(","), ...words.slice(3)].join(" ");
}

function othersThan(some: readonly PlaceName[]): readonly PlaceName[] {
  return places.filter((place) => !some.includes(place));
}

function nameNow(world: World, name: string): string {
  if (name === "active") return world.presentReign().reign.active;
  return name === "leader" ? (world.store.get(leaderKey)?.value ?? name) : name;
}

function placesNamed(world: World, text: string): readonly PlaceName[] {
  return text === "all" ? places : text.split(",").map((name) => nameNow(world, name));
}

/** What shows in what the world notes. */
const deeds: ReadonlyMap<string, Deed> = new Map<string, Deed>([
  ["cut", cut],
  ["mend", mend],
  ["flap", flap],
  ["heal", heal],
  ["order", order],
  ["still", still],
  ["mislead", mislead],
  ["set-clock", setClock],
  ["lag-watch", lagWatch],
  ["begin-run", beginRun],
  ["resume-run", resumeRun],
  ["order-run", orderRun],
  [
    "approve",
    (world, [by = ""]) => {
      world.planRuns.approve(by);
    },
  ],
  [
    "close-gate",
    (world, [gate = ""]) => {
      world.planRuns.interlocks.close(gate);
    },
  ],
  [
    "open-gate",
    (world, [gate = ""]) => {
      world.planRuns.interlocks.open(gate);
    },
  ],
  ["break", (world, words) => world.planRuns.outside.broken.add(words.join(" "))],
  ["repair", (world, words) => world.planRuns.outside.broken.delete(words.join(" "))],
  [
    "kill",
    onRegion((world, region) => {
      world.kill(region, "processes-gone");
    }),
  ],
  [
    "power-off",
    onRegion((world, region) => {
      world.kill(region, "machine-off");
    }),
  ],
  [
    "restore",
    onRegion((world, region) => {
      world.restore(region);
    }),
  ],
  [
    "freeze",
    onRegion((world, region) => {
      world.pause(region);
    }),
  ],
  [
    "thaw",
    onRegion((world, region) => {
      world.thaw(region);
    }),
  ],
  ...trustDeeds,
  [
    "ambush",
    (world, words) => {
      world.ambushes.lay(words);
    },
  ],
  [
    "lift",
    (world, words) => {
      world.ambushes.lift(words);
    },
  ],
  ["lose-probes", onRegion((world, region) => world.afflictions.unprobed.add(region))],
  ["find-probes", onRegion((world, region) => world.afflictions.unprobed.delete(region))],
  ["correct", onRegion((world, region) => world.afflictions.misled.delete(region))],
  ["fill", (world, [place = ""]) => world.afflictions.full.add(place)],
  ["clear", (world, [place = ""]) => world.afflictions.full.delete(place)],
  [
    "resume-watch",
    onRegion((world, region) => {
      world.watches.resume(region);
    }),
  ],
]);

function onRegion(deed: (world: World, region: RegionId) => unknown): Deed {
  return (world, [name]) => {
    deed(world, regionNamed(name));
  };
}

const questions: ReadonlyMap<string, (world: World) => readonly string[]> = new Map([
  ["look", lookAround],
  ["settle", settle],
]);

/**
 * Does one thing to the world. @param act with every name as `named` left it
 * @returns what is seen at once; empty: only what the world itself notes
 */
export function perform(world: World, act: Act): readonly string[] {
  const [name = "", ...words] = act.split(" ");
  const question = questions.get(name);
  if (question !== undefined) return question(world);
  const deed = deeds.get(name);
  if (deed === undefined) throw new Error(`no scenario knows how to "${act}"`);
  if (!isHarmless(name)) world.afflictions.isHarmed = true;
  if (isHarmless(name) || name === "fill" || name === "clear") world.note(act);
  deed(world, words);
  return [];
}

/** Whether no region may be given up for it. */
function isHarmless(verb: string): boolean {
  const { begun, ended } = harmless;
  return begun.includes(verb) || ended.includes(verb);
}

const harmless: Readonly<Record<"begun" | "ended", readonly string[]>> = {
  begun: ["lose-probes", "mislead", "set-clock", "lag-watch", "ambush", ...trustDeeds.keys()],
  ended: ["find-probes", "correct", "resume-watch", "lift"],
};

function cut(world: World, words: readonly string[]): void {
  for (const [from, to] of waysNamed(words)) world.network.cut(from, to);
  world.note(`cut ${words.join(" ")}`);
}

function mend(world: World, words: readonly string[]): void {
  for (const [from, to] of waysNamed(words)) world.network.mend(from, to);
  world.note(`mend ${words.join(" ")}`);
}

function flap(world: World, words: readonly string[]): void {
  const [cutMs, openMs] = words.slice(3).map(Number);
  if (cutMs === undefined || openMs === undefined) throw new Error("a way flaps with two spans in ms");
  world.note(`flap ${words.join(" ")}`);
  world.flaps.begin(waysNamed(words), { cutMs, openMs });
}

function mislead(world: World, [name, says]: readonly string[]): void {
  if (says !== "dead" && says !== "alive") throw new Error("a vantage point is misled to say dead or alive");
  world.afflictions.misled.set(regionNamed(name), says === "dead" ? "refused" : "answered");
}

function setClock(world: World, [name, byMs]: readonly string[]): void {
  world.setClock(regionNamed(name), Number(byMs));
}

function lagWatch(world: World, [name, resumption]: readonly string[]): void {
  if (resumption !== "late" && resumption !== "compacted")
    throw new Error("a watch that lags goes on late or compacted");
  world.watches.lag(regionNamed(name), resumption);
}

function beginRun(world: World, [name, ...words]: readonly string[]): void {
  const [despite, ...interlocks] = words;
  if (despite !== undefined && despite !== "despite") throw new Error(`nobody begins a run "${despite}"`);
  world.planRuns.begin(regionNamed(name), interlocks);
}

function resumeRun(world: World, [name, form]: readonly string[]): void {
  if (form !== undefined && form !== "ungraceful") throw new Error(`nobody goes on with a run "${form}"`);
  world.planRuns.resume(regionNamed(name), form ?? null);
}

function orderRun(world: World, [name]: readonly string[]): void {
  const order = (["stop", "go-on", "go-back"] as const).find((each) => each === name);
  if (order === undefined) throw new Error(`nobody orders a run to "${name ?? ""}"`);
  world.planRuns.order(order);
}

function still(world: World, words: readonly string[]): void {
  world.flaps.still(waysNamed(words));
  world.note(`still ${words.join(" ")}`);
}

function heal(world: World): void {
  world.heal();
}

function order(world: World, [name, to]: readonly string[]): void {
  world.order(orderNamed(name), to === undefined ? null : regionNamed(to));
}

function orderNamed(name: string | undefined): OrderKind {
  const kind = orderKinds.find((each) => each === name);
  if (kind === undefined) throw new Error(`there is no order "${name ?? ""}"`);
  return kind;
}

function regionNamed(name: string | undefined): RegionId {
  if (name === undefined || !regions.includes(name)) throw new Error(`there is no region ${name ?? ""}`);
  return name;
}

/** `east,hub > west`: each way from a place on the left to one on the right; with `<>` back, too. */
function waysNamed([from = "", arrow, to = ""]: readonly string[]): readonly Way[] {
  const [some, others] = [placesOf(from), placesOf(to)];
  const forth = some.flatMap((one) =>
    others.flatMap((other): Way[] => (one === other ? [] : [[one, other]])),
  );
  return arrow === "<>" ? [...forth, ...forth.map(([one, other]): Way => [other, one])] : forth;
}

function placesOf(text: string): readonly PlaceName[] {
  const named = text.split(",").filter((name) => name !== "");
  const unknown = named.find((name) => !places.includes(name));
  if (unknown !== undefined) throw new Error(`there is no place ${unknown}`);
  return named;
}
