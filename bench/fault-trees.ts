import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { faultTreeOf } from "../src/adapters/open-psa/fault-tree-file.ts";
import { chanceBounds } from "../src/core/availability/bounds.ts";
import { type Chances, chancesOf } from "../src/core/availability/chances.ts";
import { cutSetCount } from "../src/core/availability/cut-sets/count.ts";
import { cutSetsOf } from "../src/core/availability/cut-sets/cut-sets.ts";
import type { FaultGraph, Literal } from "../src/core/availability/fault-graph.ts";
import { solved } from "../src/core/availability/solve.ts";
import { invariant, type Parsed } from "../src/core/problem/problem.ts";
import { programFile } from "./bench-lab.ts";
import type { BenchOutput } from "./bench-output.ts";
import { faultTreesText, type ModelResult, summaryOf } from "./fault-trees-result.ts";
import { scram, type ScramRun, scramVersion } from "./scram.ts";
import { syntheticTree } from "./synthetic-tree.ts";

export interface FaultTreeSettings {
  readonly runs: number;
  /** A folder of Open-PSA files, each a model of its own; `null`: synthetic trees alone. */
  readonly models: string | null;
  /** What SCRAM may use for one run. */
  readonly cpuSecondsMax: number;
  readonly onProgress: (text: string) => void;
}

