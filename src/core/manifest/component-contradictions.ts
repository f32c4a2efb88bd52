import type { Problem } from "../problem/problem.ts";
import { powerText } from "../units/energy-text.ts";
import { regionOf } from "./build-component.ts";
import { contradiction, type Said, type Subject } from "./contradiction.ts";
import { maintenanceProblems } from "./maintenance-contradictions.ts";
import { ofReliability } from "./reliability-contradictions.ts";

type Component = Subject<"Component">["read"]["spec"];

/** @param platform `null`: none is declared, or it could not be read */
export function ofComponent(
  subject: Subject<"Component">,
  platform: Subject<"Platform"> | null,
): readonly Problem[] {
  const { spec } = subject.read;
  const said = [
    ...spec.placements.flatMap((placement, at) => placementProblems(placement, at)),
    ...wholeProblems(spec),
    ...dependencyProblems(subject.read),
    ...standstills(spec),
    ...(platform === null ? [] : placeProblems(spec, platform.read.spec)),
  ];
  return [
    ...said.map((each) => contradiction(subject, each)),
    ...ofReliability(subject, ["spec", "failure"], spec.failure),
    ...spec.placements.flatMap(({ failure }, at) =>
      ofReliability(subject, ["spec", "placements", at, "failure"], failure),
    ),
  ];
}

function placementProblems(placement: Component["placements"][number], at: number): readonly Said[] {
  const { required, replicas, power, capacity, capacityLikelihood, maintenance } = placement;
  const path = ["spec", "placements", at];
  const short: readonly Said[] =
    required === undefined || required <= replicas
      ? []
      : [
          {
            path: [...path, "required"],
            what: `is ${required}, which is more than its ${replicas} replicas`,
            mend: `write at most ${replicas}, or raise replicas`,
          },
        ];
  const hot: readonly Said[] =
    power === undefined || power.idle <= power.busy
      ? []
      : [
          {
            path: [...path, "power"],
            what: `is ${powerText.print(power.idle)} idle and ${powerText.print(power.busy)} busy`,
            mend: "write the smaller one as idle",
          },
        ];
  const unsure: readonly Said[] =
    capacity !== "reserved" || capacityLikelihood === undefined || capacityLikelihood === 1
      ? []
      : [
          {
            path: [...path, "capacityLikelihood"],
            what: "is below 100 %, and the capacity is reserved",
            mend: "delete it, or write capacity: quota or best-effort",
          },
        ];
  return [...short, ...hot, ...unsure, ...maintenanceProblems([...path, "maintenance"], maintenance)];
}

/** What the parts of a component say against one another. */
function wholeProblems(spec: Component): readonly Said[] {
  const { placements, replication, commonCause, shuffleShard } = spec;
  const others = placements.length - 1;
  const shared = placements.filter((each) => each.cell === undefined).length;
  const said: Said[] = [];
  if (replication?.mode === "synchronous" && replication.confirmations > others) {
    said.push({
      path: ["spec", "replication", "confirmations"],
      what: `is ${replication.confirmations}, and there are ${others} other places to confirm a write`,
      mend:
        others === 0
          ? "add a second place, or leave replication out"
          : `write at most ${others}, or add places`,
    });
  }
  if (shared > 0 && spec.placesRequired > shared) {
    said.push({
      path: ["spec", "placesRequired"],
      what: `is ${spec.placesRequired}, and it stands in ${shared} places`,
      mend: `write at most ${shared}, or add places`,
    });
  }
  return [
    ...said,
    ...shardProblems(shuffleShard, placements),
    ...jobProblems(spec.job, placements),
    ...commonCauseProblems(commonCause, placements),
  ];
}

function shardProblems(
  shard: Component["shuffleShard"],
  placements: Component["placements"],
): readonly Said[] {
  if (shard === undefined) return [];
  const { size, of } = shard;
  const path = ["spec", "shuffleShard"];
  const there = placements.reduce((sum, { replicas }) => sum + replicas, 0);
  if (size > of) {
    const what = `is ${size}, more than the ${of} that there are`;
    return [{ path: [...path, "size"], what, mend: `write at most ${of}` }];
  }
  if (of <= there) return [];
  const what = `is ${of}, and its places have ${there} replicas together`;
  return [{ path: [...path, "of"], what, mend: `write at most ${there}, or add replicas` }];
}

/** Wherever a job goes on, all of its nodes must be there. */
function jobProblems(job: Component["job"], placements: Component["placements"]): readonly Said[] {
  if (job === undefined) return [];
  const least = Math.min(...placements.map(({ replicas }) => replicas));
  if (job.nodes <= least) return [];
  return [
    {
      path: ["spec", "job", "nodes"],
      what: `is ${job.nodes}, and a place has ${least} replicas`,
      mend: `write at most ${least}, or raise replicas`,
    },
  ];
}

