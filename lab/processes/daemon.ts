import { type Server, Socket } from "node:net";
import type { ExitStatus } from "../../src/cli/shell.ts";
import type { Parsed, Problem } from "../../src/core/problem/problem.ts";
import { type LabAnswer, type LabRequest, serveControl } from "../control.ts";
import { folderProblem } from "../folder-problem.ts";
import { keptAttempts } from "../kept-attempts.ts";
import { layoutOf } from "../layout.ts";
import { type Doors, receivedDoors } from "../network/doors.ts";
import { removeLabNamespaces } from "../network/places.ts";
import { openLab } from "../open-lab.ts";
import type { Lab } from "../running-lab.ts";
import { type DaemonWord, letGo } from "../lab.ts";
import { runKey } from "../../src/runtime/run-record.ts";
import type { RunStore } from "../../src/runtime/run-store.ts";
import { labRegions } from "../topology.ts";
import type { LabEffect, LabStatus, LabToStart, NetworkKind, OnLabProgress } from "../../src/runtime/lab.ts";
import type { NetworkHarm } from "../../src/runtime/network-harm.ts";
import { removeLab } from "../remove.ts";
import { platformIdOf } from "../secrets.ts";
import { aborted } from "./aborted.ts";
import { ProcessLog } from "./process-log.ts";

const storeMsMax = 2_000;

export interface DaemonSettings extends Omit<LabToStart, "onProgress" | "network" | "workspace"> {
  readonly network: NetworkKind;
  readonly program: string;
  readonly modelPath: string;
  readonly workspace: string;
  /** The same where somebody named it; `null`: it is the lab's own. */
  readonly startedWith: string | null;
  /** The folder of this package, in which the catalogue stands. */
  readonly packageFolder: string;
}

const lingerMs = 1_000;

/** The lab, as a process: it ends when asked, when signalled, or when whoever started it goes without letting it go. */
export async function runDaemonProcess(settings: DaemonSettings, signal: AbortSignal): Promise<ExitStatus> {
  const starter = new Starter();
  const asked = new AskedToEnd();
  try {
    return await runUntilEnded(settings, { starter, asked }, signal);
  } finally {
    if (settings.network === "namespaces") await removeLabNamespaces(settings.root);
    if (settings.leaves === "nothing" && !starter.isLetGo)
      await removeLab(settings.root, { keepLogs: asked.keepLogs || starter.heardOfFailure });
    // Reached only while a connection that does not close keeps this process from ending by itself.
    setTimeout(() => process.exit(), lingerMs).unref();
  }
}

async function runUntilEnded(
  settings: DaemonSettings,
  { starter, asked }: { readonly starter: Starter; readonly asked: AskedToEnd },
  signal: AbortSignal,
): Promise<ExitStatus> {
  const until = AbortSignal.any([signal, starter.gone, asked.signal]);
  const onProgress: OnLabProgress = (text, kind) => {
    starter.say({ kind, text });
  };
  const doors = await doorsOf(settings.network);
  const lab = doors.ok ? await openLab({ ...settings, doors: doors.value, onProgress }, until) : doors;
  if (!lab.ok) {
    failed(logOf(null), lab.problems);
    starter.say({ kind: "failed", problems: lab.problems });
    return 1;
  }
  const log = logOf(platformIdOf(lab.value));
  const control = await serveControl({
    root: settings.root,
    token: lab.value.token,
    door: controlDoor(doors),
    answer: async (request) => logged(log, request, await answer(lab.value, request, asked)),
  });
  const ready = await standing(
    { lab: lab.value, root: settings.root, port: control.port },
    onProgress,
    until,
  );
  if (ready.ok) {
    lab.value.keepWarranted(until);
    const attempts = keptAttempts(layoutOf(settings.root).attemptsFile, log, until);
    if (settings.watchedBy !== "nothing") lab.value.probe([attempts], until);
    log.write("INFO", `the lab is ready; ${ready.value.active} serves`, { epoch: ready.value.epoch });
    starter.say({ kind: "ready", status: ready.value });
    await aborted(until);
  } else if (!until.aborted) {
    failed(log, ready.problems);
    starter.say({ kind: "failed", problems: ready.problems });
  }
  control.close();
  const left = await lab.value.stop();
  log.write("INFO", "the lab has ended");
  return ready.ok && left.length === 0 ? 0 : 1;
}

/** By which the host reaches the lab where its own places have other networks. */
async function doorsOf(network: NetworkKind): Promise<Parsed<Doors>> {
  return network === "namespaces" ? receivedDoors() : { ok: true, value: new Map() };
}

function controlDoor(doors: Parsed<Doors>): Server | null {
  return (doors.ok ? doors.value.get("control") : undefined) ?? null;
}

function logOf(platformId: string | null): ProcessLog {
  return new ProcessLog({ process: "lab", region: null, platformId });
}

function failed(log: ProcessLog, problems: readonly Problem[]): void {
  for (const { code, what } of problems) log.write("FATAL", what, { attributes: { "error.type": code } });
}

