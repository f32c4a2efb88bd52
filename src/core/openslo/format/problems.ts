import type { SourceFile } from "../../manifest/document.ts";
import type { Place, Problem } from "../../problem/problem.ts";

// Why a file that can be read is not written in canonical form.

export function notJson(path: string): Problem {
  return {
    code: "slo/not-json",
    what: `${path} is no JSON, though its name says so`,
    where: null,
    why: "what is called JSON is read by programs that know nothing else",
    mend: "mend it, or let its name end in .yaml",
  };
}

export function oddKey(file: SourceFile, at: number): Problem {
  return {
    code: "slo/odd-key",
    what: "this key is no text on one line",
    where: placeOf(file, at),
    why: "keys are put in order by what they are called",
    mend: "write the key as text on one line, with its colon behind it",
  };
}

export function movedAliasProblem(
  file: SourceFile,
  { name, at }: { readonly name: string; readonly at: number },
): Problem {
  return {
    code: "slo/moved-alias",
    what: `in the order of OpenSLO's keys *${name} would stand before its anchor`,
    where: placeOf(file, at),
    why: "an alias stands for what was given its name above it",
    mend: `write out what *${name} stands for, here or where &${name} is`,
  };
}

function placeOf({ path, text }: SourceFile, at: number): Place {
  const lines = text.slice(0, at).split("\n");
  return { file: path, line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}
