import { describe, expect, it } from "vitest";
import { optionsOf } from "./options.ts";

describe("the options of a bench", () => {
  it("measure each part of the failover bench twenty times, and load the cores for ten minutes, unless told otherwise", () => {
    expect(optionsOf(["failover"])).toEqual({
      bench: "failover",
      runs: 20,
      parts: ["kill", "freeze", "load"],
      loadMinutes: 10,
      seeds: 2_000,
      isJson: false,
    });
  });

  it("narrow the failover bench to one part", () => {
    expect(optionsOf(["failover", "--only", "freeze", "--runs", "3"])).toMatchObject({
      parts: ["freeze"],
      runs: 3,
    });
  });

  it.each([
    ["no bench", []],
    ["an unknown bench", ["etcd"]],
    ["two benches", ["cli", "simulation"]],
    ["an unknown option", ["cli", "--fast"]],
    ["a part that is none", ["failover", "--only", "flood"]],
    ["no runs at all", ["failover", "--runs", "0"]],
    ["a number that is none", ["simulation", "--seeds", "many"]],
    ["a load of no length", ["failover", "--load-minutes", "0"]],
  ])("make no sense with %s", (_, args) => {
    expect(optionsOf(args)).toBeNull();
  });
});
