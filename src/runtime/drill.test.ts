import { lost } from "../../test/sample-model.ts";
import { sampleCatalogue } from "../../test/sample-catalogue.ts";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../core/evidence/evidence.ts";
import type { Appended, EvidenceLog } from "../core/evidence/ports.ts";
import { settingsUnder } from "../core/failover/plan-settings.ts";
import { readWorkspace } from "../core/manifest/manifest.ts";
import { type Failure, type Model, the } from "../core/model/model.ts";
import type { Drill, RecoveryPlan } from "../core/model/recovery-plan.ts";
import type { Problem } from "../core/problem/problem.ts";
import { type MonotonicMs, monotonicMs, seconds } from "../core/units/units.ts";
import { type DrillOutcome, runDrill } from "./drill.ts";
import type { DrillParts, Users } from "./drill-ports.ts";
import type { LabDetails, LabStatus } from "./lab.ts";

const folder = new URL("../../examples/lab/", import.meta.url);

function labModel(): Model {
  const files = readdirSync(folder).map((path) => ({
    path,
    text: readFileSync(new URL(path, folder), "utf8"),
  }));
  const read = readWorkspace(files, sampleCatalogue);
  if (!read.ok) throw new Error(read.problems[0].what);
  return read.value.model;
}

const model = labModel();
const plan = the(model.plans, "region-failover");
/** What a lab that goes by this plan goes by. */
const settings = settingsUnder(plan, model);
const instantly = seconds(0.01);
const drill: Drill = {
  ...the(model.drills, "region-loss"),
  load: {
    writes: { clients: 1, every: instantly },
    completions: { clients: 1, tokens: 1 },
    before: instantly,
    after: instantly,
  },
};

/** How much time a look at the platform takes here, so that limits of a minute pass in an instant. */
const lookMs = 20_000;

const noAnswer: Problem = {
  code: "postgres/no-answer",
  what: "the store gives no answer through the edge: timeout",
  where: null,
  why: "",
  mend: "",
};

function statusOf(active: string, epoch: number): LabStatus {
  return {
    formatVersion: 1,
    state: "ready",
    active,
    epoch,
    blockedBy: null,
    trust: "armed",
    heldBecause: null,
    awaitsWord: false,
    mayLack: null,
    edge: { postgresUrl: "", httpUrl: "", dashboardUrl: "" },
    coordination: { kind: "built-in", isAnswering: true, voters: [], access: null, notBelieved: null },
    metrics: { targets: [], prometheusUrl: null, alertmanagerUrl: null },
    regions: ["east", "west", "central"].map((name) => ({
      name,
      role: name === active ? "primary" : "synchronous-standby",
      faults: [],
      network: [],
      processes: [],
    })),
  };
}

/** How a platform stands after the fault, when it has recovered and all follow. */
const recovered = statusOf("west", 2);

/** A platform that recovers at once unless told otherwise, and all that was done to it and written down about it. */
class Rehearsed {
  readonly did: string[] = [];
  readonly records: { readonly kind: string; readonly body: JsonObject }[] = [];
  readonly steps: string[] = [];
  readonly #afterFault: LabStatus | Problem;
  #status: LabStatus | Problem;
  #lookedForMs = 0;
  readonly users: Users;

  constructor(
    users: Partial<Users> = {},
    /** What it says of itself once the fault has struck. */
    afterFault: LabStatus | Problem = recovered,
    beforeFault: LabStatus = statusOf("east", 1),
  ) {
    this.#status = beforeFault;
    this.#afterFault = afterFault;
    this.users = {
      prepare: () => Promise.resolve({ ok: true, value: null }),
      writer: () => ({
        write: () => Promise.resolve("acknowledged"),
        close: () => undefined,
      }),
      heldIds: () => Promise.resolve({ ok: true, value: new Set() }),
      complete: () => new Promise((resolve) => setTimeout(resolve, 1, "finished")),
      ...users,
    };
  }

