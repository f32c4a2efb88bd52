import { startClient } from "./client.ts";
import { named, perform } from "./perform.ts";
import { worldOf } from "./simulate.ts";
import { type Setting, usualSetting, withSettingLine } from "./story.ts";
import type { World } from "./world.ts";

const phaseMsMax = 15_000;
const actWidth = 28;

/**
 * Performs a story and writes down what follows from each of its lines.
 *
 * On the left of `=>` stands what a person wrote: when, and what is done then. *When* is a time in milliseconds since the
 * beginning, or a phase of the reign to be waited for; *what* is an act (`act.ts`). On the right, rewritten by each run: what happened
 * from then until the next line. Lines that begin with `#` are for readers. Before all acts may stand in which world
 * they are done (`story.ts`): `asynchronous` and `bug NAME`, and what a seed draws, `seed N`, `cool-down MS`, `weather …`.
 */
export function performed(text: string): string {
  const lines = text.split("\n").filter((line) => !/^\s*(=>|!)/.test(line));
  const setting = lines.reduce<Setting>((known, line) => withSettingLine(known, line) ?? known, usualSetting);
  const world = worldOf(setting, setting.bugs);
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
    const answer = perform(world, named(world, words.join(" ")));
    seen = world.trace.length;
    told.set(index, answer);
  });
  const broken = new Set(
    world.audit.violations.map(({ invariant, what }) => `! invariant ${invariant} is broken: ${what}`),
  );
  return [...lines.flatMap((line, index) => written(line, told.get(index))), ...broken].join("\n");
}

function isAct(line: string): boolean {
  return line !== "" && !line.startsWith("#") && withSettingLine(usualSetting, line) === null;
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
