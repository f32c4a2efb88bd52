import { unreachable } from "../problem/problem.ts";
import { durationText } from "../units/text.ts";
import type { ReadDocument } from "./schema.ts";

// What the alternatives of a choice make of a component: each is an edit of what its manifest says.

export type Choice = ReadDocument<"Options">["spec"]["choices"][number];
export type Spec = ReadDocument<"Component">["spec"];
type Place = Spec["placements"][number];

const keys = [
  "replicas",
  "presence",
  "added",
  "pattern",
  "capacity",
  "checkpointEvery",
  "region",
  "replication",
] as const;
export type ChosenKey = (typeof keys)[number];
const aboutPlace: readonly ChosenKey[] = ["replicas", "presence", "capacity", "region"];

/** The keys of a choice that list alternatives: exactly one, where nothing contradicts. */
export function chosenKeys(choice: Choice): readonly ChosenKey[] {
  return keys.filter((key) => choice[key] !== undefined);
}

export function isAboutPlace(key: ChosenKey): boolean {
  return aboutPlace.includes(key);
}

/** A component's manifest while it is edited: places keep their numbers until all edits are done. */
export interface Draft {
  readonly spec: Spec;
  readonly places: readonly (Place | null)[];
}

export interface Alternative {
  readonly words: string;
  readonly edit: (draft: Draft) => Draft;
  /** Where it stands in the list of the choice; `null`: it is not listed, and holds today. */
  readonly listedAt: number | null;
}

/** The place that a choice is about, by its number; -1: the component has no such place. */
export function placeAt({ place }: Choice, { placements }: Spec): number {
  return placements.findIndex(({ region, cell }) => (cell ?? region) === place || region === place);
}

/** The alternatives of a choice, with what holds today; and which one that is. */
export function alternativesOf(
  choice: Choice,
  spec: Spec,
): { readonly alternatives: readonly Alternative[]; readonly today: number } {
  const listed = listedOf(choice, spec).map((each, listedAt) => ({ ...each, listedAt }));
  const now = wordsToday(choice, spec);
  const today = listed.findIndex(({ words }) => words === now);
  if (today >= 0) return { alternatives: listed, today };
  return { alternatives: [{ words: now, edit: (draft) => draft, listedAt: null }, ...listed], today: 0 };
}

export function draftOf(spec: Spec): Draft {
  return { spec, places: spec.placements };
}

/** `null`: every place was left out. */
export function editedSpec({ spec, places }: Draft): Spec | null {
  const placements = places.filter((place) => place !== null);
  return placements.length === 0 ? null : { ...spec, placements };
}

type Edit = Omit<Alternative, "listedAt">;

function listedOf(choice: Choice, spec: Spec): readonly Edit[] {
  const [key] = chosenKeys(choice);
  switch (key) {
    case "added":
      return (choice.added ?? []).map((place) => ({
        words: addedWords(place),
        edit: (draft) => ({ ...draft, places: [...draft.places, place] }),
      }));
    case "pattern":
      return (choice.pattern ?? []).map((pattern) => ({ words: pattern, edit: inSpec({ pattern }) }));
    case "checkpointEvery":
      return (choice.checkpointEvery ?? []).map((checkpointEvery) => ({
        words: durationText.print(checkpointEvery),
        edit: ({ spec: of, places }) => ({
          places,
          spec: of.job === undefined ? of : { ...of, job: { ...of.job, checkpointEvery } },
        }),
      }));
    case "replication":
      return (choice.replication ?? []).map((replication) => ({
        words: replicationWords(replication),
        edit: inSpec({ replication }),
      }));
    case "replicas":
    case "presence":
    case "capacity":
    case "region":
      return placeEdits(choice, key, spec);
    case undefined:
      return [];
    default:
      return unreachable(key);
  }
}

function inSpec(change: Partial<Spec>): Alternative["edit"] {
  return ({ spec, places }) => ({ places, spec: { ...spec, ...change } });
}

