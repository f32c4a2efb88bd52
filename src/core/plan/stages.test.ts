import { describe, expect, it } from "vitest";
import { type Edit, foreseenExample } from "../../../test/foreseen-example.ts";
import type { StagedStep } from "./stages.ts";
import { unsetFor } from "./unset.ts";

function stages(...edits: readonly Edit[]): readonly (readonly StagedStep[])[] {
  return foreseenExample("front-door", { plan: "leave-east", scenario: "east-lost" }, edits).stages;
}

function named(name: string, ...edits: readonly Edit[]): StagedStep {
  const found = stages(...edits)
    .flat()
    .find((step) => step.name === name);
  if (found === undefined) throw new Error(`no step ${name}`);
  return found;
}

const engine = "4-6 fail over database";

describe("the stages of a plan", () => {
  it("come one after another, steps that begin beside one another in one; the failover engine's part is one step", () => {
    expect(stages().map((stage) => stage.map(({ name }) => name))).toEqual([
      ["1 approve spend"],
      ["2 run raise-quota", "3 terraform more-machines"],
      [engine],
      ["7 route gateway", "8 route gateway"],
      ["9 wait resolvers-forget"],
      ["10 verify chat", "11 verify chat", "12 verify chat", "13 verify chat"],
      ["14 notify page-support"],
      ["15 gitops east-stays-out"],
    ]);
  });

  it("lets a step begin beside the failover engine", () => {
    const beside = stages([
      "      serving: west\n      retries",
      "      serving: west\n      begins: beside\n      retries",
    ]);
    expect(beside[2]?.map(({ name }) => name)).toEqual([engine, "7 route gateway", "8 route gateway"]);
  });

  it("leaves to the failover engine whom the scenario lets serve, and back again to whoever served before", () => {
    const step = named(engine);
    expect(step.deed).toEqual({ kind: "fail-over", towards: ["west", "central"] });
    expect(step.undo).toEqual({ kind: "fail-back" });
    const west: Edit = ["candidates: [west, central]", "candidates: [central, east]"];
    expect(named(engine, west).deed).toEqual({ kind: "fail-over", towards: ["central"] });
  });

  it("lets serve only where all may be that is promoted", () => {
    const both: Edit = [
      "    - { phase: verify, journey: chat, within: 10 s }\n",
      "    - { phase: promote, component: desk, candidates: [central] }\n    - { phase: verify, journey: chat, within: 10 s }\n",
    ];
    expect(named("4-7 fail over database, desk", both).deed).toEqual({
      kind: "fail-over",
      towards: ["central"],
    });
  });

  it("lets the failover engine only be looked at where it has nothing to promote", () => {
    const nothing: Edit = [
      "    - { phase: fence, component: database, method: far-side, within: 4 s }\n    - { phase: promote, component: database, candidates: [west, central], within: 10 s }\n",
      "",
    ];
    expect(named("4 verify", nothing)).toMatchObject({ deed: { kind: "served" }, undo: null });
  });

  it("bounds each attempt, and counts those that are declared", () => {
    expect(named("2 run raise-quota")).toMatchObject({
      ...{ within: 60_000, attemptsMax: 3, onFailure: "stop", canUndo: true, serving: null },
      deed: { kind: "run", wish: { kind: "http", method: "PUT", plan: "leave-east", step: "raise-quota" } },
    });
    expect(named("7 route gateway")).toMatchObject({ attemptsMax: 3, onFailure: "undo", serving: "west" });
    expect(named("14 notify page-support")).toMatchObject({ onFailure: "go-on", canUndo: false, undo: null });
  });

  it("lets what asks and what waits keep their own time, and be passed over on the way back", () => {
    expect(named("1 approve spend")).toMatchObject({
      ...{ within: null, canUndo: true, undo: null },
      asks: { people: 1, within: 900_000 },
      deed: { kind: "approve", people: 1, within: 900 },
    });
    expect(named("9 wait resolvers-forget")).toMatchObject({ within: null, canUndo: true, asks: null });
    expect(named("10 verify chat")).toMatchObject({
      ...{ within: null, canUndo: true, undo: null, attemptsMax: 1, onFailure: "stop" },
      deed: { kind: "verify", within: 60 },
    });
  });

  it("undoes by another wish for the same thing", () => {
    const { deed, undo } = named("7 route gateway");
    expect(deed).toMatchObject({
      kind: "dns",
      wish: { values: ["192.0.2.2"], server: { host: "192.0.2.53", port: 53 } },
    });
    expect(undo).toMatchObject({ kind: "dns", wish: { values: ["192.0.2.1"], name: "api.example.com" } });
    const proxy = named("8 route gateway");
    expect(proxy.deed).toMatchObject({
      wish: {
        socket: { kind: "unix", path: "/run/haproxy/admin.sock" },
        servers: {
          west: { state: "ready", weight: 100 },
          east: { state: "maint", weight: null, sessions: "cut" },
        },
      },
    });
    expect(proxy.undo).toMatchObject({ wish: { servers: { east: { state: "ready", weight: null } } } });
    expect(named("3 terraform more-machines")).toMatchObject({
      deed: { wish: { variables: { machines: "8" }, targets: ["terraform_data.front"] } },
      undo: { wish: { variables: { machines: "2" }, directory: "infrastructure" } },
    });
    expect(named("15 gitops east-stays-out")).toMatchObject({
      deed: {
        wish: {
          plan: "leave-east",
          step: "east-stays-out",
          message: "East stays out until it has been looked at",
        },
      },
      undo: {
        wish: {
          ...{ step: "east-stays-out-undo", message: "Undo: East stays out until it has been looked at" },
          repository: "https://git.example.com/platform/clusters.git",
          edits: [
            { document: null, set: [{ path: "inference.replicas", value: 2 }] },
            { document: { name: "front" } },
          ],
        },
      },
    });
    // Whoever is told apart by the step's name must not take the way back for the step.
    expect(named("2 run raise-quota").undo).toMatchObject({
      wish: { step: "raise-quota-undo", check: null, body: { text: "machines=2" } },
    });
  });

  it("names who is asked for by what the environment holds, there and on the way back", () => {
    const { stages: patroni } = foreseenExample("patroni", { plan: "leave-east", scenario: "east-lost" });
    const members = ["http://10.2.0.5:8008", "http://10.2.0.6:8008"];
    const credentials = { userFrom: "PATRONI_USER", passwordFrom: "PATRONI_PASSWORD" };
    const back = { kind: "standby-of", host: "10.1.0.5", port: 5432, slot: "west" };
    expect(patroni.flat().find(({ name }) => name === "2 patroni promote-orders")).toMatchObject({
      deed: { kind: "patroni", wish: { members, credentials, shallBe: { kind: "independent" } } },
      undo: { wish: { members, shallBe: { ...back, restoreCommand: "fetch-wal %f %p" } } },
    });
    // No secret is empty, and a program may be given what is.
    expect(unsetFor(patroni, { PATH: "", ORDERS_URL: "u", PATRONI_USER: "", PATRONI_PASSWORD: "p" })).toEqual(
      ["PATRONI_USER"],
    );
    const open = foreseenExample("patroni", { plan: "leave-east", scenario: "east-lost" }, [
      ["      credentials: { userFrom: PATRONI_USER, passwordFrom: PATRONI_PASSWORD }\n", ""],
      ["slot: west", ""],
      ["restoreCommand: fetch-wal %f %p", ""],
    ]);
    expect(open.stages.flat()[1]).toMatchObject({
      deed: { wish: { credentials: null } },
      undo: { wish: { shallBe: { slot: null, restoreCommand: null } } },
    });
    expect(unsetFor(open.stages, {})).toEqual(["ORDERS_URL", "PATH"]);
  });

  it("say of an object of a cluster how it shall be, and how again when it is undone", () => {
    const of = foreseenExample("kubernetes", { plan: "leave-east", scenario: "east-lost" }).stages;
    const find = (name: string): unknown => of.flat().find((step) => step.name === name);
    const cluster = { kind: "kubeconfig", file: "../secrets/west.kubeconfig", context: "west" };
    const serve = { apiVersion: "apps/v1", kind: "Deployment", namespace: "inference", name: "serve" };
    const grows = { cluster, object: serve, setBack: "refuse" };
    expect(find("1 kubernetes west-grows")).toMatchObject({
      deed: { kind: "kubernetes", wish: { ...grows, shallBe: { kind: "scale", replicas: 8 } } },
      undo: { kind: "kubernetes", wish: { ...grows, shallBe: { kind: "scale", replicas: 2 } } },
    });
    const rule = { kind: "named", name: "chat" };
    expect(find("3 kubernetes requests-to-west")).toMatchObject({
      deed: { wish: { setBack: "accept", shallBe: { kind: "weights", rule, lastPlace: "stays" } } },
      undo: { wish: { shallBe: { rule, backends: [{ name: "west", weight: 25 }, { weight: 75 }] } } },
    });
    expect(find("4 kubernetes streams-to-west")).toMatchObject({
      deed: { wish: { shallBe: { rule: { kind: "at", index: 0 } } } },
      undo: null,
    });
    expect(find("6 verify chat")).toMatchObject({
      deed: {
        wish: {
          ...{ kind: "kubernetes", cluster, timeoutSeconds: 5 },
          fields: [
            { path: "spec.replicas", expected: { kind: "text", is: "4" } },
            { expected: { kind: "number", atLeast: 4, atMost: 4 } },
          ],
        },
      },
    });
    // Who we are stands in a file, and not in the environment.
    expect(unsetFor(of, {})).toEqual(["GIT_ASKPASS"]);
  });

  it("leave a commit the names of the plan and of the step where nothing else is said of it", () => {
    const untold: Edit = [
      "      message: East stays out until it has been looked at\n      author: { name: Holdfast, email: holdfast@example.com }\n",
      "",
    ];
    expect(named("15 gitops east-stays-out", untold)).toMatchObject({
      deed: {
        wish: {
          message: "leave-east: east-stays-out",
          author: { name: "Holdfast", email: "holdfast@localhost" },
        },
      },
      undo: { wish: { message: "Undo: leave-east: east-stays-out" } },
    });
  });

  it("name all that they are to be given of the environment", () => {
    expect(unsetFor(stages(), {})).toEqual([
      "CHAT_AUTHORIZATION",
      "CHAT_DATABASE_URL",
      "GIT_ASKPASS",
      "HOME",
      "PATH",
      "PROMETHEUS_TOKEN",
      "QUOTA_AUTHORIZATION",
    ]);
    const names = [
      "CHAT_AUTHORIZATION",
      "CHAT_DATABASE_URL",
      "GIT_ASKPASS",
      "HOME",
      "PATH",
      "PROMETHEUS_TOKEN",
    ];
    const empty = Object.fromEntries(names.map((name) => [name, ""]));
    // An empty secret is none; to a program an empty value may mean something.
    expect(unsetFor(stages(), { ...empty, QUOTA_AUTHORIZATION: "set" })).toEqual([
      "CHAT_AUTHORIZATION",
      "CHAT_DATABASE_URL",
      "PROMETHEUS_TOKEN",
    ]);
  });
});
