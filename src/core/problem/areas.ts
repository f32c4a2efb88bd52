/** What problems whose code begins alike are about. */
export interface Area {
  readonly about: string;
  /** The page of the manual that tells more. */
  readonly manual: string;
}

/**
 * Every area whose problems tell all that is known of them in the message itself, for it depends on what was found; what a code
 * says in general stands where its problems are made.
 */
export const areas: Readonly<Record<string, Area>> = {
  agent: { about: "an agent, which obeys the newest reign in its region", manual: "docs/manual/failover.md" },
  catalogue: {
    about: "the tables of published figures, those of the product and those of a workspace",
    manual: "docs/manual/cost-and-carbon.md",
  },
  cli: { about: "how a command was called", manual: "docs/manual/README.md" },
  bill: { about: "a bill that costs are read from", manual: "docs/manual/cost-and-carbon.md" },
  budget: { about: "a budget of the platform that is exceeded", manual: "docs/manual/cost-and-carbon.md" },
  cost: { about: "what the platform costs each month", manual: "docs/manual/cost-and-carbon.md" },
  demo: { about: "a demo, which has a platform of its own while it lasts", manual: "docs/manual/drill.md" },
  dns: { about: "records in DNS that a recovery plan changes", manual: "docs/manual/actuators.md" },
  drill: { about: "a drill: what it needs, and where its outcome goes", manual: "docs/manual/drill.md" },
  edge: {
    about: "the edge, through which clients reach the region that serves",
    manual: "docs/manual/lab.md",
  },
  evidence: { about: "the signed record of what was done", manual: "docs/manual/evidence.md" },
  explain: { about: "what can be explained", manual: "docs/manual/architecture-pack.md" },
  failover: {
    about: "what a person asks of the controllers: a switchover, a failover, or to call one off",
    manual: "docs/manual/failover.md",
  },
  gate: { about: "whether something may be done by an error budget policy", manual: "docs/manual/slo.md" },
  git: { about: "a workspace as it was in a git revision", manual: "docs/manual/prediction.md" },
  gitops: {
    about: "what a recovery plan changes in a git repository, for a reconciler to bring about",
    manual: "docs/manual/actuators.md",
  },
  kubernetes: {
    about: "an object of a Kubernetes cluster that a recovery plan changes, or waits for",
    manual: "docs/manual/actuators.md",
  },
  lab: {
    about: "the lab, a small platform on this machine that is there to be broken",
    manual: "docs/manual/lab.md",
  },
  lint: {
    about: "the rules of design that a workspace is checked against",
    manual: "docs/manual/rules/README.md",
  },
  grafana: { about: "a Grafana whose charts are to be marked", manual: "docs/manual/tracing.md" },
  link: { about: "the wires between the regions of the lab", manual: "docs/manual/lab.md" },
  objective: { about: "an objective that a prediction misses", manual: "docs/manual/prediction.md" },
  observe: {
    about: "how Holdfast itself is watched: metrics, alerts and dashboards",
    manual: "docs/manual/observability.md",
  },
  optimise: {
    about: "ways in which the platform might be built, and which are worth their money",
    manual: "docs/manual/optimise.md",
  },
  patroni: {
    about: "a cluster under Patroni that a recovery plan asks for a leader or a role",
    manual: "docs/manual/actuators.md",
  },
  plan: {
    about: "a recovery plan: what is foretold of it, and what was kept of that",
    manual: "docs/manual/recovery-plans.md",
  },
  postgres: { about: "PostgreSQL, as a region runs it", manual: "docs/manual/lab.md" },
  process: { about: "a process that is to be started", manual: "docs/manual/lab.md" },
  prometheus: { about: "the Prometheus that is asked how objectives stand", manual: "docs/manual/slo.md" },
  proxy: {
    about: "servers behind HAProxy that a recovery plan changes",
    manual: "docs/manual/actuators.md",
  },
  relay: { about: "the edge's doors, and what it remembers", manual: "docs/manual/lab.md" },
  report: {
    about: "a report, or an architecture pack, as HTML, PDF and Markdown",
    manual: "docs/manual/architecture-pack.md",
  },
  run: {
    about: "a step of a recovery plan that a program or a service of your own carries out",
    manual: "docs/manual/actuators.md",
  },
  simulation: {
    about: "what is simulated over time, and in how many parts",
    manual: "docs/manual/simulation.md",
  },
  slo: { about: "objectives, and the rules that guard them", manual: "docs/manual/slo.md" },
  store: { about: "the coordination store, which holds who serves", manual: "docs/manual/failover.md" },
  terraform: {
    about: "what a recovery plan builds by Terraform or OpenTofu",
    manual: "docs/manual/actuators.md",
  },
  trace: {
    about: "drills and failovers as traces of OpenTelemetry, and who is told of them",
    manual: "docs/manual/tracing.md",
  },
  tree: { about: "a fault tree that is read from a file", manual: "docs/manual/availability.md" },
};

/** The area of a code; `null` when its text begins like none. */
export function areaOf(code: string): Area | null {
  const [, name = ""] = /^([a-z]+)\/[a-z]/.exec(code) ?? [];
  return Object.hasOwn(areas, name) ? (areas[name] ?? null) : null;
}
