import { join, resolve } from "node:path";
import type { Parsed, Problem } from "../core/problem/problem.ts";
import {
  type CoordinatorKind,
  type LabEffect,
  type LabStatus,
  type LabVerbs,
  type NetworkKind,
  type StartedLab,
  type WatchedBy,
} from "../runtime/lab.ts";
import { failoverCommand, labCommand } from "../runtime/lab-command.ts";
import { formatOf, type JsonOption } from "./context.ts";
import { statusAsTyped, statusText, wordAwaited } from "./lab-status-text.ts";
import type { Parts } from "./parts.ts";
import { wrapped } from "./layout.ts";
import { type ExitStatus, fail, type Next, type Shell, suggestNext } from "./shell.ts";

export interface DirOption extends JsonOption {
  readonly dir: string;
}

export interface UpOptions extends DirOption {
  readonly detach?: true;
  readonly sqlPort?: string;
  readonly httpPort?: string;
  readonly probes?: true;
  readonly prometheus?: true;
  readonly coordinator?: CoordinatorKind;
  readonly network?: NetworkKind;
  readonly workspace?: string;
}

export async function up(options: UpOptions, shell: Shell, parts: Parts): Promise<ExitStatus> {
  const format = formatOf(options);
  const sql = portOf("--sql-port", options.sqlPort);
  const http = portOf("--http-port", options.httpPort);
  if (!sql.ok) return fail(shell, sql.problems, format);
  if (!http.ok) return fail(shell, http.problems, format);
  const lab = await parts.lab();
  const root = rootOf(options, shell);
  const started = await lab.start(
    {
      root,
      ports: { sql: sql.value, http: http.value },
      leaves: "data",
      watchedBy: watchedBy(options),
      coordinator: options.coordinator ?? null,
      network: options.network ?? null,
      workspace: options.workspace === undefined ? null : resolve(shell.cwd, options.workspace),
      onProgress: (text) => {
        const { columns } = shell.terminal;
        shell.err(`${wrapped(`lab: ${text}`, { columns, indent: 0 })}\n`);
      },
    },
    shell.signal,
  );
  if (!started.ok) return shell.signal.aborted ? 130 : fail(shell, started.problems, format);
  show(started.value.status, options, shell);
  const next = firstToTry(started.value.status, options);
  if (options.detach === true) {
    await started.value.detach();
    suggestNext(shell, next, [labCommand("down", options.dir), "end the lab"]);
    return 0;
  }
  shell.err("\nThe lab runs until Ctrl-C.\n");
  suggestNext(shell, next);
  return untilEnded({ lab, started: started.value, root, options }, shell);
}

/** What shows most: a region is lost where another takes over by itself, and handed over where a person has to. */
function firstToTry({ trust, active }: LabStatus, { dir, detach }: UpOptions): Next {
  const where = detach === true ? "" : "in another terminal: ";
  return trust === "armed"
    ? [labCommand(`fault kill ${active}`, dir), `${where}lose the region that serves`]
    : [failoverCommand("run", dir), `${where}hand over; none fails over by itself`];
}

function watchedBy({ probes, prometheus }: UpOptions): WatchedBy {
  if (prometheus === true) return "prometheus";
  return probes === true ? "probes" : "nothing";
}

interface Foreground {
  readonly lab: LabVerbs;
  readonly started: StartedLab;
  readonly root: string;
  readonly options: DirOption;
}

/** Waits for Ctrl-C, or for an end that came from elsewhere; whatever is left of the lab then is ended too. */
async function untilEnded({ lab, started, root, options }: Foreground, shell: Shell): Promise<ExitStatus> {
  const isInterrupted = await Promise.race([
    started.ended.then(() => false),
    new Promise<boolean>((done) => {
      if (shell.signal.aborted) done(true);
      shell.signal.addEventListener("abort", () => {
        done(true);
      });
    }),
  ]);
  if (isInterrupted) shell.err("lab: ending\n");
  const stopped = await lab.stop(root);
  if (!stopped.ok) return fail(shell, stopped.problems, formatOf(options));
  if (isInterrupted) return 130;
  // A lab that was asked to end leaves nothing to be ended.
  if (stopped.value === "stopped") return fail(shell, [daemonDied(root, options)], formatOf(options));
  shell.err("lab: another command has ended it\n");
  return 0;
}

