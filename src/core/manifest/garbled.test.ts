import fc from "fast-check";
import { expect, it } from "vitest";
import { exampleFiles } from "../../../test/example-workspaces.ts";
import { shippedCatalogue } from "../../../test/shipped-catalogue.ts";
import type { SourceFile } from "./document.ts";
import { lint } from "../lint/lint.ts";
import { instantMs } from "../units/units.ts";
import { readWorkspace } from "./manifest.ts";

const example = exampleFiles("assistant");

/** What YAML means something by, and what a slip of the hand may leave. */
const oddities = [
  ...[
    "",
    "~",
    "{}",
    "[]",
    "&a [*a]",
    "*nope",
    "<<: *x",
    "? x",
    "- - -",
    "|",
    ">",
    "'",
    '"',
    "---",
    "...",
    "\t",
  ],
  ...["%YAML 9.9", "!!binary aGk=", '"\\u0000"', "__proto__: 1", "constructor", "{{ x }}", "\u{1F600}"],
  ...["-1", "1e400", ".nan", "0x10", "yes", "2024-01-01", "99.99 parsecs", "-5s", "1e999h", "9".repeat(400)],
];

interface Slip {
  readonly file: number;
  readonly line: number;
  readonly cut: number;
  readonly oddity: string;
  readonly kind: "delete" | "repeat" | "indent" | "cut" | "replace value" | "replace line";
}

const slip: fc.Arbitrary<Slip> = fc.record({
  file: fc.nat(),
  line: fc.nat(),
  cut: fc.nat(),
  oddity: fc.constantFrom(...oddities),
  kind: fc.constantFrom("delete", "repeat", "indent", "cut", "replace value", "replace line"),
});

function withSlip(
  files: readonly SourceFile[],
  { file, line, cut, oddity, kind }: Slip,
): readonly SourceFile[] {
  return files.map((source, index) => {
    if (index !== file % files.length) return source;
    const lines = source.text.split("\n");
    const at = line % lines.length;
    const text = lines[at] ?? "";
    const slipped = {
      delete: [],
      repeat: [text, text],
      indent: [`  ${text}`],
      cut: [text.slice(0, cut % (text.length + 1))],
      "replace value": [text.replace(/:.*$/, () => `: ${oddity}`)],
      "replace line": [oddity],
    }[kind];
    return { ...source, text: lines.toSpliced(at, 1, ...slipped).join("\n") };
  });
}

it("reads a garbled workspace or says what is wrong with it, each time with a place and a way out", () => {
  let refused = 0;
  fc.assert(
    fc.property(fc.array(slip, { minLength: 1, maxLength: 3 }), (slips) => {
      const read = readWorkspace(slips.reduce(withSlip, example), shippedCatalogue);
      if (read.ok) {
        lint(read.value.model, { locate: read.value.locate, now: instantMs(0) });
        return;
      }
      refused += 1;
      for (const { what, where, mend } of read.problems) {
        expect(what).not.toBe("");
        expect(mend).not.toBe("");
        const text = example.find(({ path }) => path === where?.file);
        expect(text).toBeDefined();
      }
    }),
    { numRuns: 120 },
  );
  expect(refused).toBeGreaterThan(30);
});
