import { describe, expect, it } from "vitest";
import {
  anyOf,
  exampleSettings,
  observationOf,
  primary,
  reportOf,
  revision,
  seenAt,
  streaming,
  streamless,
} from "../../../test/example-reigns.ts";
import { Rehearsal } from "../../../test/rehearsal.ts";
import { instantMs } from "../units/units.ts";
import { metricsText } from "./exposition.ts";
import { controllerSamples } from "./of-controller.ts";

/** What is 1, or has a value of its own; what is 0 of several states is left out. */
function told(controller: Rehearsal, afterMs = 0): readonly string[] {
  const now = (controller.now + afterMs) as typeof controller.now;
  return metricsText(controllerSamples(controller.state, now))
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#") && !/\{.*\} 0$/.test(line));
}

const confirmed = anyOf(1, "west", "central");

function steady(): Rehearsal {
  const leader = Rehearsal.leading("west", seenAt(12, { settledAt: instantMs(1_700_000_000_500) }));
  leader.witnesses(
    observationOf("central", "answering"),
    reportOf("east", primary(confirmed)),
    reportOf("west", streaming("east")),
    reportOf("central", streamless("east")),
  );
  leader.pass(300);
  return leader;
}

describe("the metrics of a controller", () => {
  it("tell how it sees a platform that is as it should be", () => {
    expect(told(steady())).toEqual([
      "holdfast_controller_leads 1",
      "holdfast_failover_blocked 0",
      'holdfast_region_verdict{region="east",verdict="answering"} 1',
      "holdfast_epoch 10",
      'holdfast_reign_phase{phase="steady"} 1',
      'holdfast_region_active{region="east"} 1',
      'holdfast_region_state{region="east",state="primary"} 1',
      'holdfast_region_state{region="west",state="streaming"} 1',
      'holdfast_region_state{region="central",state="standby"} 1',
      "holdfast_failover_armed 1",
      "holdfast_failover_settled_timestamp_seconds 1700000000.5",
      "holdfast_sync_set_confirmations 1",
      "holdfast_sync_set_members 2",
    ]);
  });

  it("age between two scrapes, and call unknown who was not heard for a while", () => {
    const leader = steady();
    const later = told(leader, exampleSettings.timing.freshMs + 1);
    expect(later).toContain('holdfast_heartbeat_age_seconds{region="east",sender="agent"} 1.001');
    expect(later).toContain('holdfast_heartbeat_age_seconds{region="central",sender="controller"} 1.001');
    expect(later.some((line) => line.includes('region="west",sender="controller"'))).toBe(false);
    expect(later.filter((line) => line.includes('state="unknown"'))).toHaveLength(3);
  });

  it("tell that a region looks lost and what it would take is not there", () => {
    const leader = Rehearsal.leading("west", seenAt(12, { automation: "held" }));
    leader.probes = "refused";
    leader.edge = { view: "refusing", epoch: 10 };
    leader.witnesses(
      observationOf("central", "refusing"),
      reportOf("west", streamless("east")),
      reportOf("central", streamless("east")),
    );
    leader.pass(500);
    expect(told(leader)).toContain("holdfast_failover_blocked 1");
    expect(told(leader)).toContain("holdfast_failover_armed 0");
    expect(told(leader)).toContain('holdfast_region_verdict{region="east",verdict="refusing"} 1');
  });

  it("tell a primary of a reign that is over from the one that serves", () => {
    const follower = new Rehearsal("west");
    follower.hear({
      kind: "reign-seen",
      seen: seenAt(21, { epoch: revision(20), phase: "promoting", active: "west" }),
    });
    follower.witnesses(reportOf("east", primary(confirmed)), reportOf("west", primary(confirmed)));
    expect(told(follower)).toEqual(
      expect.arrayContaining([
        "holdfast_controller_leads 0",
        "holdfast_epoch 20",
        'holdfast_reign_phase{phase="promoting"} 1',
        'holdfast_region_state{region="east",state="deposed"} 1',
        'holdfast_region_state{region="west",state="primary"} 1',
      ]),
    );
  });

  it("tell of no reign where none is known", () => {
    expect(told(new Rehearsal("west"))).toEqual([
      "holdfast_controller_leads 0",
      "holdfast_failover_blocked 0",
    ]);
  });
});
