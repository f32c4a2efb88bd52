import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ownAlerts, ownRules, usualSettings } from "../../src/core/mixin/mixin.ts";
import { ruleFileTexts } from "../../src/core/slo/rule-text.ts";

const isThere = spawnSync("promtool", ["--version"]).status === 0;
const skipped = isThere ? "" : " (skipped: promtool of Debian's package prometheus is not here)";
const settings = { ...usualSettings, runbooks: "https://manual.example.com/observability.md" };

/** Values of a series, every 15 s, in promtool's short form. */
type Series = Readonly<Record<string, string>>;

/** A world in which an alert is raised by `minute` and not before it may be; and, where that is worth a look, one that is nearly so. */
interface Case {
  readonly raised: Series;
  /** A minute in which it is not raised yet, and one in which it is. */
  readonly minutes: readonly [number, number];
  readonly quiet: Series;
}

const up = (part: string, instance: string, region = "none"): string =>
  `up{job="holdfast-${part}",instance="${instance}",region="${region}"}`;
const upEast = up("controller", "controller-east", "east");
const upWest = up("controller", "controller-west", "west");
const upCentral = up("controller", "controller-central", "central");
const state = (region: string, is: string, from = "controller-west"): string =>
  `holdfast_region_state{region="${region}",state="${is}",instance="${from}"}`;
const on = (name: string, instance: string, more = ""): string => `${name}{instance="${instance}"${more}}`;
const ones = "1x400";
const zeros = "0x400";
/** 1 until minute 2, then 0. */
const falls = "1x8 0x392";
/** Steps up by one after minute 2. */
const steps = "0x8 1x392";

