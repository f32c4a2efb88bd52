import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Appended, EvidenceLog } from "../core/evidence/ports.ts";
import { readWorkspace } from "../core/manifest/manifest.ts";
import { type Drill, type Model, the } from "../core/model/model.ts";
import type { Problem } from "../core/problem/problem.ts";
import { type MonotonicMs, seconds } from "../core/units/units.ts";
import { runDrill } from "./drill.ts";
import type { DrillParts, Users } from "./drill-ports.ts";
import type { LabStatus } from "./lab.ts";

const folder = new URL("../../examples/lab/", import.meta.url);

function labModel(): Model {
  const files = readdirSync(folder).map((path) => ({
    path,
    text: readFileSync(new URL(path, folder), "utf8"),
  }));
  const read = readWorkspace(files);
  if (!read.ok) throw new Error(read.problems[0].what);
  return read.value.model;
}

const model = labModel();
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
    trust: "armed",
    edge: { postgresUrl: "", httpUrl: "", dashboardUrl: "" },
    regions: ["east", "west", "central"].map((name) => ({
      name,
      role: name === active ? "primary" : "synchronous-standby",
      processes: [],
    })),
  };
}

/** A platform that recovers at once, and all that was done to it and written down about it. */
class Rehearsed {
  readonly did: string[] = [];
  readonly records: string[] = [];
  #status = statusOf("east", 1);
  readonly users: Users;

  constructor(users: Partial<Users> = {}) {
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

  parts(): DrillParts {
    const done = { ok: true, value: null } as const;
    const unused = (): never => {
      throw new Error("no drill does that");
    };
    return {
      lab: {
        start: unused,
        stop: unused,
        remove: unused,
        status: () => Promise.resolve({ ok: true, value: this.#status }),
        details: () =>
          Promise.resolve({
            ok: true,
            value: { postgresUrl: "", httpUrl: "", postgresUrls: {}, evidence: "", keys: "" },
          }),
        inject: (_root, fault, region) => {
          this.did.push(`${fault} ${region}`);
          this.#status = statusOf("west", 2);
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
        publicKey: unused,
      },
      now: () => performance.now() as MonotonicMs,
    };
  }

  #log(): EvidenceLog {
    const head = { log: "drill", size: 1, root: "00" } as const;
    return {
      append: ({ kind }) => {
        this.records.push(kind);
        const sealed: Appended = { kind: "sealed", entry: { log: "drill", sequence: 1 }, head };
        return Promise.resolve(sealed);
      },
      head: () => head,
      close: () => Promise.resolve(),
    };
  }

  run(change: { readonly model?: Model } = {}): ReturnType<typeof runDrill> {
    return runDrill(
      { model: change.model ?? model, drill, root: "", subjects: [], onEvent: () => undefined },
      this.parts(),
      new AbortController().signal,
    );
  }
}

describe("a drill that cannot go on", () => {
  it("says that the store gives no answer, having brought the region back and written down that it broke off", async () => {
    const platform = new Rehearsed({ heldIds: () => Promise.resolve({ ok: false, problems: [noAnswer] }) });
    expect(await platform.run()).toEqual({ ok: false, problems: [noAnswer] });
    expect(platform.did).toEqual(["kill east", "restore east"]);
    expect(platform.records.at(-1)).toBe("drill-broken-off");
  });

  it("breaks nothing when the store cannot be prepared", async () => {
    const platform = new Rehearsed({ prepare: () => Promise.resolve({ ok: false, problems: [noAnswer] }) });
    expect(await platform.run()).toEqual({ ok: false, problems: [noAnswer] });
    expect(platform.did).toEqual(["restore east"]);
  });

  it("refuses a scenario that strikes two regions, of which it would strike one", async () => {
    const scenario = {
      ...the(model.scenarios, "region-lost"),
      failures: [
        { region: "east", how: "lost" },
        { region: "west", how: "lost" },
      ],
    } as const;
    const platform = new Rehearsed();
    const answer = await platform.run({
      model: { ...model, scenarios: new Map([[scenario.name, scenario]]) },
    });
    expect(answer).toMatchObject({ ok: false, problems: [{ code: "drill/more-than-one-region" }] });
    expect(platform.did).toEqual([]);
  });
});
