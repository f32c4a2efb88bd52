import { describe, expect, it } from "vitest";
import { accepted, problemsWith, type Refusal } from "../../../test/sample-workspace.ts";

const cases: readonly Refusal[] = [
  [
    "more required than there are",
    [["model", "required: 3", "required: 5"]],
    {
      at: "model.yaml:8:46",
      what: 'Component "model": spec.placements[0].required is 5, which is more than its 4 replicas',
      mend: "write at most 4, or raise replicas",
    },
  ],
  [
    "a machine that draws more idle than busy",
    [["model", "machine: cloud/gpu", "power: { idle: 900 W, busy: 300 W }"]],
    {
      at: "model.yaml:8:56",
      what: 'Component "model": spec.placements[0].power is 900 W idle and 300 W busy',
      mend: "write the smaller one as idle",
    },
  ],
  [
    "maintenance of a place that never ends",
    [["model", "machine: cloud/gpu", "maintenance: { every: 1 d, lasts: 2 d, first: 1 h }"]],
    {
      at: "model.yaml:8:83",
      what: 'Component "model": spec.placements[0].maintenance.lasts is 2 d, and the next begins 1 d after it has begun',
      mend: "let it end before the next begins: shorten lasts, or lengthen every",
    },
  ],
  [
    "reserved capacity that may not be there",
    [["model", "machine: cloud/gpu", "capacity: reserved, capacityLikelihood: 90 %"]],
    {
      at: "model.yaml:8:89",
      what: 'Component "model": spec.placements[0].capacityLikelihood is below 100 %, and the capacity is reserved',
      mend: "delete it, or write capacity: quota or best-effort",
    },
  ],
  [
    "more confirmations than other places",
    [["database", "confirmations: 1", "confirmations: 3"]],
    {
      at: "database.yaml:12:52",
      what: 'Component "database": spec.replication.confirmations is 3, and there are 2 other places to confirm a write',
      mend: "write at most 2, or add places",
    },
  ],
  [
    "a confirmation where there is no other place",
    [["model", "  weights", "  replication: { mode: synchronous, confirmations: 1 }\n  weights"]],
    {
      at: "model.yaml:9:52",
      what: 'Component "model": spec.replication.confirmations is 1, and there are 0 other places to confirm a write',
      mend: "add a second place, or leave replication out",
    },
  ],
  [
    "more places required than it stands in",
    [["gateway", "  needs:", "  placesRequired: 3\n  needs:"]],
    {
      at: "gateway.yaml:10:19",
      what: 'Component "gateway": spec.placesRequired is 3, and it stands in 2 places',
      mend: "write at most 2, or add places",
    },
  ],
  [
    "a shard of more replicas than there are to choose from",
    [["gateway", "  needs:", "  shuffleShard: { size: 4, of: 3 }\n  needs:"]],
    {
      at: "gateway.yaml:10:25",
      what: 'Component "gateway": spec.shuffleShard.size is 4, more than the 3 that there are',
      mend: "write at most 3",
    },
  ],
  [
    "a choice of more replicas than there are",
    [["gateway", "  needs:", "  shuffleShard: { size: 2, of: 7 }\n  needs:"]],
    {
      at: "gateway.yaml:10:32",
      what: 'Component "gateway": spec.shuffleShard.of is 7, and its places have 6 replicas together',
      mend: "write at most 6, or add replicas",
    },
  ],
  [
    "a common cause that says nothing",
    [["gateway", "  needs:", "  commonCause: {}\n  needs:"]],
    {
      at: "gateway.yaml:10:16",
      what: 'Component "gateway": spec.commonCause says nothing',
      mend: "write one of beta and greekLetters",
    },
  ],
  [
    "a common cause said in two ways",
    [["gateway", "  needs:", "  commonCause: { beta: 5 %, greekLetters: [5 %] }\n  needs:"]],
    {
      at: "gateway.yaml:10:16",
      what: 'Component "gateway": spec.commonCause says both beta and greekLetters',
      mend: "write one of beta and greekLetters",
    },
  ],
  [
    "Greek letters for more replicas than can be told apart",
    [
      ["gateway", "  needs:", "  commonCause: { greekLetters: [5 %] }\n  needs:"],
      ["gateway", "east, zones: [a, b], replicas: 3", "east, zones: [a, b], replicas: 13"],
    ],
    {
      at: "gateway.yaml:10:32",
      what: 'Component "gateway": spec.commonCause.greekLetters tells each of 13 replicas apart, and more than 12 have too many sets that a cause may take',
      mend: "write beta, a cause that takes all of them",
    },
  ],
  [
    "as many Greek letters as replicas",
    [["gateway", "  needs:", "  commonCause: { greekLetters: [5 %, 30 %, 50 %] }\n  needs:"]],
    {
      at: "gateway.yaml:10:32",
      what: 'Component "gateway": spec.commonCause.greekLetters has 3 letters, and a place has 3 replicas',
      mend: "write at most 2 letters",
    },
  ],
  [
    "a fallback that is the thing itself",
    [["gateway", "fallbacks: [other-model]", "fallbacks: [model]"]],
    {
      at: "gateway.yaml:12:39",
      what: 'Component "gateway": spec.needs[1].fallbacks[0] is model, which cannot stand in for itself',
      mend: "name another component, or delete it",
    },
  ],
  [
    "a fallback to the one that asks",
    [["gateway", "fallbacks: [other-model]", "fallbacks: [gateway]"]],
    {
      at: "gateway.yaml:12:39",
      what: 'Component "gateway": spec.needs[1].fallbacks[0] is gateway, which cannot stand in for what it needs itself',
      mend: "name another component, or delete it",
    },
  ],
  [
    "a job of more nodes than a place has",
    [["job", "nodes: 8", "nodes: 9"]],
    {
      at: "job.yaml:11:17",
      what: 'Component "job": spec.job.nodes is 9, and a place has 8 replicas',
      mend: "write at most 8, or raise replicas",
    },
  ],
  [
    "checkpoints without time between them",
    [["job", "checkpointEvery: 30 min", "checkpointEvery: 0 s"]],
    {
      at: "job.yaml:11:37",
      what: 'Component "job": spec.job.checkpointEvery is 0 s: the job would do nothing but write them',
      mend: "write the computing time between two checkpoints",
    },
  ],
  [
    "a job that is always interrupted",
    [["job", "restart: 2 min", "restart: 2 min, measuredMtbf: 0 min"]],
    {
      at: "job.yaml:11:99",
      what: 'Component "job": spec.job.measuredMtbf is 0 s: the job would never compute',
      mend: "write the mean time between two interruptions, or delete it",
    },
  ],
  [
    "weights that never load",
    [["model", "bandwidth: 6 GB/s", "bandwidth: 0 GB/s"]],
    {
      at: "model.yaml:9:57",
      what: 'Component "model": spec.weights.bandwidth is 0 B/s: the weights would never be loaded',
      mend: "write how fast one replica loads them, or leave it out",
    },
  ],
  [
    "copies without time between them",
    [["job", "every: 1 h", "every: 0 s"]],
    {
      at: "job.yaml:10:41",
      what: 'Component "job": spec.replication.every is 0 s: the next copy begins before the first ends',
      mend: "write the time between two copies, or mode: asynchronous",
    },
  ],
  [
    "a place that is nowhere",
    [["store", "{ cell: cell-1, replicas: 2 }", "{ replicas: 2 }"]],
    {
      at: "store.yaml:8:7",
      what: 'Component "store": spec.placements[0] names neither a region nor a cell',
      mend: "add region: or cell:",
    },
  ],
  [
    "the same region twice",
    [["gateway", "{ region: west, zones", "{ region: east, zones"]],
    {
      at: "gateway.yaml:9:7",
      what: 'Component "gateway": spec.placements[1] says east again',
      mend: "add its replicas to the first, or name another place",
    },
  ],
  [
    "the same cell twice",
    [
      [
        "store",
        "{ cell: cell-2, replicas: 2 }",
        "{ cell: cell-2, replicas: 1 }\n    - { cell: cell-2, replicas: 1 }",
      ],
    ],
    {
      at: "store.yaml:10:7",
      what: 'Component "store": spec.placements[2] says cell-2 again',
      mend: "add its replicas to the first, or name another place",
    },
  ],
  [
    "a cell in a region that is not its own",
    [["store", "{ cell: cell-2, replicas", "{ cell: cell-2, region: east, replicas"]],
    {
      at: "store.yaml:9:31",
      what: 'Component "store": spec.placements[1].region is east, and cell-2 stands in west',
      mend: "delete region, or write west",
    },
  ],
  [
    "a zone of another region",
    [["gateway", "east, zones: [a, b]", "east, zones: [a, c]"]],
    {
      at: "gateway.yaml:8:34",
      what: 'Component "gateway": spec.placements[0].zones[1] is c, which is no zone of east',
      mend: "write one of a, b",
    },
  ],
  [
    "a zone of a region that tells none apart",
    [["database", "central, replicas: 1", "central, zones: [a], replicas: 1"]],
    {
      at: "database.yaml:10:34",
      what: 'Component "database": spec.placements[2].zones[0] is a, which is no zone of central',
      mend: "add zones to central",
    },
  ],
];