  automation: LabDetails["automation"] = "always";

  parts(): DrillParts {
    const done = { ok: true, value: "done" } as const;
    const unused = (): never => {
      throw new Error("no drill does that");
    };
    return {
      lab: {
        start: unused,
        stop: unused,
        remove: unused,
        order: unused,
        runStore: unused,
        harm: unused,
        status: () => {
          this.#lookedForMs += lookMs;
          const status = this.#status;
          return Promise.resolve(
            "code" in status ? { ok: false, problems: [status] } : { ok: true, value: status },
          );
        },
        details: () =>
          Promise.resolve({
            ok: true,
            value: {
              postgresUrl: "",
              httpUrl: "",
              postgresUrls: {},
              evidence: "",
              keys: "",
              workspace: null,
              platformId: "7e57",
              settings,
              automation: this.automation,
            },
          }),
        inject: (_root, fault, region) => {
          this.did.push(`${fault} ${region}`);
          this.#status = this.#afterFault;
          return Promise.resolve(done);
        },
        restore: (_root, region) => {
          this.did.push(`restore ${region}`);
          return Promise.resolve(done);
        },
      },
      users: this.users,
      openLog: () => Promise.resolve({ ok: true, value: this.#log() }),
      evidence: {
        digest: unused,
        readPublicKey: unused,
        logs: () => Promise.resolve({ ok: false, problems: [noAnswer] }),
        trace: unused,
        publicKey: unused,
      },
      now: (): MonotonicMs => monotonicMs(performance.now() + this.#lookedForMs),
    };
  }

  #log(): EvidenceLog {
    const head = { log: "drill", size: 1, root: "00" } as const;
    return {
      append: ({ kind, body }) => {
        this.records.push({ kind, body });
        const sealed: Appended = { kind: "sealed", entry: { log: "drill", sequence: 1 }, head };
        return Promise.resolve(sealed);
      },
      head: () => head,
      close: () => Promise.resolve(),
    };
  }

  run(change: { readonly model?: Model; readonly drill?: Drill } = {}): ReturnType<typeof runDrill> {
    return runDrill(
      {
        model: model,
        drill,
        ...change,
        root: "",
        subjects: [],
        onEvent: (event) => {
          if (event.kind === "step") this.steps.push(event.text);
        },
      },
      this.parts(),
      new AbortController().signal,
    );
  }
}

describe("a drill that cannot go on", () => {
  it("breaks nothing when the store cannot be prepared, and writes down that it broke off", async () => {
    const platform = new Rehearsed({ prepare: () => Promise.resolve({ ok: false, problems: [noAnswer] }) });
    expect(await platform.run()).toEqual({ ok: false, problems: [noAnswer] });
    expect(platform.did).toEqual(["restore east"]);
    expect(platform.records.at(-1)?.kind).toBe("drill-broken-off");
  });

  it("gives no verdict when its lab is ended under it", async () => {
    const gone = { ...noAnswer, code: "lab/none-runs", what: "no lab runs in /srv/lab" } as const;
    const platform = new Rehearsed({}, gone);
    expect(await platform.run()).toMatchObject({
      ok: false,
      problems: [
        {
          code: "drill/lab-ended",
          what: "the lab was ended while the drill ran: no lab runs in /srv/lab",
        },
      ],
    });
    expect(platform.records.map(({ kind }) => kind)).toContain("drill-broken-off");
    expect(platform.records.map(({ kind }) => kind)).not.toContain("drill-finished");
  });

  it("names the lab that is not whole, and the commands that reach it", async () => {
    const platform = new Rehearsed({}, recovered, { ...statusOf("east", 1), state: "degraded" });
    const answer = await platform.run();
    expect(answer).toMatchObject({ ok: false, problems: [{ code: "drill/lab-not-ready" }] });
    expect(JSON.stringify(answer)).toContain("`holdfast lab restore REGION --dir ''`");
    expect(platform.did).toEqual([]);
  });

  it("refuses a scenario that strikes two regions, of which it would strike one", async () => {
    const scenario = {
      ...the(model.scenarios, "region-lost"),
      failures: [lost("east"), lost("west")],
    } as const;
    const platform = new Rehearsed();
    const answer = await platform.run({
      model: { ...model, scenarios: new Map([[scenario.name, scenario]]) },
    });
    expect(answer).toMatchObject({ ok: false, problems: [{ code: "drill/more-than-one-region" }] });
    expect(platform.did).toEqual([]);
  });

  it.each<[string, Failure]>([
    ["is short of machines", { kind: "region", region: "east", how: "short-of-capacity" }],
    ["loses a component", { kind: "component", component: "database", region: null, how: "lost" }],
  ])("refuses a scenario that %s, which it cannot bring about", async (_, failure) => {
    const scenario = { ...the(model.scenarios, "region-lost"), failures: [failure] } as const;
    const platform = new Rehearsed();
    const answer = await platform.run({
      model: { ...model, scenarios: new Map([[scenario.name, scenario]]) },
    });
    expect(answer).toMatchObject({ ok: false, problems: [{ code: "drill/not-a-region" }] });
    expect(platform.did).toEqual([]);
  });

  it.each<[string, Partial<RecoveryPlan>]>([
    [
      "detection.silentAfter: 2 s in the plan, 1 s in the lab",
      { detection: { ...plan.detection, silentAfter: seconds(2) } },
    ],
    [
      "interlocks.coolDown: 10 min in the plan, 3 s in the lab",
      { interlocks: { ...plan.interlocks, coolDown: seconds(600) } },
    ],
    [
      "interlocks.dataLoss: accept in the plan, ask in the lab",
      { interlocks: { ...plan.interlocks, dataLoss: "accept" } },
    ],
    [
      "automation.failover: ask in the plan, always in the lab",
      { automation: { ...plan.automation, failover: "ask" } },
    ],
    [
      "steps: nothing to promote in the plan, a standby that is promoted in the lab",
      { steps: plan.steps.slice(0, 1) },
    ],
  ])(
    "refuses a plan by which the platform does not go, and begins no record: %s",
    async (because, change) => {
      const platform = new Rehearsed();
      const plans = new Map([[plan.name, { ...plan, ...change }]]);
      const answer = await platform.run({ model: { ...model, plans } });
      expect(answer).toMatchObject({
        ok: false,
        problems: [{ code: "drill/other-plan", what: expect.stringContaining(because) as string }],
      });
      expect({ did: platform.did, records: platform.records }).toEqual({ did: [], records: [] });
    },
  );

  it.each(["armed", "held"] as const)(
    "strikes where the plan is to be proven once that is %s, and not before",
    async (trust) => {
      const platform = new Rehearsed({}, recovered, { ...statusOf("east", 1), trust });
      platform.automation = "when-armed";
      const proven = { ...plan, automation: { ...plan.automation, failover: "when-armed" as const } };
      const plans = new Map([[plan.name, proven]]);
      const answer = await platform.run({ model: { ...model, plans } });
      const strikes = platform.did.filter((deed) => deed.startsWith("kill"));
      expect(strikes).toEqual(trust === "armed" ? ["kill east"] : []);
      if (trust === "held")
        expect(answer).toMatchObject({ ok: false, problems: [{ code: "drill/not-armed" }] });
      expect(platform.records.map(({ kind }) => kind)).toContain("drill-started");
    },
  );

  it("refuses a plan of a component that stands elsewhere, or is confirmed otherwise", async () => {
    const database = the(model.components, "database");
    const elsewhere = {
      ...database,
      placements: database.placements.filter(({ region }) => region !== "central"),
      replication: { kind: "asynchronous", lag: seconds(1) },
    } as const;
    const components = new Map([...model.components, ["database", elsewhere]]);
    const answer = await new Rehearsed().run({ model: { ...model, components } });
    const told = JSON.stringify(answer);
    expect(told).toContain(
      "regions of the promoted component: east, west in the plan, east, west, central in the lab",
    );
    expect(told).toContain("replication.confirmations: 0 in the plan, 1 in the lab");
  });
});

const unreadable: Partial<Users> = { heldIds: () => Promise.resolve({ ok: false, problems: [noAnswer] }) };

async function outcomeOf(answer: ReturnType<typeof runDrill>): Promise<DrillOutcome> {
  const outcome = await answer;
  if (!outcome.ok) throw new Error(outcome.problems[0].what);
  return outcome.value;
}

describe("a drill in which nobody takes over", () => {
  const nobody = statusOf("east", 1);

  it.each([
    ["region-loss", "kill east"],
    ["region-freeze", "freeze east"],
  ])("is judged, recorded, and its region brought back: %s", async (name, fault) => {
    const platform = new Rehearsed(unreadable, nobody);
    const declared = { ...the(model.drills, name), load: drill.load };
    const { result, successor, moments } = await outcomeOf(platform.run({ drill: declared }));
    expect(result.verdict).toBe("missed");
    expect(result.writes.loss).toEqual({ kind: "unaudited", because: noAnswer.what });
    expect(successor).toBeNull();
    expect(moments.map((moment) => moment.name)).toEqual(["region east brought back"]);
    expect(platform.did).toEqual([fault, "restore east"]);
    expect(platform.steps).toContain("nobody took over within 60 s");
    expect(platform.records.slice(-3)).toMatchObject([
      { kind: "not-recovered", body: { withinSeconds: 60 } },
      { kind: "region-restored", body: { region: "east" } },
      {
        kind: "drill-finished",
        body: {
          verdict: "missed",
          writesLost: null,
          objectivesMet: false,
          audit: { kind: "unaudited", because: noAnswer.what },
        },
      },
    ]);
  });
});

describe("the audit of a drill", () => {
  it("that nobody can make is an observation, also of a platform that recovered", async () => {
    const platform = new Rehearsed(unreadable);
    const { result, successor } = await outcomeOf(platform.run());
    expect(result.verdict).toBe("missed");
    expect(successor).toBe("west");
    // Another region serves; the killed one waits for whoever runs the drill, as after any other.
    expect(platform.did).toEqual(["kill east"]);
  });

  it("is made again when a connection broke under it", async () => {
    let asked = 0;
    const platform = new Rehearsed({
      heldIds: () => {
        asked += 1;
        return Promise.resolve(
          asked < 3 ? { ok: false, problems: [noAnswer] } : { ok: true, value: new Set() },
        );
      },
    });
    const { result } = await outcomeOf(platform.run());
    expect(result.writes.loss.kind).toBe("audited");
    expect(asked).toBe(3);
  });

  it("tells when the regions had not agreed before it was made, and goes on", async () => {
    const apart = statusOf("west", 2);
    const platform = new Rehearsed(
      {},
      {
        ...apart,
        regions: apart.regions.map((each) => (each.name === "central" ? { ...each, role: "standby" } : each)),
      },
    );
    const { result, moments } = await outcomeOf(platform.run());
    expect(result.writes.loss).toMatchObject({ kind: "audited", regions: "not-agreed" });
    expect(moments.map(({ name }) => name)).toEqual(["the surviving regions had still not agreed"]);
    expect(platform.steps).toContain("the surviving regions do not agree; counting every write all the same");
    expect(platform.records.map(({ kind }) => kind)).toContain("regions-not-agreed");
    expect(platform.records.at(-1)?.body).toMatchObject({
      audit: { kind: "audited", regions: "not-agreed" },
    });
  });

  it("says nothing of that when they had", async () => {
    const platform = new Rehearsed();
    const { result, moments } = await outcomeOf(platform.run());
    expect(result.writes.loss).toMatchObject({ kind: "audited", regions: "agreed" });
    expect(moments).toEqual([]);
  });
});
