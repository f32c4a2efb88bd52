import { resolve } from "node:path";
import type { Parsed, Problem } from "../core/problem/problem.ts";
import { type LabFault, labFaults, type LabStatus } from "../runtime/lab.ts";
import type { JsonOption } from "./context.ts";
import type { Parts } from "./parts.ts";
import { type ExitStatus, problemText, type Shell } from "./shell.ts";

export interface DirOption extends JsonOption {
  readonly dir: string;
}

export interface UpOptions extends DirOption {
  readonly detach?: true;
  readonly sqlPort?: string;
  readonly httpPort?: string;
}

export async function up(options: UpOptions, shell: Shell, parts: Parts): Promise<ExitStatus> {
  const sql = portOf("--sql-port", options.sqlPort);
  const http = portOf("--http-port", options.httpPort);
  if (!sql.ok) return refused(sql.problems, shell);
  if (!http.ok) return refused(http.problems, shell);
  const lab = await parts.lab();
  const root = rootOf(options, shell);
  const started = await lab.start(
    {
      root,
      ports: { sql: sql.value, http: http.value },
      leaves: "data",
      onProgress: (text) => {
        shell.err(`lab: ${text}\n`);
      },
    },
    shell.signal,
  );
  if (!started.ok) return shell.signal.aborted ? 130 : refused(started.problems, shell);
  show(started.value.status, options, shell);
  if (options.detach === true) {
    await started.value.detach();
    shell.err(`\nNext: holdfast lab fault kill ${started.value.status.active}${dirText(options)}\n`);
    return 0;
  }
  shell.err("\nThe lab runs until Ctrl-C. In another terminal: holdfast lab fault kill east\n");
  const isInterrupted = await Promise.race([
    started.value.ended.then(() => false),
    new Promise<boolean>((done) => {
      shell.signal.addEventListener("abort", () => {
        done(true);
      });
    }),
  ]);
  if (!isInterrupted) return 0;
  shell.err("lab: ending\n");
  const stopped = await lab.stop(root);
  return stopped.ok ? 130 : refused(stopped.problems, shell);
}

export async function status(options: DirOption, shell: Shell, parts: Parts): Promise<ExitStatus> {
  const lab = await parts.lab();
  const answer = await lab.status(rootOf(options, shell));
  if (!answer.ok) return refused(answer.problems, shell);
  show(answer.value, options, shell);
  return 0;
}

export async function fault(
  given: { readonly fault: string; readonly region: string; readonly options: DirOption },
  shell: Shell,
  parts: Parts,
): Promise<ExitStatus> {
  const kind = labFaults.find((known) => known === given.fault);
  if (kind === undefined) return refused([unknownFault(given.fault)], shell);
  const lab = await parts.lab();
  const answer = await lab.inject(rootOf(given.options, shell), kind, given.region);
  return told(
    answer,
    { said: faultText[kind](given.region), next: nextOf(kind, given.region), ...given },
    shell,
  );
}

export async function restore(
  given: { readonly region: string; readonly options: DirOption },
  shell: Shell,
  parts: Parts,
): Promise<ExitStatus> {
  const lab = await parts.lab();
  const answer = await lab.restore(rootOf(given.options, shell), given.region);
  const said = `${given.region} is being brought back, as a follower`;
  return told(answer, { said, next: "holdfast lab status", ...given }, shell);
}

export async function down(options: DirOption, shell: Shell, parts: Parts): Promise<ExitStatus> {
  const lab = await parts.lab();
  const answer = await lab.stop(rootOf(options, shell));
  if (!answer.ok) return refused(answer.problems, shell);
  const said =
    answer.value === "stopped" ? "the lab has ended; its data and evidence stay" : "no lab runs here";
  if (options.json === true) shell.out(`${JSON.stringify({ formatVersion: 1, result: answer.value })}\n`);
  else shell.err(`${said}\n`);
  return 0;
}

const faultText: Readonly<Record<LabFault, (region: string) => string>> = {
  kill: (region) => `everything in ${region} was killed`,
  freeze: (region) => `everything in ${region} is frozen`,
  thaw: (region) => `${region} runs again`,
  partition: (region) => `${region} is cut off from everybody`,
  heal: (region) => `${region} is reached again`,
};

function nextOf(kind: LabFault, region: string): string {
  switch (kind) {
    case "kill":
      return `holdfast lab status, then holdfast lab restore ${region}`;
    case "freeze":
      return `holdfast lab status, then holdfast lab fault thaw ${region}`;
    case "partition":
      return `holdfast lab status, then holdfast lab fault heal ${region}`;
    case "thaw":
    case "heal":
      return "holdfast lab status";
  }
}

function told(
  answer: Parsed<null>,
  { said, next, options }: { readonly said: string; readonly next: string; readonly options: DirOption },
  shell: Shell,
): ExitStatus {
  if (!answer.ok) return refused(answer.problems, shell);
  if (options.json === true) shell.out(`${JSON.stringify({ formatVersion: 1, result: "done" })}\n`);
  else shell.err(`${said}\n\nNext: ${next}\n`);
  return 0;
}

function rootOf({ dir }: DirOption, shell: Shell): string {
  return resolve(shell.cwd, dir);
}

function dirText({ dir }: DirOption): string {
  return dir === ".holdfast/lab" ? "" : ` --dir ${dir}`;
}

function refused(problems: readonly Problem[], shell: Shell): ExitStatus {
  for (const problem of problems) shell.err(problemText(problem));
  return 1;
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

function unknownFault(given: string): Problem {
  return {
    code: "lab/unknown-fault",
    what: `"${given}" is no fault`,
    where: null,
    why: "A fault is something that the lab knows how to do for real, and to undo.",
    mend: `use one of ${labFaults.join(", ")}`,
  };
}

function show(lab: LabStatus, options: DirOption, shell: Shell): void {
  shell.out(options.json === true ? `${JSON.stringify(lab)}\n` : statusText(lab));
}

/** The status for people, at most 80 columns wide but for the addresses, which must be copied whole. */
export function statusText(lab: LabStatus): string {
  const rows = lab.regions.map(({ name, role, processes }) => {
    const names = processes.map((process) => process.name).join(", ");
    return `  ${name.padEnd(9)}${role.padEnd(22)}${names === "" ? "nothing runs" : names}`;
  });
  return [
    `lab ${lab.state}: ${lab.active} serves under epoch ${lab.epoch}, automatic failover ${lab.trust}`,
    "",
    ...rows,
    "",
    `  SQL     ${lab.edge.postgresUrl}`,
    `  model   ${lab.edge.httpUrl}/v1   (demo model, synthetic text)`,
    `  status  ${lab.edge.dashboardUrl}`,
    "",
  ].join("\n");
}