export async function status(options: DirOption, shell: Shell, parts: Parts): Promise<ExitStatus> {
  const lab = await parts.lab();
  const answer = await lab.status(rootOf(options, shell));
  if (!answer.ok) return fail(shell, answer.problems, formatOf(options));
  show(answer.value, options, shell);
  if (formatOf(options) === "text") suggestNext(shell, ...wordAwaited(answer.value, options.dir));
  return 0;
}

export async function restore(
  { region, options }: { readonly region: string; readonly options: DirOption },
  shell: Shell,
  parts: Parts,
): Promise<ExitStatus> {
  const lab = await parts.lab();
  const answer = await lab.restore(rootOf(options, shell), region);
  const said = {
    done: `${region} is being brought back`,
    unchanged: `everything in ${region} runs already`,
  };
  return told(answer, { said, next: [toLook], options }, shell);
}

export async function down(options: DirOption, shell: Shell, parts: Parts): Promise<ExitStatus> {
  const lab = await parts.lab();
  const answer = await lab.stop(rootOf(options, shell));
  if (!answer.ok) return fail(shell, answer.problems, formatOf(options));
  const said =
    answer.value === "stopped" ? "the lab has ended; its data and evidence stay" : "no lab runs here";
  if (options.json === true) shell.out(`${JSON.stringify({ formatVersion: 1, result: answer.value })}\n`);
  else shell.err(`${said}\n`);
  return 0;
}

/** A verb of the lab to go on with, and what for. */
export type NextVerb = readonly [verb: string, why: string];

export const toLook: NextVerb = ["status", "who serves now"];

/** What is said to people of each effect. */
export type EffectText = Readonly<Record<LabEffect, string>>;

interface Told {
  readonly said: EffectText;
  readonly next: readonly NextVerb[];
  readonly options: DirOption;
}

export function told(answer: Parsed<LabEffect>, { said, next, options }: Told, shell: Shell): ExitStatus {
  if (!answer.ok) return fail(shell, answer.problems, formatOf(options));
  const effect = answer.value;
  if (options.json === true) shell.out(`${JSON.stringify({ formatVersion: 1, result: effect })}\n`);
  else {
    const addition = effect === "unchanged" ? "; nothing was to be done" : "";
    shell.err(`${said[effect]}${addition}\n`);
    suggestNext(shell, ...next.map(([verb, why]) => [labCommand(verb, options.dir), why] as const));
  }
  return 0;
}

export function rootOf({ dir }: DirOption, shell: Shell): string {
  return resolve(shell.cwd, dir);
}

function daemonDied(root: string, options: DirOption): Problem {
  return {
    code: "lab/daemon-died",
    what: `the lab in ${root} has ended without being asked to`,
    where: null,
    why: "Its daemon holds its network and its store; without it nothing of the lab goes on, and what was left has been ended.",
    mend: `read the end of ${join(root, "logs", "lab.log")}, then start it again: \`${labCommand("up", options.dir)}\``,
  };
}

const portMax = 65_535;

function portOf(option: string, text: string | undefined): Parsed<number | null> {
  if (text === undefined) return { ok: true, value: null };
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port <= portMax) return { ok: true, value: port };
  return { ok: false, problems: [badPort(option, text)] };
}

function badPort(option: string, text: string): Problem {
  return {
    code: "cli/bad-port",
    what: `${option} is "${text}", which is no port`,
    where: null,
    why: "Clients reach the lab there.",
    mend: `give a whole number from 1 to ${portMax}, or leave ${option} out to have a free port chosen`,
  };
}

function show(lab: LabStatus, options: DirOption, shell: Shell): void {
  shell.out(options.json === true ? `${JSON.stringify(lab)}\n` : statusText(statusAsTyped(lab, shell)));
}
