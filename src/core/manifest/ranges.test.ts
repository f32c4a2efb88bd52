import { describe, expect, it } from "vitest";
import { problemsWith, type Refusal, type Told } from "../../../test/sample-workspace.ts";

const cases: readonly Refusal<keyof Told>[] = [
  [
    "a share of the users above all",
    [["platform", "share: 60 %", "share: 160 %"]],
    {
      code: "manifest/impossible-quantity",
      at: "platform.yaml:11:44",
      what: 'Platform "shop": spec.cells[1].share is "160 %", which is above 100 %',
      mend: "write a share, such as 5 %",
    },
  ],
  [
    "a budget by the hour",
    [["platform", "9000 USD/month", "9000 USD/h"]],
    {
      code: "manifest/impossible-quantity",
      at: "platform.yaml:14:20",
      what: 'Platform "shop": spec.budgets.cost is "9000 USD/h", which has the unit "USD/h", not one of USD/month, EUR/month and so on',
      mend: "write a price per month, such as 90000 USD/month",
    },
  ],
  [
    "a budget without its currency",
    [["platform", "9000 USD/month", "9000 /month"]],
    {
      code: "manifest/impossible-quantity",
      at: "platform.yaml:14:20",
      what: 'Platform "shop": spec.budgets.cost is "9000 /month", which has the unit "/month", not one of USD/month, EUR/month and so on',
      mend: "write a price per month, such as 90000 USD/month",
    },
  ],
  [
    "emissions in money",
    [["platform", "budgets: { cost: 9000 USD/month }", "budgets: { carbon: 90 USD/month }"]],
    {
      code: "manifest/impossible-quantity",
      at: "platform.yaml:14:22",
      what: 'Platform "shop": spec.budgets.carbon is "90 USD/month", which has the unit "USD/month", not one of g/month, kg/month, t/month',
      mend: "write an emission per month, such as 20 t/month",
    },
  ],
  [
    "a row that is none",
    [["platform", "location: cloud/north", "location: Cloud North"]],
    {
      code: "manifest/bad-name",
      at: "platform.yaml:6:61",
      what: 'Platform "shop": spec.regions[0].location is "Cloud North", which is the id of no row',
      mend: "write the id of a row of the catalogue, such as aws/us-east-1",
    },
  ],
  [
    "a fate of a type that there is not",
    [["platform", "type: identity", "type: idenity"]],
    {
      code: "manifest/unknown-value",
      at: "platform.yaml:13:30",
      what: 'Platform "shop": spec.fates[0].type is "idenity"',
      mend: 'did you mean "identity"? write one of provider-wide, control-plane, identity, dns, registry, network, power, deploy, generic',
    },
  ],
  [
    "a fate that stops something else",
    [["platform", "stops: recovery", "stops: recovering"]],
    {
      code: "manifest/unknown-value",
      at: "platform.yaml:13:77",
      what: 'Platform "shop": spec.fates[0].stops is "recovering"',
      mend: 'did you mean "recovery"? write one of serving, recovery',
    },
  ],
  [
    "a name that is none, where it is referred to",
    [["journey", "entry: gateway", "entry: Gate_Way"]],
    {
      code: "manifest/bad-name",
      at: "journey.yaml:5:10",
      what: 'Journey "buy": spec.entry is "Gate_Way", which is no name',
      mend: "use lower-case letters, digits and hyphens, with a letter or digit at both ends, at most 63",
    },
  ],
  [
    "spares below 0",
    [["model", "replicas: 4,", "replicas: 4, spares: -1,"]],
    {
      code: "manifest/out-of-range",
      at: "model.yaml:8:44",
      what: 'Component "model": spec.placements[0].spares is -1',
      mend: "write a number that is at least 0",
    },
  ],
  [
    "more replicas than are counted with",
    [["model", "replicas: 4,", "replicas: 100001,"]],
    {
      code: "manifest/out-of-range",
      at: "model.yaml:8:33",
      what: 'Component "model": spec.placements[0].replicas is 100001',
      mend: "write a number that is at most 100000",
    },
  ],
  [
    "a likelihood above certainty",
    [["other-model", "capacity: quota", "capacity: quota, capacityLikelihood: 101 %"]],
    {
      code: "manifest/impossible-quantity",
      at: "other-model.yaml:8:76",
      what: 'Component "other-model": spec.placements[0].capacityLikelihood is "101 %", which is above 100 %',
      mend: "write a share, such as 70 %",
    },
  ],
  [
    "a power without its unit",
    [["model", "machine: cloud/gpu", "power: { idle: 900, busy: 3 kW }"]],
    {
      code: "manifest/wrong-type",
      at: "model.yaml:8:64",
      what: 'Component "model": spec.placements[0].power.idle is 900, not text',
      mend: "write text, such as 960 W",
    },
  ],
  [
    "a power of another kind",
    [["model", "machine: cloud/gpu", "power: { idle: 900 W, busy: 3 kWh }"]],
    {
      code: "manifest/impossible-quantity",
      at: "model.yaml:8:77",
      what: 'Component "model": spec.placements[0].power.busy is "3 kWh", which has the unit "kWh", not one of W, kW',
      mend: "write a power, such as 6600 W",
    },
  ],
  [
    "a coverage above certainty",
    [["database", "  replication", "  standby: { detected: 100.1 % }\n  replication"]],
    {
      code: "manifest/impossible-quantity",
      at: "database.yaml:12:24",
      what: 'Component "database": spec.standby.detected is "100.1 %", which is above 100 %',
      mend: "write a share, such as 99.9 %",
    },
  ],
  [
    "a share below 0",
    [["gateway", "  needs:", "  commonCause: { beta: -5 % }\n  needs:"]],
    {
      code: "manifest/impossible-quantity",
      at: "gateway.yaml:10:24",
      what: 'Component "gateway": spec.commonCause.beta is "-5 %", which is below 0',
      mend: "write a share, such as 5 %",
    },
  ],
  [
    "no Greek letter",
    [["gateway", "  needs:", "  commonCause: { greekLetters: [] }\n  needs:"]],
    {
      code: "manifest/out-of-range",
      at: "gateway.yaml:10:32",
      what: 'Component "gateway": spec.commonCause.greekLetters is [], an empty list',
      mend: "list at least one",
    },
  ],
  [
    "a pattern that there is not",
    [["gateway", "pattern: active-active", "pattern: active-activ"]],
    {
      code: "manifest/unknown-value",
      at: "gateway.yaml:6:12",
      what: 'Component "gateway": spec.pattern is "active-activ"',
      mend: 'did you mean "active-active"? write one of active-active, hot-standby, warm-standby, pilot-light, backup-and-restore',
    },
  ],
  [
    "a mode that there is not",
    [["database", "mode: synchronous", "mode: synchronos"]],
    {
      code: "manifest/unknown-value",
      at: "database.yaml:12:24",
      what: 'Component "database": spec.replication.mode is "synchronos"',
      mend: 'did you mean "synchronous"? write one of synchronous, asynchronous, snapshot',
    },
  ],
  [
    "a routing of a kind that there is not",
    [["gateway", "  needs:", "  routing: { kind: dsn }\n  needs:"]],
    {
      code: "manifest/unknown-value",
      at: "gateway.yaml:10:20",
      what: 'Component "gateway": spec.routing.kind is "dsn"',
      mend: 'did you mean "dns"? write one of dns, anycast, proxy',
    },
  ],
  [
    "a name kept for no time that is said",
    [["gateway", "  needs:", "  routing: { kind: dns }\n  needs:"]],
    {
      code: "manifest/missing-key",
      at: "gateway.yaml:10:3",
      what: 'Component "gateway": spec.routing needs "ttl"',
      mend: "add ttl: 60 s",
    },
  ],
  [
    "a spread whose larger time comes first",
    [["database", "  replication", "  recovery: { promote: 9 s to 3 s }\n  replication"]],
    {
      code: "manifest/impossible-quantity",
      at: "database.yaml:12:24",
      what: 'Component "database": spec.recovery.promote is "9 s to 3 s", which has its larger time, 9 s, first',
      mend: "write a length of time, alone or with its spread, such as 5 s",
    },
  ],
  [
    "a spread about nothing",
    [["database", "  replication", '  recovery: { promote: "0 s, p95 3 s" }\n  replication']],
    {
      code: "manifest/impossible-quantity",
      at: "database.yaml:12:24",
      what: 'Component "database": spec.recovery.promote is "0 s, p95 3 s", which has a median of 0 s, which nothing spreads about',
      mend: "write a length of time, alone or with its spread, such as 5 s",
    },
  ],
  [
    "a bandwidth that does not say per second",
    [["model", "6 GB/s", "6 GB"]],
    {
      code: "manifest/impossible-quantity",
      at: "model.yaml:9:57",
      what: 'Component "model": spec.weights.bandwidth is "6 GB", which does not say per second, as in 2 GB/s',
      mend: "write an amount of data per second, such as 2 GB/s",
    },
  ],
  [
    "no try",
    [["gateway", "component: store", "component: store, retries: { attempts: 0, backoff: none }"]],
    {
      code: "manifest/out-of-range",
      at: "gateway.yaml:13:48",
      what: 'Component "gateway": spec.needs[2].retries.attempts is 0',
      mend: "write a number that is at least 1",
    },
  ],
  [
    "a budget of tries above all",
    [
      [
        "gateway",
        "component: store",
        "component: store, retries: { attempts: 2, backoff: none, budget: 110 % }",
      ],
    ],
    {
      code: "manifest/impossible-quantity",
      at: "gateway.yaml:13:74",
      what: 'Component "gateway": spec.needs[2].retries.budget is "110 %", which is above 100 %',
      mend: "write a share, such as 10 %",
    },
  ],
  [
    "a job of no nodes",
    [["job", "nodes: 8", "nodes: 0"]],
    {
      code: "manifest/out-of-range",
      at: "job.yaml:11:17",
      what: 'Component "job": spec.job.nodes is 0',
      mend: "write a number that is at least 1",
    },
  ],
  [
    "a rate below 0",
    [["database", "mtbf: 90 d", "perYear: -1"]],
    {
      code: "manifest/out-of-range",
      at: "database.yaml:11:23",
      what: 'Component "database": spec.failure.perYear is -1',
      mend: "write a number that is at least 0",
    },
  ],
  [
    "a rate beyond any",
    [["database", "mtbf: 90 d", "perYear: 2000000000"]],
    {
      code: "manifest/out-of-range",
      at: "database.yaml:11:23",
      what: 'Component "database": spec.failure.perYear is 2000000000',
      mend: "write a number that is at most 1000000000",
    },
  ],
  [
    "an available share above all",
    [["database", "mtbf: 90 d", "availability: 101 %"]],
    {
      code: "manifest/impossible-quantity",
      at: "database.yaml:11:28",
      what: 'Component "database": spec.failure.availability is "101 %", which is above 100 %',
      mend: "write a share, such as 99.5 %",
    },
  ],
  [
    "a likelihood below 0",
    [["scenario", "likelihoodPerYear: 0.1", "likelihoodPerYear: -0.1"]],
    {
      code: "manifest/out-of-range",
      at: "scenario.yaml:7:22",
      what: 'Scenario "east-lost": spec.likelihoodPerYear is -0.1',
      mend: "write a number that is at least 0",
    },
  ],
  [
    "a likelihood in percent",
    [["scenario", "likelihoodPerYear: 0.1", "likelihoodPerYear: 10 %"]],
    {
      code: "manifest/wrong-type",
      at: "scenario.yaml:7:22",
      what: 'Scenario "east-lost": spec.likelihoodPerYear is "10 %", not a number',
      mend: "write a number, such as 0.05",
    },
  ],
  [
    "a failure in a manner that there is not",
    [["scenario", "how: lost", "how: lsot"]],
    {
      code: "manifest/unknown-value",
      at: "scenario.yaml:6:28",
      what: 'Scenario "east-lost": spec.failures[0].how is "lsot"',
      mend: 'did you mean "lost"? write one of lost, frozen, partitioned, slow, wrong, short-of-capacity',
    },
  ],
  [
    "a day that is none",
    [["risk", "2027-03-31", "2027-02-30"]],
    {
      code: "manifest/impossible-quantity",
      at: "risk.yaml:11:38",
      what: 'Risk "no-machines": spec.acceptance.until is "2027-02-30", which is no day of the calendar',
      mend: "write a date, such as 2027-03-31",
    },
  ],
  [
    "a date in other words",
    [["risk", "2027-03-31", "31.3.2027"]],
    {
      code: "manifest/impossible-quantity",
      at: "risk.yaml:11:38",
      what: 'Risk "no-machines": spec.acceptance.until is "31.3.2027", which is not a date',
      mend: "write a date, such as 2027-03-31",
    },
  ],
  [
    "an amount by the hour",
    [["risk", "5000 USD", "5000 USD/h"]],
    {
      code: "manifest/impossible-quantity",
      at: "risk.yaml:8:11",
      what: 'Risk "no-machines": spec.impact is "5000 USD/h", which has the unit "USD/h", not one of USD, EUR and so on',
      mend: "write an amount of money, such as 250000 USD",
    },
  ],
  [
    "a treatment that there is not",
    [["risk", "treatment: accept", "treatment: acept"]],
    {
      code: "manifest/unknown-value",
      at: "risk.yaml:9:14",
      what: 'Risk "no-machines": spec.treatment is "acept"',
      mend: 'did you mean "accept"? write one of avoid, reduce, transfer, accept',
    },
  ],
  [
    "requests that are no number of",
    [["journey", "impact: 500 USD/h", "requestsPerMonth: 1.5"]],
    {
      code: "manifest/wrong-type",
      at: "journey.yaml:10:21",
      what: 'Journey "buy": spec.requestsPerMonth is 1.5, not a whole number',
      mend: "write a whole number, such as 3000000",
    },
  ],
  [
    "a quota above all",
    [["other-model", "hostedBy: two", "hostedBy: two, quota: 140 %"]],
    {
      code: "manifest/impossible-quantity",
      at: "other-model.yaml:10:50",
      what: 'Component "other-model": spec.api.quota is "140 %", which is above 100 %',
      mend: "write a share, such as 40 %",
    },
  ],
  [
    "a contract above all",
    [["other-model", "  api:", "  sla: 100.5 %\n  api:"]],
    {
      code: "manifest/impossible-quantity",
      at: "other-model.yaml:10:8",
      what: 'Component "other-model": spec.sla is "100.5 %", which is above 100 %',
      mend: "write a share, such as 99.9 %",
    },
  ],
];

describe("a value is refused for", () => {
  it.each(cases)("%s", (_, changes, told) => {
    expect(problemsWith(...changes)).toEqual([told]);
  });
});
