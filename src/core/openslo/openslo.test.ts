import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ratio, read, spec } from "../../../test/openslo-documents.ts";
import { readOpenSlo } from "./openslo.ts";

const cases = join(import.meta.dirname, "..", "..", "..", "..", "shared", "cases", "openslo");

function caseRows(): readonly (readonly string[])[] {
  if (!existsSync(cases)) return [];
  const [, ...lines] = readFileSync(join(cases, "expected.tsv"), "utf8").trimEnd().split("\n");
  return lines.map((line) => line.split("\t"));
}

const skipped = existsSync(cases) ? "" : " (skipped: the folder shared/cases is not beside the project)";

describe.skipIf(!existsSync(cases))(`documents of the OpenSLO project${skipped}`, () => {
  it.each(caseRows())(
    "%s, document %s (%s) is %s: %s",
    (...[file = "", document = "", kind = "", verdict = "", , version = ""]) => {
      const text = readFileSync(join(cases, file), "utf8");
      const read = readOpenSlo({ path: file, text }, "strict")[Number(document)];
      expect(read?.problems.length === 0 ? "valid" : "invalid", JSON.stringify(read?.problems)).toBe(verdict);
      expect(read).toMatchObject({ kind, apiVersion: version });
    },
  );
});

describe("a key that stands twice", () => {
  const service = (name: string): string =>
    `apiVersion: openslo/v1\nkind: Service\nmetadata: { name: ${name} }\n`;
  const verdicts = (text: string): unknown =>
    readOpenSlo({ path: "slo.yaml", text }, "strict").map(({ index, name, problems }) => [
      ...[index, name],
      problems.map(({ where }) => where?.line),
    ]);

  it("makes the document invalid that it stands in, and no other", () => {
    const text = `${service("a")}---\n${service("b")}kind: Service\n---\n${service("c")}`;
    expect(verdicts(text)).toEqual([
      [0, "a", []],
      [1, "b", [8]],
      [2, "c", []],
    ]);
  });

  it("does so in a list of documents too", () => {
    const item = (text: string): string => text.replaceAll(/^/gm, "  ").replace(/^ /, "-").trimEnd();
    const items = [service("a"), `${service("b")}kind: Service\n`, service("c")].map(item);
    expect(verdicts(`${items.join("\n")}\n`)).toEqual([
      [0, "a", []],
      [1, "b", [7]],
      [2, "c", []],
    ]);
  });

  it("is told of text that cannot be read as a document of its own", () => {
    const text = `${service("a")}---\nkind: a\nkind: b\n\tx: [\n`;
    expect(verdicts(text)).toEqual([
      [0, "a", []],
      [1, null, [6]],
      [2, null, [7]],
    ]);
  });
});

describe("a lenient reading", () => {
  it("takes what the prose allows, and warns of each", () => {
    const document = {
      apiVersion: "openslo/v1",
      kind: "SLO",
      metadata: { name: "Chat" },
      spec: {
        service: "chat",
        indicator: ratio,
        objectives: [{ target: 0.9, op: "gt", timeSliceWindow: 5 }],
      },
    };
    const { problems, warnings, value } = read(document, "lenient");
    expect(problems).toEqual([]);
    expect(warnings.map(({ where, mend }) => [where === null, mend])).toEqual([
      [false, "write name: chat"],
      [false, "write timeWindow: [{ duration: 4w, isRolling: true }]"],
      [false, "write budgetingMethod: Occurrences"],
      [false, "delete op"],
      [false, "write timeSliceWindow: 5m"],
    ]);
    expect(value).toMatchObject({
      metadata: { name: "chat" },
      spec: { budgetingMethod: "Occurrences", objectives: [{ target: 0.9, timeSliceWindow: "5m" }] },
    });
    expect(read(document, "strict").problems.length).toBeGreaterThan(3);
  });

  it("refuses what the prose refuses too", () => {
    const document = {
      apiVersion: "openslo/v1",
      kind: "SLO",
      metadata: { name: "x" },
      spec: { ...spec, objectives: [{ target: 1 }] },
    };
    expect(read(document, "lenient").problems).toHaveLength(1);
  });
});

describe("a file", () => {
  it("may hold documents, lists of them and nothing", () => {
    const text =
      "---\n---\n- apiVersion: openslo/v1\n  kind: Service\n  metadata: { name: a }\n- 7\n---\nkind: Nothing\n";
    const all = readOpenSlo({ path: "all.yaml", text }, "strict");
    expect(all.map(({ index, kind, problems }) => [index, kind, problems.map(({ code }) => code)])).toEqual([
      [0, "Service", []],
      [1, null, ["manifest/not-a-map"]],
      [2, "Nothing", ["manifest/missing-api-version"]],
    ]);
    expect(all[1]?.problems[0]?.where).toEqual({ file: "all.yaml", line: 6, column: 3 });
  });

  it("that is no YAML is told as a document that cannot be read", () => {
    const [only] = readOpenSlo({ path: "bad.yaml", text: "a: [" }, "strict");
    expect(only).toMatchObject({ kind: null, problems: [{ code: "manifest/unreadable-yaml" }] });
  });
});
