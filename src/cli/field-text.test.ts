import { describe, expect, it } from "vitest";
import { everyField, fieldsNamed } from "../core/manifest/json-schema.ts";
import { fieldText } from "./field-text.ts";

describe("a field for people", () => {
  it("fits 80 columns, whichever it is", () => {
    const told = everyField().map((field) => fieldText(field, 80));
    const long = told.flatMap((text) => text.split("\n")).filter((line) => line.length > 80);
    expect(long.filter((line) => !/\S{60}/.test(line))).toEqual([]);
    expect(told.length).toBeGreaterThan(100);
  });

  it("tells of steps which phase takes which keys", () => {
    const [field] = fieldsNamed("RecoveryPlan.spec.steps").found;
    const text = field === undefined ? "" : fieldText(field, 80);
    const flat = text.replaceAll(/\s+/g, " ");
    expect(flat).toMatch(/keys of fence: phase,[^:]* method/);
    expect(flat).toMatch(/keys of approve: phase,[^:]* people/);
    expect(flat).not.toMatch(/keys of fence: [^:]* people/);
  });
});