/** What takes no time, or goes at no speed, and can then never end or never begin. */
function standstills({ job, weights, replication }: Component): readonly Said[] {
  const checks: readonly (readonly [boolean, readonly string[], string, string])[] = [
    [
      job?.checkpointEvery === 0,
      ["job", "checkpointEvery"],
      "is 0 s: the job would do nothing but write them",
      "write the computing time between two checkpoints",
    ],
    [
      job?.measuredMtbf === 0,
      ["job", "measuredMtbf"],
      "is 0 s: the job would never compute",
      "write the mean time between two interruptions, or delete it",
    ],
    [
      weights?.bandwidth === 0,
      ["weights", "bandwidth"],
      "is 0 B/s: the weights would never be loaded",
      "write how fast one replica loads them, or leave it out",
    ],
    [
      replication?.mode === "snapshot" && replication.every === 0,
      ["replication", "every"],
      "is 0 s: the next copy begins before the first ends",
      "write the time between two copies, or mode: asynchronous",
    ],
  ];
  return checks.flatMap(([isWrong, keys, what, mend]) =>
    isWrong ? [{ path: ["spec", ...keys], what, mend }] : [],
  );
}

/** Every set of replicas is an event: 4,095 of them for 12. */
const replicasToldApartMax = 12;

function commonCauseProblems(
  commonCause: Component["commonCause"],
  placements: Component["placements"],
): readonly Said[] {
  if (commonCause === undefined) return [];
  const { beta, greekLetters } = commonCause;
  if ((beta === undefined) === (greekLetters === undefined)) {
    return [
      {
        path: ["spec", "commonCause"],
        what: beta === undefined ? "says nothing" : "says both beta and greekLetters",
        mend: "write one of beta and greekLetters",
      },
    ];
  }
  if (greekLetters === undefined) return [];
  const most = Math.max(...placements.map((each) => each.replicas));
  if (most > replicasToldApartMax) {
    return [
      {
        path: ["spec", "commonCause", "greekLetters"],
        what: `tells each of ${most} replicas apart, and more than ${replicasToldApartMax} have too many sets that a cause may take`,
        mend: "write beta, a cause that takes all of them",
      },
    ];
  }
  const least = Math.min(...placements.map((each) => each.replicas));
  if (greekLetters.length < least) return [];
  return [
    {
      path: ["spec", "commonCause", "greekLetters"],
      what: `has ${greekLetters.length} letters, and a place has ${least} replicas`,
      mend: `write at most ${least - 1} letters`,
    },
  ];
}

function dependencyProblems({ metadata, spec }: Subject<"Component">["read"]): readonly Said[] {
  return spec.needs.flatMap((need, at) =>
    need.fallbacks.flatMap((fallback, index): readonly Said[] =>
      fallback !== need.component && fallback !== metadata.name
        ? []
        : [
            {
              path: ["spec", "needs", at, "fallbacks", index],
              what: `is ${fallback}, which cannot stand in for ${fallback === need.component ? "itself" : "what it needs itself"}`,
              mend: "name another component, or delete it",
            },
          ],
    ),
  );
}

/** Places that are none, or the same one again. */
function placeProblems(
  { placements }: Component,
  { cells, regions }: Subject<"Platform">["read"]["spec"],
): readonly Said[] {
  const places = placements.map((placement) => JSON.stringify([regionOf(placement, cells), placement.cell]));
  return placements.flatMap((placement, at): readonly Said[] => {
    const path = ["spec", "placements", at];
    const region = regionOf(placement, cells);
    if (region === null) return unplaced(placement, path);
    if (places.indexOf(places[at] ?? "") < at) {
      const what = `says ${placement.cell ?? region} again`;
      return [{ path, what, mend: "add its replicas to the first, or name another place" }];
    }
    const known = regions.find((each) => each.name === region)?.zones ?? [];
    return [
      ...foreignCell(placement, { path, region, cells }),
      ...foreignZones(placement.zones, { path, region, known }),
    ];
  });
}

interface Stood {
  readonly path: Said["path"];
  readonly region: string;
}

function foreignCell(
  { cell }: Component["placements"][number],
  { path, region, cells }: Stood & { readonly cells: Subject<"Platform">["read"]["spec"]["cells"] },
): readonly Said[] {
  const home = cells.find((each) => each.name === cell)?.region;
  if (home === undefined || home === region) return [];
  const what = `is ${region}, and ${cell ?? ""} stands in ${home}`;
  return [{ path: [...path, "region"], what, mend: `delete region, or write ${home}` }];
}

function unplaced({ cell }: Component["placements"][number], path: Said["path"]): readonly Said[] {
  // A cell that is not declared is told as that.
  if (cell !== undefined) return [];
  return [{ path, what: "names neither a region nor a cell", mend: "add region: or cell:" }];
}

function foreignZones(
  zones: readonly string[],
  { path, region, known }: Stood & { readonly known: readonly string[] },
): readonly Said[] {
  return zones.flatMap((zone, index) =>
    known.includes(zone)
      ? []
      : [
          {
            path: [...path, "zones", index],
            what: `is ${zone}, which is no zone of ${region}`,
            mend: known.length === 0 ? `add zones to ${region}` : `write one of ${known.join(", ")}`,
          },
        ],
  );
}
