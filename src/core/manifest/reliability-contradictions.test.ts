import { describe, expect, it } from "vitest";
import { accepted, problemsWith, type Refusal } from "../../../test/sample-workspace.ts";

const cases: readonly Refusal[] = [
  [
    "a row and a figure of one's own",
    [["other-model", "{ catalogue: gpu/sample }", "{ catalogue: gpu/sample, mttr: 1 h }"]],
    {
      at: "other-model.yaml:9:12",
      what: 'Component "other-model": spec.failure names a row of the catalogue and says mttr itself',
      mend: "keep one of the two",
    },
  ],
  [
    "nothing of how often",
    [["database", "{ mtbf: 90 d, mttr: 1 h }", "{ mttr: 1 h }"]],
    {
      at: "database.yaml:11:12",
      what: 'Component "database": spec.failure does not say how often it fails',
      mend: "write mttr and one of mtbf, perYear and availability, or a row: catalogue",
    },
  ],
  [
    "nothing of how long",
    [["database", "{ mtbf: 90 d, mttr: 1 h }", "{ mtbf: 90 d }"]],
    {
      at: "database.yaml:11:12",
      what: 'Component "database": spec.failure does not say how long until it works again',
      mend: "write mttr and one of mtbf, perYear and availability, or a row: catalogue",
    },
  ],
  [
    "nothing at all",
    [["database", "{ mtbf: 90 d, mttr: 1 h }", "{}"]],
    {
      at: "database.yaml:11:12",
      what: 'Component "database": spec.failure does not say how often it fails',
      mend: "write mttr and one of mtbf, perYear and availability, or a row: catalogue",
    },
  ],
  [
    "how often, said twice",
    [["database", "{ mtbf: 90 d, mttr: 1 h }", "{ mtbf: 90 d, perYear: 4, mttr: 1 h }"]],
    {
      at: "database.yaml:11:12",
      what: 'Component "database": spec.failure says how often it fails 2 times: mtbf and perYear',
      mend: "write mttr and one of mtbf, perYear and availability, or a row: catalogue",
    },
  ],
  [
    "how often, said three times",
    [["database", "{ mtbf: 90 d, mttr: 1 h }", "{ mtbf: 90 d, perYear: 4, availability: 99 %, mttr: 1 h }"]],
    {
      at: "database.yaml:11:12",
      what: 'Component "database": spec.failure says how often it fails 3 times: mtbf and perYear and availability',
      mend: "write mttr and one of mtbf, perYear and availability, or a row: catalogue",
    },
  ],
  [
    "a working time of nothing",
    [["database", "mtbf: 90 d", "mtbf: 0 d"]],
    {
      at: "database.yaml:11:20",
      what: 'Component "database": spec.failure.mtbf is 0 s: it fails without end, or never',
      mend: "write the mean time that it works between two failures",
    },
  ],
  [
    "a rate of nothing",
    [["database", "mtbf: 90 d", "perYear: 0"]],
    {
      at: "database.yaml:11:23",
      what: 'Component "database": spec.failure.perYear is 0: it never fails',
      mend: "write how often, however rarely; or leave failure out",
    },
  ],
  [
    "repairs that fill the year",
    [["database", "mtbf: 90 d", "perYear: 8760"]],
    {
      at: "database.yaml:11:23",
      what: 'Component "database": spec.failure.perYear leaves no time to work in: its repairs fill the year',
      mend: "lower perYear or mttr",
    },
  ],
  [
    "what is always up",
    [["database", "mtbf: 90 d", "availability: 100 %"]],
    {
      at: "database.yaml:11:28",
      what: 'Component "database": spec.failure.availability is 100 %: it fails without end, or never',
      mend: "write a share between 0 % and 100 %, such as 99.9 %",
    },
  ],
  [
    "what is never up",
    [["database", "mtbf: 90 d", "availability: 0 %"]],
    {
      at: "database.yaml:11:28",
      what: 'Component "database": spec.failure.availability is 0 %: it fails without end, or never',
      mend: "write a share between 0 % and 100 %, such as 99.9 %",
    },
  ],
  [
    "a share of time, lost in no time",
    [["database", "mtbf: 90 d, mttr: 1 h", "availability: 99 %, mttr: 0 s"]],
    {
      at: "database.yaml:11:40",
      what: 'Component "database": spec.failure.mttr is 0 s, and a share of time lost says nothing of how often',
      mend: "write how long it is gone each time",
    },
  ],
  [
    "an error factor below certainty",
    [["database", "mttr: 1 h", "mttr: 1 h, errorFactor: 0.5"]],
    {
      at: "database.yaml:11:50",
      what: 'Component "database": spec.failure.errorFactor is 0.5: the 95th percentile lies below the median',
      mend: "write at least 1; 1 is certain",
    },
  ],
  [
    "a spread of repairs that are fixed",
    [["database", "mttr: 1 h", "mttr: 1 h, repair: fixed, repairSigma: 1"]],
    {
      at: "database.yaml:11:65",
      what: 'Component "database": spec.failure.repairSigma is set, and the repair time is not log-normal',
      mend: "write repair: log-normal, or delete it",
    },
  ],
  [
    "a spread of repairs of which nothing is said",
    [["database", "mttr: 1 h", "mttr: 1 h, repairSigma: 1"]],
    {
      at: "database.yaml:11:50",
      what: 'Component "database": spec.failure.repairSigma is set, and the repair time is not log-normal',
      mend: "write repair: log-normal, or delete it",
    },
  ],
  [
    "figures of a place",
    [["gateway", "{ region: east, zones: [a, b],", "{ region: east, failure: {}, zones: [a, b],"]],
    {
      at: "gateway.yaml:8:32",
      what: 'Component "gateway": spec.placements[0].failure does not say how often it fails',
      mend: "write mttr and one of mtbf, perYear and availability, or a row: catalogue",
    },
  ],
  [
    "figures of a region",
    [["platform", "{ name: central, provider: two }", "{ name: central, provider: two, failure: {} }"]],
    {
      at: "platform.yaml:8:48",
      what: 'Platform "shop": spec.regions[2].failure does not say how often it fails',
      mend: "write mttr and one of mtbf, perYear and availability, or a row: catalogue",
    },
  ],
  [
    "figures of a zone",
    [["platform", "{ name: central, provider: two }", "{ name: central, provider: two, zoneFailure: {} }"]],
    {
      at: "platform.yaml:8:52",
      what: 'Platform "shop": spec.regions[2].zoneFailure does not say how often it fails',
      mend: "write mttr and one of mtbf, perYear and availability, or a row: catalogue",
    },
  ],
  [
    "figures of a fate",
    [["platform", "stops: recovery }", "stops: recovery, failure: {} }"]],
    {
      at: "platform.yaml:13:96",
      what: 'Platform "shop": spec.fates[0].failure does not say how often it fails',
      mend: "write mttr and one of mtbf, perYear and availability, or a row: catalogue",
    },
  ],
];

describe("figures of failure are refused for", () => {
  it.each(cases)("%s", (_, changes, told) => {
    expect(problemsWith(...changes)).toEqual([{ code: "manifest/contradiction", ...told }]);
  });
});

const fine = accepted(
  [
    "a row, and how well it is known",
    ["other-model", "catalogue: gpu/sample", "catalogue: gpu/sample, errorFactor: 1"],
  ],
  [
    "a rate, and a repair that spreads",
    ["database", "mtbf: 90 d", "perYear: 4, repair: log-normal, repairSigma: 0"],
  ],
  ["repairs that nearly fill the year", ["database", "mtbf: 90 d", "perYear: 8759"]],
  ["a share of time", ["database", "mtbf: 90 d", "availability: 99.999 %"]],
  ["a repair that takes no time", ["database", "mttr: 1 h", "mttr: 0 s"]],
);

describe("figures of failure are read with", () => {
  it.each(fine)("%s", (_, changes) => {
    expect(problemsWith(...changes)).toEqual([]);
  });
});
