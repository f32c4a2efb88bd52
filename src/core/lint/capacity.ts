import { type Component, type Placement, startsMachines } from "../model/component.ts";
import { type Found, spot } from "./finding.ts";
import { arithmetic, type Rule } from "./rule.ts";
import type { Survey } from "./survey.ts";
import { percentOf, shareOf } from "./wording.ts";

function tooFewPlacesServe(survey: Survey): readonly Found[] {
  return survey.struck().flatMap(({ scenario, component, journey, left }) => {
    const { placesRequired } = component;
    if (left.length >= placesRequired) return [];
    const what = `Component "${component.name}": ${scenario.name} leaves ${left.length} places, and ${placesRequired} must serve at the same time for Journey "${journey}"`;
    return [{ what, at: spot("Component", component, "placesRequired") }];
  });
}

function survivorsTooSmall(survey: Survey): readonly Found[] {
  return survey.struck().flatMap(({ scenario, component, left }) => {
    const { placesRequired, recovery } = component;
    // Where machines are to be provisioned, what is there now says nothing.
    if (left.length < placesRequired || recovery.provision !== null) return [];
    const largest = component.placements.reduce((most, { required }) => Math.max(most, required), 0);
    const needed = placesRequired * largest;
    const there = left.reduce((sum, { replicas, spares }) => sum + replicas + spares, 0);
    if (there >= needed) return [];
    const share = placesRequired === 1 ? "one place" : `${placesRequired} places`;
    const what = `Component "${component.name}": ${scenario.name} leaves ${there} replicas, and ${needed} must work where ${share} of the largest size carries the load`;
    return [{ what, at: spot("Component", component, "placements") }];
  });
}

function isAccelerated(component: Component, placement: Placement): boolean {
  const { accelerators = null } = placement.machine ?? {};
  return (
    accelerators !== null ||
    component.weights !== null ||
    ["inference", "embedding", "training"].includes(component.type)
  );
}

/** Measured likelihoods from here on are as good as a reservation. */
const sureFrom = 0.99;

function standbysNotReserved(survey: Survey): readonly Found[] {
  return [...survey.model.components.values()].flatMap((component) => {
    const { pattern, placements } = component;
    if (!startsMachines(pattern) || survey.strictest(component, "rto") === null) return [];
    return placements.flatMap((placement, index): readonly Found[] => {
      const { value } = placement.capacityLikelihood;
      if (index === 0 || value >= sureFrom || !isAccelerated(component, placement)) return [];
      const what = `Component "${component.name}": its ${pattern} in ${placement.region} starts on ${placement.capacity} accelerators, which are there ${percentOf(value)} of the times that they are asked for`;
      return [{ what, at: spot("Component", component, "placements", index, "capacity") }];
    });
  });
}

function noSpareReplica(survey: Survey): readonly Found[] {
  return [...survey.model.components.values()].flatMap((component): readonly Found[] => {
    // Of a training job all nodes must work by its nature.
    if (survey.demands(component).length === 0 || component.job !== null) return [];
    const index = component.placements.findIndex(
      ({ replicas, required, spares }) => replicas >= 2 && required === replicas && spares === 0,
    );
    const placement = component.placements[index];
    if (placement === undefined) return [];
    const what = `Component "${component.name}": in ${placement.region} all ${placement.replicas} replicas must work, so any one of them takes the place down`;
    return [{ what, at: spot("Component", component, "placements", index) }];
  });
}

function oneZone({ model }: Survey): readonly Found[] {
  const zonesOf = new Map(model.platform.regions.map(({ name, zones }) => [name, zones.length]));
  return [...model.components.values()].flatMap((component) =>
    component.placements.flatMap((placement, index): readonly Found[] => {
      const { region, replicas, required, zones } = placement;
      // Where all must work, as in one training job, spreading them would bring in more that can fail.
      const isMeantToBear = replicas > required && zones.length === 1;
      if (!isMeantToBear || (zonesOf.get(region) ?? 0) < 2) return [];
      const what = `Component "${component.name}": all ${replicas} replicas in ${region} stand in zone ${zones[0] ?? ""}`;
      return [{ what, at: spot("Component", component, "placements", index, "zones") }];
    }),
  );
}