function placeEdits(
  choice: Choice,
  key: "replicas" | "presence" | "capacity" | "region",
  spec: Spec,
): readonly Edit[] {
  const number = placeAt(choice, spec);
  const place = spec.placements[number];
  if (place === undefined) return [];
  const asOf = (change: Partial<Place>): Edit => ({
    words: placeWords(key, { ...place, ...change }),
    edit: atPlace(number, (each) => ({ ...each, ...change })),
  });
  switch (key) {
    case "replicas":
      return (choice.replicas ?? []).map(({ replicas, required }) => asOf({ replicas, required }));
    case "presence":
      return (choice.presence ?? []).map((word) => ({
        words: word,
        edit: word === "kept" ? (draft) => draft : atPlace(number, () => null),
      }));
    case "capacity":
      // A likelihood that was written is that of the certainty that was written with it.
      return (choice.capacity ?? []).map((capacity) =>
        asOf(capacity === place.capacity ? {} : { capacity, capacityLikelihood: undefined }),
      );
    case "region":
      return (choice.region ?? []).map(({ region, zones, machine, price }) =>
        asOf({ region, zones, machine: machine ?? place.machine, price: price ?? place.price }),
      );
    default:
      return unreachable(key);
  }
}

function atPlace(number: number, change: (place: Place) => Place | null): Alternative["edit"] {
  return ({ spec, places }) => ({
    spec,
    places: places.map((place, at) => (at === number && place !== null ? change(place) : place)),
  });
}

function wordsToday(choice: Choice, spec: Spec): string {
  const [key] = chosenKeys(choice);
  const place = spec.placements[placeAt(choice, spec)];
  if (key === undefined) return "";
  switch (key) {
    case "added":
      return "none";
    case "presence":
      return "kept";
    case "pattern":
      return spec.pattern;
    case "checkpointEvery":
      return spec.job === undefined ? "none" : durationText.print(spec.job.checkpointEvery);
    case "replication":
      return spec.replication === undefined ? "none" : replicationWords(spec.replication);
    case "replicas":
    case "capacity":
    case "region":
      return place === undefined ? "" : placeWords(key, place);
    default:
      return unreachable(key);
  }
}

function placeWords(key: ChosenKey, place: Place): string {
  const { replicas, required = replicas, capacity, region, cell, zones, machine } = place;
  if (key === "replicas") return required === replicas ? `${replicas}` : `${replicas}, ${required} required`;
  if (key === "capacity") return capacity;
  const parts = [region ?? cell ?? "", zones.join(" "), machine ?? ""];
  return parts.filter((part) => part !== "").join(", ");
}

function addedWords(place: Place): string {
  return `${place.cell ?? place.region ?? ""}, ${placeWords("replicas", place)}`;
}

function replicationWords(replication: NonNullable<Spec["replication"]>): string {
  switch (replication.mode) {
    case "synchronous":
      return `synchronous, ${replication.confirmations} to confirm`;
    case "asynchronous":
      return `asynchronous, ${durationText.print(replication.lag)} behind`;
    case "snapshot":
      return `a copy every ${durationText.print(replication.every)}`;
    default:
      return unreachable(replication);
  }
}

const named: Readonly<Record<ChosenKey, string>> = {
  replicas: "replicas of",
  presence: "presence of",
  added: "a place added to",
  pattern: "pattern of",
  capacity: "capacity of",
  checkpointEvery: "checkpoint interval of",
  region: "region of",
  replication: "replication of",
};

/** What is chosen, in words: `replicas of gateway in us-east`. */
export function choiceWords(choice: Choice): string {
  const [key] = chosenKeys(choice);
  if (key === undefined) return choice.component;
  const where = isAboutPlace(key) ? ` in ${choice.place ?? ""}` : "";
  return `${named[key]} ${choice.component}${where}`;
}
