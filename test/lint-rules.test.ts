import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { projectRoot } from "./built-program.ts";
import { plantedTree } from "./planted-tree.ts";

interface Mistake {
  readonly path: string;
  readonly rule: string;
  readonly text: string;
}

const inCore = "src/core/failover";
const union = 'export type Case = { readonly kind: "a" } | { readonly kind: "b" };\n';

/** Each file holds one mistake, and nothing else that a rule speaks against. */
const mistakes: readonly Mistake[] = [
  {
    path: `${inCore}/reads-clock.ts`,
    rule: "no-restricted-syntax",
    text: "export const startedAt: number = Date.now();\n",
  },
  {
    path: `${inCore}/makes-date.ts`,
    rule: "no-restricted-syntax",
    text: "export const startedAt: Date = new Date();\n",
  },
  {
    path: `${inCore}/throws-dice.ts`,
    rule: "no-restricted-syntax",
    text: "export const chance: number = Math.random();\n",
  },
  {
    path: `${inCore}/waits.ts`,
    rule: "no-restricted-globals",
    text: "export function wait(then: () => void): void {\n  setTimeout(then, 1);\n}\n",
  },
  {
    path: `${inCore}/reads-surroundings.ts`,
    rule: "no-restricted-globals",
    text: 'export const home: string | undefined = process.env["HOME"];\n',
  },
  {
    path: `${inCore}/measures.ts`,
    rule: "no-restricted-globals",
    text: "export const nowMs: number = performance.now();\n",
  },
  {
    path: "src/runtime/puts-unguarded.ts",
    rule: "no-restricted-syntax",
    text: "export function keep(store: { put(key: string): void }): void {\n  store.put('reign');\n}\n",
  },
  {
    path: "src/runtime/loose.ts",
    rule: "@typescript-eslint/no-explicit-any",
    text: "export type Loose = any;\n",
  },
  {
    path: "src/runtime/floats.ts",
    rule: "@typescript-eslint/no-floating-promises",
    text: "export function go(): void {\n  Promise.resolve(1);\n}\n",
  },
  {
    path: "src/runtime/forgets-a-case.ts",
    rule: "@typescript-eslint/switch-exhaustiveness-check",
    text: `${union}export function isA(given: Case): boolean {\n  switch (given.kind) {\n    case "a":\n      return true;\n  }\n  return false;\n}\n`,
  },
  {
    path: "src/runtime/asserts.ts",
    rule: "@typescript-eslint/no-non-null-assertion",
    text: "export function first(of: readonly string[]): string {\n  return of[0]!;\n}\n",
  },
  {
    path: "src/runtime/half-true.ts",
    rule: "@typescript-eslint/strict-boolean-expressions",
    text: 'export function isNamed(name: string | null): string {\n  return name ? "yes" : "no";\n}\n',
  },
  {
    path: "src/runtime/takes-four.ts",
    rule: "max-params",
    text: "export function sum(a: number, b: number, c: number, d: number): number {\n  return a + b + c + d;\n}\n",
  },
  {
    path: "src/runtime/long.ts",
    rule: "max-lines-per-function",
    text: `export function long(): number {\n  let sum = 0;\n${"  sum += 1;\n".repeat(70)}  return sum;\n}\n`,
  },
  {
    path: "src/runtime/very-long.ts",
    rule: "max-lines",
    text: Array.from({ length: 401 }, (_, at) => `export const line${at} = ${at};\n`).join(""),
  },
  {
    path: "src/runtime/talks.ts",
    rule: "no-console",
    text: 'export function talk(): void {\n  console.log("hello");\n}\n',
  },
];

/** What the runtime may do and core may not. */
const allowed: Readonly<Record<string, string>> = {
  "src/runtime/clock.ts": "export function nowMs(): number {\n  return Date.now() + performance.now();\n}\n",
  "src/core/failover/rehearsed.test.ts": "export const startedAt: number = Date.now();\n",
};

interface LintedFile {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null }[];
}

it("the linter finds each planted mistake by its own rule, and nothing in what is allowed", async () => {
  const tree = await plantedTree({
    ...allowed,
    ...Object.fromEntries(mistakes.map(({ path, text }) => [path, text])),
  });
  try {
    const { stdout } = await promisify(execFile)(
      join(projectRoot, "node_modules", ".bin", "eslint"),
      ["src", "--format", "json"],
      { cwd: tree.root, maxBuffer: 64 * 1024 * 1024 },
    ).catch((error: unknown) => error as { readonly stdout: string });
    const found = (JSON.parse(stdout) as readonly LintedFile[]).flatMap(({ filePath, messages }) =>
      messages.map(({ ruleId }) => `${filePath.slice(tree.root.length + 1)}: ${ruleId ?? "not readable"}`),
    );
    expect(found.sort()).toEqual(mistakes.map(({ path, rule }) => `${path}: ${rule}`).sort());
  } finally {
    await tree.remove();
  }
});