const cases: Readonly<Record<string, Case>> = {
  HoldfastNobodyServes: {
    raised: { [state("east", "primary")]: falls, [state("west", "primary")]: zeros },
    minutes: [3, 4],
    quiet: { [state("east", "primary")]: falls, [state("west", "primary")]: "0x12 1x388" },
  },
  HoldfastClientsHeld: {
    raised: {
      [on("holdfast_edge_routed", "edge", ',region="east"')]: falls,
      [on("holdfast_edge_routed", "edge", ',region="west"')]: zeros,
    },
    minutes: [3, 4],
    quiet: {
      [on("holdfast_edge_routed", "edge", ',region="east"')]: falls,
      [on("holdfast_edge_routed", "edge", ',region="west"')]: "0x9 1x390",
    },
  },
  HoldfastJourneyFailing: {
    raised: {
      'holdfast_journey_attempts_total{journey="chat"}': "0+15x400",
      'holdfast_journey_failures_total{journey="chat"}': "0x8 0+15x392",
    },
    minutes: [3, 5],
    quiet: {
      'holdfast_journey_attempts_total{journey="chat"}': "0+15x400",
      'holdfast_journey_failures_total{journey="chat"}': "0+7x400",
    },
  },
  HoldfastStandbyMissing: {
    raised: {
      [state("east", "primary")]: ones,
      [state("east", "streaming")]: zeros,
      [state("west", "streaming")]: falls,
      [state("west", "primary")]: zeros,
    },
    minutes: [4, 5],
    quiet: {
      [state("east", "primary")]: ones,
      [state("west", "streaming")]: "1x8 0x6 1x386",
      // Another controller still hears it.
      [state("central", "streaming")]: zeros,
      [state("central", "streaming", "controller-east")]: ones,
    },
  },
  HoldfastReplicationBehind: {
    raised: { 'holdfast_replication_lag_bytes{region="west",instance="agent-east"}': "0x8 70000000x392" },
    minutes: [4, 5],
    quiet: { 'holdfast_replication_lag_bytes{region="west",instance="agent-east"}': "60000000x400" },
  },
  HoldfastDeposedPrimary: {
    raised: { [state("east", "deposed")]: steps },
    minutes: [3, 4],
    quiet: { [state("east", "deposed")]: "0x8 1x2 0x390" },
  },
  HoldfastCommitUnconfirmed: {
    raised: { 'holdfast_edge_requests_total{protocol="sql",outcome="unconfirmed"}': steps },
    minutes: [2, 3],
    quiet: {
      'holdfast_edge_requests_total{protocol="sql",outcome="unconfirmed"}': "3x400",
      'holdfast_edge_requests_total{protocol="sql",outcome="completed"}': "0+9x400",
    },
  },
  HoldfastRoutingUnsaved: {
    raised: { [on("holdfast_edge_routing_saved", "edge")]: falls },
    minutes: [3, 4],
    quiet: { [on("holdfast_edge_routing_saved", "edge")]: "1x8 0x2 1x390" },
  },
  HoldfastDrillMissed: {
    raised: { 'holdfast_drill_objectives_met{drill="region-loss"}': falls },
    minutes: [2, 3],
    quiet: { 'holdfast_drill_objectives_met{drill="region-loss"}': ones },
  },
  HoldfastDrillOld: {
    // promtool's clock begins at 0: minute 3 is 180 s.
    raised: { 'holdfast_drill_finished_timestamp_seconds{drill="region-loss"}': `-${30 * 86_400 - 150}x400` },
    minutes: [2, 3],
    quiet: {
      'holdfast_drill_finished_timestamp_seconds{drill="region-loss",instance="was"}': `-${40 * 86_400}x400`,
      'holdfast_drill_finished_timestamp_seconds{drill="region-loss",instance="is"}': "0x400",
    },
  },
  HoldfastScrapeDown: {
    raised: { [up("agent", "agent-east", "east")]: falls },
    minutes: [3, 4],
    quiet: { [up("agent", "agent-east", "east")]: "1x8 0x3 1x389", 'up{job="somebody-else"}': zeros },
  },
  HoldfastControllerQuorumAtRisk: {
    raised: { [upEast]: falls, [upWest]: ones, [upCentral]: ones },
    minutes: [3, 4],
    quiet: { [upEast]: ones, [upWest]: ones, [upCentral]: ones },
  },
  HoldfastControllerQuorumLost: {
    raised: { [upEast]: falls, [upWest]: falls, [upCentral]: ones },
    minutes: [3, 4],
    quiet: { [upEast]: zeros, [upWest]: ones, [upCentral]: ones },
  },
  HoldfastNoLeader: {
    raised: {
      [on("holdfast_controller_leads", "controller-east")]: "1x8 stale",
      [on("holdfast_controller_leads", "controller-west")]: zeros,
    },
    minutes: [3, 4],
    quiet: {
      [on("holdfast_controller_leads", "controller-east")]: "1x8 stale",
      [on("holdfast_controller_leads", "controller-west")]: "0x10 1x390",
    },
  },
  HoldfastSeveralLeaders: {
    raised: {
      [on("holdfast_controller_leads", "controller-east")]: ones,
      [on("holdfast_controller_leads", "controller-west")]: steps,
    },
    minutes: [3, 4],
    quiet: {
      [on("holdfast_controller_leads", "controller-east")]: "1x10 0x390",
      [on("holdfast_controller_leads", "controller-west")]: steps,
    },
  },
  HoldfastCoordinationUnreachable: {
    raised: {
      [on("holdfast_coordination_requests_total", "agent-west", ',verb="get",result="unreachable"')]:
        "0x8 0+5x392",
      [on("holdfast_coordination_requests_total", "agent-west", ',verb="get",result="answered"')]:
        "0+15x8 120x392",
      // That others are answered does not help it.
      [on("holdfast_coordination_requests_total", "agent-east", ',verb="get",result="answered"')]: "0+99x400",
    },
    minutes: [3, 4],
    quiet: {
      // A request or two that fail are no loss of the way.
      [on("holdfast_coordination_requests_total", "agent-west", ',verb="get",result="unreachable"')]:
        "7x8 8x8 9x384",
      [on("holdfast_coordination_requests_total", "agent-west", ',verb="get",result="answered"')]: "0+9x400",
    },
  },
  HoldfastDecisionNotRecorded: {
    raised: { [on("holdfast_records_total", "controller-west", ',result="failed"')]: steps },
    minutes: [2, 3],
    quiet: { [on("holdfast_records_total", "controller-west", ',result="recorded"')]: "0+1x400" },
  },
  HoldfastFailoverBlocked: {
    raised: {
      [on("holdfast_failover_blocked", "controller-west")]: steps,
      [on("holdfast_failover_blocked", "controller-central")]: zeros,
    },
    minutes: [3, 4],
    quiet: { [on("holdfast_failover_blocked", "controller-west")]: "0x8 1x3 0x389" },
  },
  HoldfastFailoverStuck: {
    raised: {
      [on("holdfast_reign_phase", "controller-west", ',phase="fencing"')]: steps,
      [on("holdfast_reign_phase", "controller-west", ',phase="steady"')]: falls,
    },
    minutes: [3, 4],
    quiet: {
      [on("holdfast_reign_phase", "controller-west", ',phase="fencing"')]: "0x8 1x2 0x390",
      [on("holdfast_reign_phase", "controller-west", ',phase="promoting"')]: "0x10 1x2 0x388",
      [on("holdfast_reign_phase", "controller-west", ',phase="steady"')]: ones,
    },
  },
  HoldfastFailoverSlow: {
    raised: {
      [on("holdfast_failover_phase_seconds", "controller-west", ',phase="detect"')]: "_x8 31x392",
      [on("holdfast_failover_phase_seconds", "controller-west", ',phase="promote"')]: "_x8 31x392",
      [on("holdfast_failover_settled_timestamp_seconds", "controller-west")]: "_x8 120x392",
    },
    minutes: [1, 3],
    quiet: {
      [on("holdfast_failover_phase_seconds", "controller-west", ',phase="detect"')]: "29x400",
      [on("holdfast_failover_phase_seconds", "controller-west", ',phase="promote"')]: "31x400",
      [on("holdfast_failover_settled_timestamp_seconds", "controller-west")]: zeros,
    },
  },
  HoldfastAutomationHeld: {
    raised: { [on("holdfast_failover_armed", "controller-west")]: falls },
    minutes: [16, 18],
    quiet: {
      [on("holdfast_failover_armed", "controller-west")]: zeros,
      [on("holdfast_failover_armed", "controller-east")]: ones,
    },
  },
  HoldfastEpochFlapping: {
    raised: { [on("holdfast_epoch", "edge")]: "1x8 9x8 17x8 25x368" },
    minutes: [5, 7],
    quiet: { [on("holdfast_epoch", "edge")]: "1x8 9x8 17x376" },
  },
  HoldfastEpochBehind: {
    raised: {
      [on("holdfast_epoch", "edge")]: "1x8 9x392",
      [on("holdfast_epoch", "agent-east")]: "1x400",
    },
    minutes: [4, 5],
    quiet: {
      [on("holdfast_epoch", "edge")]: "1x8 9x392",
      [on("holdfast_epoch", "agent-east")]: "1x12 9x388",
    },
  },
};

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-own-rules-"));
  writeFileSync(join(folder, "rules.yaml"), [...ruleFileTexts(ownRules(settings))].join(""));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Whether one alert is raised at each of these minutes, as promtool asks it. */
