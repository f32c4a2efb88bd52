import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { holdfast, projectRoot } from "../built-program.ts";

describe("holdfast schema", () => {
  it("prints the schema that comes with the manual", () => {
    const manual = readFileSync(join(projectRoot, "docs", "manual", "manifest.schema.json"), "utf8");
    expect(holdfast(["schema"])).toEqual({ status: 0, out: manual, err: "" });
  });

  it("prints the schema of one kind", () => {
    const schema = JSON.parse(holdfast(["schema", "Drill"]).out) as { properties: { kind: unknown } };
    expect(schema.properties.kind).toMatchObject({ const: "Drill" });
  });

  it("guesses a kind that was mistyped", () => {
    const { status, err } = holdfast(["schema", "Dril"]);
    expect(status).toBe(1);
    expect(err).toContain('did you mean "Drill"?');
  });
});
