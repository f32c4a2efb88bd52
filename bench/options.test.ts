import { describe, expect, it } from "vitest";
import { requestOf, usage } from "./options.ts";

describe("the options of a bench", () => {
  it("measure each part of the failover bench twenty times, and load the cores for ten minutes, unless told otherwise", () => {
    expect(requestOf(["failover"])).toEqual({
      kind: "bench",
      options: {
        bench: "failover",
        runs: 20,
        parts: ["kill", "freeze", "load", "requests", "rest"],
        loadMinutes: 10,
        peerRuns: null,
        system: "",
        seeds: 2_000,
        models: null,
        cpuSecondsMax: 60,
        isJson: false,
      },
    });
  });

  it("name a folder of fault trees, and how long SCRAM may take for one", () => {
    expect(
      requestOf(["fault-trees", "--models", "trees", "--cpu-seconds", "9", "--runs", "3"]),
    ).toMatchObject({
      options: { bench: "fault-trees", models: "trees", cpuSecondsMax: 9, runs: 3 },
    });
  });

  it("narrow the failover bench to one part", () => {
    expect(requestOf(["failover", "--only", "freeze", "--runs", "3"])).toMatchObject({
      options: { parts: ["freeze"], runs: 3 },
    });
  });

  it("measure Patroni beside it as often as wanted, and three times where nobody says", () => {
    expect(requestOf(["failover", "--peers"])).toMatchObject({ options: { peerRuns: 3 } });
    expect(requestOf(["failover", "--peers", "--peer-runs", "5"])).toMatchObject({
      options: { peerRuns: 5 },
    });
  });

  it("measure one of the systems alone", () => {
    expect(requestOf(["failover", "--peers", "--system", "asynchronous"])).toMatchObject({
      options: { system: "asynchronous" },
    });
  });

  it("measure the simulation of fault graphs as often as wanted", () => {
    expect(requestOf(["simulate", "--runs", "5"])).toMatchObject({ options: { bench: "simulate", runs: 5 } });
  });

  it.each<[string, readonly string[], string]>([
    ["no bench", [], "no bench is named"],
    ["an unknown bench", ["failovr"], 'there is no bench "failovr": did you mean "failover"?'],
    ["a bench like none", ["etcd"], 'there is no bench "etcd"'],
    ["two benches", ["cli", "simulation"], 'one bench at a time: "simulation" is one more'],
    ["an unknown option", ["cli", "--fast"], "Unknown option '--fast'"],
    ["an option without its value", ["cli", "--runs"], "--runs"],
    ["a part that is none", ["failover", "--only", "flood"], '--only is "flood", which is no part'],
    ["a part of another bench", ["cli", "--only", "kill"], "--only is of the failover bench, and not of cli"],
    ["peers of another bench", ["slo", "--peers"], "--peers is of the failover bench, and not of slo"],
    ["peers and a part", ["failover", "--peers", "--only", "kill"], "--peers takes the place of parts"],
    ["no runs at all", ["failover", "--runs", "0"], '--runs is "0", which is no whole number above 0'],
    ["no runs of a peer", ["failover", "--peers", "--peer-runs", "0"], '--peer-runs is "0", which is no'],
    ["a number that is none", ["simulation", "--seeds", "many"], '--seeds is "many", which is no whole'],
    ["a load of no length", ["failover", "--load-minutes", "0"], '--load-minutes is "0", which is no number'],
    ["a load without end", ["failover", "--load-minutes", "Infinity"], '--load-minutes is "Infinity"'],
  ])("make no sense with %s, and what is wrong is said", (_, args, what) => {
    const request = requestOf(args);
    expect(request.kind === "wrong" ? request.what : request.kind).toContain(what);
  });

  it("may ask for help, which fits a terminal", () => {
    expect(requestOf(["--help"])).toEqual({ kind: "help" });
    expect(usage.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });
});