function asked(name: string, minutes: readonly (readonly [minute: number, isRaised: boolean])[]): string {
  const firing = `ALERTS{alertname="${name}",alertstate="firing"}`;
  return minutes
    .map(
      ([minute, isRaised]) => `      - expr: 'count(count by (alertname) (${firing})) or vector(0)'
        eval_time: ${minute}m
        exp_samples:
          - labels: '{}'
            value: ${isRaised ? 1 : 0}
`,
    )
    .join("");
}

function tested(series: Series, checks: string): string {
  const fed = Object.entries(series)
    .map(([selector, values]) => `      - series: '${selector}'\n        values: '${values}'\n`)
    .join("");
  return `  - interval: 15s\n    input_series:\n${fed}    promql_expr_test:\n${checks}`;
}

/** That an alert was raised at no moment of half an hour. */
function neverRaised(name: string): string {
  return `      - expr: 'count_over_time(ALERTS{alertname="${name}",alertstate="firing"}[30m])'
        eval_time: 30m
        exp_samples: []
`;
}

function judged(tests: string): { readonly status: number | null; readonly said: string } {
  const file = join(folder, "tests.yaml");
  writeFileSync(file, `rule_files: [rules.yaml]\nevaluation_interval: 15s\ntests:\n${tests}`);
  const { status, stdout, stderr } = spawnSync("promtool", ["test", "rules", file], { encoding: "utf8" });
  return { status, said: stdout + stderr };
}

describe.skipIf(!isThere)(`the alerts on Holdfast itself, in promtool${skipped}`, () => {
  it.each(["platform", "lab"] as const)("are rules that it takes, at the pace of a %s", (pace) => {
    const file = join(folder, `${pace}.yaml`);
    writeFileSync(file, [...ruleFileTexts(ownRules({ ...settings, pace }))].join(""));
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "rules", file], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain(`SUCCESS: ${ownAlerts(settings).length} rules found`);
  });

  it.each(ownAlerts(settings).map(({ alert }) => alert))(
    "%s is raised when it should be, and not before",
    (name) => {
      const { raised, minutes, quiet } = cases[name] ?? { raised: {}, minutes: [0, 0], quiet: {} };
      const [before, after] = minutes;
      const turn = asked(name, [
        [before, false],
        [after, true],
      ]);
      const tests = [tested(raised, turn), tested(quiet, neverRaised(name))];
      expect(judged(tests.join(""))).toMatchObject({
        status: 0,
        said: expect.stringContaining("SUCCESS") as string,
      });
    },
  );

  it("are all tried", () => {
    expect(Object.keys(cases).toSorted()).toEqual(
      ownAlerts(settings)
        .map(({ alert }) => alert)
        .toSorted(),
    );
  });

  it.each(["HoldfastNoLeader", "HoldfastNobodyServes"])(
    "%s is raised when nothing of Holdfast is there",
    (name) => {
      expect(judged(tested({ unrelated: ones }, asked(name, [[3, true]]))).status).toBe(0);
    },
  );

  it("would be found wrong, both ways", () => {
    const name = "HoldfastNoLeader";
    expect(judged(tested({ unrelated: ones }, asked(name, [[3, false]]))).status).toBe(1);
    expect(judged(tested({ unrelated: ones }, neverRaised(name))).status).toBe(1);
  });

  it("stop when a slow failover is an hour past", () => {
    const name = "HoldfastFailoverSlow";
    const turn = asked(name, [
      [61, true],
      [63, false],
    ]);
    expect(judged(tested(cases[name]?.raised ?? {}, turn))).toMatchObject({ status: 0 });
  });
});
