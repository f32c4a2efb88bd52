import { CommanderError } from "commander";
import type { Context } from "../src/cli/context.ts";
import { declareProgram } from "../src/cli/program.ts";

/** Text files of the project by path; what a check finds wrong with them, a line each. */
export type Tree = ReadonlyMap<string, string>;
export type TidyCheck = (tree: Tree) => readonly string[] | Promise<readonly string[]>;

const junkDrawers = ["utils", "util", "helpers", "helper", "common", "shared", "misc", "types", "manager"];
const readmeLinesMax = 22;

function isCode(path: string): boolean {
  return /\.(ts|mjs|cjs|js)$/.test(path);
}

/** Lines that match, told with their place. */
function linesLike(tree: Tree, pattern: RegExp, isWanted: (path: string) => boolean): readonly string[] {
  return [...tree]
    .filter(([path]) => isWanted(path))
    .flatMap(([path, text]) =>
      text
        .split("\n")
        .flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1} ${line.trim().slice(0, 80)}`] : [])),
    );
}

const namesSayWhatIsInside: TidyCheck = (tree) =>
  [...tree.keys()].filter((path) =>
    path.split("/").some((part) => junkDrawers.includes(part.replace(/(\.test)?\.[a-z]+$/, ""))),
  );

const conceptsHaveReadmes: TidyCheck = (tree) => {
  const folders = [...tree.keys()].flatMap((path) => /^(src\/core\/[^/]+)\//.exec(path)?.[1] ?? []);
  return [...new Set([...folders, "src/runtime", "lab", "sim"])].flatMap((folder) => {
    const text = tree.get(`${folder}/README.md`);
    if (text === undefined) return [`${folder} has no README.md`];
    const lines = text.trimEnd().split("\n").length;
    return lines > readmeLinesMax ? [`${folder}/README.md has ${lines} lines, over ${readmeLinesMax}`] : [];
  });
};

const todosNameAnIssue: TidyCheck = (tree) => linesLike(tree, /\bTODO\b(?! \(#\d+\): )/, isCode);

const noPathOfOneMachine: TidyCheck = (tree) =>
  linesLike(tree, /(^|[\s"'`(=:])\/(work|home|root|Users)\/\w/, () => true);

