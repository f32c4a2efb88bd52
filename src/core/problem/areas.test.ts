import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rules } from "../lint/rules.ts";
import { manifestCodes } from "../manifest/codes.ts";
import { areaOf } from "./areas.ts";

const root = join(import.meta.dirname, "..", "..", "..");

/** What looks like a code and is none: media types, protocols, paths, rows of the catalogue and units. */
const others = ["application", "http", "text", "bin", "examples", "assumed", "g", "kg", "t"];

/** Every text in the product that has the form of a code, whole or as the beginning of one that is put together. */
function codesInSource(): readonly string[] {
  const files = ["src", "lab"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
      .map((path) => readFileSync(join(root, folder, path), "utf8")),
  );
  const found = files.flatMap((text) =>
    [...text.matchAll(/["`]([a-z]+\/)(?:([a-z-]+)["`]|[a-z-]*\$\{)/g)].map(
      ([, area = "", name = "so-and-so"]) => `${area}${name}`,
    ),
  );
  return [...new Set(found)].filter((code) => !others.some((other) => code.startsWith(`${other}/`)));
}

describe("the codes that the program can print", () => {
  it("are all explained: in general, or by their area", () => {
    const explained: readonly string[] = [...Object.keys(manifestCodes), ...rules.map((rule) => rule.code)];
    const codes = codesInSource();
    expect(codes.filter((code) => areaOf(code) === null && !explained.includes(code))).toEqual([]);
    expect(codes.length).toBeGreaterThan(80);
    expect(codes).toContain("drill/out-in-use");
  });

  it.each(["lab/none-runs", "store/in-use", "evidence/log-held", "cli/bad-port"])("tell about %s", (code) => {
    expect(areaOf(code)?.manual).toMatch(/^docs\/manual\/\w+\.md$/);
  });

  it.each(["lab", "lab/", "nowhere/none-runs", "constructor/x", "rto"])("do not begin like %s", (text) => {
    expect(areaOf(text)).toBeNull();
  });

  it("name pages of the manual that are there", () => {
    const pages = [...new Set(codesInSource().flatMap((code) => areaOf(code)?.manual ?? []))];
    for (const page of pages) expect(readFileSync(join(root, page), "utf8").length).toBeGreaterThan(100);
  });
});
