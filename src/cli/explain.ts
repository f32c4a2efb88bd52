import type { Field } from "../core/manifest/json-schema.ts";
import type { Area } from "../core/problem/areas.ts";
import { didYouMean } from "../core/problem/nearest.ts";
import { formatOf, type JsonOption, jsonOption, leadWithExamples, type Register } from "./context.ts";
import { registerExplainFigures } from "./explain-figures.ts";
import { fieldText, keysOf } from "./field-text.ts";
import { wrapped } from "./layout.ts";
import {
  type AnswerFormat,
  asTyped,
  calledAs,
  type ExitStatus,
  fail,
  printJson,
  type Shell,
} from "./shell.ts";

export const registerExplain: Register = (program, context) => {
  const { shell, reckon } = context;
  const command = program
    .command("explain")
    .argument("[TOPIC]", "the code of a problem, a rule, or a field of a manifest; left out: all of them")
    .argument("[NAME]", "of a rule, its id or code, where TOPIC is `rule`; left out: every rule")
    .description("explain a predicted figure, a rule, a problem or a field, without a network")
    .option(...jsonOption)
    .action(
      reckon((topic: string | undefined, name: string | undefined, options: JsonOption) =>
        explain(shell, { topic: topic ?? null, name: name ?? null }, formatOf(options)),
      ),
    );
  registerExplainFigures(command, context, (topic, format) => explain(shell, { topic, name: null }, format));
  leadWithExamples(command, [
    ["holdfast explain journey chat", "why a journey is as available as it is predicted to be"],
    ["holdfast explain cell chat/east-lost", "why its recovery takes as long as predicted"],
    ["holdfast explain manifest/unknown-key", "why a key is refused, and how to mend it"],
    ["holdfast explain rule HF030", "what a rule looks for, why, and what it rests on"],
    ["holdfast explain Journey.spec.objectives", "what a field means and may hold"],
    ["holdfast explain rto", "the same, found by its last name"],
  ]);
};

interface Explained {
  readonly code: string;
  readonly why: string;
  readonly mend: string;
}

interface Asked {
  readonly topic: string | null;
  /** What of the topic is meant, where it is `rule`. */
  readonly name: string | null;
}

async function explain(shell: Shell, asked: Asked, format: AnswerFormat): Promise<ExitStatus> {
  const answered = await answerOfRule(shell, asked, format);
  if (answered !== null) return answered;
  const { topic } = asked;
  const codes = await everyCode();
  if (topic === null) return list(shell, codes, format);
  const { areaOf } = await import("../core/problem/areas.ts");
  const told = codes.find((each) => each.code === topic) ?? areaOf(topic);
  if (told !== null) {
    if (format === "json") printJson(shell, { code: topic, ...told });
    else shell.out(codeText(topic, told, shell));
    return 0;
  }
  const { fieldsNamed } = await import("../core/manifest/json-schema.ts");
  const { found, hint } = fieldsNamed(topic);
  if (found.length === 0) return unknownTopic({ shell, format, topic, hint, codes });
  if (format === "json") printJson(shell, { fields: found.map(fieldData) });
  else shell.out(found.map((field) => fieldText(field, shell.output.columns)).join("\n"));
  return 0;
}

/** What is answered where a rule is asked for, or two words are given for anything else; `null`: one word, and no rule. */
async function answerOfRule(
  shell: Shell,
  { topic, name }: Asked,
  format: AnswerFormat,
): Promise<ExitStatus | null> {
  if (topic === null) return null;
  const { explainRule } = await import("./explain-rule.ts");
  const { ruleNamed } = await import("../core/lint/rules.ts");
  if (topic === "rule") return explainRule(shell, name, format);
  if (name !== null) return tooManyWords(shell, topic, format);
  return ruleNamed(topic) === null ? null : explainRule(shell, topic, format);
}

/** Only rules are asked for by two words. */
function tooManyWords(shell: Shell, topic: string, format: AnswerFormat): ExitStatus {
  const what = `"${topic}" and a second word were given`;
  const why = "one topic is explained at a time, and only a rule is asked for by two words";
  const mend = "`holdfast explain rule HF030` explains a rule; leave the second word out for anything else";
  return fail(shell, [{ code: "explain/too-many-words", what, where: null, why, mend }], format);
}

/** Of a code that is not explained in general, its area is told, and where the rest stands. */
function codeText(code: string, told: Explained | Area, shell: Shell): string {
  const lines =
    "about" in told
      ? [
          `about: ${told.about}`,
          "why, mend: they stand in the message itself, for they name what was found",
          `manual: ${told.manual}`,
        ]
      : [`why: ${told.why}`, `mend: ${asTyped(told.mend, calledAs(shell))}`];
  const { columns } = shell.output;
  return `${code}\n\n${lines.map((line) => wrapped(line, { columns, indent: 2 })).join("\n")}\n`;
}

async function everyCode(): Promise<readonly Explained[]> {
  const { manifestCodes } = await import("../core/manifest/codes.ts");
  const { rules } = await import("../core/lint/rules.ts");
  const ofReading = Object.entries(manifestCodes).map(([code, entry]) => ({ code, ...entry }));
  return [...ofReading, ...rules.map(({ code, why, mend }) => ({ code, why, mend }))];
}

async function list(shell: Shell, codes: readonly Explained[], format: AnswerFormat): Promise<ExitStatus> {
  const { everyField } = await import("../core/manifest/json-schema.ts");
  const { areas } = await import("../core/problem/areas.ts");
  const fields = everyField().filter((field) => !field.path.endsWith("[]"));
  if (format === "json") {
    printJson(shell, { codes, fields: fields.map(fieldData), areas });
    return 0;
  }
  // A field that takes several forms is there once for each of them.
  const topics = new Set([...codes.map((each) => each.code), ...fields.map((field) => field.path)]);
  const begins = Object.keys(areas).map((area) => `${area}/`);
  const rest = `Codes that begin with ${begins.join(", ")} can be explained too: their why and mend stand in the message itself, for they name what was found.`;
  const { columns } = shell.output;
  shell.out(`${[...topics].join("\n")}\n\n${wrapped(rest, { columns, indent: 0 })}\n`);
  return 0;
}

interface Unknown {
  readonly shell: Shell;
  readonly format: AnswerFormat;
  readonly topic: string;
  readonly hint: string;
  readonly codes: readonly Explained[];
}

function unknownTopic({ shell, format, topic, hint, codes }: Unknown): ExitStatus {
  const meant = topic.includes("/")
    ? didYouMean(
        topic,
        codes.map((each) => each.code),
      )
    : hint;
  const what = `nothing is known of "${topic}"`;
  const why = "codes of problems and fields of manifests can be explained";
  const mend = `${meant}\`holdfast explain\` lists them all`;
  return fail(shell, [{ code: "explain/unknown-topic", what, where: null, why, mend }], format);
}

function fieldData(field: Field): Readonly<Record<string, unknown>> {
  const { description, type, default: fallback, examples, pattern, enum: words } = field.schema;
  const { path, isRequired } = field;
  return {
    path,
    isRequired,
    description,
    type,
    default: fallback,
    examples,
    pattern,
    enum: words,
    keys: keysOf(field),
  };
}
