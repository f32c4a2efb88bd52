import { basename } from "node:path";
import type { Problem } from "../core/problem/problem.ts";
import { pathWord } from "../core/problem/shell-word.ts";
import { formatOf, type JsonOption, jsonOption, leadWithExamples, type Register } from "./context.ts";
import type { Parts } from "./parts.ts";
import { type AnswerFormat, type ExitStatus, fail, printJson, type Shell, suggestNext } from "./shell.ts";

interface InitOptions extends JsonOption {
  readonly force?: true;
}

export const registerInit: Register = (program, { shell, parts, run }) => {
  const command = program
    .command("init")
    .argument("[DIR]", "the folder to write it into", ".")
    .description("write a commented workspace to start from")
    .option("--force", "overwrite files that are there already")
    .option(...jsonOption)
    .action(
      run((folder: string, options: InitOptions) => {
        const existing = options.force === true ? "overwrite" : "keep";
        return init({ shell, parts, folder, existing, format: formatOf(options) });
      }),
    );
  leadWithExamples(command, [
    ["holdfast init platform", "write the manifests into the folder platform"],
    ["holdfast init", "write them here"],
  ]);
};

interface Init {
  readonly shell: Shell;
  readonly parts: Parts;
  readonly folder: string;
  readonly existing: "keep" | "overwrite";
  readonly format: AnswerFormat;
}

const unnamed: Problem = {
  code: "cli/no-folder-named",
  what: "the name of the folder is empty",
  where: null,
  why: "What is written there may stand beside files of yours, so that place must be meant.",
  mend: "name a folder, or leave it out; without one, and with a dot, it is the folder that you are in",
};

const schemaFile = "manifest.schema.json";

async function init({ shell, parts, folder, existing, format }: Init): Promise<ExitStatus> {
  if (folder === "") return fail(shell, [unnamed], format);
  const example = await parts.readExample("lab", shell.signal);
  if (!example.ok) return fail(shell, example.problems, format);
  const { schemaOfAnyKind } = await import("../core/manifest/json-schema.ts");
  const manifests = example.value.map(({ path, text }) => ({
    path: basename(path),
    text: text.replace(/\$schema=\S+/, `$schema=${schemaFile}`),
  }));
  const schema = { path: schemaFile, text: `${JSON.stringify(schemaOfAnyKind(), null, 2)}\n` };
  const toWrite = { folder, cwd: shell.cwd, files: [...manifests, schema], existing };
  const written = await parts.writeFolder(toWrite, shell.signal);
  if (!written.ok) return fail(shell, written.problems, format);
  if (format === "json") {
    printJson(shell, { ok: true, written: written.value });
    return 0;
  }
  for (const path of written.value) shell.out(`wrote ${path}\n`);
  suggestNext(shell, [`holdfast check ${pathWord(folder)}`, "see what it says, then make it yours"]);
  return 0;
}
