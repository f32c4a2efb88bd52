import type { Component, Pattern } from "../../model/component.ts";
import type { Model } from "../../model/model.ts";
import { type Standing, standingsOf } from "../../model/standing.ts";
import { unreachable } from "../../problem/problem.ts";
import { durationText } from "../../units/text.ts";
import type { Labelled, Section } from "../document.ts";
import { declared, plain, start } from "../text.ts";

/** How the places of each component stand by for one another, and what that means for it. */
export function patternsSection(model: Model): Section {
  const components = [...model.components.values()];
  const patterns = [...new Set(components.filter(hasSeveralPlaces).map(({ pattern }) => pattern))];
  return {
    heading: "Patterns, and what each means",
    lead: "Who serves on a good day, who takes over, and what can be lost when that happens.",
    blocks: [
      {
        kind: "table",
        table: {
          caption: "Component by component",
          columns: ["Component", "Pattern", "Serves", "Takes over", "What can be lost"].map(start),
          rows: components.map(componentRow),
        },
      },
      ...(patterns.length === 0
        ? []
        : [
            {
              kind: "table",
              table: {
                caption: "Why a pattern is chosen",
                columns: ["Pattern", "What it means"].map(start),
                rows: patterns.map((pattern) => [plain(pattern), plain(patternMeaning[pattern])]),
              },
            } as const,
          ]),
    ],
  };
}

function hasSeveralPlaces({ placements }: Component): boolean {
  return placements.length > 1;
}

const patternMeaning: Readonly<Record<Pattern, string>> = {
  "active-active":
    "Every place answers all the time. When one is lost its users are sent to the others, so nothing is started; all places are paid for.",
  "hot-standby":
    "One place answers; others run at full size with its data and take over when they are told to. Fast, and nearly as dear as two that answer.",
  "warm-standby":
    "One place answers; others run smaller and grow when they take over. Cheaper, and only as sure as the machines that must be had then.",
  "pilot-light":
    "One place answers; elsewhere are the data alone, and machines are started when they are needed. Cheap, and slower by their start.",
  "backup-and-restore":
    "One place answers; elsewhere are copies. Machines are started and data restored first: the cheapest, and the slowest.",
};

function componentRow(component: Component): readonly Labelled[] {
  const standings = standingsOf(component);
  const serving = standings.filter(({ role }) => role === "serving");
  const others = standings.filter(({ role }) => role !== "serving");
  return [
    plain(component.name),
    plain(hasSeveralPlaces(component) ? component.pattern : "one place"),
    declared(serving.map(placeText).join("; ")),
    others.length === 0 ? plain(successor(component)) : declared(others.map(placeText).join("; ")),
    lossText(component),
  ];
}

function successor(component: Component): string {
  if (!hasSeveralPlaces(component)) return "nobody";
  return "those that are left, for they serve already";
}

/** `frankfurt, 4 of 6`: so many of its replicas must work. */
function placeText({ placement, role }: Standing): string {
  const { region, cell, replicas, required } = placement;
  const where = cell === null ? region : `${region} (${cell})`;
  return `${where}, ${required} of ${replicas}${role === "off" ? ", switched off" : ""}`;
}

function lossText({ replication, job, data }: Component): Labelled {
  if (job !== null) return declared(`up to ${durationText.print(job.checkpointEvery)} of training`);
  switch (replication.kind) {
    case "none":
      return plain(data === null ? "it keeps nothing" : "all of it, for it is in one place alone");
    case "synchronous":
      return plain(`nothing, as long as one of ${replication.confirmations} that confirmed is left`);
    case "asynchronous":
      return declared(`the last ${durationText.print(replication.lag)}`);
    case "snapshot":
      return declared(
        `what was written since the last copy, one every ${durationText.print(replication.every)}`,
      );
    default:
      return unreachable(replication);
  }
}