function zoneStopsPlace(survey: Survey): readonly Found[] {
  return [...survey.model.components.values()].flatMap((component) => {
    const shared = component.placements.filter(({ cell }) => cell === null).length;
    const demand = survey.demandFor(component, "zone");
    // With places to spare, another region answers.
    if (demand === null || shared > component.placesRequired) return [];
    return component.placements.flatMap((placement, index): readonly Found[] => {
      const { region, replicas, required, zones } = placement;
      const fullest = Math.ceil(replicas / zones.length);
      if (zones.length < 2 || replicas - fullest >= required) return [];
      const what = `Component "${component.name}": a zone of ${region} takes ${fullest} of ${replicas} replicas and leaves fewer than the ${required} required, and Journey "${demand.journey.name}" has an objective for a zone`;
      return [{ what, at: spot("Component", component, "placements", index) }];
    });
  });
}

/** From here on repairs wait, on average, at least as long as they take (M/M/1: 1 / (1 − ρ)). */
const crewsBusyMax = 0.5;

function repairsQueue({ model }: Survey): readonly Found[] {
  return [...model.components.values()].flatMap((component): readonly Found[] => {
    const { crews, placements } = component;
    if (crews === null) return [];
    const busiest = Math.max(
      ...placements.map(({ replicas, failure }) => (replicas * failure.mttr) / (failure.mtbf + failure.mttr)),
    );
    const busy = Math.min(1, busiest / crews);
    if (busy < crewsBusyMax) return [];
    const what = `Component "${component.name}": its ${crews === 1 ? "one crew is" : `${crews} crews are`} busy ${shareOf(busy)} of the time, so failed replicas wait for repair`;
    return [{ what, at: spot("Component", component, "crews") }];
  });
}

const staticStability = {
  title: "Weiss and Furr, Static stability using Availability Zones (Amazon Builders' Library)",
  date: "2019",
};

export const capacityRules: readonly Rule[] = [
  {
    id: "HF016",
    code: "capacity/too-few-places-serve",
    title: "a scenario leaves fewer places than must serve",
    severity: "error",
    why: "so many places must serve at the same time; with fewer the journey does not work, however well the plan is carried out",
    mend: "add a place where the scenario does not reach, or size places so that fewer are required",
    source: arithmetic,
    find: tooFewPlacesServe,
  },
  {
    id: "HF017",
    code: "capacity/survivors-too-small",
    title: "what is left cannot carry what the failed place carried",
    severity: "warning",
    why: "a failover sends the whole load to what is left; too little of it is overloaded and fails next",
    mend: "raise replicas where the service is to go on, or declare how more are started: recovery: { provision: … }",
    source: staticStability,
    find: survivorsTooSmall,
  },
  {
    id: "HF018",
    code: "capacity/not-reserved",
    title: "a standby that starts on accelerators that may not be there",
    severity: "warning",
    why: "when a region fails everybody asks for accelerators elsewhere at once, and providers throttle starts",
    mend: "reserve them, keep them running (hot-standby), or write the measured capacityLikelihood",
    source: { title: "AWS, summary of the event in us-east-1: throttled EC2 launches", date: "2025-10" },
    find: standbysNotReserved,
  },
  {
    id: "HF019",
    code: "capacity/no-spare-replica",
    title: "a place in which every replica must work",
    severity: "note",
    why: "where all of n replicas must work, the place fails n times as often as one of them",
    mend: "write how many are enough: required, one fewer than there are; or add a replica or spares",
    source: staticStability,
    find: noSpareReplica,
  },
  {
    id: "HF020",
    code: "capacity/one-zone",
    title: "all replicas in one zone",
    severity: "warning",
    why: "replicas of one zone share its power, cooling and network, and fall together",
    mend: "spread them over the zones of the region",
    source: staticStability,
    find: oneZone,
  },
  {
    id: "HF021",
    code: "capacity/zone-stops-place",
    title: "the loss of a zone stops the only place",
    severity: "warning",
    why: "replicas are spread over the zones in turn; when the fullest zone is lost, what is left is below what must work",
    mend: "raise replicas, spread them over more zones, or add a place",
    source: staticStability,
    find: zoneStopsPlace,
  },
  {
    id: "HF022",
    code: "capacity/repairs-queue",
    title: "too few crews for the replicas that fail",
    severity: "note",
    why: "crews that are busy half of the time double the time until a failed replica works again",
    mend: "raise crews, or lower mttr by replacing in place of repairing",
    source: { title: "Kleinrock, Queueing Systems, volume 1: waiting in M/M/1", date: "1975" },
    find: repairsQueue,
  },
];
