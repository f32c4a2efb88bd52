import { the } from "../model/model.ts";
import { isIndispensable } from "../model/survival.ts";
import { type Found, spot } from "./finding.ts";
import type { Rule } from "./rule.ts";
import type { Survey } from "./survey.ts";
import { percentOf, shareOf } from "./wording.ts";

/** A cell this many times as large as cells are on average bears more than its part of a failure. */
const overAverageMax = 2;

function cellsTooLarge({ model: { platform } }: Survey): readonly Found[] {
  const { cells } = platform;
  return cells.flatMap(({ name, share }, index): readonly Found[] => {
    if (share * cells.length <= overAverageMax) return [];
    const what = `cell ${name} serves ${percentOf(share)} of the users, and ${cells.length} cells of one size would serve ${shareOf(1 / cells.length)} each`;
    return [{ what, at: spot("Platform", platform, "cells", index) }];
  });
}

function sharedHardNeeds({ model }: Survey): readonly Found[] {
  return [...model.components.values()].flatMap((component) => {
    const cells = new Set(component.placements.map(({ cell }) => cell));
    if (cells.has(null) || cells.size < 2) return [];
    return component.needs.flatMap((need, index): readonly Found[] => {
      const { placements } = the(model.components, need.component);
      if (!isIndispensable(need) || placements.every(({ cell }) => cell !== null)) return [];
      const what = `Component "${component.name}" stands in ${cells.size} cells, and all of them need ${need.component}, which stands in none`;
      return [{ what, at: spot("Component", component, "needs", index) }];
    });
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
    title: "a cell much larger than the others",
    severity: "note",
    why: "the largest cell is what a failure takes, and the smaller ones make it no smaller",
    mend: "move users out of it until the shares are about the same",
    source: cellText,
    find: cellsTooLarge,
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
