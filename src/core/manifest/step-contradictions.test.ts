import { describe, expect, it } from "vitest";
import { type Change, problemsWith, type Refusal } from "../../../test/sample-workspace.ts";

const fence = "    - { phase: fence, component: database, method: far-side }\n";
const wait = "    - { phase: wait, name: settle, time: 1 s }\n";
const dns =
  "by: { kind: dns, server: SERVER, zone: example.com, name: a.example.com, type: A, ttl: 1 s, values: [a], keyFile: k }";

/** In the place of the step that fences. */
function instead(steps: string): readonly Change[] {
  return [["plan", fence, steps]];
}

const gitops = (repository: string, set: string): string =>
  `    - { phase: gitops, name: grow, within: 1 s, repository: "${repository}", MORE, edits: [{ file: a.yaml, set: [${set}] }] }\n`;

const cases: readonly Refusal[] = [
  [
    "no time at all",
    instead(`    - { phase: approve, name: spend, within: 0 s }\n${fence}`),
    {
      at: "plan.yaml:8:46",
      what: 'RecoveryPlan "leave-east": spec.steps[0].within is 0 s, in which nothing is done',
      mend: "say how long one attempt may take",
    },
  ],
  [
    "a repository with a password, which is not told",
    instead(
      gitops("https://a:hush@git.example.com/x", "{ path: a, value: 1 }").replace(" MORE,", "") + fence,
    ),
    {
      at: "plan.yaml:8:61",
      what: 'RecoveryPlan "leave-east": spec.steps[0].repository has a name or a password in it',
      mend: "write it as in https://git.example.com/platform/clusters.git, and pass credentials on by environment",
    },
  ],
  [
    "a path to a value by its place in a list",
    instead(gitops("../clusters", '{ path: "a[0]", value: 1 }').replace(" MORE,", "") + fence),
    {
      at: "plan.yaml:8:114",
      what: 'RecoveryPlan "leave-east": spec.steps[0].edits[0].set[0].path is a[0], which is no path',
      mend: 'write keys with dots between them, inference.replicas; an item of a list by a key of it, images[name=serve].newTag; a key with dots in it in quotes, annotations["example.com/size"]',
    },
  ],
  [
    "a file outside of the repository, on the way back",
    instead(
      gitops("../clusters", "{ path: a, value: 1 }").replace(
        "MORE",
        "undo: { edits: [{ file: ../b.yaml, set: [{ path: a, value: 1 }] }] }",
      ) + fence,
    ),
    {
      at: "plan.yaml:8:100",
      what: 'RecoveryPlan "leave-east": spec.steps[0].undo.edits[0].file is ../b.yaml, which leads out of the repository',
      mend: "write a path within the repository, as in clusters/west/values.yaml",
    },
  ],
  [
    "a value that is set twice",
    instead(
      gitops("../clusters", "{ path: 'a[b=c].d', value: 1 }, { path: 'a[b=\"c\"].d', value: 2 }").replace(
        "MORE",
        "message: m",
      ) + fence,
    ),
    {
      at: "plan.yaml:8:158",
      what: 'RecoveryPlan "leave-east": spec.steps[0].edits[0].set[1].path sets a[b="c"].d again',
      mend: "set it once",
    },
  ],
  [
    "a way back that leaves something as it was set",
    instead(
      gitops("../clusters", "{ path: a, value: 1 }, { path: b, value: 1 }").replace(
        "MORE",
        "undo: { edits: [{ file: a.yaml, set: [{ path: a, value: 0 }] }] }",
      ) + fence,
    ),
    {
      at: "plan.yaml:8:91",
      what: 'RecoveryPlan "leave-east": spec.steps[0].undo.edits leaves b in a.yaml as the step sets it',
      mend: "set back all that the step sets, or give no undo",
    },
  ],
  [
    "a way back that sets something else",
    instead(
      gitops("../clusters", "{ path: a, value: 1 }").replace(
        "MORE",
        "undo: { edits: [{ file: a.yaml, set: [{ path: a, value: 0 }, { path: b, value: 0 }] }] }",
      ) + fence,
    ),
    {
      at: "plan.yaml:8:145",
      what: 'RecoveryPlan "leave-east": spec.steps[0].undo.edits[0].set[1].path is b, which the step does not set',
      mend: "delete it",
    },
  ],
  [
    "a message of more than a line",
    instead(gitops("../clusters", "{ path: a, value: 1 }").replace("MORE", 'message: "a\\nb"') + fence),
    {
      at: "plan.yaml:8:85",
      what: 'RecoveryPlan "leave-east": spec.steps[0].message has more than one line, or characters that are none',
      mend: "write one line of plain text",
    },
  ],
  [
    "something between what the failover engine carries out as one",
    instead(`${fence}${wait}`),
    {
      at: "plan.yaml:10:16",
      what: 'RecoveryPlan "leave-east": spec.steps[2].phase is promote, which the failover engine carries out as one with the fence before, and wait stands between',
      mend: "put wait before or after the steps of the failover engine",
    },
  ],
  [
    "a first step beside another",
    instead(`    - { phase: wait, name: settle, time: 1 s, begins: beside }\n${fence}`),
    {
      at: "plan.yaml:8:55",
      what: 'RecoveryPlan "leave-east": spec.steps[0].begins is said of the first step, which stands beside none',
      mend: "delete it",
    },
  ],
  [
    "what routes without a bound",
    instead(
      `    - { phase: route, component: gateway, ${dns.replace("SERVER", '"192.0.2.53:53"')} }\n${fence}`,
    ),
    {
      at: "plan.yaml:8:47",
      what: 'RecoveryPlan "leave-east": spec.steps[0].by says what routes it, and not how long that may take',
      mend: "add within: 10 s",
    },
  ],
  [
    "a name server without a port",
    instead(
      `    - { phase: route, component: gateway, within: 1 s, ${dns.replace("SERVER", "ns1.example.com")} }\n${fence}`,
    ),
    {
      at: "plan.yaml:8:81",
      what: 'RecoveryPlan "leave-east": spec.steps[0].by.server is ns1.example.com, which is no host and port',
      mend: "write it as in 192.0.2.53:53",
    },
  ],
  [
    "a member of Patroni's with a password in its address",
    instead(
      `    - { phase: patroni, name: promote, within: 1 s, members: ["http://10.2.0.5:8008", "http://me:hush@10.2.0.6:8008"], shallBe: { kind: independent } }\n${fence}`,
    ),
    {
      at: "plan.yaml:8:87",
      what: 'RecoveryPlan "leave-east": spec.steps[0].members[1] is no whole address of http or https without a name and a password in it',
      mend: "write it as in http://10.2.0.5:8008",
    },
  ],
  [
    "sessions of a server that goes on",
    instead(
      `    - { phase: route, component: gateway, within: 1 s, by: { kind: haproxy, socket: s, backend: b, epochFile: e, servers: [{ name: west, state: ready, sessions: cut }] } }\n${fence}`,
    ),
    {
      at: "plan.yaml:8:162",
      what: 'RecoveryPlan "leave-east": spec.steps[0].by.servers[0].sessions is said of a server that shall be ready',
      mend: "delete it, or say state: maint",
    },
  ],
  [
    "how the failover engine's own routing is carried out by somebody",
    [
      [
        "plan",
        "    - { phase: verify",
        "    - { phase: route, component: gateway, serving: west }\n    - { phase: verify",
      ],
    ],
    {
      at: "plan.yaml:10:52",
      what: 'RecoveryPlan "leave-east": spec.steps[2].serving is said of a step that the failover engine carries out',
      mend: "delete it, or say by: what routes gateway instead",
    },
  ],
  [
    "one name for two steps",
    instead(`${wait}${wait}${fence}`),
    {
      at: "plan.yaml:9:28",
      what: expect.stringContaining("settle") as string,
      mend: expect.any(String) as string,
    },
  ],
  [
    "a region that serves and is declared nowhere",
    instead(
      `    - { phase: run, name: tell, within: 1 s, serving: north, by: { kind: exec, command: [tell] } }\n${fence}`,
    ),
    {
      at: "plan.yaml:8:55",
      what: expect.stringContaining("north") as string,
      mend: expect.any(String) as string,
    },
  ],
];

describe("steps of a plan refuse", () => {
  it.each(cases)("%s", (_, changes, told) => {
    expect(problemsWith(...changes)).toEqual([{ code: expect.any(String) as string, ...told }]);
  });
});
