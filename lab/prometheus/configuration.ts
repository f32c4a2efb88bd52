import { stringify } from "yaml";
import { jobOf } from "../../src/core/metrics/scraping.ts";
import { ownRules, usualSettings } from "../../src/core/mixin/mixin.ts";
import { openSloText } from "../../src/core/openslo/openslo-text.ts";
import { inhibitRules } from "../../src/core/slo/inhibition.ts";
import type { JourneySlo } from "../../src/core/slo/journey-slos.ts";
import type { ReadSlos } from "../../src/core/slo/read-slos.ts";
import { ruleFileTexts } from "../../src/core/slo/rule-text.ts";
import { ruleGroups } from "../../src/core/slo/rules.ts";
import type { InstantMs } from "../../src/core/units/units.ts";
import type { ScrapeTarget } from "../../src/runtime/lab.ts";
import { promisedIn } from "../promised.ts";
import { configFiles } from "./watchers.ts";

/** What a Prometheus that watches a lab and its Alertmanager go by. */
export interface Watching {
  readonly targets: readonly ScrapeTarget[];
  /** Host and port of the Alertmanager that is told of alerts. */
  readonly alertmanager: string;
  /** What the lab promises, as OpenSLO documents. */
  readonly promises: readonly JourneySlo["document"][];
}

/** A lab is broken and mended within minutes. */
const scrapeEvery = "1s";

/**
 * The files that both need, by their paths below the lab's folder.
 *
 * @param now from when on the periods of calendars are told
 */
export function watchingFiles(watching: Watching, now: InstantMs): ReadonlyMap<string, string> {
  const promises = promisedIn(watching.promises, now);
  // Budgets of a month burn for minutes before anybody is called; in a lab somebody watches.
  const own = ownRules({ ...usualSettings, pace: "lab" });
  const groups = [...promises.slos.flatMap(ruleGroups), ...own];
  return new Map([
    ["prometheus/slos.yaml", openSloText(watching.promises)],
    ["prometheus/rules.yaml", [...ruleFileTexts(groups)].join("")],
    [configFiles.prometheus, stringify(prometheusConfig(watching))],
    [configFiles.alertmanager, stringify(alertmanagerConfig(promises), { lineWidth: 0 })],
  ]);
}

function prometheusConfig({ targets, alertmanager }: Watching): object {
  const parts = [...new Set(targets.map(({ part }) => part))];
  return {
    global: { scrape_interval: scrapeEvery, evaluation_interval: scrapeEvery },
    rule_files: ["rules.yaml"],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
    scrape_configs: parts.map((part) => ({
      job_name: jobOf(part),
      // What a controller tells of another region carries that region.
      honor_labels: true,
      static_configs: targets.filter((each) => each.part === part).map(staticConfig),
    })),
  };
}

function staticConfig({ part, region, url }: ScrapeTarget): object {
  const labels = region === null ? { instance: part } : { region, instance: `${part}-${region}` };
  return { targets: [new URL(url).host], labels: { part, ...labels } };
}

/** Tells nobody: what is raised is seen where it is asked. */
function alertmanagerConfig(promises: ReadSlos): object {
  return {
    route: { receiver: "nobody", group_by: ["..."], group_wait: "1s", group_interval: "1s" },
    receivers: [{ name: "nobody" }],
    inhibit_rules: inhibitRules(promises),
  };
}
