import { the } from "../model/model.ts";
import { type Found, spot } from "./finding.ts";
import { arithmetic, type Rule } from "./rule.ts";
import type { Survey } from "./survey.ts";
import { listed, percentOf, shareOf } from "./wording.ts";

/** A cell this many times as large as another bears more than its part of a failure. */
const sharesApartMax = 2;

function unequalShares({ model: { platform } }: Survey): readonly Found[] {
  const [first, ...others] = platform.cells;
  if (first === undefined) return [];
  const largest = others.reduce((most, each) => (each.share > most.share ? each : most), first);
  const smallest = others.reduce((least, each) => (each.share < least.share ? each : least), first);
  if (largest.share <= sharesApartMax * smallest.share) return [];
  const what = `cell ${largest.name} serves ${percentOf(largest.share)} of the users, and ${smallest.name} ${percentOf(smallest.share)}`;
  return [{ what, at: spot("Platform", platform, "cells") }];
}

function sharedHardNeeds({ model }: Survey): readonly Found[] {
  return [...model.components.values()].flatMap((component) => {
    const cells = new Set(component.placements.map(({ cell }) => cell));
    if (cells.has(null) || cells.size < 2) return [];
    return component.needs.flatMap((need, index): readonly Found[] => {
      const { placements } = the(model.components, need.component);
      const isDoneWithout = need.strength !== "hard" || need.fallbacks.length > 0;
      if (isDoneWithout || placements.every(({ cell }) => cell !== null)) return [];
      const what = `Component "${component.name}" stands in ${cells.size} cells, and all of them need ${need.component}, which stands in none`;
      return [{ what, at: spot("Component", component, "needs", index) }];
    });
  });
}

function cellsLeftOut(survey: Survey): readonly Found[] {
  const { platform, components } = survey.model;
  return [...components.values()].flatMap((component): readonly Found[] => {
    const [demand] = survey.demands(component);
    const stands = new Set(component.placements.map(({ cell }) => cell));
    const missing = platform.cells.filter(({ name }) => !stands.has(name));
    if (demand === undefined || stands.has(null) || missing.length === 0) return [];
    const users = shareOf(missing.reduce((sum, { share }) => sum + share, 0));
    const what = `Component "${component.name}" does not stand in ${listed(missing.map(({ name }) => name))}, whose users, ${users} of all, cannot do "${demand.journey.name}" without it`;
    return [{ what, at: spot("Component", component, "placements") }];
  });
}

function shardsTooWide({ model }: Survey): readonly Found[] {
  return [...model.components.values()].flatMap((component): readonly Found[] => {
    const { shuffleShard } = component;
    if (shuffleShard === null || 2 * shuffleShard.size < shuffleShard.of) return [];
    const { size, of } = shuffleShard;
    const what = `Component "${component.name}": each user is served by ${size} of ${of} replicas, so that one user's bad request reaches ${shareOf(size / of)} of them`;
    return [{ what, at: spot("Component", component, "shuffleShard") }];
  });
}

const cellText = { title: "AWS, Reducing the Scope of Impact with Cell-Based Architecture", date: "2023-09" };

export const cellsRules: readonly Rule[] = [
  {
    id: "HF054",
    code: "cells/unequal-shares",
    title: "cells of very unequal size",
    severity: "note",
    why: "the largest cell is what a failure takes, and the smaller ones make it no smaller",
    mend: "move users until the shares are about the same",
    source: cellText,
    find: unequalShares,
  },
  {
    id: "HF055",
    code: "cells/shared-hard-need",
    title: "cells that cannot work without something shared",
    severity: "warning",
    why: "when what they share fails every cell fails, so that they bound nothing",
    mend: "place it in the cells too, or let cells go on without it: strength: soft or degraded, or a fallback",
    source: cellText,
    find: sharedHardNeeds,
  },
  {
    id: "HF056",
    code: "cells/left-out",
    title: "a cell without a component that its users need",
    severity: "error",
    why: "a component placed in cells serves the users of those cells alone, and the others have none",
    mend: "place it in every cell, or outside of cells to serve all of them",
    source: arithmetic,
    find: cellsLeftOut,
  },
  {
    id: "HF057",
    code: "cells/shard-too-wide",
    title: "shuffle shards of half of the replicas or more",
    severity: "warning",
    why: "shards keep users apart by rarely sharing all of their replicas; at half of them most users share some",
    mend: "lower size, or have more replicas to choose from: 2 of 8 gives 28 shards",
    source: {
      title: "MacCárthaigh, Workload isolation using shuffle-sharding (Amazon Builders' Library)",
      date: "2019",
    },
    find: shardsTooWide,
  },
];
