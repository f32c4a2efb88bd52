import { didYouMean } from "../core/problem/nearest.ts";
import { formatOf, type JsonOption, jsonOption, leadWithExamples, type Register } from "./context.ts";
import { type AnswerFormat, type ExitStatus, fail, printJson, type Shell } from "./shell.ts";

export const registerSchema: Register = (program, { shell, run }) => {
  const command = program
    .command("schema")
    .argument("[KIND]", "one kind of document; left out: all of them")
    .description("print the JSON Schema of manifests, for editors")
    .option(...jsonOption)
    .action(
      run((kind: string | undefined, options: JsonOption) =>
        printSchema(shell, kind ?? null, formatOf(options)),
      ),
    );
  leadWithExamples(command, [
    ["holdfast schema > manifest.schema.json", "let an editor check and complete manifests"],
    ["holdfast schema Journey", "only what a Journey may say"],
  ]);
};

async function printSchema(shell: Shell, kind: string | null, format: AnswerFormat): Promise<ExitStatus> {
  const { schemaOf, schemaOfAnyKind } = await import("../core/manifest/json-schema.ts");
  const { isKind, kinds } = await import("../core/manifest/schema.ts");
  if (kind !== null && !isKind(kind)) {
    const { manifestCodes } = await import("../core/manifest/codes.ts");
    const code = "manifest/unknown-kind";
    const mend = `${didYouMean(kind, kinds)}write one of ${kinds.join(", ")}`;
    return fail(
      shell,
      [{ code, what: `"${kind}" is no kind`, where: null, why: manifestCodes[code].why, mend }],
      format,
    );
  }
  const schema = kind === null ? schemaOfAnyKind() : schemaOf(kind);
  if (format === "json") printJson(shell, { schema });
  else shell.out(`${JSON.stringify(schema, null, 2)}\n`);
  return 0;
}