describe("a component is refused for", () => {
  it.each(cases)("%s", (_, changes, told) => {
    expect(problemsWith(...changes)).toEqual([{ code: "manifest/contradiction", ...told }]);
  });
});

const fine = accepted(
  ["as many required as there are", ["model", "required: 3", "required: 4"]],
  [
    "a machine that always draws the same",
    ["model", "machine: cloud/gpu", "power: { idle: 300 W, busy: 300 W }"],
  ],
  [
    "reserved capacity that is said to be certain",
    ["model", "machine: cloud/gpu", "capacityLikelihood: 100 %"],
  ],
  [
    "a quota that may not be there",
    ["other-model", "capacity: quota", "capacity: quota, capacityLikelihood: 90 %"],
  ],
  ["as many confirmations as other places", ["database", "confirmations: 1", "confirmations: 2"]],
  ["as many places required as it stands in", ["gateway", "  needs:", "  placesRequired: 2\n  needs:"]],
  ["a shard of all replicas", ["gateway", "  needs:", "  shuffleShard: { size: 6, of: 6 }\n  needs:"]],
  [
    "one Greek letter fewer than replicas",
    ["gateway", "  needs:", "  commonCause: { greekLetters: [5 %, 30 %] }\n  needs:"],
  ],
  [
    "a cell named with its own region",
    ["store", "{ cell: cell-2, replicas", "{ cell: cell-2, region: west, replicas"],
  ],
  [
    "a region beside a cell of it",
    [
      "store",
      "{ cell: cell-2, replicas: 2 }",
      "{ cell: cell-2, replicas: 2 }\n    - { region: west, replicas: 2 }",
    ],
  ],
);

describe("a component is read with", () => {
  it.each(fine)("%s", (_, changes) => {
    expect(problemsWith(...changes)).toEqual([]);
  });
});
