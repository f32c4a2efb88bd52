import { rename, rm } from "node:fs/promises";
import type { Duplex } from "node:stream";
import { makeFolder } from "../src/adapters/files/make-folder.ts";
import { findInstallation } from "../src/adapters/postgres/installation.ts";
import { endProcesses } from "../src/adapters/postgres/processes.ts";
import { memberFolder } from "../src/adapters/postgres/data-folder.ts";
import { isAlive, type ProcessIdentity } from "../src/adapters/processes/identity.ts";
import { stopAll, waitGone } from "../src/adapters/processes/signals.ts";
import { startProcess } from "../src/adapters/processes/start-process.ts";
import { type Parsed, type Problem, unreachable } from "../src/core/problem/problem.ts";
import { milliseconds } from "../src/core/units/units.ts";
import type { LabEffect, LabStatus, LabToStart, LabVerbs, StartedLab } from "../src/runtime/lab.ts";
import { labCommand } from "../src/runtime/lab-command.ts";
import { askLab, type LabAnswer, type LabRequest } from "./control.ts";
import { folderProblem } from "./folder-problem.ts";
import { layoutOf, logFile } from "./layout.ts";
import { dataFoldersOf } from "./open-lab.ts";
import { removeLab } from "./remove.ts";
import { type LabState, readLabState } from "./state-file.ts";
import { straysOf } from "./strays.ts";

const askMsMax = 30_000;
const stopMsMax = 60_000;

/** What the daemon says on the pipe to whoever started it, a line of JSON each. */
export type DaemonWord =
  | { readonly kind: "progress"; readonly text: string }
  | { readonly kind: "ready"; readonly status: LabStatus }
  | { readonly kind: "failed"; readonly problems: readonly Problem[] };

/** What is written to the daemon to make it go on when the pipe ends. */
export const letGo = "let-go\n";

/** The lab on this machine. `program` is this program's own file, which each of the lab's processes runs. */
export function labVerbs(program: string): LabVerbs {
  return {
    start: (lab, signal) => startLab(lab, program, signal),
    status: async (root) => {
      const answer = await ask(root, { ask: "status" });
      if (!answer.ok) return answer;
      return answer.value.kind === "status" ? { ok: true, value: answer.value.status } : misunderstood(root);
    },
    details: async (root) => {
      const answer = await ask(root, { ask: "details" });
      if (!answer.ok) return answer;
      return answer.value.kind === "details"
        ? { ok: true, value: answer.value.details }
        : misunderstood(root);
    },
    inject: async (root, fault, region) => done(root, await ask(root, { ask: "fault", fault, region })),
    restore: async (root, region) => done(root, await ask(root, { ask: "restore", region })),
    stop: stopLab,
    remove: removeLab,
  };
}

function done(root: string, answer: Parsed<LabAnswer>): Parsed<LabEffect> {
  if (!answer.ok) return answer;
  return answer.value.kind === "done" ? { ok: true, value: answer.value.effect } : misunderstood(root);
}

function misunderstood(root: string): { readonly ok: false; readonly problems: readonly [Problem] } {
  return refused({
    code: "lab/other-version",
    what: "the lab gave an answer that this program does not know",
    where: null,
    why: "It was started by another version of Holdfast.",
    mend: `end it and start it again: ${labCommand("down", root)}, then ${labCommand("up", root)}`,
  });
}

