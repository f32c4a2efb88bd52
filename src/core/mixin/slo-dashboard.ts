import type { Dashboard, Panel, Row, Variable } from "./dashboard.ts";
import { graph, stat, states, table } from "./panels.ts";

// Every SLO, whatever its period: that the windows differ with it is left to a variable.

const objective = "slo:objective:ratio";
const left = "slo:error_budget_remaining:ratio";

const chosen = 'service=~"$service",slo=~"$slo"';
/** What tells one promise from another, besides labels that an SLO is grouped by. */
const promise = "slo, service, component, objective";

/** Attained, by what is left: so it stands beside its objective also where several objectives are held against one measure. */
const attained = `1 - (1 - ${left}{${chosen}}) * on (${promise}) group_left () (1 - ${objective}{${chosen}})`;

/** An error that is one for several objectives has no label `objective`; of groups the worst is taken, and composites record burn rates themselves. */
const burn = [
  `max by (slo, service, component) (slo:error:ratio_rate\${window}{objective="",${chosen}}) / on (slo, service, component) group_right () (1 - ${objective}{${chosen}})`,
  `max by (${promise}) (slo:error:ratio_rate\${window}{objective!="",${chosen}}) / on (${promise}) (1 - ${objective}{${chosen}})`,
  `max by (slo, service) (slo:burn:rate\${window}{${chosen}})`,
].join(" or ");

const variables: readonly Variable[] = [
  {
    ...{ name: "service", label: "Service", pattern: null },
    query: `label_values(${left}, service)`,
  },
  {
    ...{ name: "slo", label: "SLO", pattern: null },
    query: `label_values(${left}{service=~"$service"}, slo)`,
  },
  {
    ...{ name: "window", label: "Window", pattern: "^slo:error:ratio_rate(.+)$" },
    query: "metrics(slo:error:ratio_rate.+)",
  },
];

/** Of the rules that `slo rules` makes. */
export const sloDashboard: Dashboard = {
  name: "slo",
  title: "Holdfast: service level objectives",
  description: "Objectives, what was attained, what is left of the budgets, and how fast they burn.",
  variables,
  rows: [standing(), budgets(), burning(), firing()],
};

function standing(): Row {
  const panels = [
    stat(
      {
        ...{ title: "Objectives", unit: "count", width: "quarter" },
        description: "How many have rules that told something within five minutes.",
      },
      [`count(${left}{${chosen}}) or vector(0)`, "objectives"],
    ),
    stat(
      {
        ...{ title: "Budgets used up", unit: "count", width: "quarter" },
        description: "How many attained less than they promise, over their period.",
      },
      [`sum(${left}{${chosen}} < bool 0) or vector(0)`, "used up"],
    ),
    stat(
      {
        ...{ title: "Least budget left", unit: "share", width: "quarter" },
        description: "Of the worst objective; below 0 it is more than used up.",
      },
      [`min(${left}{${chosen}})`, "left"],
    ),
    stat(
      {
        ...{ title: "Alerts", unit: "count", width: "quarter" },
        description: "Those of objectives that are firing.",
      },
      [`count(ALERTS{alertstate="firing",${chosen}}) or vector(0)`, "firing"],
    ),
    table(
      {
        ...{ title: "How objectives stand", unit: "share", width: "whole" },
        description:
          "Over the period of each. An objective without what was attained has had no events, or its data is away; a composite has a budget alone.",
      },
      [`${objective}{${chosen}}`, "objective"],
      [attained, "attained"],
      [`${left}{${chosen}}`, "budget left"],
    ),
  ];
  return { title: "How objectives stand", panels };
}

function budgets(): Row {
  const legend = "{{slo}} {{component}} {{objective}}";
  const panels = [
    graph(
      {
        ...{ title: "Budget left", unit: "share", width: "half" },
        description: "It falls while errors are worse than promised, and rises as old ones leave the period.",
      },
      [`${left}{${chosen}}`, legend],
    ),
    graph(
      {
        ...{ title: "Attained", unit: "share", width: "half" },
        description: "The share that was good over the period, to be held against the objective.",
      },
      [attained, legend],
    ),
  ];
  return { title: "Budgets over time", panels };
}

function burning(): Row {
  const panel: Panel = {
    ...graph(
      {
        ...{ title: "Burn rate over $window", unit: "times", width: "quarter" },
        description:
          "At 1 the budget lasts just its period. Alerts are raised where a long window and its short one burn too fast. Of groups, the worst.",
      },
      [burn, "{{slo}} {{component}} {{objective}}"],
    ),
    repeat: "window",
  };
  return { title: "Burn rates by window", panels: [panel] };
}

function firing(): Row {
  const alerts = `ALERTS{alertstate="firing",${chosen}}`;
  const panels = [
    states(
      {
        ...{ title: "Alerts over time", width: "half" },
        description: "Each alert while it is firing.",
      },
      [
        `max by (alertname, slo, severity, burn_window) (${alerts})`,
        "{{alertname}} {{slo}} {{severity}} {{burn_window}}",
      ],
    ),
    table(
      {
        ...{ title: "Alerts now", unit: "none", width: "half" },
        description: "What is firing, with all its labels.",
      },
      [alerts, "firing"],
    ),
  ];
  return { title: "Alerts", panels };
}
