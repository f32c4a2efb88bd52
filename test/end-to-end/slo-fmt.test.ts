import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { holdfast } from "../built-program.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-slo-fmt-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function textOf(name: string): string {
  return readFileSync(join(folder, name), "utf8");
}

const shuffled = `kind: Service # what it is
metadata: { displayName: Chat, name: chat }
# of the version
apiVersion: openslo/v1
`;
const canonical = `# of the version
apiVersion: openslo/v1
kind: Service # what it is
metadata: { name: chat, displayName: Chat }
`;
const manifest = "kind:   Nothing\napiVersion: holdfast/v1alpha1\n";
const broken = "apiVersion: openslo/v1\n? kind\n- Service\n";

describe("holdfast slo fmt", () => {
  it("prints one file in canonical form, and leaves it as it is", () => {
    const file = written("a.yaml", shuffled);
    expect(holdfast(["slo", "fmt", file])).toEqual({ status: 0, out: canonical, err: "" });
    expect(textOf("a.yaml")).toBe(shuffled);
    written("b.yaml", manifest);
    expect(holdfast(["slo", "fmt", folder])).toMatchObject({ status: 0, out: canonical });
    written("c.json", '{ "kind": "Service", "apiVersion": "openslo/v1" }');
    const { status, out, err } = holdfast(["slo", "fmt", folder]);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain("cli/several-files");
    expect(err).toContain("2 files with OpenSLO documents");
  });

  it("prints a file with line ends of another system as text of this one, and keeps them in place", () => {
    const file = written("a.yaml", shuffled.replaceAll("\n", "\r\n"));
    expect(holdfast(["slo", "fmt", file])).toEqual({ status: 0, out: canonical, err: "" });
    expect(holdfast(["slo", "fmt", "--write", file]).status).toBe(0);
    expect(textOf("a.yaml")).toBe(canonical.replaceAll("\n", "\r\n"));
  });

  it("rewrites the files that change, with the rights they have, and what a link leads to", () => {
    mkdirSync(join(folder, "slos"));
    mkdirSync(join(folder, "elsewhere"));
    const [a, b] = [written("slos/a.yaml", shuffled), written("slos/b.yaml", canonical)];
    written("slos/c.yaml", manifest);
    const target = written("elsewhere/target.yaml", shuffled);
    symlinkSync("../elsewhere/target.yaml", join(folder, "slos/link.yaml"));
    chmodSync(a, 0o640);
    chmodSync(target, 0o600);
    const before = statSync(b);
    const slos = join(folder, "slos");
    expect(holdfast(["slo", "fmt", "--write", slos])).toEqual({
      status: 0,
      out: `${a}\n${join(slos, "link.yaml")}\n`,
      err: "3 files, 2 rewritten\n",
    });
    expect([textOf("slos/a.yaml"), textOf("elsewhere/target.yaml")]).toEqual([canonical, canonical]);
    expect([textOf("slos/b.yaml"), textOf("slos/c.yaml")]).toEqual([canonical, manifest]);
    expect([statSync(a).mode & 0o777, statSync(target).mode & 0o777]).toEqual([0o640, 0o600]);
    expect(lstatSync(join(slos, "link.yaml")).isSymbolicLink()).toBe(true);
    expect([statSync(b).ino, statSync(b).mtimeMs]).toEqual([before.ino, before.mtimeMs]);
    expect([...readdirSync(slos), ...readdirSync(join(folder, "elsewhere"))]).toEqual([
      ...["a.yaml", "b.yaml", "c.yaml", "link.yaml"],
      "target.yaml",
    ]);
    expect(holdfast(["slo", "fmt", "--write", slos])).toEqual({
      status: 0,
      out: "",
      err: "3 files, 0 rewritten\n",
    });
  });

  it("lists the files that are not in canonical form where it checks, and answers 2", () => {
    const file = written("a.yaml", shuffled);
    written("b.yaml", canonical);
    const { status, out, err } = holdfast(["slo", "fmt", "--check", folder]);
    expect({ status, out }).toEqual({ status: 2, out: `${file}\n` });
    expect(err).toContain("not fine: 2 files, 1 not in canonical form\n");
    expect(err).toContain("holdfast slo fmt --write FILE");
    expect(textOf("a.yaml")).toBe(shuffled);
    const fine = holdfast(["slo", "fmt", "--check", join(folder, "b.yaml"), "examples/slos"]);
    expect(fine).toMatchObject({ status: 0, out: "" });
    expect(fine.err).toMatch(/^fine: \d+ files, all in canonical form\n$/);
  });

  it.each([
    [[], 0, true, shuffled],
    [["--check"], 2, false, shuffled],
    [["--write"], 0, true, canonical],
  ])(
    "tells programs of each file, and nothing else on standard output: %s",
    (...[options, status, ok, left]) => {
      const [a, b] = [written("a.yaml", shuffled), written("b.yaml", canonical)];
      const answered = holdfast(["slo", "fmt", "--json", ...options, folder]);
      expect(answered).toMatchObject({ status, err: "" });
      expect(JSON.parse(answered.out)).toEqual({
        formatVersion: 1,
        ok,
        files: [
          { file: a, changed: true },
          { file: b, changed: false },
        ],
      });
      expect(textOf("a.yaml")).toBe(left);
    },
  );

  it("writes nothing where one of the files cannot be read, and says where", () => {
    written("a.yaml", shuffled);
    const file = written("b.yaml", broken);
    const { status, out, err } = holdfast(["slo", "fmt", "--write", folder]);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain(`${file}:3:1`);
    expect(err).toContain("> 3 | - Service");
    expect(err).toContain("1 problem\n");
    expect(textOf("a.yaml")).toBe(shuffled);
    const { out: told } = holdfast(["slo", "fmt", "--json", "--write", folder]);
    expect(JSON.parse(told)).toMatchObject({
      ok: false,
      problems: [{ where: { file, line: 3, column: 1 } }],
    });
    expect(holdfast(["slo", "validate", file])).toMatchObject({ status: 2 });
  });

  it.each([
    [["--write", "--check"], "cli/contradiction"],
    [[], "workspace/no-such-file"],
  ])("refuses %s and a file that is not there", (options, code) => {
    const { status, out, err } = holdfast(["slo", "fmt", ...options, join(folder, "gone.yaml")]);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain(code);
  });

  it("says where no OpenSLO document is", () => {
    const { status, err } = holdfast(["slo", "fmt", "--check", written("a.yaml", manifest)]);
    expect(status).toBe(1);
    expect(err).toContain("slo/no-document");
  });

  it("finds what `slo import` prints in canonical form already", () => {
    const spec = `version: prometheus/v1
service: chat
slos:
  - name: answers
    objective: 99.9
    sli: { events: { error_query: "sum(rate(a[{{.window}}]))", total_query: "sum(rate(b[{{.window}}]))" } }
`;
    const { out } = holdfast(["slo", "import", written("sloth.yaml", spec)]);
    expect(holdfast(["slo", "fmt", written("slos.txt", out)])).toEqual({ status: 0, out, err: "" });
  });
});

describe("holdfast slo rules --out", () => {
  it("keeps the rights of the file, and writes what a link leads to", () => {
    const target = written("target.yaml", "old\n");
    chmodSync(target, 0o640);
    symlinkSync("target.yaml", join(folder, "rules.yaml"));
    const made = holdfast(["slo", "rules", "examples/slos", "--out", join(folder, "rules.yaml")]);
    expect(made).toMatchObject({ status: 0 });
    expect(lstatSync(join(folder, "rules.yaml")).isSymbolicLink()).toBe(true);
    expect(statSync(target).mode & 0o777).toBe(0o640);
    expect(textOf("target.yaml")).toMatch(/^groups:\n/);
  });
});