/** Starts the lab of a folder: founds it, or goes on with what is there. Refuses where one runs. */
async function startLab(
  request: LabToStart,
  program: string,
  signal: AbortSignal,
): Promise<Parsed<StartedLab>> {
  const layout = layoutOf(request.root);
  const state = await stateOf(request.root);
  if (!state.ok) return state;
  if (state.value !== null && isAlive(state.value.daemon))
    return refused(alreadyRuns(request.root, state.value));
  if (state.value !== null) await cleanUp(state.value, layout.stateFile);
  try {
    await makeFolder(layout.logs);
  } catch (cause) {
    return refused(folderProblem(request.root, cause));
  }
  const { sql, http } = request.ports;
  const started = await startProcess({
    command: process.execPath,
    args: [
      program,
      "lab",
      "daemon",
      "--dir",
      request.root,
      ...port("--sql-port", sql),
      ...port("--http-port", http),
      ...(request.leaves === "nothing" ? ["--leave-nothing"] : []),
    ],
    env: Object.fromEntries(
      Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
    cwd: request.root,
    logFile: logFile(layout, "lab"),
    pipes: 1,
  });
  if (!started.ok) return started;
  const [pipe] = started.value.pipes;
  if (pipe === undefined) return refused(daemonGone(layout.logs));
  const abandon = (): void => void pipe.destroy();
  signal.addEventListener("abort", abandon, { once: true });
  // The daemon holds the other end for as long as it lives.
  const gone = new Promise((resolve) => pipe.once("close", resolve));
  const ready = await untilReady(pipe, request.onProgress, layout.logs);
  signal.removeEventListener("abort", abandon);
  const { identity } = started.value;
  if (!ready.ok) {
    pipe.destroy();
    // Waited for by looking, not by its exit: a process that was let run on by itself keeps nobody's loop going.
    await waitGone([identity], AbortSignal.timeout(stopMsMax));
    return ready;
  }
  let isLetGo = false;
  return {
    ok: true,
    value: {
      status: ready.value,
      ended: gone.then(async () => {
        if (!isLetGo) await waitGone([identity], AbortSignal.timeout(stopMsMax));
      }),
      detach: async () => {
        isLetGo = true;
        await new Promise((resolve) => pipe.write(letGo, resolve));
        pipe.destroy();
      },
    },
  };
}

function port(name: string, value: number | null): readonly string[] {
  return value === null ? [] : [name, String(value)];
}

async function untilReady(
  pipe: Duplex,
  onProgress: (text: string) => void,
  logs: string,
): Promise<Parsed<LabStatus>> {
  let text = "";
  return new Promise((resolve) => {
    pipe.on("error", () => undefined);
    pipe.on("close", () => {
      resolve(refused(daemonGone(logs)));
    });
    pipe.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) {
        const word = JSON.parse(line) as DaemonWord;
        if (word.kind === "progress") onProgress(word.text);
        if (word.kind === "ready") resolve({ ok: true, value: word.status });
        const [first, ...rest] = word.kind === "failed" ? word.problems : [];
        if (first !== undefined) resolve({ ok: false, problems: [first, ...rest] });
      }
    });
  });
}

/** Asks the lab that runs in a folder. */
async function ask(root: string, request: LabRequest): Promise<Parsed<LabAnswer>> {
  const state = await stateOf(root);
  if (!state.ok) return state;
  if (state.value === null || !isAlive(state.value.daemon)) return refused(noneRuns(root));
  const answer = await askLab({ ...state.value, root }, request, AbortSignal.timeout(askMsMax));
  if (!answer.ok) return answer;
  return answer.value.kind === "problem" ? refused(answer.value.problem) : answer;
}

/** How the lab of a folder is reached; `null` when none has run since the last was ended. */
async function stateOf(root: string): Promise<Parsed<LabState | null>> {
  const found = await readLabState(layoutOf(root).stateFile);
  switch (found.kind) {
    case "none":
      return { ok: true, value: null };
    case "state":
      return { ok: true, value: found.state };
    case "unreadable":
      return refused(unreadableState(root));
    case "refused":
      return refused(folderProblem(root, found.cause));
    default:
      return unreachable(found);
  }
}