/** Beside SCRAM in one run: core time of the chance, cold and warm, and processor time of counting cut sets. */
export function benchFaultTrees(settings: FaultTreeSettings, signal: AbortSignal): Parsed<BenchOutput> {
  const models = modelsIn(settings.models);
  if (!models.ok) return models;
  const version = scramVersion();
  if (!version.ok) return version;
  const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-"));
  try {
    const results: ModelResult[] = [];
    for (const file of [...models.value, ...synthetic(folder)]) {
      signal.throwIfAborted();
      const result = measured(file, settings);
      settings.onProgress(`${result.model}: ${result.warmCore.length} runs`);
      results.push(result);
    }
    const summary = summaryOf(results);
    const { verdict } = summary;
    const data = { results, summary, cpuSecondsMax: settings.cpuSecondsMax };
    return {
      ok: true,
      value: { text: faultTreesText(results, summary), data, tookPart: [version.value], verdict },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function modelsIn(folder: string | null): Parsed<readonly string[]> {
  if (folder === null) return { ok: true, value: [] };
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".xml")) : [];
  if (names.length > 0) return { ok: true, value: names.sort().map((name) => resolve(folder, name)) };
  const problem = {
    code: "bench/no-models",
    what: `${folder} is no folder with models in it`,
    where: null,
    why: "What was asked to be measured and is not there must not look as if it were.",
    mend: "name a folder of Open-PSA files (*.xml), or leave --models out",
  } as const;
  return { ok: false, problems: [problem] };
}

/** The same trees in every clone. */
function synthetic(folder: string): readonly string[] {
  return [100, 200].flatMap((events) =>
    [0.1, 0.3, 0.5, 0.7, 0.9].map((shared) => {
      const file = join(folder, `synthetic-${events}-${Math.round(shared * 100)}.xml`);
      writeFileSync(file, syntheticTree({ events, shared, seed: 7 }));
      return file;
    }),
  );
}

function measured(file: string, { runs, cpuSecondsMax }: FaultTreeSettings): ModelResult {
  const model = readModel(file);
  const scramRuns: ScramRun[] = [];
  const cold: ColdRun[] = [];
  for (let run = 0; run < runs; run += 1) {
    // Taken in turns, so that a busy moment of the machine meets both. What gave up once is not asked again.
    const other = scramRuns.length === run ? scram(file, 1, cpuSecondsMax) : null;
    if (other !== null && other.chance !== null) scramRuns.push(other);
    cold.push(coldRun(file, []));
  }
  const exact = cold.filter(({ isExact }) => isExact);
  return {
    model: model.name,
    events: model.graph.events.length,
    scramCore: scramRuns.map(({ coreSeconds }) => coreSeconds),
    coldCore: exact.map(({ coreSeconds }) => coreSeconds),
    warmCore:
      exact.length > 0
        ? warmRuns(() => chanceBounds(solved(model.graph, model.top), model.chances), runs)
        : [],
    chances: { scram: scramRuns[0]?.chance ?? null, holdfast: exact[0]?.chance ?? null },
    counting: counted(file, model, { runs, cpuSecondsMax }),
  };
}

/** SCRAM lists every cut set that it counts, up to 20 events each; where it left some out, the two are not compared. */
function counted(
  file: string,
  { graph, top }: Model,
  { runs, cpuSecondsMax }: Pick<FaultTreeSettings, "runs" | "cpuSecondsMax">,
): ModelResult["counting"] {
  const ours = coldRun(file, ["--cut-sets", "--top", "1"]);
  const full = scram(file, 20, cpuSecondsMax);
  const isComparable = full.chance !== null && String(full.products) === ours.cutSets;
  const count = (): void => {
    const sets = cutSetsOf(solved(graph, top));
    if (sets !== null) cutSetCount(sets);
  };
  return {
    cutSets: ours.cutSets,
    scramCore: isComparable ? full.coreSeconds : null,
    holdfastCore: ours.cutSets === null ? [] : warmRuns(count, runs),
    scramCpu: full.cpuSeconds,
    isScramWhole: isComparable,
    holdfastCpu: ours.cpuSeconds,
  };
}

interface Model {
  readonly name: string;
  readonly graph: FaultGraph;
  readonly top: Literal;
  readonly chances: Chances;
}

function readModel(file: string): Model {
  const read = faultTreeOf(readFileSync(file, "utf8"), file);
  invariant(read.ok, `${file} cannot be read: ${read.ok ? "" : read.problems[0].what}`);
  const { name, graph, gates, roots } = read.value;
  const failed = graph.events.map(({ law }) => (law.kind === "constant" ? law.unavailability : Number.NaN));
  return { name, graph, top: gates.get(roots[0] ?? "") ?? 0, chances: chancesOf(failed) };
}

interface ColdRun {
  readonly isExact: boolean;
  readonly chance: number | null;
  readonly coreSeconds: number;
  readonly cutSets: string | null;
  /** Of the whole process. */
  readonly cpuSeconds: number;
}

/** A process of its own, in which nothing has run before. */
function coldRun(file: string, options: readonly string[]): ColdRun {
  const script = '"$@" || exit 1; times >&2';
  const args = [
    process.execPath,
    programFile,
    "availability",
    "tree",
    file,
    "--json",
    "--threads",
    "1",
    ...options,
  ];
  const { status, stdout, stderr } = spawnSync("bash", ["-c", script, "bash", ...args], { encoding: "utf8" });
  invariant(status === 0, `${args.join(" ")} ended with ${String(status)}: ${stderr}`);
  const answer = JSON.parse(stdout) as {
    readonly exact: boolean;
    readonly topProbability: number | null;
    readonly coreSeconds: number;
    readonly minimalCutSets: string | null;
  };
  const parts = [...stderr.matchAll(/(\d+)m([\d.]+)s/g)].slice(2);
  return {
    isExact: answer.exact,
    chance: answer.topProbability,
    coreSeconds: answer.coreSeconds,
    cutSets: answer.minimalCutSets,
    cpuSeconds: parts.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0),
  };
}

/** What is hot is compiled after so many rounds, or so much processor time of a long one. */
const warmUp = { rounds: 100, seconds: 3 } as const;

/** A sample is so long at least: asking for the processor time takes some tenths of a millisecond by itself. */
const sampleSeconds = 0.05;

/** Processor time of one round, in seconds, once the engine is warm. */
function warmRuns(round: () => void, runs: number): readonly number[] {
  const begun = usedSeconds();
  let rounds = 0;
  while (rounds < warmUp.rounds && usedSeconds() - begun < warmUp.seconds) {
    round();
    rounds += 1;
  }
  const once = (usedSeconds() - begun) / rounds;
  const perSample = Math.max(1, Math.ceil(sampleSeconds / once));
  return Array.from({ length: runs }, () => {
    const before = usedSeconds();
    for (let done = 0; done < perSample; done += 1) round();
    return (usedSeconds() - before) / perSample;
  });
}

function usedSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
