import type { GrafanaDashboard } from "../core/mixin/grafana.ts";
import type { NameSet } from "../core/llm/name-set.ts";
import type { Problem } from "../core/problem/problem.ts";
import { type Context, formatOf, type JsonOption } from "./context.ts";
import { counted } from "./layout.ts";
import { type ExitStatus, fail, printJson, suggestNext } from "./shell.ts";
import { setOf } from "./slo-llm.ts";

export interface DashboardsOptions extends JsonOption {
  readonly out?: string;
  readonly runtime: string;
  readonly generation?: string;
}

interface Made {
  readonly name: string;
  readonly made: GrafanaDashboard;
}

/** Prints one dashboard, writes them to a folder, or says which there are. */
export async function makeDashboards(
  name: string | undefined,
  options: DashboardsOptions,
  context: Pick<Context, "shell" | "parts">,
): Promise<ExitStatus> {
  const { shell } = context;
  const format = formatOf(options);
  const { nameSets } = await import("../core/llm/llm.ts");
  const set = setOf(options, nameSets);
  if (!set.ok) return fail(shell, set.problems, format);
  const all = await madeOf(set.value);
  const chosen = name === undefined ? all : all.filter((each) => each.name === name);
  const [first] = chosen;
  if (first === undefined) return fail(shell, [unknown(name ?? "", all)], format);
  if (options.out !== undefined) return write(chosen, options.out, { options, context });
  if (format === "json") printJson(shell, { ok: true, dashboards: chosen.map(({ made }) => made) });
  else if (name === undefined) list(all, shell);
  else shell.out(textOf(first.made));
  return 0;
}

async function madeOf(set: NameSet): Promise<readonly Made[]> {
  const { dashboards } = await import("../core/mixin/dashboards.ts");
  const { grafanaOf } = await import("../core/mixin/grafana.ts");
  return dashboards(set).map((dashboard) => ({ name: dashboard.name, made: grafanaOf(dashboard) }));
}

function textOf(made: GrafanaDashboard): string {
  return `${JSON.stringify(made, null, 2)}\n`;
}

function list(all: readonly Made[], shell: Context["shell"]): void {
  const width = Math.max(...all.map(({ name }) => name.length));
  for (const { name, made } of all) shell.out(`${name.padEnd(width)}  ${made.title}\n`);
  suggestNext(shell, ["holdfast observe dashboards --out dashboards", "write them, to be imported"]);
}

interface Writing {
  readonly options: DashboardsOptions;
  readonly context: Pick<Context, "shell" | "parts">;
}

async function write(
  chosen: readonly Made[],
  out: string,
  { options, context: { shell, parts } }: Writing,
): Promise<ExitStatus> {
  const format = formatOf(options);
  if (out === "") return fail(shell, [unnamed], format);
  const files = chosen.map(({ made }) => ({ path: `${made.uid}.json`, text: textOf(made) }));
  // They are made, and may be made again: who changes one keeps it elsewhere.
  const answer = await parts.writeFolder(
    { folder: out, cwd: shell.cwd, files, existing: "overwrite" },
    shell.signal,
  );
  if (!answer.ok) return fail(shell, answer.problems, format);
  if (format === "json") printJson(shell, { ok: true, written: answer.value });
  else shell.out(`${out}: ${counted(files.length, "dashboard")}\n`);
  return 0;
}

function unknown(name: string, all: readonly Made[]): Problem {
  return {
    code: "cli/unknown-name",
    what: `no dashboard is called "${name}"`,
    where: null,
    why: "Each shows something else, so which is meant must be said.",
    mend: `write ${all.map((each) => each.name).join(", ")}; or leave the name out to see them all`,
  };
}

const unnamed: Problem = {
  code: "cli/no-folder-named",
  what: "--out names no folder",
  where: null,
  why: "What is written there may stand beside files of yours, so that place must be meant.",
  mend: "name a folder with --out; a dot is the folder that you are in",
};