/** Ends the lab of a folder, also one whose daemon was killed. Its data and its evidence stay. */
async function stopLab(root: string): Promise<Parsed<"stopped" | "none-ran">> {
  const { stateFile } = layoutOf(root);
  const found = await readLabState(stateFile);
  switch (found.kind) {
    case "none":
      return { ok: true, value: "none-ran" };
    case "refused":
      return refused(folderProblem(root, found.cause));
    case "unreadable":
      return stopUnreadable(root);
    case "state":
      break;
    default:
      return unreachable(found);
  }
  const { state } = found;
  if (isAlive(state.daemon)) {
    await askLab({ ...state, root }, { ask: "down" }, AbortSignal.timeout(stopMsMax));
    const left = await stopAll([state.daemon], { gentleMs: milliseconds(stopMsMax) });
    if (left.length > 0) return refused(wontStop(left));
  }
  await cleanUp(state, stateFile);
  return { ok: true, value: "stopped" };
}

/**
 * Ends a lab whose state file cannot tell what runs: by the processes that stand in its folder, and by the places of its data.
 * What stood in the file may be somebody's own, and is kept beside it.
 */
async function stopUnreadable(root: string): Promise<Parsed<"stopped">> {
  const layout = layoutOf(root);
  const left = await stopAll(await straysOf(root), { gentleMs: milliseconds(stopMsMax) });
  if (left.length > 0) return refused(wontStop(left));
  const installation = await findInstallation();
  if (!installation.ok) return installation;
  const folders = await dataFoldersOf(layout, installation.value);
  if (!folders.ok) return folders;
  await endStores(Object.values(folders.value));
  try {
    await rename(layout.stateFile, asideOf(layout.stateFile));
  } catch (cause) {
    return refused(folderProblem(root, cause));
  }
  return { ok: true, value: "stopped" };
}

function asideOf(stateFile: string): string {
  return `${stateFile}.unreadable`;
}

async function cleanUp(state: LabState, stateFile: string): Promise<void> {
  await stopAll(state.processes, { gentleMs: milliseconds(2_000) });
  await endStores(state.dataFolders);
  await rm(stateFile, { force: true });
}

async function endStores(dataFolders: readonly string[]): Promise<void> {
  for (const folder of dataFolders) {
    await endProcesses(memberFolder(folder).data, AbortSignal.timeout(stopMsMax));
  }
}

function refused(problem: Problem): { readonly ok: false; readonly problems: readonly [Problem] } {
  return { ok: false, problems: [problem] };
}

function alreadyRuns(root: string, { daemon }: LabState): Problem {
  return {
    code: "lab/already-runs",
    what: `a lab runs in ${root} already (process ${daemon.pid})`,
    where: null,
    why: "Two labs in one folder would share one store and one set of data.",
    mend: `use it (${labCommand("status", root)}), end it (${labCommand("down", root)}), or start another one with another --dir`,
  };
}

function noneRuns(root: string): Problem {
  return {
    code: "lab/none-runs",
    what: `no lab runs in ${root}`,
    where: null,
    why: "The request is for a running lab.",
    mend: `start one with \`${labCommand("up --detach", root)}\`, or name the folder of the one that runs with --dir`,
  };
}

function daemonGone(logs: string): Problem {
  return {
    code: "lab/daemon-gone",
    what: "the lab ended before it was ready",
    where: null,
    why: "Its daemon holds the network and starts every process.",
    mend: `read ${logs}/lab.log; if it was ended on purpose, run the command again`,
  };
}

function unreadableState(root: string): Problem {
  const { stateFile } = layoutOf(root);
  return {
    code: "lab/state-unreadable",
    what: `${stateFile} does not say how a lab is reached`,
    where: null,
    why: "A lab keeps there where its daemon listens and what it has started; one may run that nobody can reach.",
    mend: `run \`${labCommand("down", root)}\`: it ends what still runs there and puts the file aside as ${asideOf(stateFile)}`,
  };
}

function wontStop(left: readonly ProcessIdentity[]): Problem {
  const pids = left.map(({ pid }) => pid).join(",");
  return {
    code: "lab/will-not-stop",
    what: `processes of the lab do not end: ${pids}`,
    where: null,
    why: "A process that cannot be ended waits for a disk or is traced.",
    mend: `look at them with: ps -o pid,stat,wchan,args -p ${pids}`,
  };
}