const skippedTestsSayWhy: TidyCheck = (tree) =>
  [...tree]
    .filter(([path]) => path.endsWith(".test.ts"))
    .flatMap(([path, text]) =>
      [...text.matchAll(/\.(?:skipIf|runIf)\([^\n]*?\)\(\s*(["'`])(.*?)\1/g)]
        .filter(([, , name]) => !/\(skipped[^)]*\)|\$\{skipped\}/.test(name ?? ""))
        .map(([, , name]) => `${path}: ${name ?? ""}`),
    );

/** Where a relative link of a file leads, as a path of the tree. */
function resolved(from: string, link: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const part of link.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

const linksAreAlive: TidyCheck = (tree) => {
  const paths = [...tree.keys()];
  const isThere = (path: string): boolean =>
    tree.has(path) || paths.some((other) => other.startsWith(`${path}/`));
  return [...tree]
    .filter(([path]) => path.endsWith(".md"))
    .flatMap(([path, text]) =>
      [...text.matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, link]) => (link ?? "").replace(/#.*$/, ""))
        .filter((link) => link !== "" && !/^[a-z]+:/.test(link) && !isThere(resolved(path, link)))
        .map((link) => `${path}: ${link} is not there`),
    );
};

interface PackageFile {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function packageFile(tree: Tree): PackageFile {
  return JSON.parse(tree.get("package.json") ?? "{}") as PackageFile;
}

const versionsAreExact: TidyCheck = (tree) => {
  const { dependencies, devDependencies } = packageFile(tree);
  return Object.entries({ ...dependencies, ...devDependencies })
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => `${name} ${version}`);
};

const noDownloadHosts: TidyCheck = (tree) => [
  ...linesLike(tree, /"resolved":/, (path) => path === "package-lock.json"),
  ...linesLike(tree, /registry\.[a-z]+\.[a-z]+/, () => true),
];

/** Files whose commands people copy. */
function isForUsers(path: string): boolean {
  return /^(README|CONTRIBUTING|docs\/benchmarks|docs\/manual\/[\w-]+|(src|lab|sim|bench)\/.*README)\.md$/.test(
    path,
  );
}

interface Command {
  readonly path: string;
  readonly line: string;
  /** Inside a sentence a command may be named without its arguments; in a block it is there to be copied. */
  readonly isMention: boolean;
}

/** Commands in code blocks and in code spans, without what the shell around them does. */
export function commandsOf(tree: Tree): readonly Command[] {
  return [...tree]
    .filter(([path]) => isForUsers(path))
    .flatMap(([path, text]) => {
      const blocks = [...text.matchAll(/^```\w*\n(.*?)^```/gms)].flatMap(([, block]) =>
        (block ?? "").split("\n"),
      );
      const indented = text.split("\n").filter((line) => line.startsWith("    "));
      const spans = [...text.replace(/^```.*?^```/gms, "").matchAll(/`([^`\n]+)`/g)].map(
        ([, span]) => span ?? "",
      );
      return [
        ...[...blocks, ...indented].map((line) => ({ path, line: bare(line), isMention: false })),
        ...spans.map((line) => ({ path, line: bare(line), isMention: true })),
      ].filter(({ line }) => /^(holdfast|npm) [a-z]/.test(line));
    });
}

function bare(line: string): string {
  const withoutSettings = line.trim().replace(/^\w+=\S+ /, "");
  return withoutSettings.split(/\s+(?:#|\||>|&&|;)\s|\s{3,}|;/)[0] ?? "";
}

/** Words of a command as typed: optional parts are taken, and of alternatives the first. */
function wordsOf(line: string): readonly string[] {
  return line
    .replaceAll(/[[\]…]/g, "")
    .trim()
    .split(/\s+/)
    .map((word) => (word.startsWith("-") ? word : (word.split("|")[0] ?? word)));
}

const nameAlone = ["commander.missingArgument", "commander.help"];

/** What the program would say against these arguments; `null` when it would take them. */
async function parses(args: readonly string[], isMention: boolean): Promise<string | null> {
  const silent = (): void => undefined;
  const terminal = { isInteractive: false, columns: 100, hasColor: false };
  const context: Context = {
    shell: {
      out: silent,
      err: silent,
      cwd: "",
      env: {},
      terminal,
      output: terminal,
      signal: new AbortController().signal,
    },
    // To declare commands touches no other part.
    parts: { version: "0" } as Context["parts"],
    run: () => () => Promise.resolve(),
    reckon: () => () => Promise.resolve(),
  };
  try {
    await declareProgram(context).parseAsync([...args], { from: "user" });
    return null;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const isFine = error.exitCode === 0 || (isMention && nameAlone.includes(error.code));
    return isFine ? null : error.message;
  }
}

/** The file that says which options a script takes, where it is not the command line itself. */
const usageFiles: Readonly<Record<string, string>> = { sim: "sim/main.ts", bench: "bench/options.ts" };

/** The command line that an npm script is the short form of, or `null` when it runs something else. */
function behind(script: string, args: readonly string[]): readonly string[] | null {
  if (script === "demo") return ["demo", ...args];
  return script === "holdfast" && args.length > 0 ? args : null;
}

async function npmFault(words: readonly string[], tree: Tree, isMention: boolean): Promise<string | null> {
  const [verb = "", name = "", separator, ...args] = words;
  const { scripts = {} } = packageFile(tree);
  if (verb !== "run") return verb in { ...scripts, install: "", ci: "" } ? null : `npm has no "${verb}"`;
  if (!(name in scripts)) return `package.json has no script "${name}"`;
  if (separator !== undefined && separator !== "--") return "what a script takes stands after --";
  const line = behind(name, args);
  return line === null ? usageFault(name, args, tree) : parses(line, isMention);
}

function usageFault(script: string, args: readonly string[], tree: Tree): string | null {
  const usage = tree.get(usageFiles[script] ?? "") ?? "";
  const unknown = args.find((word) => word.startsWith("--") && !usage.includes(word.slice(2)));
  return unknown === undefined ? null : `${script} takes no ${unknown}`;
}

const commandsExist: TidyCheck = async (tree) => {
  const faults: string[] = [];
  for (const { path, line, isMention } of commandsOf(tree)) {
    const [program, ...words] = wordsOf(line);
    const fault = program === "npm" ? await npmFault(words, tree, isMention) : await parses(words, isMention);
    if (fault !== null) faults.push(`${path}: ${line}: ${fault}`);
  }
  return faults;
};

/** Each rule of the house that no other tool holds, as a sentence. */
export const tidyChecks = {
  "names say what is inside": namesSayWhatIsInside,
  "each concept has a short README": conceptsHaveReadmes,
  "each open end names its issue": todosNameAnIssue,
  "each skipped test says why": skippedTestsSayWhy,
  "each relative link is alive": linksAreAlive,
  "each command in the documents exists": commandsExist,
  "no path of one machine stands anywhere": noPathOfOneMachine,
  "versions are exact": versionsAreExact,
  "no download host stands anywhere": noDownloadHosts,
} as const satisfies Readonly<Record<string, TidyCheck>>;
