import type { Settings } from "../../core/plan/actuator.ts";
import type { ProxyServerWish, ProxyWish } from "../../core/model/wishes.ts";
import type { ServerState } from "./backend-state.ts";

const weightMax = 256;
/** What HAProxy lets a name be made of: no space, and no semicolon, which would begin another command. */
const nameForm = /^[\w.:-]+$/;

/** Why nothing can be asked of HAProxy; `null`: it can. */
export function faultIn({ backend, servers }: ProxyWish): string | null {
  const wished = Object.entries(servers);
  if (wished.length === 0) return `no server of the backend ${backend} is named`;
  const odd = [backend, ...wished.map(([name]) => name)].find((name) => !nameForm.test(name));
  if (odd !== undefined) return `${JSON.stringify(odd)} is no name of a backend or a server`;
  const heavy = wished.find(([, { weight }]) => weight !== null && !isWeight(weight));
  return heavy === undefined
    ? null
    : `the weight of ${heavy[0]} is ${heavy[1].weight}, and no whole number from 0 to ${weightMax}`;
}

function isWeight(weight: number): boolean {
  return Number.isInteger(weight) && weight >= 0 && weight <= weightMax;
}

/** A server of which something is wished, beside how it is. */
export interface Wished {
  readonly is: ServerState;
  readonly wish: ProxyServerWish;
}

export type Matched =
  | { readonly kind: "matched"; readonly wished: readonly Wished[] }
  | { readonly kind: "unknown"; readonly name: string };

export function matched({ servers }: ProxyWish, found: readonly ServerState[]): Matched {
  const wished: Wished[] = [];
  for (const [name, wish] of Object.entries(servers)) {
    const is = found.find((server) => server.name === name);
    if (is === undefined) return { kind: "unknown", name };
    wished.push({ is, wish });
  }
  return { kind: "matched", wished };
}

export function nowSettings(backend: string, wished: readonly Wished[]): Settings {
  return settings(backend, wished, ({ is, wish }) => [
    is.state,
    `weight ${is.weight}`,
    ...(isCut(wish) ? [`${is.sessions} sessions`] : []),
  ]);
}

export function wantedSettings(backend: string, wished: readonly Wished[]): Settings {
  return settings(backend, wished, ({ is, wish }) => [
    wish.state,
    `weight ${wish.weight ?? is.weight}`,
    ...(isCut(wish) ? ["0 sessions"] : []),
  ]);
}

/** What of how it is stays so while clients come and go; nothing where all of it does. */
export function steadily(backend: string, wished: readonly Wished[]): { readonly steady?: Settings } {
  if (!wished.some(({ wish }) => isCut(wish))) return {};
  const steady = settings(backend, wished, ({ is, wish }) => [
    is.state,
    `weight ${is.weight}`,
    ...(isCut(wish) && is.state === "maint" ? [is.sessions === 0 ? "0 sessions" : "sessions left"] : []),
  ]);
  return { steady };
}

function settings(
  backend: string,
  wished: readonly Wished[],
  partsOf: (each: Wished) => readonly string[],
): Settings {
  return Object.fromEntries(wished.map((each) => [`${backend}/${each.is.name}`, partsOf(each).join(", ")]));
}

function isCut(wish: ProxyServerWish): boolean {
  return wish.state === "maint" && wish.sessions === "cut";
}

/** Those that are to be cut, and are busy yet. */
export function uncut(wished: readonly Wished[]): readonly Wished[] {
  return wished.filter(({ is, wish }) => isCut(wish) && is.sessions > 0);
}

/** Whether state and weight are as wished, whatever is yet to be cut. */
export function isSet({ is, wish }: Wished): boolean {
  return is.state === wish.state && (wish.weight === null || wish.weight === is.weight);
}

/** The names of those that would take requests with the wish brought about. Of one that comes out of maintenance that is hoped. */
export function servingAfter(found: readonly ServerState[], { servers }: ProxyWish): readonly string[] {
  const serving = found.filter((server) => {
    const wish = Object.hasOwn(servers, server.name) ? servers[server.name] : undefined;
    const { state = server.state } = wish ?? {};
    return state === "ready" && (wish?.weight ?? server.weight) > 0 && !server.isDown;
  });
  return serving.map(({ name }) => name);
}

const turns: readonly ProxyServerWish["state"][] = ["ready", "drain", "maint"];

/** What is told to HAProxy, in this order: who shall serve does before others cease to, and who is cut gets nothing new before. */
export function commandsFor(backend: string, wished: readonly Wished[]): readonly string[] {
  const changes = turns.flatMap((turn) =>
    wished.filter(({ wish }) => wish.state === turn).flatMap((each) => changesOf(backend, each)),
  );
  return [...changes, ...cutCommands(backend, wished)];
}

function changesOf(backend: string, { is, wish }: Wished): readonly string[] {
  const server = `set server ${backend}/${is.name}`;
  return [
    ...(wish.weight === null || wish.weight === is.weight ? [] : [`${server} weight ${wish.weight}`]),
    ...(wish.state === is.state ? [] : [`${server} state ${wish.state}`]),
  ];
}

/** For a server that is taken out just now too, for a session may have begun since it was looked at. */
function cutCommands(backend: string, wished: readonly Wished[]): readonly string[] {
  return wished
    .filter(({ is, wish }) => isCut(wish) && (is.sessions > 0 || is.state !== "maint"))
    .map(({ is }) => `shutdown sessions server ${backend}/${is.name}`);
}
