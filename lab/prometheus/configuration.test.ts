import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { instantMs } from "../../src/core/units/units.ts";
import { promiseOf } from "../../test/example-promise.ts";
import { watchingFiles } from "./configuration.ts";

const promise = promiseOf({ bad: "bad_total", total: "all_total", target: 0.999 });

/** The files as Prometheus and Alertmanager read them. */
function filesFor(promises: readonly (typeof promise)[]): Readonly<Record<string, unknown>> {
  const files = watchingFiles(
    {
      targets: [
        { part: "agent", region: "east", url: "http://127.0.0.1:20001/metrics" },
        { part: "agent", region: "west", url: "http://127.0.0.1:20002/metrics" },
        { part: "lab", region: null, url: "http://127.0.0.1:20003/metrics" },
      ],
      alertmanager: "127.0.0.1:20004",
      promises,
    },
    instantMs(0),
  );
  return Object.fromEntries([...files].map(([path, text]) => [path, parse(text) as unknown]));
}

describe("what watches a lab", () => {
  const files = filesFor([promise]);

  it("scrapes each part under its job and its labels, and believes what a part says of others", () => {
    expect(files["prometheus/prometheus.yml"]).toMatchObject({
      scrape_configs: [
        {
          job_name: "holdfast-agent",
          honor_labels: true,
          static_configs: [
            {
              targets: ["127.0.0.1:20001"],
              labels: { part: "agent", region: "east", instance: "agent-east" },
            },
            {
              targets: ["127.0.0.1:20002"],
              labels: { part: "agent", region: "west", instance: "agent-west" },
            },
          ],
        },
        {
          job_name: "holdfast-lab",
          honor_labels: true,
          static_configs: [{ targets: ["127.0.0.1:20003"], labels: { part: "lab", instance: "lab" } }],
        },
      ],
    });
  });

  it("loads the rules of what the lab promises, and tells the Alertmanager", () => {
    expect(files["prometheus/prometheus.yml"]).toMatchObject({
      rule_files: ["rules.yaml"],
      alerting: { alertmanagers: [{ static_configs: [{ targets: ["127.0.0.1:20004"] }] }] },
    });
    const { groups } = files["prometheus/rules.yaml"] as { readonly groups: readonly { name: string }[] };
    expect(groups.map(({ name }) => name)).toEqual([
      "slo-chat-availability",
      "slo-chat-availability:period",
      "holdfast",
    ]);
    expect(files["prometheus/slos.yaml"]).toEqual(promise);
  });

  it("keeps slower burn rates quiet while a faster one calls", () => {
    expect(files["prometheus/alertmanager.yml"]).toMatchObject({
      inhibit_rules: [
        { source_matchers: ['slo!=""', 'condition=""', 'burn_window="1h"'] },
        { source_matchers: ['slo!=""', 'condition=""', 'burn_window="6h"'] },
        { source_matchers: ['slo!=""', 'condition=""', 'burn_window="1d"'] },
      ],
    });
  });

  it("watches a lab that promises nothing too", () => {
    expect(filesFor([])["prometheus/rules.yaml"]).toMatchObject({
      groups: [{ name: "holdfast", interval: "1s" }],
    });
  });
});