/** What is done to the platform stands in its log; who asks how it is does not. */
function logged(log: ProcessLog, request: LabRequest, said: LabAnswer): LabAnswer {
  if (request.ask === "order" && said.kind === "order") {
    log.write("INFO", `${request.wish.kind} asked for by ${request.wish.by}: ${said.outcome.kind}`);
  }
  if (request.ask !== "fault" && request.ask !== "harm" && request.ask !== "restore") return said;
  const deed = deedOf(request);
  const attributes = { "holdfast.lab.region": request.region, "holdfast.lab.deed": deed };
  const came = said.kind === "problem" ? said.problem.what : said.kind === "done" ? said.effect : said.kind;
  log.write(said.kind === "problem" ? "WARN" : "INFO", `${deed} ${request.region}: ${came}`, { attributes });
  return said;
}

function deedOf(request: Extract<LabRequest, { readonly ask: "fault" | "harm" | "restore" }>): string {
  switch (request.ask) {
    case "fault":
      return request.fault;
    case "harm":
      return harmName(request.harm);
    case "restore":
      return "restore";
  }
}

function harmName(harm: NetworkHarm): string {
  switch (harm.kind) {
    case "cut":
      return `cut ${harm.direction} from ${harm.from}`;
    case "flap":
      return `flap every ${harm.periodSeconds} s`;
    case "loss":
      return `loss of ${harm.lossRatio}`;
    case "delay":
      return `delay of ${harm.delaySeconds} s ${harm.direction} from ${harm.from}`;
  }
}

/** Ends when the lab can be reached by commands and every part of it stands. */
async function standing(
  { lab, root, port }: { readonly lab: Lab; readonly root: string; readonly port: number },
  onProgress: OnLabProgress,
  signal: AbortSignal,
): Promise<Parsed<LabStatus>> {
  try {
    await lab.controlledAt(port);
  } catch (cause) {
    return { ok: false, problems: [folderProblem(root, cause)] };
  }
  return lab.untilReady(onProgress, signal);
}

async function answer(lab: Lab, request: LabRequest, asked: AskedToEnd): Promise<LabAnswer> {
  switch (request.ask) {
    case "status":
      return { kind: "status", status: await lab.status() };
    case "details":
      return { kind: "details", details: lab.details() };
    case "fault":
      if (!isRegion(request.region)) return { kind: "problem", problem: noSuchRegion(request.region) };
      return told(await lab.inject(request.fault, request.region));
    case "order":
      return { kind: "order", outcome: await lab.order(request.wish) };
    case "read-run":
      return { kind: "run-read", answer: await lab.runStore.get(runKey, AbortSignal.timeout(storeMsMax)) };
    case "write-run":
      return { kind: "run-written", answer: await writeRun(lab.runStore, request) };
    case "harm":
      if (!isRegion(request.region)) return { kind: "problem", problem: noSuchRegion(request.region) };
      return told(await lab.harm(request.harm, request.region));
    case "restore":
      if (!isRegion(request.region)) return { kind: "problem", problem: noSuchRegion(request.region) };
      return told(await lab.restore(request.region));
    case "down":
      setImmediate(() => {
        asked.toEnd(request);
      });
      return { kind: "done", effect: "done" };
  }
}

function writeRun(
  store: RunStore,
  { text, expected }: Extract<LabRequest, { readonly ask: "write-run" }>,
): ReturnType<RunStore["compareAndSet"]> {
  const write = { key: runKey, value: text, expected, lease: null };
  return store.compareAndSet(write, AbortSignal.timeout(storeMsMax));
}

function told(effect: Parsed<LabEffect>): LabAnswer {
  return effect.ok
    ? { kind: "done", effect: effect.value }
    : { kind: "problem", problem: effect.problems[0] };
}

function isRegion(name: string): boolean {
  return (labRegions as readonly string[]).includes(name);
}

function noSuchRegion(name: string): Problem {
  return {
    code: "lab/unknown-region",
    what: `the lab has no region "${name}"`,
    where: null,
    why: "A fault strikes one of the lab's own regions.",
    mend: `name one of ${labRegions.join(", ")}`,
  };
}

/** Whether a command has asked the lab to end, and what it is to keep then. */
class AskedToEnd {
  readonly #asked = new AbortController();
  #keepLogs = false;

  get signal(): AbortSignal {
    return this.#asked.signal;
  }

  get keepLogs(): boolean {
    return this.#keepLogs;
  }

  toEnd({ keepLogs }: { readonly keepLogs: boolean }): void {
    this.#keepLogs ||= keepLogs;
    this.#asked.abort(new Error("the lab was asked to end"));
  }
}

const starterPipe = 3;

/** Whoever started the lab, at the other end of a pipe. */
class Starter {
  readonly #gone = new AbortController();
  readonly #pipe = new Socket({ fd: starterPipe });
  #isLetGo = false;
  #heardOfFailure = false;

  constructor() {
    const end = (): void => {
      if (!this.#isLetGo) this.#gone.abort(new Error("whoever started the lab is gone"));
    };
    this.#pipe.on("end", end).on("close", end).on("error", end);
    this.#pipe.on("data", (chunk: Buffer) => {
      if (chunk.toString() === letGo) this.#isLetGo = true;
    });
    this.#pipe.unref();
  }

  get isLetGo(): boolean {
    return this.#isLetGo;
  }

  get heardOfFailure(): boolean {
    return this.#heardOfFailure;
  }

  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  say(word: DaemonWord): void {
    this.#heardOfFailure ||= word.kind === "failed" && !this.gone.aborted;
    this.#pipe.write(`${JSON.stringify(word)}\n`);
  }
}
